"""Limits are exact in any stretch of their period, for whoever takes, however many at once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as tuned
from hypothesis import strategies as st
from sqlalchemy import select

from idp import clock
from idp.clock import FrozenClock
from idp.models import Budget
from idp.storage import limits
from idp.storage.engine import Database
from idp.storage.limits import ExhaustedError, Taken, Window
from tests import factories
from tests.at_once import at_once
from tests.fixtures import START, sqlite_settings

MINUTE, MILLISECOND = timedelta(minutes=1), timedelta(milliseconds=1)
TWO = (Window(3, MINUTE), Window(7, 10 * MINUTE))
windows_of = st.lists(
    st.builds(Window, st.integers(1, 4), st.integers(1, 5000).map(lambda ms: ms * MILLISECOND)),
    min_size=1,
    max_size=2,
)
moves_of = st.lists(
    st.tuples(st.sampled_from(["take", "give_back"]), st.integers(0, 2500)), max_size=25
)


@dataclass
class Naive:
    """Every taking ever, counted again each time: slow, and plainly right."""

    windows: Sequence[Window]
    taken: list[datetime] = field(default_factory=list)

    def has_room(self, at: datetime) -> bool:
        return all(
            sum(at - window.period < moment <= at for moment in self.taken) < window.limit
            for window in self.windows
        )

    def retry_at(self, at: datetime) -> datetime:
        """The first later instant with room: one at which some taking leaves some window."""
        ends = sorted(moment + window.period for moment in self.taken for window in self.windows)
        return next(end for end in ends if end > at and self.has_room(end))


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, sqlite_template: bytes) -> Database:
    folder: Path = tmp_path_factory.mktemp("limits")
    return Database.open(sqlite_settings(folder, sqlite_template))


def _take(database: Database, windows: Sequence[Window], value: str = "v") -> Taken | datetime:
    """What was taken, or when there is room again."""
    try:
        with database.writing() as session:
            return limits.take(session, "n", value, windows)
    except ExhaustedError as full:
        return full.retry_at


def _give_back(database: Database, taken: Taken, windows: Sequence[Window]) -> None:
    with database.writing() as session:
        limits.give_back(session, taken, windows)


def _room_at(database: Database, windows: Sequence[Window], value: str = "v") -> datetime | None:
    with database.reading() as session:
        return limits.room_at(session, "n", value, windows)


@given(windows=windows_of, moves=moves_of, start=st.integers(0, 10**9))
@tuned(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_limits_are_those_of_the_naive_model(
    shared: Database, windows: list[Window], moves: list[tuple[str, int]], start: int
) -> None:
    model, mine = Naive(windows), list[Taken]()
    with clock.frozen(START + start * MILLISECOND) as at:
        value = factories.new_id()
        for move, wait in moves:
            at.advance(milliseconds=wait)
            if move == "give_back" and mine:
                _give_back(shared, mine.pop(), windows)
                model.taken.pop()
                continue
            room = model.has_room(at.instant)
            assert (_room_at(shared, windows, value) is None) is room
            result = _take(shared, windows, value)
            if room:
                assert isinstance(result, Taken)
                mine.append(result)
                model.taken.append(at.instant)
            else:
                assert result == model.retry_at(at.instant)


def test_a_burst_across_the_edge_gains_nothing(database: Database, at: FrozenClock) -> None:
    at.advance(seconds=59.999)
    first = [_take(database, TWO) for _ in range(3)]
    assert all(isinstance(taken, Taken) for taken in first)
    at.advance(seconds=59.999)
    assert _take(database, TWO) == at.instant + MILLISECOND
    at.advance(seconds=0.001)
    assert isinstance(_take(database, TWO), Taken)


def test_the_longer_window_holds_when_the_shorter_has_room(
    database: Database, at: FrozenClock
) -> None:
    for _ in range(7):
        assert isinstance(_take(database, TWO), Taken)
        at.advance(seconds=30)
    assert _room_at(database, TWO) == START + 10 * MINUTE
    assert _take(database, TWO) == START + 10 * MINUTE


def test_where_both_windows_are_full_the_later_end_is_told(
    database: Database, at: FrozenClock
) -> None:
    windows = (Window(2, MINUTE), Window(3, 10 * MINUTE))
    for wait in (0, 9.5 * 60, 10):
        at.advance(seconds=wait)
        assert isinstance(_take(database, windows), Taken)
    assert _take(database, windows) == START + 10.5 * MINUTE


def test_twenty_at_once_of_five_are_five(database: Database, at: FrozenClock) -> None:
    results = at_once(20, lambda _number: _take(database, (Window(5, MINUTE),)))
    assert sum(isinstance(result, Taken) for result in results) == 5
    assert {result for result in results if isinstance(result, datetime)} == {START + MINUTE}


def test_twenty_that_give_back_at_once_leave_nothing(database: Database, at: FrozenClock) -> None:
    windows = (Window(100, MINUTE),)

    def take_and_give_back(_number: int) -> None:
        taken = _take(database, windows)
        assert isinstance(taken, Taken)
        _give_back(database, taken, windows)

    at_once(20, take_and_give_back)
    with database.reading() as session:
        assert session.scalars(select(Budget.taken)).one() == {"at": []}


def test_giving_back_leaves_what_others_took_since(database: Database, at: FrozenClock) -> None:
    windows = (Window(2, MINUTE),)
    mine = _take(database, windows)
    at.advance(seconds=1)
    assert isinstance(_take(database, windows), Taken)
    assert isinstance(mine, Taken)
    _give_back(database, mine, windows)
    assert isinstance(_take(database, windows), Taken)
    assert isinstance(_take(database, windows), datetime)


def test_giving_back_after_the_row_was_purged_adds_nothing(
    database: Database, at: FrozenClock
) -> None:
    mine = _take(database, TWO)
    assert isinstance(mine, Taken)
    with database.writing() as session:
        session.delete(session.scalars(select(Budget)).one())
    _give_back(database, mine, TWO)
    assert factories.counts(database)["budgets"] == 0


def test_names_and_values_are_counted_apart(database: Database, at: FrozenClock) -> None:
    one = (Window(1, MINUTE),)
    with database.writing() as session:
        for name, value in (("n", "v"), ("n", "w"), ("m", "v")):
            limits.take(session, name, value, one)
        for name, value in (("n", "v"), ("n", "w"), ("m", "v")):
            with pytest.raises(ExhaustedError):
                limits.take(session, name, value, one)


def test_a_row_stays_small_and_says_when_it_may_go(database: Database, at: FrozenClock) -> None:
    for _ in range(40):
        _take(database, TWO)
        at.advance(seconds=40)
    with database.reading() as session:
        row = session.scalars(select(Budget)).one()
    assert len(row.taken["at"]) <= 7
    last = START + (max(row.taken["at"]) - int(START.timestamp() * 1000)) * MILLISECOND
    assert row.expires_at == last + 10 * MINUTE


def test_pii1_what_is_counted_is_not_kept_in_clear(database: Database, at: FrozenClock) -> None:
    _take(database, TWO, "claire@exemple.test")
    assert "claire" not in factories.dump(database)
