"""The password door as a page uses it: claim a try, look at the password, settle."""

from idp.accounts import sign_in
from idp.accounts.activity import Where
from idp.accounts.sign_in import Blocked, Outcome, Ticket
from idp.storage.engine import Database
from tests.factories import EMAIL, HERE


def claim(
    database: Database, email: str = EMAIL, device: str | None = None, where: Where = HERE
) -> Ticket | Blocked:
    """Count one try."""
    with database.writing() as session:
        return sign_in.claim(session, email, device, where)


def ticket(database: Database, email: str = EMAIL, device: str | None = None) -> Ticket:
    """Count one try that is not refused."""
    claimed = claim(database, email, device)
    assert isinstance(claimed, Ticket)
    return claimed


def settle(database: Database, claimed: Ticket, *, right: bool) -> Outcome:
    """What the try was worth, had the password been right or wrong."""
    with database.writing() as session:
        return sign_in.settle(session, claimed, right)


def enter(
    database: Database, email: str = EMAIL, device: str | None = None, *, right: bool
) -> Outcome | Blocked:
    """The whole way through the door."""
    claimed = claim(database, email, device)
    if isinstance(claimed, Blocked):
        return claimed
    return settle(database, claimed, right=right)


def block(database: Database, email: str = EMAIL) -> None:
    """Three wrong passwords by a stranger."""
    for _ in range(3):
        assert enter(database, email, right=False) is Outcome.WRONG
