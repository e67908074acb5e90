"""RFC 7517 §5, the keys that a site publishes at its jwks_uri: rows that the worker fills (OA13).

No request fetches anything. A kid that nobody knows asks the worker to look again, at most once a
minute a site; keys once fetched stay good while fetching fails. The fetching is in
client_keys_fetch.py.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from idp import clock
from idp.models import ClientKeys
from idp.storage.claims import changed
from idp.storage.engine import Database
from idp.storage.upsert import insert_into

ASKED_EVERY = timedelta(minutes=1)
FRESH = timedelta(hours=1)


@dataclass(frozen=True)
class Kept:
    """What is known of a site's keys: JWKs as they were published, and how the fetching goes."""

    jwks: tuple[Mapping[str, Any], ...] = ()
    fetched_at: datetime | None = None
    due_at: datetime | None = None
    failures: int = 0


@dataclass
class KeyCache:
    """Rows as they were read, each at most `max_age` seconds old (CL4 allows 60).

    `age` is a monotonic clock in seconds, a parameter for tests.
    """

    max_age: float = 5.0
    age: Callable[[], float] = time.monotonic
    _rows: dict[tuple[str, str], tuple[float, Kept]] = field(default_factory=dict)

    def get(self, session: Session, client_id: str, uri: str, *, fresh: bool = False) -> Kept:
        """The keys of a site's address; `fresh`: as the row says now. One statement, or none."""
        now, known = self.age(), self._rows.get((client_id, uri))
        if known and not fresh and now - known[0] < self.max_age:
            return known[1]
        kept = _read(session, client_id, uri)
        # registered sites and addresses only: nobody else can fill the memory
        self._rows[client_id, uri] = (now, kept)
        return kept


def ask(session: Session, client_id: str, uri: str) -> None:
    """Have a site's keys fetched now; keys of an address that it no longer uses are dropped."""
    forget(session, client_id, but=uri)
    row = {"client_id": client_id, "uri": uri, "due_at": clock.now(), "failures": 0}
    statement = insert_into(session, ClientKeys).values(row)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["client_id"], set_={"due_at": row["due_at"], "failures": 0}
        )
    )


def forget(session: Session, client_id: str, *, but: str | None = None) -> None:
    """Drop what was fetched for a site, unless from the address `but`."""
    mine = ClientKeys.client_id == client_id
    statement = delete(ClientKeys).where(mine)
    session.execute(statement if but is None else statement.where(ClientKeys.uri != but))


def ask_again(database: Database, client_id: str, uri: str, kept: Kept) -> bool:
    """Whether an unknown kid brought the next fetch nearer: at most one a minute comes of it.

    `kept` is fresh. One conditional UPDATE, an INSERT where the row is missing, mostly neither.
    """
    now = clock.now()
    if kept.due_at is None:
        row = {"client_id": client_id, "uri": uri, "due_at": now, "failures": 0}
        with database.writing() as session:
            statement = insert_into(session, ClientKeys).values(row).on_conflict_do_nothing()
            return changed(session, statement) == 1
    soon = now + ASKED_EVERY
    if kept.due_at <= soon:
        return False
    long_ago = kept.fetched_at is not None and kept.fetched_at <= now - ASKED_EVERY
    mine = (ClientKeys.client_id == client_id, ClientKeys.uri == uri, ClientKeys.due_at > soon)
    due_at = now if long_ago and not kept.failures else soon
    with database.writing() as session:
        return changed(session, update(ClientKeys).where(*mine).values(due_at=due_at)) == 1


def _read(session: Session, client_id: str, uri: str) -> Kept:
    columns = (ClientKeys.jwks, ClientKeys.fetched_at, ClientKeys.due_at, ClientKeys.failures)
    row = session.execute(
        select(*columns).where(ClientKeys.client_id == client_id, ClientKeys.uri == uri)
    ).one_or_none()
    if row is None:
        return Kept()
    return Kept(tuple((row.jwks or {}).get("keys", ())), *row[1:])
