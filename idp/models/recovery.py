"""recoveries: somebody who is blocked, or has forgotten a password or an identifier (D1-D10)."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from idp.models.base import Base, Hash, Instant, Key, Ref, Sealed, Tag


class Recovery(Base):
    """One request of one browser, for somebody or nobody; rules are in accounts/recoveries.py.

    `kind` is the page it began on. `typed` is a keyed digest of the identifier as typed, `pair` of
    the identifier and the birth date: decoys and budgets hang on them. `identity_id` and
    `member_id` are who matches, both None for a pair that nobody is. `mail_only`: over a budget,
    where one mailed link an hour is always left. `proving_hash` is the browser in which the link or
    the temporary password was given: only there does the new password's page open.
    """

    __tablename__ = "recoveries"

    id: Mapped[Key]
    kind: Mapped[Tag]
    browser_hash: Mapped[Hash]
    interaction_id: Mapped[Ref | None]
    client_id: Mapped[Tag | None]
    by_nir: Mapped[bool]
    typed: Mapped[Hash]
    pair: Mapped[Hash]
    identifier: Mapped[Sealed | None]
    identity_id: Mapped[Ref | None] = mapped_column(
        ForeignKey("identities.id", ondelete="CASCADE"), index=True
    )
    member_id: Mapped[Ref | None] = mapped_column(
        ForeignKey("members.id", ondelete="CASCADE"), index=True
    )
    mail_only: Mapped[bool] = mapped_column(default=False)
    sent_by: Mapped[Tag | None]
    sent_at: Mapped[Instant | None]
    proved_at: Mapped[Instant | None]
    proved_by: Mapped[Tag | None]
    proved_index: Mapped[Hash | None]
    proving_hash: Mapped[Hash | None]
    answer_tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant] = mapped_column(index=True)
    ended_at: Mapped[Instant | None]
