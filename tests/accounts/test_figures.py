"""The gauges: each counts what it says, noughts included, and nothing of any person is in them."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from idp import clock
from idp.accounts import figures, members
from idp.accounts.members import Access
from idp.accounts.states import State
from idp.clock import FrozenClock
from idp.delivery import outbox
from idp.models import Base, Member, Migration, Outgoing, Recovery, new_id
from idp.storage.engine import Database
from idp.storage.purge import purge
from tests import factories
from tests.accounts.register_support import BCRYPT, attach, person, run
from tests.fixtures import Statements


def gauge(database: Database, name: str) -> dict[str, float]:
    """The samples of one gauge that are not nought."""
    with database.reading() as session:
        (found,) = (each for each in figures.gauges(session) if each.name == name)
    return {value: number for value, number in found.samples.items() if number}


def test_members_by_access_are_what_the_command_counts(database: Database, at: FrozenClock) -> None:
    """`member list --state S --count` and the metric are two readings of one thing."""
    legacy = {"legacy_password_hash": BCRYPT}
    run(
        database,
        person(1),
        person(2),
        person(3, **legacy),
        person(4, status="left"),
        person(5),
        person(6, **legacy),
        person(7, **legacy),
    )
    attach(database, "F0000001")
    with database.reading() as session:
        counted = {each.value: members.count(session, each) for each in Access}
    assert counted == {"attached": 1, "never_created": 2, "legacy": 3, "closed": 1}
    assert gauge(database, "members") == counted
    assert gauge(database, "identities") == {"active": 1}


def test_what_is_nought_is_told(database: Database, at: FrozenClock) -> None:
    """A figure that is missing could not be watched."""
    with database.reading() as session:
        told = {each.name: each.samples for each in figures.gauges(session)}
    assert set(told["members"]) == {each.value for each in Access}
    assert set(told["identities"]) == {each.value for each in State}
    assert set(told["outbox_waiting"]) == {"email", "sms"}
    assert {number for samples in told.values() for number in samples.values()} == {0}


def test_identities_by_state(database: Database, at: FrozenClock) -> None:
    with database.writing() as session:
        for number, state in enumerate(State):
            factories.make_identity(session, f"un{number}@exemple.test", state=state)
    assert gauge(database, "identities") == {state.value: 1 for state in State}


def test_old_verifiers_that_wait_for_the_worker(database: Database, at: FrozenClock) -> None:
    run(database, person(1, legacy_password_hash=BCRYPT), person(2))
    for waits in (True, False):
        with database.writing() as session:
            session.execute(
                update(Member).where(Member.legacy_sealed.is_not(None)).values(legacy_waits=waits)
            )
        assert gauge(database, "legacy_verifiers_waiting") == ({"": 1} if waits else {})


def test_messages_by_channel_and_the_age_of_the_oldest(database: Database, at: FrozenClock) -> None:
    with database.writing() as session:
        outbox.queue_mail(session, "blocked", "a@exemple.test", until=clock.now())
        outbox.queue_nothing(session)
    at.advance(seconds=90)
    with database.writing() as session:
        outbox.queue_nothing(session)
    assert gauge(database, "outbox_waiting") == {"email": 3}
    assert gauge(database, "outbox_oldest_seconds") == {"email": 90}
    with database.writing() as session:
        session.execute(update(Outgoing).values(next_attempt_at=None, sent_at=clock.now()))
        session.execute(update(Outgoing).values(channel="sms").where(Outgoing.payload.is_(None)))
    assert gauge(database, "outbox_waiting") == gauge(database, "outbox_oldest_seconds") == {}


@pytest.mark.parametrize(
    ("table", "name", "over"),
    [
        (Recovery, "recoveries_under_way", ("ended_at",)),
        (Migration, "migrations_under_way", ("ended_at", "done_at")),
    ],
)
def test_what_is_under_way(
    database: Database, at: FrozenClock, table: type[Base], name: str, over: tuple[str, ...]
) -> None:
    """Neither over nor too old; a recovery for nobody counts like another."""
    run(database, person(1))
    with database.writing() as session:
        member_id = session.scalars(select(Member.id)).one()
        for changes in ({}, *({column: clock.now()} for column in over)):
            fields = {
                "id": new_id(),
                "browser_hash": "b" * 64,
                "created_at": clock.now(),
                "expires_at": clock.now() + timedelta(minutes=30),
                **changes,
            }
            if table is Recovery:
                fields |= {"kind": "unblock", "by_nir": True, "typed": "t", "pair": "p"}
            else:
                fields |= {"member_id": member_id}
            session.add(table(**fields))
    assert gauge(database, name) == {"": 1}
    at.advance(minutes=30)
    assert gauge(database, name) == {}


def test_rows_that_a_purge_would_take_are_counted_so_far_and_no_further(
    database: Database, at: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "OVERDUE_MOST", 2)
    with database.writing() as session:
        for number in range(3):
            factories.make_pending(session, f"un{number}@exemple.test")
            outbox.queue_nothing(session)
    assert gauge(database, "rows_past_expiry") == {}
    at.advance(days=16)
    assert gauge(database, "rows_past_expiry") == {"identities": 2, "outbox": 2}
    assert purge(database)["identities"] == 3
    assert gauge(database, "rows_past_expiry") == {}


def test_the_cost_does_not_grow_with_the_people(database: Database, at: FrozenClock) -> None:
    """A scrape is the same few statements whatever is in the tables."""
    statements = Statements(database)
    counted = []
    for number in (1, 20):
        del statements[:]
        gauge(database, "members")
        counted.append(len(statements))
        run(database, *(person(number + rank) for rank in range(5)))
    assert counted[0] == counted[1] <= 30
