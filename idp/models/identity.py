"""identities: an e-mail and a password. Its states and their meaning are in accounts/states.py."""

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from idp.models.base import Base, Hash, Instant, Key, Sealed, Tag, Text


class Identity(Base):
    """A pending row reserves nothing: only the other states hold their e-mail alone (A6)."""

    __tablename__ = "identities"

    id: Mapped[Key]
    state: Mapped[Tag]
    email_sealed: Mapped[Sealed]
    email_index: Mapped[Hash] = mapped_column(index=True)
    password_hash: Mapped[Text]
    question: Mapped[Tag | None]
    answer_hash: Mapped[Text | None]
    created_at: Mapped[Instant]
    activated_at: Mapped[Instant | None]
    expires_at: Mapped[Instant | None] = mapped_column(index=True)

    __table_args__ = (
        Index(
            "uq_identities_email",
            "email_index",
            unique=True,
            sqlite_where=text("state <> 'pending'"),
            postgresql_where=text("state <> 'pending'"),
        ),
    )
