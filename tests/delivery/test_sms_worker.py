"""SMS through the worker: once each, later if it must, never too late, beside the mails."""

import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from time import monotonic
from typing import Any

import pytest
from sqlalchemy import select

from idp.clock import FrozenClock
from idp.delivery import outbox, worker
from idp.delivery.worker import DELAYS, run_once
from idp.logs import JsonLines
from idp.models import Outgoing
from idp.settings import Settings
from idp.storage.engine import Database
from tests import factories
from tests.delivery.gateway import Gateway, answering
from tests.delivery.relay import Relay, running
from tests.fixtures import START

TO = "+33600000042"
CODE = {"code_shown": "671 - 482 913", "minutes": 15}
Round = Callable[[], int]


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with answering(Gateway()) as answers:
        yield answers


@pytest.fixture
def settled(settings: Settings, gateway: Gateway) -> Settings:
    return replace(settings, sms_url=gateway.kannel())


@pytest.fixture
def work(database: Database, settled: Settings, at: FrozenClock) -> Round:
    return lambda: run_once(database, settled)


def _queue(database: Database, **life: Any) -> None:
    with database.writing() as session:
        outbox.queue_sms(session, "code", TO, **life, **CODE)


def _rows(database: Database) -> list[Outgoing]:
    with database.reading() as session:
        return list(session.scalars(select(Outgoing).order_by(Outgoing.created_at)))


def test_a_message_goes_once_and_is_wiped(
    database: Database, gateway: Gateway, work: Round
) -> None:
    _queue(database)
    assert [work(), work()] == [1, 0]
    (call,) = gateway.calls
    assert (call.form["to"], call.form["text"][:6]) == (TO, "482913")
    (row,) = _rows(database)
    assert (row.channel, row.sent_at, row.failed_at) == ("sms", START, None)
    assert row.payload is row.next_attempt_at is None


def test_av4_the_gateway_is_down_then_up_again(
    database: Database, gateway: Gateway, work: Round, at: FrozenClock
) -> None:
    gateway.status = 503
    _queue(database, expires_at=START + timedelta(minutes=15))
    for delay in DELAYS[:3]:
        assert [work(), work()] == [1, 0]
        assert _rows(database)[0].next_attempt_at == at.instant + delay
        at.advance(seconds=delay.total_seconds())
    gateway.status = 202
    assert work() == 1
    assert _rows(database)[0].sent_at == at.instant
    assert len({call.form["text"] for call in gateway.calls}) == 1
    assert len(gateway.calls) == 4


def test_a_repeat_bears_the_same_id(
    database: Database, gateway: Gateway, settled: Settings, at: FrozenClock
) -> None:
    gateway.status = 503
    _queue(database)
    generic = replace(settled, sms_url=gateway.generic())
    run_once(database, generic)
    at.advance(seconds=5)
    run_once(database, generic)
    first, second = (call.json["id"] for call in gateway.calls)
    assert first == second == _rows(database)[0].id


def test_a_number_refused_for_good_is_given_up(
    database: Database, gateway: Gateway, work: Round
) -> None:
    gateway.status = 400
    _queue(database)
    assert [work(), work()] == [1, 0]
    (row,) = _rows(database)
    assert (row.failed_at, row.payload, row.next_attempt_at) == (START, None, None)


def test_av4_an_expired_code_is_never_sent_late(
    database: Database, gateway: Gateway, work: Round, at: FrozenClock
) -> None:
    _queue(database, expires_at=START + timedelta(minutes=15))
    at.advance(minutes=15)
    assert work() == 1
    assert gateway.calls == []
    (row,) = _rows(database)
    assert (row.sent_at, row.failed_at, row.payload) == (None, at.instant, None)


def test_av4_a_slow_gateway_delays_no_mail(
    database: Database, settled: Settings, gateway: Gateway, at: FrozenClock
) -> None:
    gateway.hold = threading.Event()
    for _ in range(3):
        _queue(database)
    at.advance(seconds=1)
    with database.writing() as session:
        outbox.queue_mail(session, "no_account", "a@exemple.test", sign_up_url="https://x.test/")
    relay, stop = Relay(), threading.Event()
    with running(relay):
        both = replace(settled, smtp_url=relay.url)
        sending = threading.Thread(target=worker.run, args=(database, both, stop))
        sending.start()
        try:
            assert gateway.came.wait(10)
            assert _until(lambda: len(relay.mails) == 1), "the mail waits for the gateway"
            assert len(gateway.calls) == 1, "still in its first call"
        finally:
            stop.set()
            gateway.hold.set()
            sending.join()
    assert [row.sent_at is not None for row in _rows(database)][-1]


def _until(holds: Callable[[], bool]) -> bool:
    rest, end = threading.Event(), monotonic() + 4
    while not holds() and monotonic() < end:
        rest.wait(0.01)
    return holds()


class _Kept(logging.Handler):
    """The lines as they would be written, by every logger there is."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(JsonLines().format(record) + str(record.exc_info and record.exc_info[1]))


@pytest.fixture
def logged() -> Iterator[list[str]]:
    """Ours as well as the root: where an app was made in this process, ours go no further up."""
    kept, loggers = _Kept(), [logging.getLogger(), logging.getLogger("idp")]
    levels = [each.level for each in loggers]
    for each in loggers:
        each.addHandler(kept)
        each.setLevel(logging.DEBUG)
    yield kept.lines
    for each, level in zip(loggers, levels, strict=True):
        each.removeHandler(kept)
        each.setLevel(level)


@pytest.mark.parametrize("driver", ["kannel", "generic"])
@pytest.mark.parametrize("status", [400, 401, 503, 307])
def test_pii7_no_log_tells_number_text_or_password(
    database: Database,
    settled: Settings,
    gateway: Gateway,
    at: FrozenClock,
    logged: list[str],
    capfd: pytest.CaptureFixture[str],
    driver: str,
    status: int,
) -> None:
    gateway.status = status
    user = "canari-u:canari-p" if driver == "kannel" else "canari-t"
    _queue(database)
    settled = replace(settled, sms_url=getattr(gateway, driver)(user))
    run_once(database, settled)
    at.advance(days=3)
    run_once(database, settled)
    said = "\n".join(logged) + "".join(capfd.readouterr())
    assert ("sms.refused" if status == 400 else "sms.delayed") in said
    assert str(status) in said
    assert ("sms.expired" in said) is (status != 400)
    for secret in ("canari", "00000042", "482913", "482 913", "donnez"):
        assert secret not in said


def test_pii8_nothing_of_an_sms_is_readable_at_rest(database: Database, at: FrozenClock) -> None:
    _queue(database)
    seen = factories.dump(database)
    for canary in (TO, TO[1:], "482 913", "482913"):
        assert canary not in seen
        assert canary.encode().hex() not in seen


@pytest.mark.parametrize(
    "values", [{}, {"code_shown": "671 - 482 913"}, {**CODE, "link": "https://x.test"}]
)
def test_values_that_do_not_fit_are_an_error_where_they_are_queued(
    database: Database, at: FrozenClock, values: dict[str, Any]
) -> None:
    with database.writing() as session, pytest.raises(TypeError, match="code_shown"):
        outbox.queue_sms(session, "code", TO, **values)
