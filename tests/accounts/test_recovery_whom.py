"""What a proved recovery may tell, its secret question, and members without identity (D3, PW7)."""

from dataclasses import replace

import pytest
from sqlalchemy import select, update

from idp.accounts import (
    lockout,
    recoveries,
    recovery_end,
)
from idp.accounts.nir import Nir
from idp.accounts.recoveries import Cause, RecoveryLostError
from idp.accounts.recovery_channels import Way
from idp.clock import FrozenClock
from idp.errors import BadLinkError
from idp.models import Code, Identity, Member, Recovery
from idp.settings import Settings
from idp.storage.engine import Database
from tests.accounts.recovery_end_support import (
    NIR,
    OTHER,
    ask,
    block,
    blocked,
    holder,
    prove,
    token,
)
from tests.at_once import at_once
from tests.factories import EMAIL, HERE, kinds


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


# --- what the page may tell


@pytest.mark.parametrize("cause", list(Cause))
@pytest.mark.parametrize("is_blocked", [False, True])
def test_d3_not_blocked_after_all_is_told_to_who_came_to_end_a_block(
    database: Database, person_id: str, cause: Cause, *, is_blocked: bool
) -> None:
    if is_blocked:
        block(database, _keys(database)[0])
    found = _whom(database, ask(database, cause=cause))
    assert found.not_blocked is (cause is Cause.UNBLOCK and not is_blocked)
    assert found.email == EMAIL


def test_r2_the_question_is_asked_where_there_is_one(database: Database, person_id: str) -> None:
    recovery_id = ask(database)
    assert _whom(database, recovery_id).asks
    with database.writing() as session:
        session.execute(update(Identity).values(question=None, answer_hash=None))
    assert not _whom(database, recovery_id).asks


def test_r2_off_by_one_setting(settings: Settings, at: FrozenClock) -> None:
    database = Database.open(replace(settings, secret_questions=False))
    holder(database)
    assert not _whom(database, ask(database)).asks
    database.close()


def test_nobody_has_no_page(database: Database, at: FrozenClock) -> None:
    recovery_id = ask(database, "2900299999901")
    prove(database, recovery_id)
    with pytest.raises(RecoveryLostError):
        _whom(database, recovery_id)


# --- the secret answer


def _miss(database: Database, recovery_id: str) -> int | None:
    with database.writing() as session:
        recovery = session.get_one(Recovery, recovery_id)
        tries = recovery_end.claim_try(session, recovery)
        if tries is not None:
            recovery_end.missed(session, recovery, tries, HERE)
        return tries


def test_pw7_five_misses_end_the_recovery_and_its_link_and_block_nobody(
    database: Database, person_id: str
) -> None:
    recovery_id = ask(database, way=Way.EMAIL)
    mailed = token(database)
    assert [_miss(database, recovery_id) for _ in range(6)] == [1, 2, 3, 4, 5, None]
    with database.reading() as session, pytest.raises(BadLinkError):
        recoveries.by_link(session, mailed)
    assert kinds(database).count("member:answer:wrong") == 5
    assert blocked(database) == 0
    prove_again = ask(database, way=Way.EMAIL, browser=OTHER)
    assert _miss(database, prove_again) == 1, "counted by recovery"


def test_pw7_twenty_at_once_are_five_tries(database: Database, person_id: str) -> None:
    recovery_id = ask(database)

    def one(_: int) -> int | None:
        with database.writing() as session:
            return recovery_end.claim_try(session, session.get_one(Recovery, recovery_id))

    assert sum(tries is not None for tries in at_once(20, one)) == 5


# --- a member without identity


@pytest.fixture
def legacy(database: Database, at: FrozenClock) -> str:
    """A recovery proved for a member who never had an identity (C11)."""
    holder(database)
    with database.writing() as session:
        session.execute(update(Member).values(identity_id=None, attached_at=None))
    recovery_id = ask(database)
    prove(database, recovery_id, Way.SMS)
    return recovery_id


def _to_migration(database: Database, recovery_id: str) -> str:
    with database.writing() as session:
        return recovery_end.to_migration(session, session.get_one(Recovery, recovery_id))


def test_d7_c11_a_member_without_identity_goes_on_to_choose_one(
    database: Database, legacy: str
) -> None:
    """Once; a block of the NIR ends by it, and what else was sent is dead."""
    nir_key = _keys(database)[1]
    block(database, nir_key)
    found = _whom(database, legacy)
    assert (found.identity, found.email, found.asks) == (None, None, False)
    member_id = _to_migration(database, legacy)
    assert found.member is not None
    assert member_id == found.member.id
    assert blocked(database) == 0
    with pytest.raises(RecoveryLostError):
        _to_migration(database, legacy)
    with database.reading() as session:
        assert not session.scalars(select(Code).where(Code.voided_at.is_(None))).all()


@pytest.mark.parametrize("change", ["attached", "left"])
def test_too_late_for_who_has_an_identity_by_now_or_has_left(
    database: Database, legacy: str, change: str
) -> None:
    with database.writing() as session:
        identity_id = session.scalars(select(Identity.id)).one()
        values = {"identity_id": identity_id} if change == "attached" else {"status": "left"}
        session.execute(update(Member).values(**values))
    with pytest.raises(RecoveryLostError):
        _to_migration(database, legacy)
