"""Opening a space in the tests: a member of the register, and the walk through the pages of A."""

from typing import Any

from sqlalchemy import select

from idp.accounts.nir import Nir
from idp.models import Identity, Opening
from idp.models import Member as Record
from idp.storage.engine import Database
from tests.accounts.register_support import person, run
from tests.member import ANSWER, PASSWORD, Member

FILED = "contact.officiel@exemple.test"
TYPED = "nouvelle.adresse@exemple.test"
MOBILE = "+33612345678"
START_PAGE = "/creer-mon-espace"


def on_file(database: Database, rank: int = 1, **changes: str) -> dict[str, str]:
    """A member in the register; the line of the file as it was imported."""
    line = person(rank, **{"email": FILED, "mobile": "", "landline": "", **changes})
    run(database, line)
    return line


def give_nir(member: Member, number: str, start: str = START_PAGE) -> Member:
    """The first page."""
    return member.open(start).submit("Continuer", nir=number)


def give_access(member: Member, email: str = TYPED, password: str = PASSWORD) -> Member:
    """The second fold of the second page."""
    return member.submit(
        "Continuer",
        have_account="no",
        email=email,
        password=password,
        confirm_password=password,
        secret_answer=ANSWER,
    )


def give_coordinates(member: Member, line: dict[str, str], **changes: str) -> Member:
    """The third page, as the register has it but for the changes."""
    year, month, day = line["birth_date"].split("-")
    given = {
        "nir_key": Nir(line["nir"]).key,
        "family_name": line["family_name"],
        "birth_date": f"{day}/{month}/{year}",
        **changes,
    }
    return member.submit("Continuer", **given)


def reach_code(member: Member, line: dict[str, str], email: str = TYPED, **changes: str) -> Member:
    """All three pages; the browser is then before the channels."""
    give_nir(member, line["nir"])
    give_access(member, email)
    return give_coordinates(member, line, **changes)


def code_of(member: Member, to: str = FILED) -> str:
    """The digits of the newest code that went to a channel on file."""
    purpose = "code" if to.startswith("+") else "member_code"
    shown: str = member.mails(to, purpose)[-1]["values"]["code_shown"]
    return shown.partition(" - ")[2]


def prove(member: Member, line: dict[str, str], email: str = TYPED) -> Member:
    """To the last page, with the code that went to the address on file."""
    return reach_code(member, line, email).submit("Valider", code=code_of(member))


def activate(member: Member, email: str = TYPED) -> Member:
    """The button behind the newest activation link of an address."""
    return member.open(member.link(email)).submit("Activer")


def holder_of(database: Database, line: dict[str, str]) -> str | None:
    """The sign-in address state of whom the record is attached to: its identity's id, or None."""
    with database.reading() as session:
        query = select(Record.identity_id).where(Record.member_number == line["member_number"])
        return session.scalars(query).one()


def states(database: Database) -> list[str]:
    """The states of all identities, sorted."""
    with database.reading() as session:
        return sorted(session.scalars(select(Identity.state)))


def openings(database: Database) -> list[dict[str, Any]]:
    """The rows of the openings, oldest first."""
    with database.reading() as session:
        rows = session.scalars(select(Opening).order_by(Opening.created_at)).all()
        return [{c.key: getattr(row, c.key) for c in Opening.__table__.columns} for row in rows]
