"""LK2, SE5: the ways back to a disabled identity, begun before or asked for since: none opens.

A failure block leaves them all good (R4, D10).
"""

from collections.abc import Iterator

import pytest

from idp.accounts import association, joining, links, lockout, migrating, recoveries, recovery_end
from idp.accounts.migrating import ProvedBy
from idp.accounts.recoveries import Cause, RecoveryLostError
from idp.accounts.recovery_channels import Way
from idp.accounts.signup import Towards
from idp.clock import FrozenClock
from idp.errors import BadLinkError
from idp.models import Identity, Migration, Recovery
from idp.oidc import administration
from idp.storage.engine import Database
from tests import factories
from tests.accounts.recovery_end_support import (
    ASKER,
    NIR,
    ask,
    block,
    holder,
    knock,
    prove,
    secret,
    token,
)
from tests.factories import EMAIL, HERE
from tests.migration_support import CHOSEN, legacy_member, make_migration

pytestmark = pytest.mark.usefixtures("at")
OTHERS = "autre.personne@exemple.test"


@pytest.fixture
def claire(database: Database, at: FrozenClock) -> str:
    """A member with an active identity; its id."""
    return holder(database)


def disable(database: Database, identity_id: str) -> None:
    with database.writing() as session:
        found = session.get_one(Identity, identity_id)
        assert administration.disable(session, found, by="ops")


def disabled_then_enabled(database: Database, identity_id: str) -> Iterator[str]:
    """Twice the same look: while it is disabled, and once it is active again."""
    disable(database, identity_id)
    yield "disabled"
    with database.writing() as session:
        found = session.get_one(Identity, identity_id)
        assert administration.enable(session, found, by="ops")
    yield "enabled again"


def by_link(database: Database, typed: str) -> bool:
    """Whether the reset link opens its page."""
    with database.reading() as session:
        try:
            _link, recovery = recoveries.by_link(session, typed)
            return recovery_end.whom(session, recovery).identity is not None
        except (BadLinkError, RecoveryLostError):
            return False


def resets(database: Database, recovery_id: str) -> bool:
    """Whether a recovery that was proved here sets the password."""
    try:
        with database.writing() as session:
            recovery = recoveries.load_proved(session, ASKER, recovery_id)
            recovery_end.reset(session, recovery, "the new hash", HERE)
    except RecoveryLostError:
        return False
    return True


@pytest.mark.parametrize("identifier", [NIR, EMAIL])
def test_a_temporary_password(database: Database, claire: str, identifier: str) -> None:
    ask(database, identifier)
    sent = secret(database)
    for when in disabled_then_enabled(database, claire):
        assert knock(database, sent, identifier) is None, when


def test_a_reset_link(database: Database, claire: str) -> None:
    ask(database, NIR, Way.EMAIL)
    sent = token(database)
    assert by_link(database, sent)
    for when in disabled_then_enabled(database, claire):
        assert not by_link(database, sent), when


def test_the_page_of_a_new_password_that_is_open(database: Database, claire: str) -> None:
    """Proved before in this browser: what is left is to send the form."""
    recovery_id = ask(database, NIR, Way.EMAIL)
    prove(database, recovery_id)
    for when in disabled_then_enabled(database, claire):
        assert not resets(database, recovery_id), when
    with database.reading() as session:
        assert session.get_one(Identity, claire).password_hash != "the new hash"


@pytest.mark.parametrize("identifier", [NIR, EMAIL])
@pytest.mark.parametrize("way", [None, *Way])
def test_asked_for_while_disabled_it_is_nobody_s(
    database: Database, claire: str, identifier: str, way: Way | None
) -> None:
    """The same page and rows as for a pair that nobody is, then and after the enabling."""
    for when in disabled_then_enabled(database, claire):
        if when == "disabled":
            recovery_id = ask(database, identifier, None)
    with database.reading() as session:
        found = session.get_one(Recovery, recovery_id)
        assert (found.identity_id, found.member_id) == (None, None)
        with pytest.raises(RecoveryLostError):
            recovery_end.whom(session, found)
    assert factories.purposes(database) == []


def test_the_mail_of_a_failed_association_is_not_for_the_disabled(
    database: Database, claire: str
) -> None:
    """C8: blocked and disabled, no link goes; nor would one open anything."""
    disable(database, claire)
    with database.reading() as session:
        key = lockout.key_for_email(session, EMAIL)
    block(database, key)
    with database.writing() as session:
        association.help_by_mail(session, EMAIL, Towards(), ASKER, HERE)
    assert factories.purposes(database) == ["nothing"]
    with database.writing() as session:
        recoveries.mail_reset_link(session, EMAIL, claire, Towards(), ASKER, HERE)
    assert not by_link(database, token(database))


def test_a_migration_that_joins_it_and_its_mailed_link(database: Database, claire: str) -> None:
    """C5: the password was right, or the link has gone; the record of another stays free."""
    member_id = legacy_member(database, 2)
    with database.writing() as session:
        joining = make_migration(
            session, member_id, proved_by=ProvedBy.MAIL, identity_id=claire, chosen=EMAIL
        ).id
        waiting = make_migration(
            session, member_id, proved_by=ProvedBy.MAIL, chosen=EMAIL, browser_hash="c" * 64
        ).id
        sent = links.make(session, "association", identity_id=claire, flow_id=waiting)
        own = make_migration(
            session, member_id, proved_by=ProvedBy.MAIL, chosen=CHOSEN, browser_hash="d" * 64
        ).id
    for when in disabled_then_enabled(database, claire):
        with database.reading() as session:
            assert migrating.live(session, joining) is None, when
            with pytest.raises(BadLinkError):
                association.look(session, sent)
            assert session.get_one(Migration, own).ended_at is None, when


def test_an_undo_takes_the_record_away_all_the_same(database: Database, claire: str) -> None:
    """R9: it only takes away, and it is not the identity's to lose; the state stays."""
    with database.writing() as session:
        member = joining.member_of(session, claire)
        assert member is not None
        sent = links.make(session, "undo", identity_id=claire, member_id=member.id)
    disable(database, claire)
    with database.writing() as session:
        assert joining.undo(session, sent, HERE) == claire
    with database.reading() as session:
        assert joining.member_of(session, claire) is None
        assert session.get_one(Identity, claire).state == "disabled"


def test_r4_a_failure_block_leaves_the_ways_back_good(database: Database, claire: str) -> None:
    """D10: what a stranger's wrong passwords did must not keep the owner out."""
    with database.reading() as session:
        key = lockout.key_for_email(session, EMAIL)
    recovery_id = ask(database, EMAIL, Way.SMS)
    ask(database, NIR, Way.EMAIL)
    block(database, key)
    assert by_link(database, token(database))
    assert knock(database, secret(database), EMAIL) == recovery_id
    assert resets(database, recovery_id)
    with database.reading() as session:
        assert lockout.blocked_until(session, key) is None


def test_another_person_s_ways_back_stay(database: Database, claire: str) -> None:
    with database.writing() as session:
        factories.make_identity(session, OTHERS)
    recovery_id = ask(database, OTHERS, Way.EMAIL, born=None, cause=Cause.UNBLOCK)
    sent = token(database)
    disable(database, claire)
    assert by_link(database, sent)
    prove(database, recovery_id)
    assert resets(database, recovery_id)
