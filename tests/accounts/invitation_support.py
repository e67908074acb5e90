"""Invitations files for tests: plainly fictional people of a fictional employer."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from idp.accounts import invitation_import, invitation_use, invitations, sign_in
from idp.accounts.invitation_batch import Numbered
from idp.accounts.invitation_import import Counts
from idp.accounts.invitation_lines import COLUMNS, OPTIONAL
from idp.accounts.invitation_use import Wanted
from idp.accounts.register_findings import Finding
from idp.accounts.sign_in import Outcome, Ticket
from idp.models import Identity, Invitation, Member
from idp.storage.engine import Database
from tests import factories
from tests.accounts.register_support import written
from tests.factories import HERE

EMAIL = "camille.exemple@ac-exemple.test"
HOME = "camille@maison.test"


def invited(**changes: str) -> dict[str, str]:
    """The fields of a line."""
    return {
        "email": EMAIL,
        "given_name": "Camille",
        "family_name": "Exemple",
        "birth_date": "1990-02-28",
        "employer": "Académie de l'Exemple",
        "contract": "Prévoyance Exemple",
        "member_number": "",
        **changes,
    }


def lines_of(*people: dict[str, str]) -> list[bytes]:
    """The physical lines of a file of these people, header first."""
    names = (*COLUMNS, *OPTIONAL)
    return [written(names), *(written([person[name] for name in names]) for person in people)]


class Import:
    """An import of these lines, its counts and its findings."""

    def __init__(
        self, database: Database, lines: Iterable[bytes], *, dry_run: bool = False
    ) -> None:
        self.findings: list[Finding] = []
        self.counts: Counts = invitation_import.import_file(
            database, lines, self.findings.append, by="operator", dry_run=dry_run
        )

    def said(self) -> list[tuple[int, str, str]]:
        """Line, field and reason of each finding, numbers apart."""
        return [
            (f.line, f.field, f.reason.value) for f in self.findings if not isinstance(f, Numbered)
        ]

    def numbers(self) -> list[str]:
        """The member numbers that lines were given."""
        return [f.member_number for f in self.findings if isinstance(f, Numbered)]


def run(database: Database, *people: dict[str, str], dry_run: bool = False) -> Import:
    """Import a file of these people."""
    return Import(database, lines_of(*people), dry_run=dry_run)


def links(database: Database, to: str = EMAIL) -> list[str]:
    """The addresses of the pages mailed to somebody, oldest first."""
    return [mail["values"]["link"] for mail in _sent(database) if mail["to"] == to]


def tokens(database: Database, to: str = EMAIL) -> list[str]:
    """Their tokens."""
    return [link.rpartition("/")[2] for link in links(database, to)]


def states(database: Database) -> list[str]:
    """The states of all invitations, oldest first."""
    with database.reading() as session:
        return [row.state for row in invitations.listing(session)]


def member_of(database: Database) -> Member:
    """The only member."""
    with database.reading() as session:
        return session.scalars(select(Member)).one()


def invitation_of(database: Database) -> Invitation:
    """The only invitation."""
    with database.reading() as session:
        return session.scalars(select(Invitation)).one()


def _sent(database: Database) -> list[dict[str, Any]]:
    return [mail for mail in factories.mails(database) if mail["purpose"] == "invitation"]


def accept(database: Database, token: str, email: str = EMAIL) -> None:
    """Fill the form of the link."""
    with database.writing() as session:
        wanted = Wanted(email, factories.hashed())
        invitation_use.accept(session, token, wanted, HERE)


def found(database: Database, email: str) -> Identity | None:
    """Whom the door of passwords would hear for this address."""
    with database.reading() as session:
        ticket = sign_in_ticket(database, email)
        return session.get(Identity, ticket.identity.id) if ticket.identity else None


def sign_in_ticket(database: Database, email: str) -> Ticket:
    """One try of a password, given back."""
    with database.writing() as session:
        ticket = sign_in.claim(session, email, None, HERE)
        assert isinstance(ticket, Ticket)
        sign_in.abandon(session, ticket)
    return ticket


def settled(database: Database, email: str) -> Outcome:
    """What the right password of an address is worth."""
    with database.writing() as session:
        ticket = sign_in.claim(session, email, None, HERE)
        assert isinstance(ticket, Ticket)
        right = ticket.stored == factories.hashed()
        return sign_in.settle(session, ticket, right)


def prove(database: Database, email: str = HOME) -> str:
    """The code of the first sign-in was right; the identity's id."""
    identity = found(database, email)
    assert identity is not None
    with database.writing() as session:
        invitation_use.proved(session, identity.id, HERE)
    return identity.id


def to_whom(database: Database) -> list[tuple[str, str]]:
    """Purpose and address of what was mailed since the invitations."""
    return sorted(
        (mail["purpose"], mail["to"])
        for mail in factories.mails(database)
        if mail["purpose"] != "invitation"
    )
