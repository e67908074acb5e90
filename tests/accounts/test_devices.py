"""Trusted browsers: thirty days to the second, one person, ten at most (TD1, TD2, TD5)."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from idp.accounts import devices
from idp.accounts.activity import Where
from idp.clock import FrozenClock
from idp.models import Device, Event
from idp.storage.engine import Database
from tests import factories
from tests.fixtures import START


def _trust(database: Database, identity_id: str, where: Where = factories.HERE) -> str:
    with database.writing() as session:
        return devices.trust(session, identity_id, where)


def _live(database: Database, token: str | None) -> Device | None:
    with database.reading() as session:
        return session.scalars(select(Device).where(devices.live(token))).one_or_none()


@pytest.fixture
def person(database: Database) -> str:
    with database.writing() as session:
        return factories.make_identity(session).id


@pytest.mark.parametrize(("seconds", "trusted"), [(-1, True), (0, False), (1, False)])
def test_td1_thirty_days_absolute(
    database: Database, at: FrozenClock, person: str, seconds: int, *, trusted: bool
) -> None:
    token = _trust(database, person)
    at.advance(days=15)
    assert _live(database, token), "being used does not lengthen it"
    at.advance(days=15, seconds=seconds)
    assert (_live(database, token) is not None) is trusted


def test_td1_only_the_hash_is_stored(database: Database, at: FrozenClock, person: str) -> None:
    token = _trust(database, person)
    assert len(token) == 43  # 256 bits
    assert token not in factories.dump(database)


@pytest.mark.parametrize("token", [None, "", "x", "é" * 500])
def test_no_other_cookie_is_a_device(
    database: Database, at: FrozenClock, person: str, token: str | None
) -> None:
    _trust(database, person)
    assert _live(database, token) is None


def test_a_withdrawn_device_is_no_more(database: Database, at: FrozenClock, person: str) -> None:
    token = _trust(database, person)
    with database.writing() as session:
        session.execute(update(Device).values(revoked_at=START))
    assert _live(database, token) is None


def test_td5_beyond_ten_the_oldest_is_withdrawn(
    database: Database, at: FrozenClock, person: str
) -> None:
    tokens = []
    for _ in range(12):
        tokens.append(_trust(database, person))
        at.advance(minutes=1)
    assert [_live(database, token) is not None for token in tokens] == [False] * 2 + [True] * 10


def test_td5_each_person_has_ten(database: Database, at: FrozenClock, person: str) -> None:
    with database.writing() as session:
        other = factories.make_identity(session, "autre@exemple.test").id
    theirs = _trust(database, other)
    at.advance(minutes=1)
    for _ in range(11):
        _trust(database, person)
    assert _live(database, theirs)


def test_a_device_past_its_time_takes_no_place(
    database: Database, at: FrozenClock, person: str
) -> None:
    for _ in range(10):
        _trust(database, person)
    at.advance(days=30)
    _trust(database, person)
    with database.reading() as session:
        assert session.scalars(select(Device.revoked_at)).all() == [None] * 11


def test_td5_kept_with_family_network_and_date_only(
    database: Database, at: FrozenClock, person: str
) -> None:
    token = _trust(database, person)
    row = _live(database, token)
    assert row is not None
    assert (row.identity_id, row.browser, row.network) == (
        person,
        "Firefox sur Linux",
        "192.0.2.0/24",
    )
    assert (row.created_at, row.expires_at) == (START, START + timedelta(days=30))
    with database.reading() as session:
        event = session.scalars(select(Event)).one()
    assert (event.kind, event.identity_id) == ("member:device:trusted", person)
    assert "192.0.2.7" not in factories.dump(database)


def test_a_browser_from_nowhere_can_be_trusted(
    database: Database, at: FrozenClock, person: str
) -> None:
    assert _live(database, _trust(database, person, Where()))


def test_td4_all_of_one_person_are_withdrawn_at_once(
    database: Database, at: FrozenClock, person: str
) -> None:
    with database.writing() as session:
        other = factories.make_identity(session, "autre@exemple.test").id
    mine, theirs = [_trust(database, person) for _ in range(2)], _trust(database, other)
    with database.writing() as session:
        assert devices.revoke_all(session, person) == 2
        assert devices.revoke_all(session, person) == 0
    assert [_live(database, token) for token in mine] == [None, None]
    assert _live(database, theirs)
