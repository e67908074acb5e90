"""Thirty members of a register, plainly fictional: every sort that the journeys tell apart.

They come through the code of `mgen-connect member import`, whoever is missing at each start; who is
there already is left as he or she has become. The sheet in STATE_DIR says who is who.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

from sqlalchemy import select

from idp.accounts import register
from idp.accounts.nir import key_of
from idp.accounts.register_fields import COLUMNS
from idp.development import old_passwords
from idp.development.old_passwords import FORMS
from idp.models import Member
from idp.storage.engine import Database

SHEET = "demo_members.csv"
DEMO_MEMBER = "EX000001"  # the record of the demo identity
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
_MAIL_ONLY = {"mobile": "", "landline": ""}

# in which form a member's old password is: no column, replaced by the verifier
_FORM = "form"
# by which channel those prove who they are; the others have all
_OLD = {"SSHA": _MAIL_ONLY, "MD5": _NONE, "SHA-1": {**_NONE, "mobile": "06 00 00 00 26"}}
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
    ("e-mail only", _MAIL_ONLY),
    ("birth name beside the name in use", {"birth_name": "Exemple-Ancien"}),
    *((f"old password ({form})", {_FORM: form, **_OLD.get(form, {})}) for form in FORMS),
    ("has left", {"status": "left"}),
    ("has died", {"status": "deceased"}),
    ("overseas mobile, gets no SMS", {"email": "", "mobile": "06 90 00 00 30"}),
)


@dataclass(frozen=True)
class Demo:
    """Where the sheet is; the NIRs of who still signs in with it, and their password."""

    sheet: Path
    old_nirs: tuple[str, ...]
    old_password: str


def load(database: Database, state_dir: Path) -> Demo:
    """Import who is missing, write the sheet (0600) anew.

    Whoever has an old password comes again where that of this copy is not kept.
    """
    kept = old_passwords.kept(state_dir)
    password = kept or old_passwords.new()
    people = list(_people(password))
    _write(state_dir / SHEET, people)
    with database.reading() as session:
        numbers = [person["member_number"] for person in people]
        found = select(Member.member_number).where(Member.member_number.in_(numbers))
        known = set(session.scalars(found))
    old = [person for person in people if person["legacy_password_hash"]]
    again = [] if kept else [person["member_number"] for person in old]
    missing = [each for each in people if each["member_number"] not in known - set(again)]
    if missing:
        rows = ([person[column] for column in COLUMNS] for person in missing)
        register.import_file(database, _lines(COLUMNS, rows), lambda _finding: None, by=_WHO)
    if not kept:
        old_passwords.keep(state_dir, password)
    return Demo(state_dir / SHEET, tuple(person["nir"] for person in old), password)


def _people(password: str) -> Iterator[dict[str, str]]:
    common = [("", dict[str, str]())] * (len(_NAMES) - len(_ODD))
    for rank, (special, changes) in enumerate([*common, *_ODD], start=1):
        form = changes.get(_FORM)
        if form is None:
            yield {"special": special, **_person(rank, **changes)}
            continue
        more = {name: value for name, value in changes.items() if name != _FORM}
        more["legacy_password_hash"] = old_passwords.verifier(form, password)
        yield {"special": f"{special}: {password}", **_person(rank, **more)}


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
