"""Signed-in browsers: 30 minutes idle, 12 hours in all, a new identifier each (SE1, SE3)."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from idp.accounts import sessions
from idp.accounts.sessions import Opened
from idp.accounts.states import State
from idp.clock import FrozenClock
from idp.models import BrowserSession, Identity
from idp.storage.engine import Database
from tests import factories
from tests.fixtures import START, Statements


@pytest.fixture
def opened(database: Database, at: FrozenClock) -> Opened:
    with database.writing() as session:
        return sessions.open_new(session, factories.make_identity(session).id)


def _current(database: Database, cookie: str | None) -> BrowserSession | None:
    with database.reading() as session:
        return sessions.current(session, cookie)


def _use(database: Database, cookie: str) -> None:
    with database.writing() as session:
        row = sessions.current(session, cookie)
        assert row is not None
        sessions.seen(session, row)


@pytest.mark.parametrize(("seconds", "alive"), [(-1, True), (0, False), (1, False)])
def test_se3_thirty_minutes_idle(
    database: Database, at: FrozenClock, opened: Opened, seconds: int, *, alive: bool
) -> None:
    at.advance(minutes=10)
    _use(database, opened.cookie)
    at.advance(minutes=30, seconds=seconds)
    assert (_current(database, opened.cookie) is not None) is alive


@pytest.mark.parametrize(("seconds", "alive"), [(-1, True), (0, False), (1, False)])
def test_se3_twelve_hours_however_busy(
    database: Database, at: FrozenClock, opened: Opened, seconds: int, *, alive: bool
) -> None:
    for _ in range(35):
        at.advance(minutes=20)
        _use(database, opened.cookie)
    at.instant = START + timedelta(hours=12, seconds=seconds)
    assert (_current(database, opened.cookie) is not None) is alive


def test_being_used_is_written_once_a_minute(
    database: Database, at: FrozenClock, opened: Opened
) -> None:
    with database.writing() as session:
        row = sessions.current(session, opened.cookie)
        assert row is not None
        run = Statements(database)
        at.advance(seconds=59)
        sessions.seen(session, row)
        assert run == []
        at.advance(seconds=1)
        sessions.seen(session, row)
        assert len(run) == 1


def test_se1_the_cookie_is_random_and_only_its_hash_is_stored(
    database: Database, opened: Opened
) -> None:
    with database.writing() as session:
        other = sessions.open_new(session, factories.make_pending(session, "b@exemple.test").id)
    assert len({opened.cookie, other.cookie, opened.id, other.id}) == 4
    assert len(opened.cookie) == 43
    assert opened.cookie not in factories.dump(database)


@pytest.mark.parametrize("cookie", [None, "", "x", "é"])
def test_any_other_cookie_is_nobody(database: Database, opened: Opened, cookie: str | None) -> None:
    assert _current(database, cookie) is None


@pytest.mark.parametrize("state", list(State))
def test_se7_it_lives_while_its_identity_may(
    database: Database, opened: Opened, state: State
) -> None:
    with database.writing() as session:
        session.execute(update(Identity).values(state=state.value))
    alive = _current(database, opened.cookie) is not None
    assert alive is (state in {State.ACTIVE, State.CLOSING})


def test_se6_ended_once_and_for_all(database: Database, opened: Opened) -> None:
    def end() -> str | None:
        with database.writing() as session:
            return sessions.end(session, opened.id)

    whose = _current(database, opened.cookie)
    assert whose is not None
    assert [end(), end()] == [whose.identity_id, None]
    assert _current(database, opened.cookie) is None


def test_se6_a_session_that_ended_is_not_revived(database: Database, opened: Opened) -> None:
    row = _current(database, opened.cookie)
    assert row is not None
    with database.writing() as session:
        sessions.end(session, opened.id)
    with database.writing() as session:
        renewed = sessions.renew(session, row, reauthenticated=True)
        sessions.seen(session, row)
    assert renewed is None
    assert _current(database, opened.cookie) is None


@pytest.mark.parametrize(("reauthenticated", "alive"), [(True, True), (False, False)])
def test_se3_a_code_alone_does_not_prolong_the_twelve_hours(
    database: Database, at: FrozenClock, opened: Opened, reauthenticated: bool, alive: bool
) -> None:
    for _ in range(25):
        at.advance(minutes=28)
        row = _current(database, opened.cookie)
        assert row is not None
        with database.writing() as session:
            sessions.seen(session, row)
    with database.writing() as session:
        renewed = sessions.renew(session, row, reauthenticated=reauthenticated)
    assert renewed is not None
    at.advance(minutes=25)
    assert (_current(database, renewed.cookie) is not None) is alive


def test_se1_renewing_changes_the_cookie_and_the_old_one_is_refused(
    database: Database, at: FrozenClock, opened: Opened
) -> None:
    at.advance(minutes=29)
    row = _current(database, opened.cookie)
    assert row is not None
    with database.writing() as session:
        renewed = sessions.renew(session, row, reauthenticated=True)
    assert renewed is not None
    assert renewed.id == opened.id
    assert renewed.cookie != opened.cookie
    assert _current(database, opened.cookie) is None
    fresh = _current(database, renewed.cookie)
    assert fresh is not None
    assert (fresh.seen_at, fresh.expires_at) == (at.instant, at.instant + timedelta(hours=12))


def test_the_row_says_who_and_since_when(database: Database, opened: Opened) -> None:
    with database.reading() as session:
        row = session.scalars(select(BrowserSession)).one()
        person = session.scalars(select(Identity.id)).one()
    assert (row.id, row.identity_id, row.created_at) == (opened.id, person, START)
    assert row.ended_at is None
