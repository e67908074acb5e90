"""RFC 9700 §4.14.2, refresh tokens in the database: found with all that decides, claimed once."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from idp import clock
from idp.accounts.activity import Kind, record
from idp.accounts.states import USING_TOKENS
from idp.models import Grant, Identity, RefreshToken, Subject
from idp.oidc import grants
from idp.oidc.grants import Granted
from idp.oidc.lifetimes import REFRESH_GRACE
from idp.storage.claims import changed
from idp.storage.keyring import token_hash


@dataclass(frozen=True)
class Found:
    """A refresh token with its grant, its person and the sub that the site knows."""

    granted: Granted
    live: bool
    expires_at: datetime
    used_at: datetime | None
    answer: bytes | None
    sub: str | None

    @property
    def expired(self) -> bool:
        """Whether nobody came in time."""
        return self.used_at is None and self.expires_at <= clock.now()

    @property
    def in_grace(self) -> bool:
        """Whether it was used so lately that a repeat gets the same answer."""
        return self.used_at is not None and clock.now() - self.used_at <= REFRESH_GRACE


def find(session: Session, token: str, sector: str) -> Found | None:
    """The token as it stands now: one statement."""
    row = session.execute(
        select(RefreshToken, Grant, Identity.state, Subject.sub)
        .join(Grant, Grant.id == RefreshToken.grant_id)
        .join(Identity, Identity.id == Grant.identity_id)
        .outerjoin(Subject, (Subject.identity_id == Grant.identity_id) & (Subject.sector == sector))
        .where(RefreshToken.token_hash == token_hash(token))
    ).one_or_none()
    if row is None:
        return None
    kept, grant, state, sub = row
    live = grant.revoked_at is None and grant.expires_at > clock.now() and state in USING_TOKENS
    granted = grants.of_row(grant)
    return Found(granted, live, kept.expires_at, kept.used_at, kept.answer, sub)


def claim(session: Session, token: str, answer: bytes) -> bool:
    """Use the token up, leaving its sealed answer: one conditional UPDATE, one winner (OA6).

    The grant is not a condition: tokens made for one that ended meanwhile are worth nothing.
    """
    now = clock.now()
    return (
        changed(
            session,
            update(RefreshToken)
            .where(
                RefreshToken.token_hash == token_hash(token),
                RefreshToken.used_at.is_(None),
                RefreshToken.expires_at > now,
            )
            .values(used_at=now, answer=answer),
        )
        == 1
    )


def end_family(session: Session, granted: Granted) -> None:
    """A used token came back too late: somebody has a copy, and nobody can tell who."""
    if grants.revoke(session, granted.id, "refresh_reused"):
        _record(session, Kind.REFRESH_REUSED, granted)


def record_repeat(session: Session, granted: Granted) -> None:
    """A used token came back in time: nearly always an answer that was lost on its way."""
    _record(session, Kind.REFRESH_REPEATED, granted)


def _record(session: Session, kind: Kind, granted: Granted) -> None:
    record(session, kind, identity_id=granted.identity_id, client_id=granted.client_id)
