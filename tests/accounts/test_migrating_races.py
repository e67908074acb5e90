"""Many at once, and killed half-way: one identity, all or nothing (C12, LI1, AV9)."""

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from idp import clock
from idp.accounts import identities, links, members, migrating, migrating_end
from idp.accounts.activity import NOWHERE
from idp.accounts.migrating import ProvedBy
from idp.accounts.states import State
from idp.clock import FrozenClock
from idp.errors import BadLinkError
from idp.models import Identity, Member, Migration
from idp.storage.engine import Database
from tests import factories
from tests.at_once import at_once
from tests.dying import WRITING, KilledError, dying_at
from tests.factories import dump as everything
from tests.migration_support import (
    CHOSEN,
    finish,
    hang,
    legacy_member,
    make_migration,
    ready,
    tab,
    token_of,
    validated,
    wanted,
)

COUNT = 6


@pytest.fixture
def member(database: Database, at: FrozenClock) -> str:
    """A legacy member of the register."""
    return legacy_member(database)


def test_c12_many_browsers_at_once_make_one_identity(database: Database, member: str) -> None:
    rows = [
        ready(database, member, f"adresse{n}@exemple.test", browser_hash=str(n) * 64)
        for n in range(COUNT)
    ]
    # each had its own choice before any ended
    with database.writing() as session:
        session.execute(update(Migration).values(ended_at=None))
        for n, row in enumerate(rows):
            found = session.get_one(Migration, row)
            make = wanted(f"adresse{n}@exemple.test")
            assert migrating_end.rows.choose(session, found, make)
    made = [one for one in at_once(COUNT, lambda n: finish(database, rows[n])) if one]
    assert len(made) == 1
    with database.reading() as session:
        assert list(session.scalars(select(Identity.id))) == made
        assert session.scalars(select(Member.identity_id)).one() == made[0]
        live = select(Migration.id).where(migrating_end.rows.going_on())
        assert list(session.scalars(live)) == [], "rivals have ended"


def test_li1_many_members_at_once_for_one_address(database: Database, at: FrozenClock) -> None:
    rows = [ready(database, legacy_member(database, n + 1)) for n in range(COUNT)]
    made = [one for one in at_once(COUNT, lambda n: finish(database, rows[n])) if one]
    assert len(made) == 1
    with database.reading() as session:
        assert len(list(session.scalars(select(Identity.id)))) == 1
        assert members.count(session, members.Access.ATTACHED) == 1
        assert members.count(session, members.Access.LEGACY) == COUNT - 1


def test_av9_an_activation_and_a_migration_race_for_one_address(
    database: Database, member: str
) -> None:
    """LI1, LI2: one of them has it, and no page fails."""
    row = ready(database, member)
    with database.writing() as session:
        pending = factories.make_pending(session, CHOSEN)
        token = links.make(session, "activation", identity_id=pending.id)

    def run(number: int) -> bool:
        if number == 0:
            return finish(database, row) is not None
        try:
            with database.writing() as session:
                identities.activate(session, token, NOWHERE)
        except BadLinkError:
            return False
        return True

    assert at_once(2, run).count(True) == 1
    with database.reading() as session:
        assert list(session.scalars(select(Identity.state))) == [State.ACTIVE]


def test_c12_the_link_and_a_sign_in_elsewhere_at_the_same_moment(
    database: Database, member: str
) -> None:
    """Either it ended, or it goes on there; and nobody waits for the other for good (AV9)."""
    token = token_of(database, ready(database, member))
    with database.writing() as session:
        other = make_migration(session, member, browser_hash="o" * 64).id

    def run(number: int) -> bool:
        if number == 0:
            return validated(database, token)
        with database.writing() as session:
            if number == 1:
                return bool(make_migration(session, member, browser_hash="p" * 64))
            row = session.get_one(Migration, other)
            return migrating.prove(session, row, ProvedBy.MAIL, index=None, where=NOWHERE)

    ended, _begun, proved = at_once(3, run)
    with database.reading() as session:
        row = migrating.live(session, other)
        stage = migrating.stage_of(row) if row else None
        made = list(session.scalars(select(Identity.id)))
    assert len(made) == int(ended)
    # proved first, it has taken the link over, and the click ended that row
    assert ended or (proved and stage is migrating.Stage.SENT)
    assert not ended or stage in (None, migrating.Stage.DONE, migrating.Stage.CODE)


def test_another_choice_made_while_the_link_is_clicked(
    database: Database, member: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The click proves the address of its mail, never the one chosen since."""
    token, hold = token_of(database, ready(database, member)), migrating_end.hold

    def chosen_before(session: Session, row: Migration, *more: str) -> None:
        if row.chosen == first:
            migrating.choose(session, row, wanted("autre@exemple.test"))
        hold(session, row, *more)

    with database.reading() as session:
        first = session.scalars(select(Migration.chosen)).one()
    monkeypatch.setattr(migrating_end, "hold", chosen_before)
    assert not validated(database, token)
    with database.reading() as session:
        assert list(session.scalars(select(Identity.id))) == []


def test_c4_a_link_is_used_once_by_one_of_many(database: Database, member: str) -> None:
    token = token_of(database, ready(database, member))
    assert at_once(COUNT, lambda _n: validated(database, token)).count(True) == 1
    assert not validated(database, token)


def test_c4_a_link_is_dead_at_the_very_second(
    database: Database, member: str, at: FrozenClock
) -> None:
    row = ready(database, member)
    at.advance(minutes=5)
    token = token_of(database, row)
    with database.writing() as session:  # the row itself would live on
        session.execute(update(Migration).values(expires_at=clock.now().replace(year=2027)))
    at.advance(hours=24)
    assert not validated(database, token)
    at.advance(seconds=-1)
    assert validated(database, token)


def test_the_address_taken_between_leaves_the_link_and_the_choice(
    database: Database, member: str
) -> None:
    token = token_of(database, ready(database, member))
    with database.writing() as session:
        factories.make_identity(session, CHOSEN)
    before = everything(database)
    assert not validated(database, token)
    assert everything(database) == before


def statements_of(database: Database, token: str) -> list[str]:
    """What a link costs; it dies once all is written, before it is kept."""
    with dying_at(database, -1) as seen, database.writing() as session:
        migrating_end.validate(session, token, NOWHERE)
        raise KilledError
    return seen


def test_killed_between_any_two_statements_all_or_nothing(database: Database, member: str) -> None:
    """Then the member goes on with the same link."""
    paused = tab(database)
    row = ready(database, member)
    hang(database, paused, row)
    token = token_of(database, row)
    before = everything(database)
    statements = statements_of(database, token)
    assert {"identities", "members", "outbox", "proofs"} <= set(" ".join(statements).split())
    writing = [n for n, one in enumerate(statements) if one.startswith(WRITING)]
    assert len(writing) > 12
    for number in writing:  # before each: after the one before
        with dying_at(database, number) as seen:
            validated(database, token)
        assert len(seen) == number
    assert everything(database) == before, "what is kept by one of them is never undone"
    assert validated(database, token)
    with database.reading() as session:
        assert session.get_one(Member, member).identity_id is not None
