"""Members files for tests: plainly fictional people, whose NIRs name a commune that is no commune.

Communes go up to 990; those here are all 999.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict

from sqlalchemy import select, update

from idp.accounts import channels, register
from idp.accounts.civil import open_address, open_civil
from idp.accounts.nir import key_of, open_nir
from idp.accounts.register import Counts
from idp.accounts.register_fields import COLUMNS
from idp.accounts.register_findings import Finding
from idp.models import Channel, Member
from idp.storage.engine import Database
from tests import factories

BCRYPT = "$2b$12$" + "F" * 53


def nir(rank: int = 1, *, sex: str = "1", year: int = 85, place: str = "75") -> str:
    """13 characters of nobody."""
    return f"{sex}{year:02}05{place}999{rank:03}"


def person(rank: int = 1, **changes: str) -> dict[str, str]:
    """The fields of a line; `nir` brings its key with it unless `nir_key` is given."""
    fields = {
        "member_number": f"F{rank:07}",
        "nir": nir(1 + rank % 999, year=rank // 999 % 100),
        "family_name": f"Fictif-{'abcdefghij'[rank % 10].upper()}",
        "birth_name": "Née-Ailleurs",
        "given_name": "Prénom",
        "birth_date": "1985-05-31",
        "email": f"fictif{rank}@exemple.test",
        "mobile": f"06 00 {rank // 10000 % 100:02} {rank // 100 % 100:02} {rank % 100:02}",
        "landline": "01 00 00 00 00",
        "address_line": "1, rue Imaginaire",
        "postal_code": "67000",
        "city": "Villefictive",
        "contract": "Prévoyance",
        "status": "active",
        "legacy_password_hash": "",
        **changes,
    }
    has_key = "nir_key" in fields or len(fields["nir"]) != len(nir())
    return fields if has_key else {**fields, "nir_key": key_of(fields["nir"])}


def lines_of(*people: dict[str, str]) -> list[bytes]:
    """The physical lines of a file of these people, header first."""
    return list(stream_of(people))


def stream_of(people: Iterable[dict[str, str]]) -> Iterator[bytes]:
    """The same, made one by one as they are asked for."""
    yield written(COLUMNS)
    for fields in people:
        yield written([fields.get(name, "") for name in COLUMNS])


def written(values: Sequence[str]) -> bytes:
    """One CSV line."""
    buffer = io.StringIO()
    csv.writer(buffer).writerow(values)
    return buffer.getvalue().encode()


class Import:
    """An import, its counts and its findings: Import(database, *people)."""

    def __init__(
        self, database: Database, lines: Iterable[bytes], *, dry_run: bool = False
    ) -> None:
        self.findings: list[Finding] = []
        self.counts: Counts = register.import_file(
            database, lines, self.findings.append, by="operator", dry_run=dry_run
        )

    def said(self) -> list[tuple[int, str, str, str]]:
        """The findings as plain values."""
        return [(f.line, f.outcome.value, f.field, f.reason.value) for f in self.findings]


def run(database: Database, *people: dict[str, str], dry_run: bool = False) -> Import:
    """Import a file of these people."""
    return Import(database, lines_of(*people), dry_run=dry_run)


def register_of(database: Database) -> dict[str, dict[str, object]]:
    """All that the register holds, opened, by member number."""
    with database.reading() as session:
        found = {
            member.member_number: {
                "status": member.status,
                "nir": open_nir(session, member.nir_sealed).number if member.nir_sealed else None,
                "civil": vars(open_civil(session, member.civil_sealed)),
                "address": vars(open_address(session, member.address_sealed)),
                "contract": member.contract,
                "verifier": verifier_of(database, member),
                "channels": {},
            }
            for member in session.scalars(select(Member))
        }
        rows = select(Member.member_number, Channel).join(Member, Channel.member_id == Member.id)
        for number, channel in session.execute(rows):
            held = found[number]["channels"]
            assert isinstance(held, dict)
            held[channel.kind] = channels.open_channel(session, channel)
    return found


def verifier_of(database: Database, member: Member) -> str | None:
    """The legacy verifier as it came."""
    sealed = member.legacy_sealed
    return None if sealed is None else database.keys.open("pii", "member.legacy", sealed)


def rows_of(database: Database) -> list[tuple[object, ...]]:
    """Every row of the register, as it is stored."""
    with database.reading() as session:
        return [
            tuple(row)
            for table in (Member.__table__, Channel.__table__)
            for row in session.execute(select(table).order_by(table.c.id))
        ]


def counts(done: Import) -> str:
    """Created, updated, unchanged, refused."""
    return " ".join(str(value) for value in list(asdict(done.counts).values())[:4])


def attach(database: Database, number: str = "F0000001") -> str:
    """Attach a member to a new identity; its id."""
    with database.writing() as session:
        identity = factories.make_identity(session, f"{number}@exemple.test").id
        session.execute(
            update(Member).where(Member.member_number == number).values(identity_id=identity)
        )
    return identity
