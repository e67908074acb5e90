"""codes, links, spent_ids, lockouts, budgets: what may be used once, and what is counted."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from idp.models.base import Base, Hash, Instant, Json, Key, Ref, Tag


class Code(Base):
    """A one-time code; only a keyed digest is stored (OTC6).

    `subject` is whom it is for (accounts/subject.py), an identity, a member or nobody: no foreign
    key, it outlives none of them by more than its own short life. `flow_id` is the one flow it was
    asked in; None for a code that any browser may use once (OTC5).
    """

    __tablename__ = "codes"

    id: Mapped[Key]
    purpose: Mapped[Tag]
    subject: Mapped[Tag] = mapped_column(index=True)
    flow_id: Mapped[Ref | None] = mapped_column(index=True)
    channel_index: Mapped[Hash]
    prefix: Mapped[Tag]
    digest: Mapped[Hash]
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant] = mapped_column(index=True)
    used_at: Mapped[Instant | None]
    voided_at: Mapped[Instant | None]


class Link(Base):
    """A mailed link; only the hash of its token is stored (OTC7).

    It acts on an identity, on a member, or on what ties the two. `flow_id` is the migration or the
    recovery that it goes on with.
    """

    __tablename__ = "links"

    id: Mapped[Key]
    purpose: Mapped[Tag]
    token_hash: Mapped[Hash] = mapped_column(unique=True)
    identity_id: Mapped[Ref | None] = mapped_column(
        ForeignKey("identities.id", ondelete="CASCADE"), index=True
    )
    member_id: Mapped[Ref | None] = mapped_column(
        ForeignKey("members.id", ondelete="CASCADE"), index=True
    )
    interaction_id: Mapped[Ref | None]
    client_id: Mapped[Tag | None]
    flow_id: Mapped[Ref | None] = mapped_column(index=True)
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant] = mapped_column(index=True)
    used_at: Mapped[Instant | None]


class Spent(Base):
    """An id that somebody else made and that may be used once: a jti, an access token revoked."""

    __tablename__ = "spent_ids"

    purpose: Mapped[Tag] = mapped_column(primary_key=True)
    digest: Mapped[Hash] = mapped_column(primary_key=True)
    expires_at: Mapped[Instant] = mapped_column(index=True)


class Lockout(Base):
    """Wrong passwords in a row of one person or one unknown identifier; `key` is a keyed digest."""

    __tablename__ = "lockouts"

    key: Mapped[Hash] = mapped_column(primary_key=True)
    failures: Mapped[int]
    blocked_until: Mapped[Instant | None]
    touched_at: Mapped[Instant] = mapped_column(index=True)


class Budget(Base):
    """The instants at which something limited was taken; `version` lets one writer win."""

    __tablename__ = "budgets"

    name: Mapped[Tag] = mapped_column(primary_key=True)
    key: Mapped[Hash] = mapped_column(primary_key=True)
    taken: Mapped[Json]
    version: Mapped[int]
    expires_at: Mapped[Instant] = mapped_column(index=True)
