"""Recoveries asked for and proved, to their end, without any page."""

from datetime import date

from sqlalchemy import select, update

from idp import clock
from idp.accounts import lockout, recoveries, recovery_channels, temporary
from idp.accounts.identifiers import email_of
from idp.accounts.nir import Nir
from idp.accounts.recoveries import Cause, Request
from idp.accounts.recovery_channels import KINDS, Way
from idp.accounts.signup import Towards
from idp.accounts.states import State
from idp.models import Identity, Lockout, Member, Recovery
from idp.storage.engine import Database
from tests import factories
from tests.accounts.register_support import person, run
from tests.factories import EMAIL, HERE

BORN = date(1985, 5, 31)
ASKER, OTHER = "a" * 64, "b" * 64
CONTACT = person(1)["email"]
NIR = person(1)["nir"]


def holder(database: Database, *, state: State = State.ACTIVE, member: bool = True) -> str:
    """An identity, with the record of NIR if `member`; its id."""
    with database.writing() as session:
        identity_id = factories.make_identity(session, EMAIL, state=state).id
    if member:
        run(database, person(1))
        with database.writing() as session:
            record = update(Member).where(Member.member_number == "F0000001")
            session.execute(record.values(identity_id=identity_id, attached_at=clock.now()))
    return identity_id


def ask(
    database: Database,
    identifier: str = NIR,
    way: Way | None = Way.SMS,
    *,
    born: date | None = BORN,
    browser: str = ASKER,
    cause: Cause = Cause.FORGOTTEN,
) -> str:
    """Asked for, and sent by `way`; the id of the recovery."""
    with database.writing() as session:
        asked = Request(
            cause, recoveries.parse(session, identifier), born, browser, Towards(), HERE
        )
        recovery = recoveries.begin(session, asked)
        found = recovery_channels.offers(session, recovery)
        if way is not None:
            (offer,) = (each for each in found if each.kind is KINDS[way])
            recovery_channels.send(session, recovery, offer, HERE)
        return recovery.id


def secret(database: Database) -> str:
    """The newest temporary password."""
    sent = [mail for mail in factories.mails(database) if mail["purpose"] == "temporary_password"]
    return str(sent[-1]["values"]["password_shown"])


def token(database: Database) -> str:
    """That of the newest reset link."""
    sent = [mail for mail in factories.mails(database) if mail["purpose"] == "reset"]
    return str(sent[-1]["values"]["link"]).rpartition("/")[2]


def knock(
    database: Database, typed: str, identifier: str = NIR, *, browser: str = ASKER
) -> str | None:
    """A password typed at the door of that identifier; the id of the recovery that it proves."""
    kind = "email" if "@" in identifier else "nir"
    with database.writing() as session:
        canonical = email_of(session, identifier) if kind == "email" else Nir(identifier).number
        found = temporary.try_at_door(session, kind, canonical, typed, browser, None, HERE)
        return found.id if found else None


def prove(database: Database, recovery_id: str, way: Way = Way.EMAIL, browser: str = ASKER) -> None:
    """What was sent has come back."""
    with database.writing() as session:
        recoveries.prove(session, session.get_one(Recovery, recovery_id), way, browser)


def block(database: Database, key: str) -> None:
    """Three wrong passwords on a counter."""
    with database.writing() as session:
        for _ in range(3):
            lockout.claim(session, key)


def blocked(database: Database) -> int:
    """How many counters are blocked now."""
    with database.reading() as session:
        query = select(Lockout).where(Lockout.blocked_until > clock.now())
        return len(session.scalars(query).all())


def identity(database: Database, identity_id: str) -> Identity:
    """The row as it is now."""
    with database.reading() as session:
        return session.get_one(Identity, identity_id)
