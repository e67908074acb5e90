"""The count of a day: exact for however many at once, new at midnight UTC, nothing in clear."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from idp.clock import FrozenClock
from idp.models import Budget
from idp.storage import tally
from idp.storage.engine import Database
from tests.at_once import at_once
from tests.fixtures import START, Statements

MIDNIGHT = datetime(2026, 11, 22, tzinfo=UTC)


def _add(database: Database, limit: int = 3, step: int = 1, name: str = "n") -> int | None:
    with database.writing() as session:
        return tally.add(session, name, limit=limit, step=step)


def test_it_counts_up_to_its_limit_and_no_further(database: Database, at: FrozenClock) -> None:
    assert [_add(database) for _ in range(5)] == [1, 2, 3, None, None]
    assert _add(database, name="other") == 1
    assert _add(database, limit=4) == 4, "a limit that was raised"


def test_a_step_of_nothing_asks_and_leaves_the_count(database: Database, at: FrozenClock) -> None:
    assert _add(database, step=0) == 0
    assert [_add(database) for _ in range(3)] == [1, 2, 3]
    assert _add(database, step=0) is None


def test_both_steps_are_the_same_statements(database: Database, at: FrozenClock) -> None:
    _add(database, limit=9)
    run = Statements(database)
    _add(database, limit=9)
    _add(database, limit=9, step=0)
    assert len(run) == 2
    assert run[0] == run[1]


def test_a_new_day_begins_at_midnight(database: Database, at: FrozenClock) -> None:
    at.instant = MIDNIGHT - timedelta(milliseconds=1)
    assert [_add(database, limit=1), _add(database, limit=1)] == [1, None]
    assert tally.tomorrow() == MIDNIGHT
    at.instant = MIDNIGHT
    assert [_add(database, limit=1), _add(database, limit=1)] == [1, None]
    assert tally.tomorrow() == MIDNIGHT + timedelta(days=1)


def test_forty_at_once_of_thirty_are_thirty(database: Database, at: FrozenClock) -> None:
    found = at_once(40, lambda _number: _add(database, limit=30))
    assert sorted(each for each in found if each) == list(range(1, 31))


def test_the_row_outlives_its_day(database: Database, at: FrozenClock) -> None:
    _add(database)
    with database.reading() as session:
        row = session.scalars(select(Budget)).one()
    assert row.expires_at > MIDNIGHT > START
    assert len(row.key) == 64
