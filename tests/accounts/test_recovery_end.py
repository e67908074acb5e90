"""A proved recovery at its end: the password, the state, the counters, what dies (D7, SE5, LI7)."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from idp import clock
from idp.accounts import (
    channels,
    devices,
    links,
    lockout,
    recoveries,
    recovery_end,
    signup,
)
from idp.accounts.channels import ChannelKind
from idp.accounts.declared import declare
from idp.accounts.nir import Nir
from idp.accounts.recoveries import RecoveryLostError
from idp.accounts.recovery_channels import Way
from idp.accounts.states import State
from idp.clock import FrozenClock
from idp.models import Channel, Code, Device, Identity, Link, Recovery
from idp.storage.engine import Database
from tests.accounts.recovery_end_support import (
    ASKER,
    CONTACT,
    NIR,
    OTHER,
    ask,
    block,
    blocked,
    holder,
    identity,
    prove,
    token,
)
from tests.at_once import at_once
from tests.factories import EMAIL, HERE, PASSWORD, hashed, kinds, mails
from tests.fixtures import START

NEW = "argon2-of-the-new-one"


def _reset(database: Database, recovery_id: str, password_hash: str = NEW) -> None:
    with database.writing() as session:
        recovery = session.get_one(Recovery, recovery_id)
        recovery_end.reset(session, recovery, password_hash, HERE)


def _whom(database: Database, recovery_id: str) -> recovery_end.Whom:
    with database.reading() as session:
        return recovery_end.whom(session, session.get_one(Recovery, recovery_id))


def _keys(database: Database) -> list[str]:
    with database.reading() as session:
        return [lockout.key_for_email(session, EMAIL), lockout.key_for_nir(session, Nir(NIR))]


@pytest.fixture
def person_id(database: Database, at: FrozenClock) -> str:
    """An active identity with its record."""
    return holder(database)


@pytest.fixture
def proved(database: Database, person_id: str) -> str:
    """A recovery of it, by mail."""
    recovery_id = ask(database, way=Way.EMAIL)
    prove(database, recovery_id)
    return recovery_id


def test_d7_the_password_is_new_and_told_to_both_addresses(
    database: Database, person_id: str, proved: str
) -> None:
    _reset(database, proved)
    assert identity(database, person_id).password_hash == NEW
    told = [mail for mail in mails(database) if mail["purpose"] == "password_changed"]
    assert sorted(mail["to"] for mail in told) == sorted([EMAIL, CONTACT])
    assert told[0]["values"] == {"at": {"instant": START.isoformat()}, "browser": HERE.browser}
    assert "member:password:reset" in kinds(database)


def test_d1_both_counters_are_cleared_in_the_same_transaction(
    database: Database, person_id: str, proved: str
) -> None:
    """keycloak#45388: a reset leaves no account blocked."""
    for key in _keys(database):
        block(database, key)
    assert blocked(database) == 2
    _reset(database, proved)
    assert blocked(database) == 0


def test_once_and_of_twenty_at_once_one(database: Database, person_id: str, proved: str) -> None:
    def one(number: int) -> bool:
        try:
            _reset(database, proved, f"new-{number}")
        except RecoveryLostError:
            return False
        return True

    assert sum(at_once(20, one)) == 1
    assert kinds(database).count("member:password:reset") == 1


def test_not_proved_or_too_old_changes_nothing(
    database: Database, person_id: str, proved: str, at: FrozenClock
) -> None:
    with pytest.raises(RecoveryLostError):
        _reset(database, ask(database, way=Way.EMAIL, browser=OTHER))
    at.advance(seconds=30 * 60)
    with pytest.raises(RecoveryLostError):
        _reset(database, proved)
    assert identity(database, person_id).password_hash == hashed(PASSWORD)


@pytest.mark.parametrize("state", [State.DISABLED, State.ERASED])
def test_lk2_disabled_at_the_last_moment_it_is_refused(
    database: Database, person_id: str, proved: str, state: State
) -> None:
    with database.writing() as session:
        session.execute(update(Identity).values(state=state.value))
    with pytest.raises(RecoveryLostError):
        _whom(database, proved)
    with pytest.raises(RecoveryLostError):
        _reset(database, proved)
    assert identity(database, person_id).password_hash == hashed(PASSWORD)


@pytest.mark.parametrize(("state", "after"), [(State.ACTIVE, "active"), (State.CLOSING, "closing")])
def test_the_state_after(
    database: Database, person_id: str, proved: str, state: State, after: str
) -> None:
    with database.writing() as session:
        session.execute(update(Identity).values(state=state.value))
    _reset(database, proved)
    assert identity(database, person_id).state == after


def _freeze(database: Database, before: timedelta) -> None:
    with database.writing() as session:
        frozen = update(Identity).values(
            state=State.FROZEN.value, frozen_before=clock.now() - before
        )
        session.execute(frozen)


def test_a_frozen_identity_is_active_again(
    database: Database, at: FrozenClock, person_id: str
) -> None:
    at.advance(seconds=3600)
    _freeze(database, timedelta(minutes=10))
    recovery_id = ask(database, EMAIL, Way.EMAIL)
    prove(database, recovery_id)
    assert not _whom(database, recovery_id).not_blocked
    _reset(database, recovery_id)
    after = identity(database, person_id)
    assert (after.state, after.frozen_before) == ("active", None)


def _phone(database: Database, identity_id: str, number: str, *, proved: bool) -> None:
    with database.writing() as session:
        declare(session, identity_id, {ChannelKind.MOBILE: number})
        if proved:
            declared = update(Channel).where(
                Channel.identity_id == identity_id, Channel.standing == "declared"
            )
            session.execute(declared.values(standing="proved"))


@pytest.mark.parametrize("frozen", [False, True])
def test_li7_a_number_never_proved_goes_and_one_proved_by_the_intruder(
    database: Database, at: FrozenClock, person_id: str, *, frozen: bool
) -> None:
    at.advance(seconds=3600)
    _phone(database, person_id, "+33611111111", proved=True)
    _phone(database, person_id, "+33622222222", proved=False)
    if frozen:
        _freeze(database, timedelta(minutes=10))
    recovery_id = ask(database, EMAIL, Way.EMAIL)
    prove(database, recovery_id)
    _reset(database, recovery_id)
    with database.reading() as session:
        kept = session.scalars(select(Channel).where(Channel.identity_id == person_id)).all()
        values = [channels.open_channel(session, each) for each in kept]
    assert values == ([] if frozen else ["+33611111111"])


def test_td4_se5_li8_devices_codes_links_and_other_recoveries_end(
    database: Database, person_id: str, proved: str
) -> None:
    """The undo link of a record stays: it only takes away, and an intruder must not kill it."""
    ask(database, browser=OTHER)
    with database.writing() as session:
        devices.trust(session, person_id, HERE)
        for purpose in ("activation", "association", "reset", "undo"):
            links.make(session, purpose, identity_id=person_id)
    _reset(database, proved)
    with database.reading() as session:
        live = session.scalars(select(Link.purpose).where(Link.used_at.is_(None))).all()
        trusted = session.scalars(select(Device).where(Device.revoked_at.is_(None))).all()
        codes = session.scalars(select(Code).where(Code.voided_at.is_(None))).all()
        going = session.scalars(select(Recovery).where(Recovery.ended_at.is_(None))).all()
    assert (live, trusted, codes, going) == (["undo"], [], [], [])


def test_c6_the_link_of_an_association_activates_too(database: Database, at: FrozenClock) -> None:
    identity_id = holder(database, state=State.PENDING, member=False)
    with database.writing() as session:
        recoveries.mail_reset_link(session, EMAIL, identity_id, signup.Towards(), ASKER, HERE)
    mailed = token(database)
    with database.writing() as session:
        link, recovery = recoveries.by_link(session, mailed)
        assert not recovery_end.whom(session, recovery).asks, "whoever signed up would know"
        links.use(session, link)
        recoveries.prove(session, recovery, Way.EMAIL, OTHER)
        recovery_end.reset(session, recovery, NEW, HERE)
    after = identity(database, identity_id)
    assert (after.state, after.password_hash) == ("active", NEW)
    assert (after.question, after.answer_hash) == (None, None), "whoever signed up chose it"
    assert after.activated_at == START
    assert "member:identity:activated" in kinds(database)


def test_nor_does_it_activate_who_was_invited(database: Database, at: FrozenClock) -> None:
    """states.md: their code only. It attaches the record in the same stroke; a link does not."""
    identity_id = holder(database, state=State.INVITED, member=False)
    with database.writing() as session:
        recoveries.mail_reset_link(session, EMAIL, identity_id, signup.Towards(), ASKER, HERE)
    mailed = token(database)
    with database.writing() as session:
        _link, recovery = recoveries.by_link(session, mailed)
        with pytest.raises(RecoveryLostError):
            recovery_end.whom(session, recovery)
        recoveries.prove(session, recovery, Way.EMAIL, OTHER)
        with pytest.raises(RecoveryLostError):
            recovery_end.reset(session, recovery, NEW, HERE)
    assert identity(database, identity_id).state == "invited"


def test_a_sign_up_is_activated_by_no_other_recovery(database: Database, at: FrozenClock) -> None:
    """states.md: of a pending identity, its activation only."""
    identity_id = holder(database, state=State.PENDING, member=False)
    recovery_id = ask(database, EMAIL, None, born=None)
    with database.writing() as session:
        recovery = session.get_one(Recovery, recovery_id)
        assert recovery.identity_id is None
        recovery.identity_id, recovery.proved_at = identity_id, clock.now()
    with pytest.raises(RecoveryLostError):
        _reset(database, recovery_id)
    assert identity(database, identity_id).state == "pending"
