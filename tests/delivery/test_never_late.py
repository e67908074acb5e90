"""AV4: with relay and gateway down, what a way in or back sends is kept, and never sent too late.

Each message that holds a secret of some minutes, as the accounts queue it: while it is good it goes
as soon as it can; from the very second it is dead it never does, and nothing of it is left.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from idp.accounts import migrating_code, recoveries
from idp.accounts.activity import NOWHERE
from idp.accounts.channels import ChannelKind
from idp.accounts.recovery_channels import Way
from idp.accounts.signup import Towards
from idp.clock import FrozenClock
from idp.delivery.worker import run_once
from idp.models import Outgoing
from idp.settings import Settings
from idp.storage.engine import Database
from tests.accounts import phone_walks
from tests.accounts.recovery_end_support import ask, holder
from tests.delivery.gateway import Gateway, answering
from tests.delivery.relay import Relay, running
from tests.factories import EMAIL, HERE
from tests.fixtures import START
from tests.migration_support import legacy_member, make_migration

HALF_AN_HOUR, QUARTER = timedelta(minutes=30), timedelta(minutes=15)


def code_of_c1(kind: ChannelKind) -> Callable[[Database], None]:
    """To a channel on file."""

    def send(database: Database) -> None:
        member = legacy_member(database, mobile="06 12 34 56 78")
        with database.writing() as session:
            row = make_migration(session, member)
            offers = {each.kind: each for each in migrating_code.offers(session, row)}
            migrating_code.send(session, row, offers[kind], None, HERE)

    return send


def recovery(way: Way) -> Callable[[Database], None]:
    """A link, or a temporary password, of somebody with a record."""

    def send(database: Database) -> None:
        holder(database)
        ask(database, way=way)

    return send


def help_to_join(database: Database) -> None:
    """C6, C8."""
    identity_id = holder(database, member=False)
    with database.writing() as session:
        recoveries.mail_reset_link(session, EMAIL, identity_id, Towards(), "b" * 64, NOWHERE)


def telephone(database: Database) -> None:
    """F5."""
    phone_walks.ask(database, phone_walks.somebody(database))


MESSAGES = {
    "code of C1 by mail": (code_of_c1(ChannelKind.CONTACT_EMAIL), "migration_code", QUARTER),
    "code of C1 by SMS": (code_of_c1(ChannelKind.MOBILE), "code", QUARTER),
    "reset link": (recovery(Way.EMAIL), "reset", HALF_AN_HOUR),
    "temporary password": (recovery(Way.SMS), "temporary_password", QUARTER),
    "reset link to join": (help_to_join, "reset", HALF_AN_HOUR),
    "code of a telephone": (telephone, "code", QUARTER),
}


@pytest.fixture
def relay() -> Relay:
    """Down, until a test runs it."""
    return Relay()


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with answering(Gateway(status=503)) as answers:
        yield answers


@pytest.fixture
def settled(settings: Settings, relay: Relay, gateway: Gateway) -> Settings:
    return replace(settings, smtp_url=relay.url, sms_url=gateway.kannel())


def _row(database: Database, purpose: str) -> Outgoing:
    with database.reading() as session:
        return session.scalars(select(Outgoing).where(Outgoing.purpose == purpose)).one()


@pytest.mark.parametrize("name", MESSAGES)
def test_av4_kept_while_it_is_good_and_never_sent_late(
    database: Database,
    settled: Settings,
    relay: Relay,
    gateway: Gateway,
    at: FrozenClock,
    name: str,
) -> None:
    send, purpose, life = MESSAGES[name]
    send(database)
    dies = START + life
    assert _row(database, purpose).expires_at == dies
    run_once(database, settled)
    waiting = _row(database, purpose)
    assert waiting.payload is not None, "nothing is lost"
    assert waiting.sent_at is None
    at.instant = dies
    calls = len(gateway.calls)
    gateway.status = 202
    with running(relay):
        run_once(database, settled)
    dead = _row(database, purpose)
    assert (dead.failed_at, dead.sent_at, dead.payload) == (dies, None, None)
    assert (relay.mails, len(gateway.calls)) == ([], calls)


@pytest.mark.parametrize("name", MESSAGES)
def test_av4_up_again_a_second_before_it_goes(
    database: Database,
    settled: Settings,
    relay: Relay,
    gateway: Gateway,
    at: FrozenClock,
    name: str,
) -> None:
    send, purpose, life = MESSAGES[name]
    send(database)
    run_once(database, settled)
    at.instant = START + life - timedelta(seconds=1)
    gateway.status = 202
    with running(relay):
        run_once(database, settled)
    assert _row(database, purpose).sent_at == at.instant
