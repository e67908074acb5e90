"""The sender: once each, later if it must, never too late, and nothing left behind (AV4, AV5)."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from idp.clock import FrozenClock
from idp.delivery import outbox, worker
from idp.delivery.worker import DELAYS, LEASE, run_once
from idp.models import Outgoing
from idp.settings import Settings
from idp.storage.engine import Database
from tests import factories
from tests.at_once import at_once
from tests.delivery.relay import Relay, running
from tests.fixtures import START

TO = "claire@exemple.test"
Round = Callable[[], int]


@pytest.fixture
def relay() -> Relay:
    return Relay()


@pytest.fixture
def settled(settings: Settings, relay: Relay) -> Settings:
    return replace(settings, smtp_url=relay.url)


@pytest.fixture
def work(database: Database, settled: Settings, at: FrozenClock) -> Round:
    return lambda: run_once(database, settled)


def _queue(database: Database, to: str = TO, expires_at: datetime | None = None) -> None:
    with database.writing() as session:
        outbox.queue_mail(
            session, "no_account", to, expires_at=expires_at, sign_up_url="https://x.test/creer"
        )


def _rows(database: Database) -> list[Outgoing]:
    with database.reading() as session:
        return list(session.scalars(select(Outgoing).order_by(Outgoing.created_at)))


def test_a_message_is_sent_once_and_wiped(database: Database, relay: Relay, work: Round) -> None:
    _queue(database)
    with running(relay):
        assert [work(), work()] == [1, 0]
    (mail,) = relay.mails
    assert (mail["To"], mail["Subject"]) == (TO, "Votre demande de message d'activation")
    (row,) = _rows(database)
    assert (row.sent_at, row.failed_at) == (START, None)
    assert row.payload is row.next_attempt_at is None


def test_av4_the_relay_is_down_then_up_again(
    database: Database, relay: Relay, work: Round, at: FrozenClock
) -> None:
    _queue(database)
    for delay in DELAYS[:3]:
        assert [work(), work()] == [1, 0]
        (row,) = _rows(database)
        assert row.next_attempt_at == at.instant + delay
        assert row.payload is not None
        at.advance(seconds=delay.total_seconds())
    assert at.instant < START + timedelta(minutes=15), "three more tries while a code lives"
    with running(relay):
        assert work() == 1
    assert len(relay.mails) == 1
    assert _rows(database)[0].attempts == 4


def test_the_last_delay_is_the_longest(database: Database, work: Round, at: FrozenClock) -> None:
    _queue(database)
    for _ in range(8):
        work()
        at.instant = _rows(database)[0].next_attempt_at or START
    work()
    assert _rows(database)[0].next_attempt_at == at.instant + DELAYS[-1]


def test_av4_what_has_expired_is_never_sent(
    database: Database, relay: Relay, work: Round, at: FrozenClock
) -> None:
    _queue(database, expires_at=START + timedelta(minutes=15))
    at.advance(minutes=15)
    with running(relay):
        assert work() == 1
    assert relay.mails == []
    (row,) = _rows(database)
    assert (row.sent_at, row.failed_at) == (None, at.instant)
    assert row.payload is row.next_attempt_at is None


def test_nothing_is_dropped_without_a_word_to_the_relay(
    database: Database, relay: Relay, work: Round
) -> None:
    with database.writing() as session:
        outbox.queue_nothing(session)
    assert work() == 1  # nobody listens
    (row,) = _rows(database)
    assert (row.sent_at, row.payload) == (START, None)


def test_a_recipient_refused_for_good_is_given_up(
    database: Database, relay: Relay, work: Round
) -> None:
    relay.rcpt = "550 5.1.1 no such person"
    _queue(database)
    with running(relay):
        assert [work(), work()] == [1, 0]
    (row,) = _rows(database)
    assert (row.failed_at, row.payload, row.next_attempt_at) == (START, None, None)


def test_a_recipient_refused_for_now_is_tried_again(
    database: Database, relay: Relay, work: Round, at: FrozenClock
) -> None:
    relay.rcpt = "450 4.2.0 greylisted"
    _queue(database)
    with running(relay):
        assert work() == 1
        assert _rows(database)[0].next_attempt_at == START + DELAYS[0]
        relay.rcpt = None
        at.advance(seconds=5)
        assert work() == 1
    assert relay.recipients == [TO]


def test_av5_what_the_relay_accepted_is_sent_however_it_takes_leave(
    database: Database, relay: Relay, work: Round
) -> None:
    relay.quit = "421 shutting down"
    _queue(database)
    with running(relay):
        work()
    assert len(relay.mails) == 1
    assert _rows(database)[0].sent_at == START


def test_av5_a_claim_of_a_dead_worker_is_due_again_after_its_lease(
    database: Database,
    relay: Relay,
    work: Round,
    at: FrozenClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def killed(*_args: object) -> None:
        raise SystemExit

    _queue(database)
    with monkeypatch.context() as patched:
        patched.setattr(worker, "_handle", killed)
        with pytest.raises(SystemExit):
            work()
    with running(relay):
        at.instant = START + LEASE - timedelta(seconds=1)
        assert work() == 0
        at.advance(seconds=1)
        assert [work(), work()] == [1, 0]
    assert len(relay.mails) == 1
    assert _rows(database)[0].attempts == 2


def test_av5_two_workers_never_send_the_same(database: Database, relay: Relay, work: Round) -> None:
    people = [f"p{number}@exemple.test" for number in range(12)]
    for person in people:
        _queue(database, person)
    with running(relay):
        assert sum(at_once(2, lambda _number: work())) == 12
    assert sorted(relay.recipients) == sorted(people)


def test_a_batch_takes_the_oldest_first(database: Database, work: Round, at: FrozenClock) -> None:
    for _ in range(25):
        with database.writing() as session:
            outbox.queue_nothing(session)
        at.advance(seconds=1)
    assert work() == 20
    assert [row.sent_at is not None for row in _rows(database)] == [True] * 20 + [False] * 5
    assert [work(), work()] == [5, 0]


class Rounds(threading.Event):
    """Lets the worker go round so many times, without a rest."""

    def __init__(self, left: int) -> None:
        super().__init__()
        self.left = left

    def is_set(self) -> bool:
        self.left -= 1
        return self.left < 0

    def wait(self, timeout: float | None = None) -> bool:
        return False


def test_a_message_that_cannot_be_read_does_not_hold_up_the_others(
    database: Database, relay: Relay, settled: Settings, at: FrozenClock
) -> None:
    _queue(database)
    with database.writing() as session:
        session.execute(update(Outgoing).values(payload=b"of a lost key"))
    at.advance(seconds=1)
    _queue(database, "autre@exemple.test")
    with running(relay):
        worker.run_channel(database, settled, Rounds(2), "email")
    assert relay.recipients == ["autre@exemple.test"]
    at.advance(days=2)
    worker.run_channel(database, settled, Rounds(1), "email")
    assert [row.failed_at for row in _rows(database)] == [at.instant, None]


def test_the_worker_outlives_a_database_that_is_away(
    database: Database, settled: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds = list[int]()

    def away(*_args: object) -> int:
        rounds.append(1)
        raise OSError

    monkeypatch.setattr(worker, "run_once", away)
    worker.run_channel(database, settled, Rounds(3), "email")
    assert len(rounds) == 3


def test_pii7_the_log_of_a_failure_names_nobody(
    database: Database, relay: Relay, work: Round, at: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, dict[str, object]]] = []
    monkeypatch.setattr(worker.log, "warning", lambda event, extra: told.append((event, extra)))
    _queue(database)
    work()
    at.advance(days=3)
    work()
    relay.rcpt = "550 no"
    _queue(database)
    with running(relay):
        work()
    assert [event for event, _extra in told] == ["mail.delayed", "mail.expired", "mail.refused"]
    assert "claire" not in str(told)
    assert factories.mails(database) == []
