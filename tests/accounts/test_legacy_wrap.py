"""The worker's wrapping of weak old verifiers: each once, never over what came meanwhile (PW2)."""

import threading

import pytest
from sqlalchemy import select

from idp.accounts import legacy, legacy_wrap, members
from idp.accounts.legacy_door import Outcome
from idp.accounts.passwords import Hasher
from idp.models import Member
from idp.settings import Settings
from idp.storage.engine import Database
from tests import factories
from tests.accounts import legacy_support as support
from tests.accounts.legacy_support import BCRYPT, MD5, OLD, SSHA, STRONG
from tests.at_once import at_once

HASHER = Hasher(Settings(argon2_memory_kib=8, argon2_time=1))
GOING = threading.Event()
NEW = "{SHA1}04683814B65518A8F50432839ED87F9CFE020B2F"


def waiting(database: Database) -> int:
    """The figure of the metric."""
    with database.reading() as session:
        return legacy_wrap.waiting(session)


def wrap(database: Database, hasher: Hasher = HASHER, stop: threading.Event = GOING) -> int:
    """One round."""
    return legacy_wrap.run_round(database, hasher, stop)


class Meanwhile(Hasher):
    """Something happens while it hashes."""

    def __init__(self, happens: object) -> None:
        super().__init__(Settings(argon2_memory_kib=8, argon2_time=1))
        self._happens = happens

    def hash(self, secret: str) -> str:
        """As ever, afterwards."""
        self._happens()  # type: ignore[operator]
        return super().hash(secret)


def test_the_weak_ones_are_wrapped_the_others_left_and_none_waits(database: Database) -> None:
    weak = [support.member(database, each, rank=n) for n, each in enumerate((MD5, SSHA, BCRYPT), 1)]
    strong = support.member(database, STRONG["argon2id"], rank=8)
    without = support.member(database, "", rank=9)
    assert waiting(database) == 4
    assert wrap(database) == 4
    assert waiting(database) == 0
    assert wrap(database) == 0
    for nir in weak:
        kept = support.stored(database, nir)
        assert kept is not None
        assert kept.startswith("{WRAPPED}")
        assert legacy.verify(HASHER, kept, OLD)
        assert support.enter(database, nir, right=True) is Outcome.RIGHT
    assert support.stored(database, strong) == STRONG["argon2id"]
    assert support.stored(database, without) is None
    with database.reading() as session:
        assert members.count(session, members.Access.LEGACY) == 4


def test_more_than_a_batch(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(legacy_wrap, "_BATCH", 2)
    for rank in range(1, 6):
        support.member(database, MD5, rank=rank)
    assert wrap(database) == 5
    assert waiting(database) == 0


def test_a_stop_is_heard_between_two(database: Database) -> None:
    for rank in (1, 2):
        support.member(database, MD5, rank=rank)
    stop = threading.Event()
    assert wrap(database, Meanwhile(stop.set), stop) == 1
    assert waiting(database) == 1


def test_an_import_meanwhile_wins_and_waits_in_its_turn(database: Database) -> None:
    nir = support.member(database, MD5)
    assert wrap(database, Meanwhile(lambda: support.member(database, NEW))) == 0
    assert support.stored(database, nir) == NEW
    assert waiting(database) == 1
    assert wrap(database) == 1


def test_c13_a_migration_meanwhile_wins(database: Database) -> None:
    nir = support.member(database, MD5)
    with database.writing() as session:
        identity_id = factories.make_identity(session).id
    assert wrap(database, Meanwhile(lambda: support.attach(database, nir, identity_id))) == 0
    assert support.stored(database, nir) is None
    assert waiting(database) == 0


def test_two_workers_at_once_wrap_each_once(database: Database) -> None:
    for rank in range(1, 5):
        support.member(database, MD5, rank=rank)
    done = at_once(2, lambda _number: wrap(database))
    assert sum(done) == 4
    with database.reading() as session:
        for sealed in session.scalars(select(Member.legacy_sealed)):
            assert sealed is not None
            assert legacy.open_verifier(session, sealed).count("{WRAPPED}") == 1


def test_a_later_line_with_a_verifier_waits_again_one_without_does_not(database: Database) -> None:
    nir = support.member(database, MD5)
    wrap(database)
    support.member(database, "", contract="Autre contrat")
    assert waiting(database) == 0
    kept = support.stored(database, nir)
    assert str(kept).startswith("{WRAPPED}")
    support.member(database, NEW)
    assert waiting(database) == 1
    with database.writing() as session:
        identity_id = factories.make_identity(session).id
    support.attach(database, nir, identity_id)
    support.member(database, MD5)
    assert waiting(database) == 0, "once attached, a verifier is gone for good (C13)"


def test_what_is_sealed_under_a_lost_key_holds_nothing_up(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    lost, found = (support.member(database, MD5, rank=rank) for rank in (1, 2))
    with database.writing() as session:
        row = session.get_one(Member, support.record_of(database, lost).id)
        row.legacy_sealed = b"\0" * 64
    assert wrap(database) == 1
    assert waiting(database) == 1
    assert "legacy.unreadable" in [each.msg for each in caplog.records]
    kept = support.stored(database, found)
    assert str(kept).startswith("{WRAPPED}")


def test_a_sign_in_while_the_worker_wraps_is_looked_at_again_and_not_counted(
    database: Database,
) -> None:
    nir = support.member(database, MD5)
    for time in range(4):
        claimed = support.ticket(database, nir)
        support.member(database, MD5, contract=f"Contrat {time}")
        wrap(database)
        assert support.settle(database, claimed, right=True) is Outcome.CHANGED
    assert support.enter(database, nir, right=True) is Outcome.RIGHT


def test_the_thread_goes_on_after_a_database_that_is_away(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    support.member(database, MD5)
    stop, tries = threading.Event(), []
    real = legacy_wrap.run_round

    def failing_once(*given: object) -> int:
        tries.append(1)
        if len(tries) == 1:
            raise OSError("away")
        done = real(database, HASHER, stop)
        stop.set()
        return done

    monkeypatch.setattr(legacy_wrap, "run_round", failing_once)
    monkeypatch.setattr(legacy_wrap, "_IDLE_SECONDS", 0.0)
    legacy_wrap.run(database, HASHER, stop)
    assert waiting(database) == 0
