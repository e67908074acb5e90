"""OIDC Back-Channel Logout §2.5: whom to tell that a session has ended, and when to try again.

Queued in the transaction of the end, claimed by one conditional UPDATE, a lease: if the worker
dies between claim and mark, the notice is due again. The POST itself is backchannel_delivery.py's.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Update, case, func, literal, select, update
from sqlalchemy.orm import Session

from idp import clock
from idp.models import Client, Grant, LogoutNotice, Subject
from idp.oidc.subjects import PUBLIC_SECTOR
from idp.storage.claims import changed
from idp.storage.upsert import insert_into

LIFE = timedelta(hours=24)
LEASE = timedelta(seconds=60)
# after an attempt that failed: soon, for a site that restarts, then rarer until the notice expires
DELAYS = tuple(timedelta(seconds=seconds) for seconds in (1, 5, 30, 120, 600, 3600))

_KEY = ("client_id", "sid")
_UNTOUCHED = {"synchronize_session": False}


@dataclass(frozen=True)
class Claimed:
    """One notice in hand; `attempts` counts this one too."""

    client_id: str
    sid: str
    sub: str | None
    attempts: int
    expires_at: datetime


def queue(session: Session, which: ColumnElement[bool]) -> int:
    """A notice for each session of each site that `which` grants stand for: one statement.

    Sites that are disabled, or have registered no address for it, get none. How many were queued.
    """
    uri = Client.registered["backchannel_logout_uri"].as_string()
    public = Client.registered["subject_type"].as_string() == "public"
    sector = case((public, PUBLIC_SECTOR), else_=Client.sector)
    now = clock.now()
    dates = {"created_at": now, "expires_at": now + LIFE, "next_attempt_at": now}
    told = (
        select(
            Grant.client_id,
            Grant.sid,
            Subject.sub,
            literal(0),
            *(literal(at, LogoutNotice.created_at.type) for at in dates.values()),
        )
        .join(Client, Client.id == Grant.client_id)
        .outerjoin(Subject, (Subject.identity_id == Grant.identity_id) & (Subject.sector == sector))
        .where(which, Client.disabled_at.is_(None), uri.is_not(None))
    )
    columns = [*_KEY, "sub", "attempts", *dates]
    statement = insert_into(session, LogoutNotice).from_select(columns, told)
    return changed(session, statement.on_conflict_do_nothing(index_elements=list(_KEY)))


def due_clients(session: Session) -> list[str]:
    """The sites that have something due now, longest waiting first."""
    return list(
        session.scalars(
            select(LogoutNotice.client_id)
            .where(LogoutNotice.next_attempt_at <= clock.now())
            .group_by(LogoutNotice.client_id)
            .order_by(func.min(LogoutNotice.next_attempt_at))
        )
    )


def waiting(session: Session) -> int:
    """How many notices have not been delivered, nor given up."""
    query = select(func.count()).where(LogoutNotice.next_attempt_at.is_not(None))
    return session.scalar(query) or 0


def claim(session: Session, client_id: str) -> Claimed | None:
    """The next notice that is due at this site, ours for LEASE; None when nothing is due."""
    now = clock.now()
    due = (LogoutNotice.client_id == client_id) & (LogoutNotice.next_attempt_at <= now)
    first = (
        select(LogoutNotice.sid)
        .where(due)
        .order_by(LogoutNotice.next_attempt_at, LogoutNotice.sid)
        .limit(1)
        .scalar_subquery()
    )
    row = session.execute(
        update(LogoutNotice)
        .where(due, LogoutNotice.sid == first)
        .values(next_attempt_at=now + LEASE, attempts=LogoutNotice.attempts + 1)
        .returning(
            LogoutNotice.client_id,
            LogoutNotice.sid,
            LogoutNotice.sub,
            LogoutNotice.attempts,
            LogoutNotice.expires_at,
        ),
        execution_options=_UNTOUCHED,
    ).one_or_none()
    return Claimed(*row) if row else None


def sent(session: Session, notice: Claimed) -> None:
    """The site has ended its session."""
    changed(session, _ours(notice).values(next_attempt_at=None, sent_at=clock.now()))


def given_up(session: Session, notice: Claimed) -> None:
    """The site will not be told any more."""
    changed(session, _ours(notice).values(next_attempt_at=None, failed_at=clock.now()))


def later(session: Session, notice: Claimed) -> None:
    """Once more, after the delay that this attempt has earned."""
    delay = DELAYS[min(notice.attempts, len(DELAYS)) - 1]
    changed(session, _ours(notice).values(next_attempt_at=clock.now() + delay))


def _ours(notice: Claimed) -> Update:
    """The row while it is as we claimed it: a worker past its lease changes nothing any more."""
    return update(LogoutNotice).where(
        LogoutNotice.client_id == notice.client_id,
        LogoutNotice.sid == notice.sid,
        LogoutNotice.attempts == notice.attempts,
    )
