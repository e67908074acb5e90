"""migrations: a member on the way from the NIR to an e-mail identity (C1-C13)."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from idp.models.base import Base, Hash, Instant, Key, Ref, Sealed, Tag


class Migration(Base):
    """One way in, of one browser; where it stands is computed in accounts/migrating.py.

    `password_at`: the old password was right here; None for who comes from a recovery. `proved_at`,
    `proved_by` and `proved_index`: what proved the member, and the keyed index of the channel that
    did. `chosen` holds the access that waits for its link, `sent_at` when that link went;
    `identity_id` is the identity to join, then the one that the
    record is attached to; `agreed_at`: that identity has agreed in another browser. `agrees_for`:
    this row is of such a browser, and this is the row whose link was opened there.
    """

    __tablename__ = "migrations"

    id: Mapped[Key]
    browser_hash: Mapped[Hash] = mapped_column(index=True)
    interaction_id: Mapped[Ref | None]
    client_id: Mapped[Tag | None]
    member_id: Mapped[Ref] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    password_at: Mapped[Instant | None]
    proved_at: Mapped[Instant | None]
    proved_by: Mapped[Tag | None]
    proved_index: Mapped[Hash | None]
    letter_tries: Mapped[int] = mapped_column(default=0)
    chosen: Mapped[Sealed | None]
    sent_at: Mapped[Instant | None]
    identity_id: Mapped[Ref | None] = mapped_column(
        ForeignKey("identities.id", ondelete="CASCADE"), index=True
    )
    agreed_at: Mapped[Instant | None]
    agrees_for: Mapped[Ref | None]
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant] = mapped_column(index=True)
    done_at: Mapped[Instant | None]
    ended_at: Mapped[Instant | None]
