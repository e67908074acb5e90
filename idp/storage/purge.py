"""What is kept for how long: expired rows go in small batches (PII8)."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from idp import clock
from idp.models import (
    AccessToken,
    AuthorizationCode,
    Base,
    BrowserSession,
    Budget,
    Code,
    Device,
    Event,
    Grant,
    Identity,
    Interaction,
    Invitation,
    Link,
    Lockout,
    LogoutNotice,
    Migration,
    Opening,
    Outgoing,
    Proof,
    PushedRequest,
    Recovery,
    RefreshToken,
    Spent,
)
from idp.storage.claims import changed
from idp.storage.engine import Database

BATCH = 500
GRACE = timedelta(seconds=10)
_SKEW = timedelta(minutes=5)  # between the clocks of nodes (AV6): still good there, still known

# table, its date, how long after that date a row is still kept
KEPT: tuple[tuple[type[Base], InstrumentedAttribute[datetime], timedelta], ...] = (
    (Code, Code.expires_at, timedelta()),
    (Link, Link.expires_at, timedelta(hours=24)),
    (Interaction, Interaction.expires_at, timedelta(hours=24)),
    (Opening, Opening.expires_at, timedelta()),
    (Migration, Migration.expires_at, timedelta()),
    (Recovery, Recovery.expires_at, timedelta()),
    (Invitation, Invitation.expires_at, timedelta(days=365)),  # the file may come again
    (Budget, Budget.expires_at, timedelta()),
    (Lockout, Lockout.touched_at, timedelta(days=30)),
    (AuthorizationCode, AuthorizationCode.expires_at, timedelta(hours=24)),
    (PushedRequest, PushedRequest.expires_at, timedelta(hours=24)),
    (Spent, Spent.expires_at, _SKEW),
    (AccessToken, AccessToken.expires_at, timedelta()),
    (RefreshToken, RefreshToken.expires_at, timedelta()),
    (Grant, Grant.expires_at, timedelta()),
    (BrowserSession, BrowserSession.expires_at, timedelta(hours=24)),
    (Device, Device.expires_at, timedelta()),
    (Outgoing, Outgoing.expires_at, timedelta(hours=24)),
    (LogoutNotice, LogoutNotice.expires_at, timedelta()),
    (Event, Event.at, timedelta(days=365)),
)


def purge(database: Database) -> dict[str, int]:
    """Delete what is past its time; the number of rows by table name."""
    now = clock.now()
    gone = {
        table.__tablename__: _delete(database, table, expired) for table, expired in _expired(now)
    }
    _wipe_answers(database, now)
    return gone


def overdue(session: Session, most: int) -> dict[str, int]:
    """How many rows purge() would take now, by table name; counted up to `most` a table."""
    found = {}
    for table, expired in _expired(clock.now()):
        some = select(*table.__table__.primary_key).where(expired).limit(most).subquery()
        found[table.__tablename__] = session.scalar(select(func.count()).select_from(some)) or 0
    return found


def _expired(now: datetime) -> list[tuple[type[Base], ColumnElement[bool]]]:
    """Each table, and which of its rows have been kept long enough; identities come first."""
    never_activated = Identity.state.in_(("pending", "invited")) & (Identity.expires_at < now)
    orphans = Proof.session_id.is_(None) & (Proof.proved_at < now - timedelta(hours=24))
    dated = [(table, column < now - kept) for table, column, kept in KEPT]
    return [(Identity, never_activated), *dated, (Proof, orphans)]


def _delete(database: Database, table: type[Base], expired: ColumnElement[bool]) -> int:
    """Batches, each its own transaction: nobody waits long for the lock."""
    key = tuple(table.__table__.primary_key)
    total = 0
    while True:
        with database.writing() as session:
            rows = session.execute(select(*key).where(expired).limit(BATCH)).all()
            for row in rows:
                same = [column == value for column, value in zip(key, row, strict=True)]
                changed(session, delete(table).where(*same, expired))
        total += len(rows)
        if len(rows) < BATCH:
            return total


def _wipe_answers(database: Database, now: datetime) -> None:
    """The sealed answer of a used refresh token serves its grace, and no longer."""
    with database.writing() as session:
        changed(
            session,
            update(RefreshToken)
            .where(RefreshToken.answer.is_not(None), RefreshToken.used_at < now - GRACE)
            .values(answer=None),
        )
