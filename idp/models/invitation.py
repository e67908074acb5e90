"""invitations: who was asked to join, by whose file, and what became of it."""

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from idp.models.base import Base, Hash, Instant, Key, Ref, Sealed, Text


class Invitation(Base):
    """One member invited at one address; its state is computed in accounts/invitations.py.

    `line_digest` is that of the line it came by, `person_index` of the names and the birth date:
    keyed digests both, so that a file may come twice. A member has one open invitation at most.
    """

    __tablename__ = "invitations"

    id: Mapped[Key]
    member_id: Mapped[Ref] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    email_sealed: Mapped[Sealed]
    email_index: Mapped[Hash]
    employer: Mapped[Text]
    contract: Mapped[Text | None]
    line_digest: Mapped[Hash] = mapped_column(unique=True)
    person_index: Mapped[Hash] = mapped_column(index=True)
    created_at: Mapped[Instant]
    sent_at: Mapped[Instant]
    expires_at: Mapped[Instant] = mapped_column(index=True)
    used_at: Mapped[Instant | None]
    revoked_at: Mapped[Instant | None]

    __table_args__ = (
        Index(
            "uq_invitations_open",
            "member_id",
            unique=True,
            sqlite_where=text("used_at IS NULL AND revoked_at IS NULL"),
            postgresql_where=text("used_at IS NULL AND revoked_at IS NULL"),
        ),
    )
