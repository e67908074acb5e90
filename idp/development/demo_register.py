"""Thirty members of a register, plainly fictional: every sort that the journeys tell apart.

They come through the code of `mgen-connect member import`, whoever is missing at each start; who is
there already is left as he or she has become. The sheet in STATE_DIR says who is who.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile

from sqlalchemy import select

from idp.accounts import register
from idp.accounts.nir import key_of
from idp.accounts.register_fields import COLUMNS
from idp.models import Member
from idp.storage.engine import Database

SHEET = "demo_members.csv"
DEMO_MEMBER = "EX000001"  # the record of the demo identity
LEGACY_PASSWORD = "Ancien-Exemple*7"  # noqa: S105  of the members who have an old password
_WHO = "make run"  # the operator, in the events
_TOLD = ("member_number", "nir", "nir_key", "family_name", "birth_name", "given_name", "birth_date")
_NAMES = (
    *("Un", "Deux", "Trois", "Quatre", "Cinq", "Six", "Sept", "Huit", "Neuf", "Dix"),
    *("Onze", "Douze", "Treize", "Quatorze", "Quinze", "Seize", "Dix-Sept", "Dix-Huit"),
    *("Dix-Neuf", "Vingt", "Vingt-et-Un", "Vingt-Deux", "Vingt-Trois", "Vingt-Quatre"),
    *("Vingt-Cinq", "Vingt-Six", "Vingt-Sept", "Vingt-Huit", "Vingt-Neuf", "Trente"),
)
_GIVEN = ("Camille", "Dominique", "Claude", "Sacha", "Alix", "Charlie")
_NONE = {"email": "", "mobile": "", "landline": ""}

# LEGACY_PASSWORD in each form that the file may bring; fixed, so that a line stays the same line
_VERIFIERS = {
    "bcrypt": "$2b$10$ExempleFictifSelDemo0uvAkpQtQijkIiojXzmFahYX2Mk7Fsg2m",
    "Argon2id": (
        "$argon2id$v=19$m=19456,t=2,p=1$ZXhlbXBsZS1maWN0aWYtMQ"
        "$mQ7tir4REvRCdVwSepJF4LQZ+2G1c9MDfa/gNx4uwy4"
    ),
    "SHA-512 crypt": (
        "$6$rounds=5000$exemplefictif$ya/1kcj4tvaruzyoBri4KIjeRZ/xUPAdc7j5dpgm"
        "/VSuN/sSXVqp07azyZUMWuz5RqKI2xvyOdi8UAGycbXQn0"
    ),
    "SSHA": "{SSHA}dSt7sTZuY30DAF33cYOK0SJsJfNleGVtcGxlIQ==",
    "MD5": "{MD5}f160abb46f4fad5e89cbfb464815825e",
    "SHA-1": "{SHA1}6c6f01018fba4a1074649f5225d2bc425d8b1956",
    "PBKDF2": "{PBKDF2-SHA256}10000$exemplefictif$b83mVUVpz5D30aifH33dR8Nn2uBEF128TvXThaJUwRI=",
}

# from the ninth member on; those before are of the common sort
_ODD: tuple[tuple[str, dict[str, str]], ...] = (
    ("born in Corsica, 2A", {"department": "2A"}),
    ("born in Corsica, 2B", {"department": "2B"}),
    ("born abroad", {"department": "99"}),
    ("provisional NIR, 7", {"sex": "7"}),
    ("provisional NIR, 8, born abroad", {"sex": "8", "department": "99"}),
    ("shares an e-mail with the next", {"email": "couple@exemple.test", "mobile": ""}),
    ("shares an e-mail with the one before", {"email": "couple@exemple.test", "mobile": ""}),
    ("no channel: a letter only", _NONE),
    ("mobile only: codes by SMS", {**_NONE, "mobile": "06 00 00 00 17"}),
    ("landline only: a letter", {**_NONE, "landline": "01 99 00 00 18"}),
    ("e-mail only", {"mobile": "", "landline": ""}),
    ("birth name beside the name in use", {"birth_name": "Exemple-Ancien"}),
    *(
        (f"old password ({form}): {LEGACY_PASSWORD}", {"legacy_password_hash": verifier})
        for form, verifier in _VERIFIERS.items()
    ),
    ("has left", {"status": "left"}),
    ("has died", {"status": "deceased"}),
    ("overseas mobile, gets no SMS", {"email": "", "mobile": "06 90 00 00 30"}),
)


def load(database: Database, state_dir: Path) -> Path:
    """Import who is missing, write the sheet (0600) anew; where the sheet is."""
    people = list(_people())
    sheet = state_dir / SHEET
    _write(sheet, people)
    with database.reading() as session:
        numbers = [person["member_number"] for person in people]
        found = select(Member.member_number).where(Member.member_number.in_(numbers))
        known = set(session.scalars(found))
    missing = [person for person in people if person["member_number"] not in known]
    if missing:
        rows = ([person[column] for column in COLUMNS] for person in missing)
        register.import_file(database, _lines(COLUMNS, rows), lambda _finding: None, by=_WHO)
    return sheet


def _people() -> Iterator[dict[str, str]]:
    common = [("", dict[str, str]())] * (len(_NAMES) - len(_ODD))
    for rank, (special, changes) in enumerate([*common, *_ODD], start=1):
        yield {"special": special, **_person(rank, **changes)}


def _person(rank: int, *, sex: str = "", department: str = "75", **changes: str) -> dict[str, str]:
    """The fields of a line.

    Nobody has such a NIR: communes are numbered to 990 and no country is 999, and it says 999.
    The telephone plan keeps 06 39 98 for fiction, but 0639 is overseas too and refused (LK9); so
    the mobiles are 06 00 00 00 NN, and a development copy hands SMS to its own inbox. 01 99 00 is
    for fiction.
    """
    month = 1 + rank % 12
    nir = f"{sex or 1 + rank % 2}{45 + rank}{month:02}{department}999{rank:03}"
    return {
        "member_number": f"EX{rank:06}",
        "nir": nir,
        "nir_key": key_of(nir),
        "family_name": f"Exemple-{_NAMES[rank - 1]}",
        "birth_name": "",
        "given_name": _GIVEN[rank % len(_GIVEN)],
        "birth_date": f"{1945 + rank}-{month:02}-{1 + rank % 28:02}",
        "email": f"exemple{rank:02}@exemple.test",
        "mobile": f"06 00 00 00 {rank:02}",
        "landline": f"01 99 00 00 {rank:02}",
        "address_line": f"{rank} rue de l'Exemple",
        "postal_code": "00000",
        "city": "Exempleville",
        "contract": "Contrat Exemple",
        "status": "active",
        "legacy_password_hash": "",
        **changes,
    }


def _write(path: Path, people: Iterable[dict[str, str]]) -> None:
    """Replaced as a whole, 0600 from the first instant: it looks like personal data."""
    columns = (*_TOLD, "special")
    rows = ([person[column] for column in columns] for person in people)
    with NamedTemporaryFile(dir=path.parent, prefix=path.name, delete=False) as draft:
        draft.writelines(_lines(columns, rows))
    Path(draft.name).replace(path)


def _lines(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    for row in (header, *rows):
        buffer = io.StringIO()
        csv.writer(buffer, lineterminator="\n").writerow(row)
        yield buffer.getvalue().encode()
