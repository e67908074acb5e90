"""identities: an e-mail and a password. Its states and their meaning are in accounts/states.py."""

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from idp.models.base import Base, Hash, Instant, Key, Ref, Sealed, Tag, Text


class Identity(Base):
    """A pending or invited row reserves nothing: the other states hold their e-mail alone (A6).

    `invitation_id` is what an invited row came by; no foreign key: once that is gone, so is what it
    could attach. `frozen_before` is the change that was undone: only what was proved before it may
    recover a frozen identity. `sms_due`: the password was reset by mail, and no code was answered
    since: the activated telephone has to (R8).
    """

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
    invitation_id: Mapped[Ref | None]
    frozen_before: Mapped[Instant | None]
    sms_due: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        Index(
            "uq_identities_email",
            "email_index",
            unique=True,
            sqlite_where=text("state NOT IN ('pending', 'invited')"),
            postgresql_where=text("state NOT IN ('pending', 'invited')"),
        ),
    )
