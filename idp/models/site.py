"""role_grants, logout_notices: what a person is at one site, and the ends it must be told of."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from idp.models.base import Base, Instant, Ref, Tag


class RoleGrant(Base):
    """A role of one person at one site; no other site hears of it (PII6)."""

    __tablename__ = "role_grants"

    identity_id: Mapped[Ref] = mapped_column(
        ForeignKey("identities.id", ondelete="CASCADE"), primary_key=True
    )
    client_id: Mapped[Tag] = mapped_column(
        ForeignKey("clients.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    role: Mapped[Tag] = mapped_column(primary_key=True)
    granted_at: Mapped[Instant]


class LogoutNotice(Base):
    """One session of one site that has ended; the site is told by the worker, by `sid` and `sub`.

    A `sid` ends once, so it is the key. `sub` is None when the site's sector does not know the
    person any more.
    """

    __tablename__ = "logout_notices"

    client_id: Mapped[Tag] = mapped_column(
        ForeignKey("clients.id", ondelete="CASCADE"), primary_key=True
    )
    sid: Mapped[Tag] = mapped_column(primary_key=True)
    sub: Mapped[Tag | None]
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant] = mapped_column(index=True)
    next_attempt_at: Mapped[Instant | None] = mapped_column(index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[Instant | None]
    failed_at: Mapped[Instant | None]
