"""What the tests of the telephone share: somebody, numbers, the walk to an active one."""

from sqlalchemy import func, select

from idp.accounts import phone_factor, sessions
from idp.accounts.codes import Answer, Tried
from idp.accounts.phone_factor import Asker, Phone
from idp.clock import FrozenClock
from idp.models import Channel
from idp.storage.engine import Database
from tests import factories
from tests.factories import EMAIL, HERE

ONE, TWO, THREE = "+33612345678", "+33723456789", "+33634567890"


def somebody(database: Database, email: str = EMAIL) -> Asker:
    with database.writing() as session:
        identity_id = factories.make_identity(session, email).id
        return Asker(identity_id, sessions.open_new(session, identity_id).id, HERE)


def elsewhere(database: Database, asker: Asker) -> Asker:
    """The same person in another browser."""
    with database.writing() as session:
        return Asker(asker.identity_id, sessions.open_new(session, asker.identity_id).id, HERE)


def ask(database: Database, asker: Asker, number: str = ONE) -> Phone:
    with database.writing() as session:
        return phone_factor.ask(session, asker, number)


def answer(database: Database, asker: Asker, phone: Phone, typed: str) -> Tried:
    with database.writing() as session:
        return phone_factor.answer(session, asker, phone, typed)


def newest_code(database: Database, number: str = ONE) -> str:
    sent = [mail for mail in factories.mails(database) if mail["to"] == number]
    shown: str = [each for each in sent if each["purpose"] == "code"][-1]["values"]["code_shown"]
    return shown.partition(" - ")[2].replace(" ", "")


def not_the(digits: str) -> str:
    return f"{(int(digits) + 1) % 10**6:06d}"


def activate(database: Database, at: FrozenClock, asker: Asker, number: str = ONE) -> Phone:
    """Ask and prove, a minute apart from the last SMS."""
    at.advance(minutes=6)
    phone = ask(database, asker, number)
    assert answer(database, asker, phone, newest_code(database, number)).answer is Answer.RIGHT
    found = active(database, asker)
    assert found is not None
    return found


def active(database: Database, asker: Asker) -> Phone | None:
    with database.reading() as session:
        return phone_factor.active(session, asker.identity_id)


def rows(database: Database, *where: object) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Channel).where(*where)) or 0  # type: ignore[arg-type]
