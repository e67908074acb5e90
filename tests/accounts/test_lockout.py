"""Three wrong passwords in a row, for anyone known or not: a block of a day (LK1, D1)."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from idp.accounts import lockout
from idp.accounts.lockout import Claim
from idp.accounts.states import RULES, State
from idp.clock import FrozenClock
from idp.models import Event, Identity, Lockout
from idp.storage.engine import Database
from tests import factories
from tests.at_once import at_once
from tests.fixtures import START

DAY = timedelta(hours=24)
UNKNOWN = "personne@exemple.test"


def _claim(database: Database, email: str = factories.EMAIL) -> Claim | None:
    with database.writing() as session:
        return lockout.claim(session, lockout.key_for_email(session, email))


def _until(database: Database, email: str = factories.EMAIL) -> datetime | None:
    with database.reading() as session:
        return lockout.blocked_until(session, lockout.key_for_email(session, email))


def _tries(database: Database, email: str = factories.EMAIL) -> list[int | None]:
    """What three tries and one more are counted as."""
    return [
        claim.failures if claim else None for claim in (_claim(database, email) for _ in "1234")
    ]


def _identity(database: Database) -> Identity:
    with database.writing() as session:
        return factories.make_identity(session)


def _clear_if_current(database: Database, identity: Identity) -> bool:
    with database.writing() as session:
        key = lockout.key_for_email(session, factories.EMAIL)
        return lockout.clear_if_current(session, key, identity)


def test_lk1_the_third_try_in_a_row_blocks_and_the_fourth_is_refused(
    database: Database, at: FrozenClock
) -> None:
    _identity(database)
    assert [_claim(database) is None, _until(database)] == [False, None]
    assert [_claim(database) is None, _until(database)] == [False, None]
    third = _claim(database)
    assert third is not None
    assert (third.failures, third.blocked_until) == (3, START + DAY)
    assert _claim(database) is None
    assert _until(database) == START + DAY


def test_lk1_known_and_unknown_are_counted_alike(database: Database, at: FrozenClock) -> None:
    _identity(database)
    assert _tries(database) == _tries(database, UNKNOWN) == [1, 2, 3, None]
    assert _until(database) == _until(database, UNKNOWN)


@pytest.mark.parametrize("email", [factories.EMAIL, UNKNOWN])
def test_d1_a_block_lapses_after_a_day_exactly(
    database: Database, at: FrozenClock, email: str
) -> None:
    _identity(database)
    _tries(database, email)
    at.advance(hours=24, seconds=-1)
    assert _claim(database, email) is None
    assert _until(database, email) == START + DAY
    at.advance(seconds=1)
    assert _until(database, email) is None
    assert _tries(database, email) == [1, 2, 3, None], "after it one starts anew"
    assert _until(database, email) == START + 2 * DAY


def test_tries_while_blocked_do_not_lengthen_it(database: Database, at: FrozenClock) -> None:
    _tries(database)
    at.advance(hours=23)
    _tries(database)
    assert _until(database) == START + DAY


@pytest.mark.parametrize("known", [True, False])
def test_lk1_of_twenty_tries_at_once_three_are_evaluated(
    database: Database, at: FrozenClock, *, known: bool
) -> None:
    if known:
        _identity(database)
    claims = [claim for claim in at_once(20, lambda _number: _claim(database)) if claim]
    assert sorted(claim.failures for claim in claims) == [1, 2, 3]
    assert [claim.blocked_until for claim in claims if claim.blocked_until] == [START + DAY]


def test_of_twenty_tries_after_a_lapse_three_are_evaluated(
    database: Database, at: FrozenClock
) -> None:
    _tries(database)
    at.advance(hours=24)
    claims = at_once(20, lambda _number: _claim(database))
    assert sorted(claim.failures for claim in claims if claim) == [1, 2, 3]


def test_a_right_password_starts_the_row_again(database: Database, at: FrozenClock) -> None:
    identity = _identity(database)
    for _ in range(3):
        assert _claim(database)
    assert _clear_if_current(database, identity)
    assert _tries(database) == [1, 2, 3, None]


@pytest.mark.parametrize(
    "change",
    [
        {"password_hash": factories.hashed("Une+Lampe?9-Verte")},
        *({"state": state.value} for state in State if not RULES[state].takes_password),
    ],
)
def test_a_password_that_opens_no_more_clears_nothing(
    database: Database, at: FrozenClock, change: dict[str, str]
) -> None:
    identity = _identity(database)
    _tries(database)
    with database.writing() as session:
        session.execute(update(Identity).values(**change))
    assert not _clear_if_current(database, identity)
    assert _until(database) == START + DAY


def test_a_right_password_counts_though_the_block_was_lifted_meanwhile(
    database: Database, at: FrozenClock
) -> None:
    identity = _identity(database)
    _claim(database)
    with database.writing() as session:
        lockout.unblock(session, identity)
    assert _clear_if_current(database, identity)


def test_lk3_clearing_one_leaves_the_others(database: Database, at: FrozenClock) -> None:
    identity = _identity(database)
    _tries(database, UNKNOWN)
    _claim(database)
    _clear_if_current(database, identity)
    assert _until(database, UNKNOWN) == START + DAY


def test_a_device_has_a_counter_of_its_own(database: Database, at: FrozenClock) -> None:
    _tries(database)
    with database.writing() as session:
        key = lockout.key_for_device(session, factories.EMAIL)
        assert lockout.claim(session, key) == Claim(key, 1, None)


def test_av1_a_try_that_was_never_evaluated_is_given_back(
    database: Database, at: FrozenClock
) -> None:
    third = [_claim(database) for _ in range(3)][-1]
    assert third is not None
    with database.writing() as session:
        lockout.give_back(session, third)
    assert _until(database) is None
    again = _claim(database)
    assert again is not None
    assert again.failures == 3


def test_giving_back_never_counts_below_nought(database: Database, at: FrozenClock) -> None:
    first = _claim(database)
    assert first is not None
    for _ in range(2):
        with database.writing() as session:
            lockout.give_back(session, first)
    assert _tries(database) == [1, 2, 3, None]


def test_clearing_says_whether_there_was_a_block(database: Database, at: FrozenClock) -> None:
    def clear() -> bool:
        with database.writing() as session:
            return lockout.clear(session, lockout.key_for_email(session, factories.EMAIL))

    _claim(database)
    assert not clear()
    _tries(database)
    assert clear()
    assert _until(database) is None
    assert not clear()
    _tries(database)
    at.advance(hours=24)
    assert not clear(), "it had lapsed by itself"


def test_cl3_an_administrator_unblocks_and_is_named(database: Database, at: FrozenClock) -> None:
    identity = _identity(database)
    _tries(database)
    with database.writing() as session:
        assert lockout.unblock(session, identity, by="compte-exploitation")
    assert _until(database) is None
    with database.reading() as session:
        event = session.scalars(select(Event)).one()
    assert (event.kind, event.identity_id) == ("admin:identity:unblocked", identity.id)
    assert event.detail == {"by": "compte-exploitation", "was_blocked": True}


def test_pii1_no_identifier_is_kept_in_clear(database: Database, at: FrozenClock) -> None:
    _claim(database, UNKNOWN)
    with database.reading() as session:
        key = session.scalars(select(Lockout.key)).one()
    assert len(key) == 64
    assert "personne" not in factories.dump(database)
