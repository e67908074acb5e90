"""AV5: killed between any two statements, then all or nothing has happened, and one can go on.

The end of a migration by its link is in test_migrating_races.py; here the other ends.
"""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from idp.accounts import association, legacy_door, links, migrating, migrating_end, recoveries
from idp.accounts import recovery_end as end
from idp.accounts.activity import NOWHERE
from idp.accounts.legacy_door import Outcome
from idp.accounts.migrating import ProvedBy
from idp.accounts.recovery_channels import Way
from idp.clock import FrozenClock
from idp.models import Identity, Member, Migration, Recovery
from idp.oidc import ending
from idp.storage.engine import Database
from tests import factories
from tests.accounts import legacy_support
from tests.accounts.recovery_end_support import ASKER, ask, block, holder
from tests.accounts.register_support import person, run
from tests.dying import killed_everywhere
from tests.factories import EMAIL, HERE
from tests.migration_support import (
    BROWSER,
    hang,
    legacy_member,
    make_migration,
    ready,
    tab,
    wanted,
)

HELD = "bastien.leroy@exemple.test"

pytestmark = pytest.mark.usefixtures("at")


def _held(database: Database) -> str:
    with database.writing() as session:
        return factories.make_identity(session, HELD).id


def _attached(database: Database, identity_id: str) -> bool:
    with database.reading() as session:
        return session.scalars(select(Member.identity_id)).one() == identity_id


def test_c5_the_last_button_of_an_association(database: Database) -> None:
    member, held = legacy_member(database), _held(database)
    row, paused = ready(database, member, chosen=None), tab(database)
    hang(database, paused, row)
    with database.writing() as session:
        assert migrating.agree(session, session.get_one(Migration, row), held)

    def confirm(session: Session) -> None:
        migration = session.get_one(Migration, row)
        assert migrating_end.finish(session, migration, identity_id=held, where=NOWHERE)

    killed_everywhere(database, confirm, "members", "migrations", "outbox", "links", "interactions")
    assert _attached(database, held)


def test_c5_an_account_agrees_elsewhere_and_the_last_word(database: Database) -> None:
    member, held = legacy_member(database), _held(database)
    row = ready(database, member, email=HELD)
    with database.writing() as session:
        migrating_end.send(session, session.get_one(Migration, row), None, NOWHERE)
        token = links.make(session, "association", identity_id=held, flow_id=row)
        found = association.look(session, token)
        there = association.elsewhere(session, found, "c" * 64).id

    def accept(session: Session) -> None:
        assert association.accept(session, session.get_one(Migration, there), NOWHERE)

    def last_word(session: Session) -> None:
        migration = session.get_one(Migration, row)
        assert association.finish(session, migration, HELD, NOWHERE) == held

    killed_everywhere(database, accept, "migrations", "events")
    assert not _attached(database, held)
    killed_everywhere(database, last_word, "members", "migrations", "outbox")
    assert _attached(database, held)


def test_c4_an_address_kept_is_chosen_and_done_at_once(database: Database) -> None:
    member = legacy_member(database)
    with database.writing() as session:
        row = make_migration(session, member, proved_by=ProvedBy.MAIL).id

    def choose(session: Session) -> None:
        migration = session.get_one(Migration, row)
        migrating_end.hold(session, migration, EMAIL)
        assert migrating.choose(session, migration, wanted(EMAIL))
        assert migrating_end.finish(session, migration, where=NOWHERE)

    killed_everywhere(database, choose, "identities", "members", "migrations", "outbox")


def test_d7_a_new_password(database: Database) -> None:
    """As new_password.py has it: the link, the proof, the reset, and what ends by it."""
    identity_id = holder(database)
    ask(database, way=Way.EMAIL)
    with database.reading() as session:
        sent = factories.mails(database)[-1]["values"]["link"].rpartition("/")[2]
        key = end._counters(session, session.get_one(Identity, identity_id), None)[0]
    block(database, key)

    def save(session: Session) -> None:
        link, recovery = recoveries.by_link(session, sent)
        links.use(session, link)
        recoveries.prove(session, recovery, Way.EMAIL, ASKER)
        end.reset(session, recovery, "the new hash", HERE)
        ending.end_everything(session, identity_id, why="new_password", where=HERE)

    killed_everywhere(database, save, "links", "recoveries", "identities", "lockouts", "outbox")
    with database.reading() as session:
        assert session.get_one(Identity, identity_id).password_hash == "the new hash"


def test_d7_a_recovery_that_goes_on_into_a_migration(database: Database) -> None:
    run(database, person(1))
    recovery_id = ask(database, way=Way.EMAIL)
    sent = factories.mails(database)[-1]["values"]["link"].rpartition("/")[2]

    def go_on(session: Session) -> None:
        link, recovery = recoveries.by_link(session, sent)
        links.use(session, link)
        recoveries.prove(session, recovery, Way.EMAIL, ASKER)
        member_id = end.to_migration(session, recovery)
        migrating.begin(
            session,
            BROWSER,
            member_id,
            password_at=None,
            proved_by=ProvedBy.RECOVERY_MAIL,
            interaction_id=None,
            client_id=None,
        )

    killed_everywhere(database, go_on, "links", "recoveries", "migrations")
    with database.reading() as session:
        assert session.get_one(Recovery, recovery_id).ended_at is not None


def test_c1_the_door_of_the_nir(database: Database, at: FrozenClock) -> None:
    """Between the claim and here the try counts: two are left, and the right one clears them."""
    nir = legacy_support.member(database)
    ticket = legacy_support.ticket(database, nir)
    member = legacy_support.record_of(database, nir)

    def settle(session: Session) -> None:
        assert legacy_door.settle(session, ticket, right=True) is Outcome.RIGHT
        migrating.begin(
            session,
            BROWSER,
            member.id,
            password_at=at.instant,
            interaction_id=None,
            client_id=None,
        )

    killed_everywhere(database, settle, "lockouts", "budgets", "migrations")
    assert legacy_support.enter(database, nir, right=True) is Outcome.RIGHT
