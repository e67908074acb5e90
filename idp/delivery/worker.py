"""Sends what the outbox holds. One worker claims a row by a conditional UPDATE, then sends it.

A claim is a lease: if the worker dies, the row is due again after it, so that a message is sent
at least once and, but for a crash between sending and marking, exactly once (AV5).
"""

import json
import logging
import smtplib
import threading
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.sql.dml import Update

from idp import clock
from idp.delivery.mail import message, relay, render_mail
from idp.delivery.outbox import LABEL, NOTHING
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
    """Send until `stop` is set; an unreachable database or relay only delays."""
    while not stop.is_set():
        try:
            done = run_once(database, settings)
        except Exception:
            log.exception("worker.round_failed")
            done = 0
        if not done:
            stop.wait(_IDLE_SECONDS)


def run_once(database: Database, settings: Settings) -> int:
    """Handle what is due now, at most one batch; the number of messages handled."""
    done = 0
    for message_id in _due(database):
        claimed = _claim(database, message_id)
        if claimed is None:
            continue
        done += 1
        _handle(database, settings, claimed)
    return done


def _due(database: Database) -> list[str]:
    with database.reading() as session:
        due = (
            select(Outgoing.id)
            .where(Outgoing.next_attempt_at <= clock.now())
            .order_by(Outgoing.next_attempt_at)
            .limit(_BATCH)
        )
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
    elif row.expires_at <= clock.now():
        log.warning("mail.expired", extra={"purpose": row.purpose, "mail": row.id})
        _finish(database, row, failed_at=clock.now())
    else:
        _send(database, settings, row)


def _send(database: Database, settings: Settings, row: Any) -> None:
    content = json.loads(database.keys.open("pii", LABEL, row.payload))
    mail = render_mail(row.purpose, content["values"])
    try:
        with relay(settings) as smtp:
            smtp.send_message(message(settings, content["to"], mail))
    except (OSError, smtplib.SMTPException) as error:
        _failed(database, row, error)
    else:
        _finish(database, row, sent_at=clock.now())


def _failed(database: Database, row: Any, error: Exception) -> None:
    """Refused for good (RFC 5321 §4.2.1: 5yz), or later again: a 4yz may be greylisting."""
    said = {"purpose": row.purpose, "mail": row.id, "error": type(error).__name__}
    refused = error.recipients if isinstance(error, smtplib.SMTPRecipientsRefused) else {}
    if any(code >= 500 for code, _text in refused.values()):
        log.warning("mail.refused", extra=said)
        _finish(database, row, failed_at=clock.now())
    else:
        log.warning("mail.delayed", extra=said)
        _retry(database, row)


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
