"""events and outbox: written in the transaction of the change that they tell of."""

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from idp.models.base import Base, Instant, Json, Key, Ref, Sealed, Tag, Text


class Event(Base):
    """One thing that happened; kinds are the enum of accounts/activity.py."""

    __tablename__ = "events"

    id: Mapped[Key]
    at: Mapped[Instant] = mapped_column(index=True)
    kind: Mapped[Tag]
    identity_id: Mapped[Ref | None]
    client_id: Mapped[Tag | None]
    flow_id: Mapped[Ref | None]
    network: Mapped[Tag | None]
    browser: Mapped[Text | None]
    detail: Mapped[Json]

    __table_args__ = (Index("ix_events_identity_id_at", "identity_id", "at"),)


class Outgoing(Base):
    """A message to send; the payload is encrypted, and wiped once delivered or expired."""

    __tablename__ = "outbox"

    id: Mapped[Key]
    channel: Mapped[Tag]
    purpose: Mapped[Tag]
    payload: Mapped[Sealed | None]
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant] = mapped_column(index=True)
    next_attempt_at: Mapped[Instant | None] = mapped_column(index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[Instant | None]
    failed_at: Mapped[Instant | None]
