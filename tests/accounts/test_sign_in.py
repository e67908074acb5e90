"""What a password opens, in each state, blocked or not, on a trusted browser or not (E1, D1)."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from idp.accounts import devices, sign_in
from idp.accounts.passwords import Hasher
from idp.accounts.sign_in import Blocked, Outcome
from idp.accounts.states import State
from idp.clock import FrozenClock
from idp.models import Identity
from idp.settings import Settings
from idp.storage.engine import Database
from tests import factories
from tests.accounts.door import block, claim, enter, settle, ticket
from tests.at_once import at_once
from tests.factories import EMAIL, HERE, PASSWORD
from tests.fixtures import START

OPENS = {
    State.PENDING: Outcome.WRONG,
    State.INVITED: Outcome.RIGHT,  # the page of the code, and nothing more
    State.ACTIVE: Outcome.RIGHT,
    State.DISABLED: Outcome.WRONG,
    State.FROZEN: Outcome.WRONG,
    State.CLOSING: Outcome.WRONG,
    State.ERASED: Outcome.WRONG,
}
DAY = timedelta(hours=24)


def _person(database: Database, email: str = EMAIL, state: State = State.ACTIVE) -> Identity:
    with database.writing() as session:
        return factories.make_identity(session, email, state=state)


def _trusted(database: Database, identity: Identity) -> str:
    with database.writing() as session:
        return devices.trust(session, identity.id, HERE)


def _change(database: Database, **values: str) -> None:
    with database.writing() as session:
        session.execute(update(Identity).values(**values))


@pytest.mark.parametrize("state", list(State))
def test_what_the_right_password_opens_in_each_state(
    database: Database, at: FrozenClock, state: State
) -> None:
    _person(database, state=state)
    assert enter(database, right=False) is Outcome.WRONG
    assert enter(database, right=True) is OPENS[state]


def test_what_is_verified_is_what_is_on_file(database: Database, at: FrozenClock) -> None:
    identity = _person(database)
    assert ticket(database).stored == identity.password_hash
    assert ticket(database, "personne@exemple.test").stored is None
    assert Hasher.of(Settings()).verify(ticket(database).stored, PASSWORD)


def test_nobody_gets_in_as_nobody(database: Database, at: FrozenClock) -> None:
    assert enter(database, right=True) is Outcome.WRONG


def test_an_unfinished_sign_up_past_its_time_is_nobody(database: Database, at: FrozenClock) -> None:
    _person(database, state=State.PENDING)
    at.advance(days=15)
    assert ticket(database).stored is None


def test_lk1_after_three_wrong_the_right_one_is_refused_until_a_day_later(
    database: Database, at: FrozenClock
) -> None:
    _person(database)
    block(database)
    assert enter(database, right=True) == Blocked(START + DAY)
    at.advance(hours=24)
    assert enter(database, right=True) is Outcome.RIGHT


def test_a_right_password_starts_the_row_again(database: Database, at: FrozenClock) -> None:
    _person(database)
    for _ in range(2):
        enter(database, right=False)
        enter(database, right=False)
        assert enter(database, right=True) is Outcome.RIGHT


@pytest.mark.parametrize(
    "state", [state for state, found in OPENS.items() if found is Outcome.WRONG]
)
def test_a_right_password_that_opens_nothing_is_a_wrong_one(
    database: Database, at: FrozenClock, state: State
) -> None:
    _person(database, state=state)
    for _ in range(3):
        assert enter(database, right=True) is Outcome.WRONG
    assert isinstance(enter(database, right=True), Blocked)


@pytest.mark.parametrize(
    "change",
    [{"state": "disabled"}, {"password_hash": factories.hashed("Une+Lampe?9-Verte")}],
)
def test_what_changed_while_the_password_was_looked_at_counts(
    database: Database, at: FrozenClock, change: dict[str, str]
) -> None:
    _person(database)
    claimed = ticket(database)
    _change(database, **change)
    assert settle(database, claimed, right=True) is Outcome.WRONG


def test_lk1_of_twenty_tries_at_once_three_are_evaluated(
    database: Database, at: FrozenClock
) -> None:
    _person(database)
    claimed = at_once(20, lambda _number: claim(database))
    assert sum(not isinstance(each, Blocked) for each in claimed) == 3


def test_right_passwords_at_once_never_wait_for_one_another_for_good(
    database: Database, at: FrozenClock
) -> None:
    """Two locks in two orders would be a deadlock: settling beside claiming, rehash beside all."""
    identity = _person(database)

    def sign_in_again(_number: int) -> None:
        for _ in range(5):
            claimed = claim(database)
            if isinstance(claimed, Blocked):
                continue
            with database.writing() as session:
                sign_in.settle(session, claimed, True)
                sign_in.keep_rehash(session, identity, identity.password_hash)

    at_once(4, sign_in_again)


def test_r4_a_trusted_browser_is_heard_while_strangers_block(
    database: Database, at: FrozenClock
) -> None:
    device = _trusted(database, _person(database))
    block(database)
    assert enter(database, device=device, right=True) is Outcome.RIGHT
    assert enter(database, right=True) == Blocked(START + DAY), "the block is not lifted by it"


def test_td2_a_wrong_password_with_the_device_counts(database: Database, at: FrozenClock) -> None:
    device = _trusted(database, _person(database))
    for _ in range(3):
        assert enter(database, device=device, right=False) is Outcome.WRONG
    assert isinstance(enter(database, right=True), Blocked)


def test_td2_three_wrong_through_a_block_end_the_device_s_hearing(
    database: Database, at: FrozenClock
) -> None:
    device = _trusted(database, _person(database))
    block(database)
    for _ in range(3):
        assert enter(database, device=device, right=False) is Outcome.WRONG
    assert enter(database, device=device, right=True) == Blocked(START + DAY)


def test_td2_a_device_is_of_one_person(database: Database, at: FrozenClock) -> None:
    device = _trusted(database, _person(database))
    _person(database, "autre@exemple.test")
    mine, theirs = ticket(database, device=device), ticket(database, "autre@exemple.test", device)
    assert mine.device is not None
    assert theirs.device is None
    assert ticket(database, "personne@exemple.test", device).device is None
    settle(database, theirs, right=True)
    block(database, "autre@exemple.test")
    assert isinstance(enter(database, "autre@exemple.test", device, right=True), Blocked)


@pytest.mark.parametrize(("seconds", "heard"), [(-1, True), (1, False)])
def test_td1_a_device_past_its_30_days_is_not_heard(
    database: Database, at: FrozenClock, seconds: int, *, heard: bool
) -> None:
    device = _trusted(database, _person(database))
    at.advance(days=30, seconds=seconds)
    assert (ticket(database, device=device).device is not None) is heard
    settle(database, ticket(database), right=True)
    block(database)
    assert isinstance(claim(database, device=device), Blocked) is not heard


def test_av1_what_could_not_be_looked_at_is_not_counted(
    database: Database, at: FrozenClock
) -> None:
    _person(database)
    for _ in range(25):
        claimed = ticket(database)
        with database.writing() as session:
            sign_in.abandon(session, claimed)
    assert enter(database, right=True) is Outcome.RIGHT


def test_pw2_a_hash_at_today_s_cost_is_kept_if_the_password_is_still_the_one(
    database: Database, at: FrozenClock
) -> None:
    identity = _person(database)

    def kept(new: str) -> bool:
        with database.writing() as session:
            sign_in.keep_rehash(session, identity, new)
        return ticket(database).stored == new

    assert kept("first")
    assert not kept("second"), "the identity was read before the first was kept"
