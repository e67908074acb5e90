"""Known, unknown and every state cost and tell the same; a network has its own limit (EN1, LK4)."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from idp.accounts.activity import Where
from idp.accounts.sign_in import Blocked, Outcome
from idp.accounts.states import State
from idp.clock import FrozenClock
from idp.errors import TooManyError
from idp.storage.engine import Database
from tests import factories
from tests.accounts.door import block, claim, enter, settle, ticket
from tests.factories import EMAIL, HERE
from tests.fixtures import START, Statements

WHO: list[State | None] = [None, *State]


def _prepare(database: Database, state: State | None) -> None:
    if state is not None:
        with database.writing() as session:
            factories.make_identity(session, state=state)


def _shapes(run: Statements) -> list[str]:
    """What each statement does to which table."""
    return [" ".join(statement.split()[:3]) for statement in run]


def _refused_until(database: Database, email: str, where: Where = HERE) -> datetime | None:
    try:
        claim(database, email, where=where)
    except TooManyError as full:
        return full.retry_at
    return None


def _strangers() -> Iterator[str]:
    return (f"inconnu{number}@exemple.test" for number in range(1000))


@pytest.fixture
def reference(database: Database, at: FrozenClock) -> list[str]:
    """What three wrong passwords and a refusal run, for an address that nobody owns."""
    run = Statements(database)
    block(database, "personne@exemple.test")
    claim(database, "personne@exemple.test")
    return _shapes(run)


@pytest.mark.parametrize("state", list(State))
def test_en2_the_same_statements_for_known_and_unknown(
    database: Database, reference: list[str], state: State
) -> None:
    _prepare(database, state)
    run = Statements(database)
    block(database)
    claim(database)
    expected = [shape.replace("INSERT INTO budgets", "UPDATE budgets SET") for shape in reference]
    assert _shapes(run) == expected


@pytest.mark.parametrize("right", [False, True])
def test_en2_the_same_statements_where_a_right_password_opens_nothing(
    database: Database, at: FrozenClock, *, right: bool
) -> None:
    _prepare(database, State.DISABLED)
    claimed = ticket(database)
    run = Statements(database)
    settle(database, claimed, right=right)
    assert _shapes(run) == ["INSERT INTO events"]


def test_a_sign_in_costs_few_statements(database: Database, at: FrozenClock) -> None:
    _prepare(database, State.ACTIVE)
    run = Statements(database)
    assert enter(database, right=True) is Outcome.RIGHT
    assert len(run) <= 6  # of the twelve of a whole sign-in


@pytest.mark.parametrize("state", WHO)
def test_d1_the_block_tells_nothing_of_who_is_known(
    database: Database, at: FrozenClock, state: State | None
) -> None:
    _prepare(database, state)
    block(database)
    assert claim(database) == Blocked(START + timedelta(hours=24))


@pytest.mark.parametrize("state", WHO)
def test_lk1_one_notice_a_block_and_a_row_of_the_same_weight_for_nobody(
    database: Database, at: FrozenClock, state: State | None
) -> None:
    _prepare(database, state)
    block(database)
    for _ in range(5):
        claim(database)
    expected = "blocked" if state is State.ACTIVE else "nothing"
    assert factories.purposes(database) == [expected]
    assert factories.kinds(database).count("system:identity:blocked") == 1
    at.advance(hours=24)
    block(database)
    assert factories.purposes(database) == [expected] * 2


def test_the_notice_says_until_when(database: Database, at: FrozenClock) -> None:
    _prepare(database, State.ACTIVE)
    block(database)
    until = {"instant": (START + timedelta(hours=24)).isoformat()}
    assert factories.mails(database) == [
        {"purpose": "blocked", "to": EMAIL, "values": {"until": until}}
    ]


def test_lk4_twenty_failures_in_ten_minutes_from_one_address(
    database: Database, at: FrozenClock
) -> None:
    strangers = _strangers()
    for _ in range(20):
        assert _refused_until(database, next(strangers)) is None
    assert _refused_until(database, next(strangers)) == START + timedelta(minutes=10)
    assert _refused_until(database, EMAIL, Where("192.0.2.8")) is None
    at.advance(minutes=10)
    assert _refused_until(database, next(strangers)) is None


def test_lk4_a_hundred_an_hour(database: Database, at: FrozenClock) -> None:
    strangers = _strangers()
    for _ in range(5):
        for _ in range(20):
            assert _refused_until(database, next(strangers)) is None
        at.advance(minutes=10)
    assert _refused_until(database, next(strangers)) == START + timedelta(hours=1)


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("192.0.2.1", "192.0.2.2", False),
        (None, None, True),
    ],
)
def test_lk4_ipv6_is_counted_by_64(
    database: Database, at: FrozenClock, one: str | None, other: str | None, *, shared: bool
) -> None:
    strangers = _strangers()
    for _ in range(20):
        claim(database, next(strangers), where=Where(one))
    assert (_refused_until(database, EMAIL, Where(other)) is not None) is shared


def test_lk3_signing_in_oneself_does_not_clear_the_network(
    database: Database, at: FrozenClock
) -> None:
    _prepare(database, State.ACTIVE)
    for stranger in list(_strangers())[:20]:
        assert enter(database, right=True) is Outcome.RIGHT
        claim(database, stranger)
    assert _refused_until(database, EMAIL) == START + timedelta(minutes=10)


def test_right_passwords_take_nothing_from_the_network(database: Database, at: FrozenClock) -> None:
    _prepare(database, State.ACTIVE)
    for _ in range(60):
        assert enter(database, right=True) is Outcome.RIGHT
    assert _refused_until(database, "inconnu@exemple.test") is None


def test_a_blocked_try_stays_counted_on_the_network(database: Database, at: FrozenClock) -> None:
    block(database)
    for _ in range(17):
        assert isinstance(claim(database), Blocked)
    assert _refused_until(database, EMAIL) == START + timedelta(minutes=10)


def test_a_try_over_the_network_s_limit_does_not_count_against_the_person(
    database: Database, at: FrozenClock
) -> None:
    _prepare(database, State.ACTIVE)
    for stranger in list(_strangers())[:20]:
        claim(database, stranger)
    for _ in range(3):
        assert _refused_until(database, EMAIL) is not None
    assert claim(database, where=Where("198.51.100.1")) != Blocked(START + timedelta(hours=24))


def test_pii7_what_is_counted_and_told_holds_no_address(
    database: Database, at: FrozenClock
) -> None:
    _prepare(database, State.ACTIVE)
    block(database)
    seen = factories.dump(database)
    assert "claire" not in seen
    assert "192.0.2.7" not in seen
