"""Joining by a migration: rows that race, and what a mailed link brings to another browser."""

import pytest
from sqlalchemy import select, update

from idp import clock
from idp.accounts import association, links, lockout, migrating
from idp.accounts.activity import NOWHERE
from idp.accounts.association import Obstacle
from idp.accounts.lifetimes import INTERACTION
from idp.accounts.migrating import ProvedBy, Stage
from idp.accounts.signup import Towards
from idp.accounts.states import State
from idp.clock import FrozenClock
from idp.errors import BadLinkError
from idp.models import Identity, Link, Member, Migration, Recovery
from idp.storage.engine import Database
from tests import factories
from tests.at_once import at_once
from tests.migration_support import finish, legacy_member, make_migration, wanted

HELD, OTHER = "bastien.leroy@exemple.test", "autre@exemple.test"
COUNT = 6


@pytest.fixture
def member(database: Database, at: FrozenClock) -> str:
    """A legacy member of the register."""
    return legacy_member(database)


def _identity(database: Database, email: str = HELD, state: State = State.ACTIVE) -> str:
    with database.writing() as session:
        return factories.make_identity(session, email, state=state).id


def _row(database: Database, member: str, browser: int = 0) -> str:
    with database.writing() as session:
        browser_hash = str(browser) * 64
        return make_migration(
            session, member, proved_by=ProvedBy.MAIL, browser_hash=browser_hash
        ).id


def _link(database: Database, row: str, identity_id: str) -> str:
    with database.writing() as session:
        return links.make(session, "association", identity_id=identity_id, flow_id=row)


def test_av9_browsers_that_join_and_that_create_at_once_end_with_one_identity(
    database: Database, member: str
) -> None:
    held = [_identity(database, f"tenue{n}@exemple.test") for n in range(COUNT)]
    rows = [_row(database, member, n) for n in range(COUNT)]
    with database.writing() as session:
        for n, row in enumerate(rows):
            migrating.choose(
                session, session.get_one(Migration, row), wanted(f"neuve{n}@exemple.test")
            )

    def end(n: int) -> str | None:
        return finish(database, rows[n], held[n] if n % 2 else None)

    made = [one for one in at_once(COUNT, end) if one]
    assert len(made) == 1
    with database.reading() as session:
        assert session.scalars(select(Member.identity_id)).one() == made[0]
        everybody = set(session.scalars(select(Identity.id)))
        assert everybody == {*held, made[0]}, "no identity is left over"
        assert not session.scalars(select(Migration.id).where(migrating.going_on())).all()


def test_one_identity_joined_by_two_members_at_once_has_one_record(
    database: Database, member: str
) -> None:
    other, held = legacy_member(database, 2), _identity(database)
    rows = [_row(database, member), _row(database, other)]
    made = at_once(2, lambda n: finish(database, rows[n], held))
    assert sorted(map(str, made)) == sorted([held, "None"])
    with database.reading() as session:
        holders = list(session.scalars(select(Member.identity_id)))
        assert sorted(map(str, holders)) == sorted([held, "None"])


def test_li10_elsewhere_a_link_brings_a_row_for_its_identity_alone(
    database: Database, member: str, at: FrozenClock
) -> None:
    held, row = _identity(database), _row(database, member)
    token = _link(database, row, held)
    with database.writing() as session:
        found = association.look(session, token)
        links.use(session, found.link)
        there = association.elsewhere(session, found, "c" * 64)
        assert migrating.stage_of(there) is Stage.JOIN
        assert not association.open_to_choice(there)
        assert migrating.proofs_of(there) == [], "the member's proofs are no identity's"
        assert not migrating.unchoose(session, there), "nor another address"
        assert there.identity_id == held
        assert there.expires_at == clock.now() + INTERACTION
        mine = there.id
    at.advance(minutes=30)
    assert finish(database, mine, held) is None
    with database.reading() as session:
        assert session.scalars(select(Member.identity_id)).one() is None
        assert association.open_to_choice(session.get_one(Migration, row)), "the first still waits"


@pytest.mark.parametrize("over", ["used", "late", "ended", "done", "unproved", "other purpose"])
def test_otc7_a_link_leads_nowhere_once_its_migration_is_over(
    database: Database, member: str, at: FrozenClock, over: str
) -> None:
    held, row = _identity(database), _row(database, member)
    token = _link(database, row, held)
    one = update(Migration).where(Migration.id == row)
    with database.writing() as session:
        assert association.look(session, token).email == HELD
        if over == "used":
            links.use(session, association.look(session, token).link)
        elif over == "late":
            at.advance(hours=24)
        elif over == "other purpose":
            session.execute(update(Link).values(purpose="migration"))
        else:
            column = {"ended": "ended_at", "done": "done_at", "unproved": "proved_at"}[over]
            session.execute(one.values({column: None if over == "unproved" else clock.now()}))
    with database.reading() as session, pytest.raises(BadLinkError):
        association.look(session, token)


@pytest.mark.parametrize("state", [State.DISABLED, State.FROZEN, State.CLOSING, State.INVITED])
def test_se7_only_one_that_is_active_and_free_takes_a_record(
    database: Database, member: str, state: State
) -> None:
    held, closed = _identity(database), _identity(database, OTHER, state)
    with database.writing() as session:
        assert association.obstacle(session, held) is None
        assert association.obstacle(session, closed) is Obstacle.NOT_ACTIVE
    assert finish(database, _row(database, member), closed) is None
    assert finish(database, _row(database, member), held) == held
    with database.reading() as session:
        assert association.obstacle(session, held) is Obstacle.HAS_RECORD


@pytest.mark.parametrize(
    ("state", "blocked", "helped"),
    [
        (State.PENDING, False, True),
        (State.INVITED, False, False),
        (State.ACTIVE, False, False),
        (State.ACTIVE, True, True),
        (State.DISABLED, True, False),
        (State.FROZEN, True, False),
        (None, True, False),
    ],
)
def test_c6_c8_whom_a_link_is_mailed_to(
    database: Database, at: FrozenClock, state: State | None, blocked: bool, helped: bool
) -> None:
    held = _identity(database, HELD, state) if state else None
    if blocked:
        _block(database)
    before = len(factories.mails(database))
    with database.writing() as session:
        association.help_by_mail(session, HELD, Towards(), "b" * 64, NOWHERE)
    queued = factories.mails(database)[before:]
    assert len(queued) == 1, "a row for whoever it is"
    assert (queued[0]["purpose"] == "reset") is helped
    with database.reading() as session:
        asked = session.scalars(select(Recovery)).one()
        assert asked.identity_id == (held if helped else None)
        assert session.scalars(select(Link.identity_id)).one() == (held if helped else None)


def _block(database: Database) -> None:
    with database.writing() as session:
        for _ in range(3):
            lockout.claim(session, lockout.key_for_email(session, HELD))
