"""A recovery from the asking to its proof: whose browser, how long, what it says (D3, D5-D7)."""

import pytest
from sqlalchemy import select

from idp.accounts import recoveries, recovery_channels
from idp.accounts.recoveries import Cause, RecoveryLostError
from idp.accounts.recovery_channels import Way
from idp.accounts.signup import Towards
from idp.accounts.states import State
from idp.clock import FrozenClock
from idp.errors import BadLinkError
from idp.models import Channel, Recovery
from idp.storage.engine import Database
from tests import factories
from tests.accounts import recovery_support as here
from tests.accounts.recovery_support import BROWSER, NIR, OTHER_BROWSER
from tests.factories import EMAIL, HERE


def test_only_the_browser_that_asked_has_the_pages(database: Database, at: FrozenClock) -> None:
    here.on_file(database)
    recovery = here.ask(database)
    with database.reading() as session:
        assert recoveries.load(session, BROWSER, recovery.id).id == recovery.id
        for browser, asked in ((OTHER_BROWSER, recovery.id), (BROWSER, "0" * 32), (BROWSER, None)):
            with pytest.raises(RecoveryLostError):
                recoveries.load(session, browser, asked)
        with pytest.raises(RecoveryLostError):
            recoveries.load_proved(session, BROWSER, recovery.id)
    at.advance(minutes=30)
    with database.reading() as session, pytest.raises(RecoveryLostError):
        recoveries.load(session, BROWSER, recovery.id)


def test_en1_the_end_elsewhere_is_not_told_to_who_asked(
    database: Database, at: FrozenClock
) -> None:
    """A stranger who asked for somebody must not see that somebody has used the link."""
    here.on_file(database)
    recovery = here.ask(database)
    here.send(database, recovery)
    before = here.offered(database, recovery)
    with database.writing() as session:
        mine = session.get_one(Recovery, recovery.id)
        recoveries.prove(session, mine, Way.EMAIL, OTHER_BROWSER)
        mine.ended_at = at()
    at.advance(minutes=2)
    with database.reading() as session:
        assert recoveries.load(session, BROWSER, recovery.id).sent_by == "sms"
    assert here.offered(database, recovery) == before
    for number in range(2):
        here.send(database, recovery, number)
    assert factories.purposes(database) == ["nothing", "nothing", "temporary_password"]
    at.advance(minutes=30)  # since the last message, however long the proof is good for
    with database.reading() as session, pytest.raises(RecoveryLostError):
        recoveries.load(session, BROWSER, recovery.id)


def test_the_end_here_is_told(database: Database, at: FrozenClock) -> None:
    here.on_file(database)
    recovery = here.ask(database)
    with database.writing() as session:
        mine = session.get_one(Recovery, recovery.id)
        recoveries.prove(session, mine, Way.EMAIL, BROWSER)
        assert recoveries.load(session, BROWSER, recovery.id)
        mine.ended_at = at()
    with database.reading() as session, pytest.raises(RecoveryLostError):
        recoveries.load(session, BROWSER, recovery.id)


def test_what_was_sent_is_good_for_its_whole_life(database: Database, at: FrozenClock) -> None:
    """A link of half an hour outlives the half hour in which it was asked for."""
    here.on_file(database, mobile="")
    recovery = here.ask(database)
    at.advance(minutes=29)
    here.send(database, recovery)
    at.advance(minutes=29)
    token = factories.mails(database)[-1]["values"]["link"].rpartition("/")[2]
    with database.reading() as session:
        link, found = recoveries.by_link(session, token)
        assert (found.id, link.flow_id, link.member_id) == (
            recovery.id,
            recovery.id,
            recovery.member_id,
        )
    at.advance(minutes=1)
    with database.reading() as session, pytest.raises(BadLinkError):
        recoveries.by_link(session, token)


def test_a_link_dies_with_its_recovery(database: Database, at: FrozenClock) -> None:
    here.on_file(database, mobile="")
    recovery = here.ask(database)
    here.send(database, recovery)
    token = factories.mails(database)[-1]["values"]["link"].rpartition("/")[2]
    with database.writing() as session:
        session.get_one(Recovery, recovery.id).ended_at = at()
    with database.writing() as session:
        with pytest.raises(BadLinkError):
            recoveries.by_link(session, token)
        with pytest.raises(RecoveryLostError):
            recoveries.prove(session, recovery, Way.EMAIL, BROWSER)


@pytest.mark.parametrize("attached", [True, False])
def test_proving_says_where_and_by_what(
    database: Database, at: FrozenClock, *, attached: bool
) -> None:
    """D5: the page of a new password opens where the proof was given, and nowhere else."""
    member = here.on_file(database)
    if attached:
        here.identity(database, member=member)
    recovery = here.ask(database)
    with database.writing() as session:
        mine = session.get_one(Recovery, recovery.id)
        recoveries.prove(session, mine, Way.SMS, OTHER_BROWSER)
    with database.reading() as session:
        found = recoveries.load_proved(session, OTHER_BROWSER, recovery.id)
        assert (found.proved_by, found.proved_at) == ("sms", at())
        assert found.proved_index == session.scalars(_index("mobile")).one()
        with pytest.raises(RecoveryLostError):
            recoveries.load_proved(session, BROWSER, recovery.id)


def _index(kind: str):  # noqa: ANN202
    return select(Channel.value_index).where(Channel.kind == kind)


@pytest.mark.parametrize("state", [State.PENDING, State.ACTIVE])
def test_c6_c8_a_reset_link_without_a_page(
    database: Database, at: FrozenClock, state: State
) -> None:
    identity = here.identity(database, state)
    _mail(database, identity)
    assert here.sent(database) == [("reset", EMAIL)]
    token = factories.mails(database)[0]["values"]["link"].rpartition("/")[2]
    with database.reading() as session:
        link, recovery = recoveries.by_link(session, token)
        assert (link.identity_id, recovery.identity_id) == (identity, identity)
        assert (recovery.kind, recovery.browser_hash) == (Cause.JOINING.value, BROWSER)
        with pytest.raises(RecoveryLostError):  # it has no page of the channels
            recoveries.load(session, BROWSER, recovery.id)


def test_c6_the_same_rows_for_nobody_and_for_a_full_mailbox(
    database: Database, at: FrozenClock
) -> None:
    """The rows are the same whether something is sent, to nobody, or beyond the budget (EN1)."""
    identity = here.identity(database)
    for number in range(7):
        _mail(database, identity if number % 2 == 0 else None)
    assert factories.purposes(database) == ["nothing"] * 5 + ["reset"] * 2
    counted = factories.counts(database)
    assert (counted["links"], counted["recoveries"], counted["outbox"]) == (7, 7, 7)
    assert counted["budgets"] == 1, "each try counts, sent or not (EN1)"


def _mail(database: Database, identity: str | None) -> None:
    with database.writing() as session:
        recoveries.mail_reset_link(session, EMAIL, identity, Towards(), BROWSER, HERE)


def test_the_shared_door_knows_the_digest(database: Database, at: FrozenClock) -> None:
    """D5: the code is found by what was typed, whoever it is for."""
    recovery = here.ask(database)
    with database.reading() as session:
        typed = recoveries.parse(session, NIR)
        assert recoveries.typed_digests(session, typed)[0] == recovery.typed
        assert recovery_channels.binding(recovery).channel_index == recovery.typed
        assert recovery_channels.binding(recovery).flow_id is None
