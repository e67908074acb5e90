"""Who may get an SMS, and how many (LK8, LK9): every budget or none, for decoys alike."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from idp.accounts.activity import Where
from idp.accounts.phones import BadPhoneError, canonical_phone
from idp.accounts.sms import NoSmsError, room_at, spend
from idp.clock import FrozenClock
from idp.errors import TooManyError
from idp.models import Budget
from idp.storage.engine import Database, settings_of
from idp.texts import text
from tests import factories
from tests.at_once import at_once
from tests.fixtures import START, Statements

ONE, OTHER = "+33600000001", "+33750000002"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(hours=24)
MIDNIGHT = datetime(2026, 11, 22, tzinfo=UTC)
REFUSED = ["+88216000001", "0899000000", "+33 8 99 00 00 00", "+33899000000", "0690000001"]
REFUSED += ["+590690000001", "0639000001", "+262639000001", "0700000001", "+33700000001"]
REFUSED += ["+33 (0)6 12 AB 56 78", "+33 (0)6 00 00 00 01 ", "6" * 40, "0" * 40, "+33123456789"]
REFUSED += ["", "3646", "+3360000000", "+336000000011", "+33600000001\n", "0600000001"]
EACH_KIND = pytest.mark.parametrize("decoy", [False, True], ids=["real", "decoy"])


@dataclass
class Door:
    """Asks for SMS from as many networks as it likes."""

    database: Database
    networks: Iterator[int]

    def ask(
        self,
        number: str = ONE,
        *,
        person: str = "p",
        signed: bool = False,
        address: str | None = None,
        decoy: bool = False,
    ) -> datetime | None:
        """None if there was room in all, else when to ask again; what was raised is caught inside
        the transaction, which is kept.
        """
        where = Where(address or f"198.51.100.{next(self.networks)}")
        with self.database.writing() as session:
            try:
                spend(session, number, person=person, signed=signed, where=where, decoy=decoy)
            except TooManyError as full:
                return full.retry_at
        return None


@pytest.fixture
def door(database: Database, at: FrozenClock) -> Door:
    return Door(database, iter(range(1, 255)))


def _taken(database: Database) -> dict[str, int]:
    """How much of each budget is taken, over all keys."""
    found: dict[str, int] = {}
    with database.reading() as session:
        for row in session.scalars(select(Budget)):
            many = row.version if row.name == "sms_daily" else len(row.taken["at"])
            found[row.name] = found.get(row.name, 0) + many
    return found


@EACH_KIND
def test_lk8_one_a_minute_and_three_a_quarter_of_an_hour(
    door: Door, at: FrozenClock, *, decoy: bool
) -> None:
    assert door.ask(decoy=decoy) is None
    assert door.ask(decoy=decoy, signed=True, person="q") == START + MINUTE
    for _ in range(2):
        at.advance(seconds=60)
        assert door.ask(decoy=decoy, person="q", signed=True) is None
    at.advance(seconds=60)
    assert door.ask(decoy=decoy, person="r") == START + 15 * MINUTE
    assert door.ask(OTHER, decoy=decoy) is None


@EACH_KIND
@pytest.mark.parametrize(("signed", "many"), [(False, 3), (True, 6)])
def test_lk8_so_many_a_day_for_a_number_and_person(
    door: Door, at: FrozenClock, *, decoy: bool, signed: bool, many: int
) -> None:
    for _ in range(many):
        assert door.ask(decoy=decoy, signed=signed) is None
        at.advance(minutes=15)
    assert door.ask(decoy=decoy, signed=signed) == START + DAY
    assert door.ask(OTHER, decoy=decoy, signed=signed) is None, "another number of theirs"
    assert door.ask(decoy=decoy, signed=signed, person="q") is None, "another person's too"


def test_lk8_strangers_leave_the_owner_their_six(door: Door, at: FrozenClock) -> None:
    for _ in range(3):
        assert door.ask() is None
        at.advance(minutes=15)
    assert door.ask() is not None
    for _ in range(6):
        assert door.ask(signed=True) is None
        at.advance(minutes=15)
    assert door.ask(signed=True) is not None


@EACH_KIND
def test_lk8_ten_an_hour_from_a_network(door: Door, *, decoy: bool) -> None:
    for number in range(10):
        asked = door.ask(f"+3360000{number:04}", decoy=decoy, address=f"2001:db8::{number + 1:x}")
        assert asked is None
    assert door.ask(OTHER, decoy=not decoy, address="2001:db8::ffff") == START + HOUR
    assert door.ask(OTHER, decoy=not decoy, address="2001:db8:0:1::1") is None


def test_the_latest_instant_of_all_that_are_full_is_told(door: Door, at: FrozenClock) -> None:
    for number in range(9):
        assert door.ask(f"+3360000{number:04}", address="192.0.2.1") is None
    at.advance(minutes=50)
    assert door.ask(address="192.0.2.1") is None
    # the number for a minute; the network for ten
    assert door.ask(address="192.0.2.1") == START + HOUR
    assert door.ask() == START + 51 * MINUTE


@EACH_KIND
def test_all_budgets_or_none(door: Door, database: Database, *, decoy: bool) -> None:
    assert door.ask(decoy=decoy) is None
    before = _taken(database)
    assert before == {
        "sms_number": 1,
        "sms_anonymous": 1,
        "sms_ip": 1,
        "sms_daily": 0 if decoy else 1,
    }
    for _ in range(20):  # the number is full; network and person must not pay for it
        assert door.ask(decoy=decoy, address="192.0.2.1") == START + MINUTE
    assert _taken(database) == before
    for number in range(10):
        assert door.ask(f"+3360001{number:04}", address="192.0.2.1") is None


def test_what_was_raised_and_not_caught_takes_nothing_either(
    door: Door, database: Database
) -> None:
    door.ask()
    before = _taken(database)
    with pytest.raises(TooManyError), database.writing() as session:
        spend(session, ONE, person="p", signed=False, where=Where("192.0.2.1"))
    assert _taken(database) == before


@pytest.fixture
def alarms(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    told: list[str] = []
    logger = logging.getLogger("idp.accounts.sms")
    monkeypatch.setattr(logger, "error", lambda event, extra: told.append(event))
    return told


def _limited(database: Database, limit: int) -> Database:
    with database.reading() as session:
        changed = replace(settings_of(session), sms_daily_limit=limit)
    return Database(database.engine, changed)


def test_lk8_the_day_has_a_limit_and_one_alarm(
    door: Door, database: Database, at: FrozenClock, alarms: list[str]
) -> None:
    door.database = _limited(database, 5)
    numbers = iter(f"+3360002{number:04}" for number in range(100))
    assert [door.ask(next(numbers)) for _ in range(4)] == [None] * 4
    assert alarms == []
    assert door.ask(next(numbers)) is None
    assert alarms == ["sms.daily_limit_reached"]
    for decoy in (False, True):
        assert door.ask(next(numbers), decoy=decoy) == MIDNIGHT
        assert door.ask(next(numbers), decoy=decoy, signed=True) == MIDNIGHT
    assert alarms == ["sms.daily_limit_reached"]
    assert _taken(database)["sms_ip"] == 5
    at.instant = MIDNIGHT
    assert door.ask(next(numbers)) is None


def test_the_page_is_told_the_instant_that_a_try_would_be_told(
    door: Door, database: Database, at: FrozenClock
) -> None:
    """And looking takes nothing; over the day's limit it is tomorrow, whoever asks."""
    where = Where("198.51.100.1")

    def told(number: str = ONE) -> datetime | None:
        with database.reading() as session:
            return room_at(session, number, person="p", where=where)

    assert told() is None
    assert _taken(database) == {}
    for later in (timedelta(), MINUTE, MINUTE, 15 * MINUTE, MINUTE, MINUTE):
        at.advance(seconds=later.total_seconds())
        assert door.ask(signed=True, address=where.address) is None
    assert told() == door.ask(signed=True, address=where.address)
    assert told(OTHER) is None
    with database.reading() as session:
        session.info["settings"] = replace(settings_of(session), sms_daily_limit=6)
        assert room_at(session, OTHER, person="p", where=where) == MIDNIGHT


def test_who_only_guesses_does_not_use_up_the_day(
    door: Door, database: Database, alarms: list[str]
) -> None:
    door.database = _limited(database, 2)
    for number in range(20):
        assert door.ask(f"+3360003{number:04}", decoy=True) is None
    assert alarms == []
    assert door.ask() is None


def test_the_number_of_a_decoy_is_nobodys(door: Door) -> None:
    assert door.ask(decoy=True) is None
    assert door.ask() is None


@pytest.mark.parametrize("signed", [False, True])
def test_en2_a_decoy_costs_the_same_statements(
    door: Door, database: Database, at: FrozenClock, *, signed: bool
) -> None:
    door.ask(OTHER)  # the day has begun
    run = Statements(database)
    seen = []
    for decoy in (False, True):
        for wait in (0, 30, 60):  # room, none, room again
            at.advance(seconds=wait)
            door.ask(signed=signed, decoy=decoy)
        seen.append(list(run))
        run.clear()
    assert seen[0] == seen[1]
    assert len(seen[0]) > 15


@EACH_KIND
@pytest.mark.parametrize("number", REFUSED)
def test_lk9_nothing_else_gets_an_sms(
    door: Door, database: Database, number: str, *, decoy: bool
) -> None:
    for spelled in {number, _canonical(number)}:
        if spelled == ONE:
            continue  # the canonical form of a sound number that was typed otherwise
        with pytest.raises(NoSmsError):
            door.ask(spelled, decoy=decoy)
    assert factories.counts(database)["budgets"] == 0


def _canonical(typed: str) -> str:
    try:
        return canonical_phone(typed)
    except BadPhoneError:
        return typed


def test_lk9_who_is_refused_is_told_what_would_do() -> None:
    assert "06 ou 07" in text(NoSmsError.text_key)
    assert NoSmsError.reason == "no_sms"


@pytest.mark.parametrize("many", [1, 3])
def test_of_twenty_at_once_one_is_sent(door: Door, at: FrozenClock, many: int) -> None:
    addresses = [f"203.0.113.{number}" for number in range(20)]
    for sent in range(many):
        found = at_once(20, lambda number: door.ask(address=addresses[number]))
        assert found.count(None) == 1, sent
        at.advance(seconds=60)


def test_of_twenty_at_once_from_one_network_ten_are_sent(door: Door, database: Database) -> None:
    found = at_once(20, lambda number: door.ask(f"+3360004{number:04}", address="192.0.2.1"))
    assert found.count(None) == 10
    assert _taken(database) == dict.fromkeys(
        ["sms_number", "sms_anonymous", "sms_ip", "sms_daily"], 10
    )


def test_pii1_neither_number_nor_address_is_kept_in_clear(door: Door, database: Database) -> None:
    door.ask(address="192.0.2.77", person="claire@exemple.test")
    seen = factories.dump(database)
    for clear in (ONE[1:], "192.0.2.77", "claire"):
        assert clear not in seen
