"""Sends what the outbox holds. One worker claims a row by a conditional UPDATE, then sends it.

Each channel has a thread of its own: a slow SMS gateway delays no mail, nor a slow relay an SMS.

A claim is a lease: if the worker dies, the row is due again after it, so that a message is sent
at least once and, but for a crash between sending and marking, exactly once (AV5).
"""

import json
import logging
import threading
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.sql.dml import Update

from idp import clock
from idp.delivery.failures import DelayedError, RefusedError
from idp.delivery.mail import render_mail, send_mail
from idp.delivery.outbox import CHANNELS, LABEL, NOTHING, SMS
from idp.delivery.sms import Sms, render_sms, send_sms
from idp.models import Outgoing
from idp.settings import Settings
from idp.storage.engine import Database

log = logging.getLogger("idp.worker")
LEASE = timedelta(seconds=120)
# 3 retries within the life of a code (AV4), then rarer until the message expires
DELAYS = tuple(timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 3600))
_IDLE_SECONDS = 0.25
_BATCH = 20


def run(database: Database, settings: Settings, stop: threading.Event) -> None:
    """Send until `stop` is set; the messages in hand are finished first."""
    threads = [
        threading.Thread(target=run_channel, args=(database, settings, stop, channel), name=channel)
        for channel in CHANNELS
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def run_channel(
    database: Database, settings: Settings, stop: threading.Event, channel: str
) -> None:
    """Send one channel's messages; an unreachable database, relay or gateway only delays."""
    while not stop.is_set():
        try:
            done = run_once(database, settings, channel)
        except Exception:
            log.exception("worker.round_failed")
            done = 0
        if not done:
            stop.wait(_IDLE_SECONDS)


def run_once(database: Database, settings: Settings, channel: str | None = None) -> int:
    """Handle what is due now, at most one batch, of one channel or of all; how many it were."""
    done = 0
    for message_id in _due(database, channel):
        claimed = _claim(database, message_id)
        if claimed is None:
            continue
        done += 1
        _handle(database, settings, claimed)
    return done


def _due(database: Database, channel: str | None) -> list[str]:
    with database.reading() as session:
        due = (
            select(Outgoing.id)
            .where(Outgoing.next_attempt_at <= clock.now())
            .order_by(Outgoing.next_attempt_at)
            .limit(_BATCH)
        )
        if channel is not None:
            due = due.where(Outgoing.channel == channel)
        return list(session.scalars(due))


def _claim(database: Database, message_id: str) -> Any:
    now = clock.now()
    with database.writing() as session:
        claim = (
            update(Outgoing)
            .where(Outgoing.id == message_id, Outgoing.next_attempt_at <= now)
            .values(next_attempt_at=now + LEASE, attempts=Outgoing.attempts + 1)
            .returning(
                Outgoing.id,
                Outgoing.channel,
                Outgoing.purpose,
                Outgoing.payload,
                Outgoing.attempts,
                Outgoing.expires_at,
            )
        )
        return session.execute(claim).one_or_none()


def _handle(database: Database, settings: Settings, row: Any) -> None:
    if row.purpose == NOTHING:
        _finish(database, row, sent_at=clock.now())
        return
    if row.expires_at <= clock.now():
        _tell(row, "expired")
        _finish(database, row, failed_at=clock.now())
        return
    try:
        _send(settings, row, json.loads(database.keys.open("pii", LABEL, row.payload)))
    except RefusedError as error:
        _tell(row, "refused", error=str(error))
        _finish(database, row, failed_at=clock.now())
    except DelayedError as error:
        _tell(row, "delayed", error=str(error))
        _retry(database, row)
    else:
        _finish(database, row, sent_at=clock.now())


def _tell(row: Any, outcome: str, **more: str) -> None:
    """mail.delayed, sms.refused…: which message it is, never to whom or what it says."""
    kind = "sms" if row.channel == SMS else "mail"
    event = f"{kind}.{outcome}"
    log.warning(event, extra={"purpose": row.purpose, kind: row.id, **more})


def _send(settings: Settings, row: Any, content: dict[str, Any]) -> None:
    if row.channel == SMS:
        text = render_sms(row.purpose, content["values"])
        send_sms(settings, Sms(row.id, content["to"], text, row.expires_at))
    else:
        send_mail(settings, content["to"], render_mail(row.purpose, content["values"]))


def _retry(database: Database, row: Any) -> None:
    delay = DELAYS[min(row.attempts, len(DELAYS)) - 1]
    with database.writing() as session:
        session.execute(_ours(row).values(next_attempt_at=clock.now() + delay))


def _finish(database: Database, row: Any, **when: Any) -> None:
    """Delivered or given up: the payload is wiped with it."""
    with database.writing() as session:
        session.execute(_ours(row).values(next_attempt_at=None, payload=None, **when))


def _ours(row: Any) -> Update:
    """The row while it is as we claimed it: a worker past its lease changes nothing any more."""
    return update(Outgoing).where(Outgoing.id == row.id, Outgoing.attempts == row.attempts)
