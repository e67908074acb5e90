"""OIDC Back-Channel Logout §2.5, §2.8: tells the sites of a session that has ended.

A site that hangs holds up its own lane and nobody else's (OA21): one notice at a time for one
site, all sites at once. Nothing is held in the database while a site is spoken to.

Answers: 200 and 204 are done. 400 is the one status that §2.8 has for both "your token is invalid"
and "I could not end it": the second may pass, so it is tried twice more, each time with a token
that is new; after that it is taken for the first. Anything else, a redirect too, is tried again
until the notice expires.
"""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from sqlalchemy.orm import Session

from idp import clock
from idp.oidc import logout_notices, logout_token, outbound
from idp.oidc.clients import ClientInfo
from idp.oidc.issuer import Issuer
from idp.oidc.logout_notices import Claimed
from idp.oidc.outbound import OutboundError
from idp.settings import Settings
from idp.storage.engine import Database

log = logging.getLogger("idp.worker")
LANES = 32
DONE = frozenset({200, 204})
REFUSED, REFUSED_TRIES = 400, 3
_IDLE_SECONDS = 0.25

_Settle = Callable[[Session, Claimed], None]


def run(database: Database, settings: Settings, stop: threading.Event) -> None:
    """Deliver until `stop` is set; the POSTs in hand are finished first, within seconds."""
    issuer = Issuer.of(settings, database)
    lanes: dict[str, Future[int]] = {}
    with ThreadPoolExecutor(LANES, thread_name_prefix="logout") as pool:
        while not stop.is_set():
            try:
                _start(pool, lanes, issuer, stop)
            except Exception:
                log.exception("logout.round_failed")
            stop.wait(_IDLE_SECONDS)


def run_once(issuer: Issuer) -> int:
    """Deliver what is due now, one site after the other; how many were handled."""
    with issuer.database.reading() as session:
        due = logout_notices.due_clients(session)
    return sum(lane(issuer, client_id, threading.Event()) for client_id in due)


def lane(issuer: Issuer, client_id: str, stop: threading.Event) -> int:
    """Deliver what is due at one site; how many were handled."""
    done = 0
    while not stop.is_set():
        with issuer.database.writing() as session:
            notice = logout_notices.claim(session, client_id)
        if notice is None:
            break
        _handle(issuer, notice)
        done += 1
    return done


def _start(
    pool: ThreadPoolExecutor, lanes: dict[str, "Future[int]"], issuer: Issuer, stop: threading.Event
) -> None:
    with issuer.database.reading() as session:
        due = logout_notices.due_clients(session)
    for client_id in [name for name, running in lanes.items() if running.done()]:
        failure = lanes.pop(client_id).exception()
        if failure is not None:
            log.error("logout.lane_failed", exc_info=failure, extra={"client": client_id})
    for client_id in due:
        if client_id not in lanes:
            lanes[client_id] = pool.submit(lane, issuer, client_id, stop)


def _handle(issuer: Issuer, notice: Claimed) -> None:
    with issuer.database.reading() as session:
        client = issuer.clients.get(session, notice.client_id)
    uri = client.backchannel_logout_uri if client else None
    if client is None or uri is None or client.disabled or notice.expires_at <= clock.now():
        log.warning("logout.given_up", extra={"client": notice.client_id})
        settle: _Settle = logout_notices.given_up
    else:
        settle = _settled(notice, *_posted(issuer, client, uri, notice))
    with issuer.database.writing() as session:
        settle(session, notice)


def _posted(issuer: Issuer, client: ClientInfo, uri: str, notice: Claimed) -> tuple[int, str]:
    """The status of the site's answer, 0 for none; and why, for the log."""
    with issuer.database.reading() as session:
        # as the site reads ID tokens (OIDC Back-Channel Logout §2.4)
        signer = issuer.keys.signing(session, client.id_token_alg)
    token = logout_token.issue(issuer, signer, client_id=client.id, sid=notice.sid, sub=notice.sub)
    try:
        form = {"logout_token": token}
        status = outbound.post_form(uri, form, development=issuer.settings.development)
    except OutboundError as error:
        return 0, error.reason
    return status, str(status)


def _settled(notice: Claimed, status: int, why: str) -> _Settle:
    said = {"client": notice.client_id, "attempt": notice.attempts, "answer": why}
    if status in DONE:
        log.info("logout.told", extra=said)
        return logout_notices.sent
    if status == REFUSED and notice.attempts >= REFUSED_TRIES:
        log.warning("logout.refused", extra=said)
        return logout_notices.given_up
    log.warning("logout.delayed", extra=said)
    return logout_notices.later
