"""openings: a member's space being opened in one browser, from the NIR to the attached record."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from idp.models.base import Base, Hash, Instant, Key, Ref, Sealed


class Opening(Base):
    """What was typed and proved on the way; it reserves nothing (A6).

    `typed` holds the NIR until the member is looked up, the chosen access until the pages end.
    `joining`: an identity that exists takes the record, else a sign-up does. `pair` is a keyed
    digest of NIR and birth date: decoys and budgets hang on it. `member_id` is who matches in all,
    None if the register knows no such person; `shown_member_id` whose masks the page shows: NIR and
    birth date are enough for those, or a name could be tried out on them.
    """

    __tablename__ = "openings"

    id: Mapped[Key]
    browser_hash: Mapped[Hash]
    typed: Mapped[Sealed | None]
    pair: Mapped[Hash | None]
    identity_id: Mapped[Ref | None] = mapped_column(
        ForeignKey("identities.id", ondelete="CASCADE"), index=True
    )
    member_id: Mapped[Ref | None] = mapped_column(
        ForeignKey("members.id", ondelete="CASCADE"), index=True
    )
    joining: Mapped[bool] = mapped_column(default=False)
    shown_member_id: Mapped[Ref | None]
    proved_at: Mapped[Instant | None]
    finished_at: Mapped[Instant | None]
    letter_tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant] = mapped_column(index=True)
    ended_at: Mapped[Instant | None]
