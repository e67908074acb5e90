"""OIDC Core §10.1.1, the worker's part of jwks_uri: fetches what is due, behind OA13's guard.

A round claims each site that is due by one conditional UPDATE and speaks to all of them at once,
so that a site that hangs delays nobody; nothing is held in the database meanwhile. What a site
publishes replaces what was known; an answer that is no set of public keys is a failure, and
failures leave the keys as they are.
"""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update

from idp import clock
from idp.models import ClientKeys
from idp.oidc import outbound, public_jwk
from idp.oidc.client_keys import ASKED_EVERY, FRESH
from idp.oidc.client_queries import load
from idp.oidc.issuer import Issuer
from idp.oidc.outbound import OutboundError
from idp.oidc.public_jwk import MAX_KEYS, UnusableKeyError
from idp.settings import Settings
from idp.storage.claims import changed
from idp.storage.engine import Database

log = logging.getLogger("idp.worker")
LANES = 8
_IDLE_SECONDS = 1.0
_LEASE = timedelta(seconds=30)  # more than a fetch takes; after it another worker may try


@dataclass(frozen=True)
class Due:
    """A row whose fetch is due, as it was seen."""

    client_id: str
    uri: str
    due_at: datetime
    failures: int


def run(database: Database, settings: Settings, stop: threading.Event) -> None:
    """Fetch until `stop` is set; what is in hand is finished first, within seconds."""
    issuer = Issuer.of(settings, database)
    with ThreadPoolExecutor(LANES, thread_name_prefix="client-keys") as pool:
        while not stop.is_set():
            try:
                for due in claimed(issuer):
                    pool.submit(_logged, issuer, due)
            except Exception:
                log.exception("client_keys.round_failed")
            stop.wait(_IDLE_SECONDS)


def run_once(issuer: Issuer) -> int:
    """Fetch what is due now, one site after the other; how many were."""
    mine = claimed(issuer)
    for due in mine:
        fetch(issuer, due)
    return len(mine)


def claimed(issuer: Issuer) -> list[Due]:
    """The rows that are due and now ours: no other worker fetches them for a while."""
    with issuer.database.reading() as session:
        columns = (ClientKeys.client_id, ClientKeys.uri, ClientKeys.due_at, ClientKeys.failures)
        rows = session.execute(select(*columns).where(ClientKeys.due_at <= clock.now())).all()
    return [due for row in rows if claim(issuer, due := Due(*row))]


def fetch(issuer: Issuer, due: Due) -> None:
    """Ask one site for its keys and keep what it says, or that it says nothing usable."""
    with issuer.database.reading() as session:
        client = load(session, due.client_id)  # as it is now: its address may just have changed
    if client is None or client.disabled or client.jwks_uri != due.uri:
        _forget(issuer, due)
        return
    said: dict[str, Any] = {"client": due.client_id}
    try:
        found = outbound.get_json(due.uri, development=issuer.settings.development)
        keys = _public_keys(found)
    except (OutboundError, UnusableKeyError) as failure:
        log.warning("client_keys.kept", extra={**said, "answer": failure.reason})
        _settle(issuer, due, failures=due.failures + 1, due_at=clock.now() + _wait(due.failures))
        return
    log.info("client_keys.fetched", extra={**said, "keys": len(keys)})
    now = clock.now()
    _settle(issuer, due, jwks={"keys": keys}, fetched_at=now, failures=0, due_at=now + FRESH)


def _public_keys(document: object) -> list[dict[str, Any]]:
    """The usable keys of a JWK set; UnusableKeyError if it is none, or holds a private key.

    Keys of other kinds or for other uses are passed over, as RFC 7517 §5 wants.
    """
    published = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(published, list):
        raise UnusableKeyError("no_set")
    found = []
    for jwk in published:
        try:
            public = public_jwk.usable(jwk)
        except UnusableKeyError as problem:
            if problem.reason == "private":
                raise  # what else a site that shows its private keys says is no use either
            continue
        found.append({**public.jwk, **{k: jwk[k] for k in ("kid", "alg", "use") if k in jwk}})
    return found[:MAX_KEYS]


def _logged(issuer: Issuer, due: Due) -> None:
    try:
        fetch(issuer, due)
    except Exception:
        log.exception("client_keys.fetch_failed", extra={"client": due.client_id})


def _wait(failures: int) -> timedelta:
    """1, 2, 4 … minutes after each failure, an hour at most."""
    return min(ASKED_EVERY * (1 << min(failures, 10)), FRESH)


def claim(issuer: Issuer, due: Due) -> bool:
    """Whether the fetch is ours, of all workers that saw the same row."""
    seen = (ClientKeys.client_id == due.client_id, ClientKeys.due_at == due.due_at)
    statement = update(ClientKeys).where(*seen).values(due_at=clock.now() + _LEASE)
    with issuer.database.writing() as session:
        return changed(session, statement) == 1


def _settle(issuer: Issuer, due: Due, **values: Any) -> None:
    """Keep what came of it, unless the site has another address by now."""
    mine = (ClientKeys.client_id == due.client_id, ClientKeys.uri == due.uri)
    with issuer.database.writing() as session:
        session.execute(update(ClientKeys).where(*mine).values(**values))


def _forget(issuer: Issuer, due: Due) -> None:
    mine = (ClientKeys.client_id == due.client_id, ClientKeys.uri == due.uri)
    with issuer.database.writing() as session:
        session.execute(delete(ClientKeys).where(*mine))
