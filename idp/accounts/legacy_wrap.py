"""The worker's quiet job: weak old verifiers, sealed as they were imported, are wrapped (PW2).

Each row is hashed outside of any transaction and written by one conditional UPDATE: a migration or
an import meanwhile has won, and what it left is as it left it. One row a transaction, so that
nobody who changes many members ever waits on us in a circle.
"""

import logging
import threading

from sqlalchemy import Row, func, select, update
from sqlalchemy.orm import Session

from idp.accounts import legacy
from idp.accounts.passwords import Hasher
from idp.models import Member
from idp.storage.claims import changed
from idp.storage.engine import Database
from idp.storage.keyring import UnreadableError

log = logging.getLogger("idp.worker")
_BATCH = 20
_IDLE_SECONDS = 10.0


def waiting(session: Session) -> int:
    """How many old verifiers have not been looked at yet."""
    return session.scalars(
        select(func.count()).select_from(Member).where(Member.legacy_waits)
    ).one()


def run(database: Database, hasher: Hasher, stop: threading.Event) -> None:
    """Wrap what waits until `stop` is set; an unreachable database only delays."""
    while not stop.is_set():
        try:
            run_round(database, hasher, stop)
        except Exception:
            log.exception("worker.round_failed")
        stop.wait(_IDLE_SECONDS)


def run_round(database: Database, hasher: Hasher, stop: threading.Event) -> int:
    """Look once at all that waits, in small batches; how many verifiers wait no more."""
    done = unreadable = 0
    last = ""
    while rows := _batch(database, last):
        for row in rows:
            if stop.is_set():
                return done
            try:
                done += _settle(database, hasher, row)
            except UnreadableError:
                unreadable += 1
        last = rows[-1].id
    if unreadable:  # sealed under a key that is not held here: they wait for who holds it
        log.error("legacy.unreadable", extra={"members": unreadable})
    return done


def _batch(database: Database, last: str) -> list[Row[str, bytes | None]]:
    with database.reading() as session:
        query = select(Member.id, Member.legacy_sealed).where(Member.legacy_waits, Member.id > last)
        return list(session.execute(query.order_by(Member.id).limit(_BATCH)))


def _settle(database: Database, hasher: Hasher, row: Row[str, bytes | None]) -> bool:
    """Whether the row was still as we read it."""
    old = row.legacy_sealed
    better = _better(database, hasher, old) if old is not None else None
    same = Member.legacy_sealed.is_(None) if old is None else Member.legacy_sealed == old
    values = {"legacy_waits": False, "legacy_sealed": better or old}
    with database.writing() as session:
        one = update(Member).where(Member.id == row.id, Member.legacy_waits, same)
        return changed(session, one.values(**values)) == 1


def _better(database: Database, hasher: Hasher, sealed: bytes) -> bytes | None:
    """What to keep in its place; None where it is good as it is. A session that asks nothing."""
    with database.reading() as session:
        verifier = legacy.open_verifier(session, sealed)
        if not legacy.is_weak(verifier):
            return None
        return legacy.seal_verifier(session, legacy.wrap(hasher, verifier))
