"""members, channels: the mutual's register. Personal data is sealed, and found by keyed index."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from idp.models.base import Base, Hash, Instant, Key, Ref, Sealed, Tag, Text


class Member(Base):
    """A person of the register. What its access is worth is computed in accounts/members.py.

    `legacy_waits`: its old verifier has not been looked at by the worker that wraps weak ones.
    `line_digest` is that of the last line of a file that was applied, None before the first one.
    """

    __tablename__ = "members"

    id: Mapped[Key]
    member_number: Mapped[Tag] = mapped_column(unique=True)
    status: Mapped[Tag]
    nir_sealed: Mapped[Sealed | None]
    nir_index: Mapped[Hash | None] = mapped_column(unique=True)
    civil_sealed: Mapped[Sealed]
    family_name_key: Mapped[Hash]
    birth_name_key: Mapped[Hash | None]
    birth_date_key: Mapped[Hash]
    address_sealed: Mapped[Sealed]
    contract: Mapped[Text | None]
    legacy_sealed: Mapped[Sealed | None]
    legacy_waits: Mapped[bool] = mapped_column(default=False)
    line_digest: Mapped[Hash | None]
    identity_id: Mapped[Ref | None] = mapped_column(
        ForeignKey("identities.id", ondelete="SET NULL"), unique=True
    )
    attached_at: Mapped[Instant | None]
    created_at: Mapped[Instant]
    updated_at: Mapped[Instant]

    __table_args__ = (
        Index(
            "ix_members_legacy_waits",
            "id",
            sqlite_where=text("legacy_waits"),
            postgresql_where=text("legacy_waits"),
        ),
    )


class Channel(Base):
    """A way to reach a member or an identity; kinds and standings are in accounts/channels.py.

    `serves_recovery_from` is None for one that serves no recovery yet.
    """

    __tablename__ = "channels"

    id: Mapped[Key]
    member_id: Mapped[Ref | None] = mapped_column(
        ForeignKey("members.id", ondelete="CASCADE"), index=True
    )
    identity_id: Mapped[Ref | None] = mapped_column(
        ForeignKey("identities.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[Tag]
    value_sealed: Mapped[Sealed]
    value_index: Mapped[Hash] = mapped_column(index=True)
    standing: Mapped[Tag]
    source: Mapped[Tag]
    since: Mapped[Instant]
    serves_recovery_from: Mapped[Instant | None]

    __table_args__ = (
        CheckConstraint(
            "(member_id IS NULL) <> (identity_id IS NULL)", name="ck_channels_one_owner"
        ),
        Index(
            "uq_channels_register",
            "member_id",
            "kind",
            unique=True,
            sqlite_where=text("source = 'register'"),
            postgresql_where=text("source = 'register'"),
        ),
        Index(
            "uq_channels_proved",
            "identity_id",
            "kind",
            unique=True,
            sqlite_where=text("standing = 'proved'"),
            postgresql_where=text("standing = 'proved'"),
        ),
    )
