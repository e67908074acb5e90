"""interactions, sessions, proofs, devices: what a browser is in the middle of, and has shown."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from idp.models.base import Base, Hash, Instant, Key, Ref, Sealed, Tag, Text


class Interaction(Base):
    """A paused authorization request, one a tab; no client when a page was opened directly.

    Its id stands in the address. It opens nothing without the browser's cookie, kept hashed here.
    The request is sealed: a login_hint is somebody's address. `opening_id` names the member record
    that is being joined on the way, `migration_id` the move from a NIR to an e-mail. `method` is
    the second factor that was chosen here, None for the usual one. `leads_to` is the page of the
    account that a change waits on: a proof of these minutes is asked for first, then it opens.
    `consented_at` and `account_chosen_at`: asked on purpose and answered in this tab
    (prompt=consent, prompt=select_account).
    """

    __tablename__ = "interactions"

    id: Mapped[Key]
    browser_hash: Mapped[Hash]
    client_id: Mapped[Tag | None]
    request: Mapped[Sealed | None]
    identity_id: Mapped[Ref | None] = mapped_column(
        ForeignKey("identities.id", ondelete="CASCADE"), index=True
    )
    opening_id: Mapped[Ref | None]
    migration_id: Mapped[Ref | None]
    method: Mapped[Tag | None]
    leads_to: Mapped[Tag | None]
    consented_at: Mapped[Instant | None]
    account_chosen_at: Mapped[Instant | None]
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant] = mapped_column(index=True)
    completed_at: Mapped[Instant | None]


class BrowserSession(Base):
    """A signed-in browser (SSO session). The cookie's value is stored hashed only."""

    __tablename__ = "sessions"

    id: Mapped[Key]
    cookie_hash: Mapped[Hash] = mapped_column(unique=True)
    identity_id: Mapped[Ref] = mapped_column(
        ForeignKey("identities.id", ondelete="CASCADE"), index=True
    )
    created_at: Mapped[Instant]
    seen_at: Mapped[Instant]
    expires_at: Mapped[Instant] = mapped_column(index=True)
    ended_at: Mapped[Instant | None]


class Proof(Base):
    """One thing proved at one time: first of an interaction, then of the session it becomes."""

    __tablename__ = "proofs"

    id: Mapped[Key]
    interaction_id: Mapped[Ref | None] = mapped_column(index=True)
    session_id: Mapped[Ref | None] = mapped_column(
        ForeignKey("sessions.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[Tag]
    proved_at: Mapped[Instant] = mapped_column(index=True)
    reference: Mapped[Ref | None]
    voided_at: Mapped[Instant | None]


class Device(Base):
    """A trusted browser: a row behind each cookie, so that it can be listed and withdrawn."""

    __tablename__ = "devices"

    id: Mapped[Key]
    identity_id: Mapped[Ref] = mapped_column(
        ForeignKey("identities.id", ondelete="CASCADE"), index=True
    )
    token_hash: Mapped[Hash] = mapped_column(unique=True)
    browser: Mapped[Text]
    network: Mapped[Tag]
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant] = mapped_column(index=True)
    revoked_at: Mapped[Instant | None]
