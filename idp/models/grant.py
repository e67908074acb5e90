"""authorization_codes, grants, access_tokens, refresh_tokens: all stored as hashes."""

from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from idp.models.base import Base, Hash, Instant, Key, LongText, Ref, Sealed, Tag, Text


class Grant(Base):
    """What one sign-in gave one site: the family of every token that comes of it.

    `auth_time`, `acr` and `amr` are what we said to the site then; a refreshed id_token says the
    same (OIDC Core §12.2), even after the session and its proofs are gone. `claims` is what the
    request asked one by one (OIDC Core §5.5), `resources` for which APIs (RFC 8707), `dpop_jkt` the
    key that its holder has shown (RFC 9449 §6): each None when there was none.
    """

    __tablename__ = "grants"

    id: Mapped[Key]
    client_id: Mapped[Tag] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"), index=True)
    identity_id: Mapped[Ref] = mapped_column(
        ForeignKey("identities.id", ondelete="CASCADE"), index=True
    )
    session_id: Mapped[Ref] = mapped_column(index=True)
    sid: Mapped[Tag] = mapped_column(index=True)
    scope: Mapped[Text]
    auth_time: Mapped[int]
    acr: Mapped[Tag]
    amr: Mapped[list[str]] = mapped_column(JSON)
    claims: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    resources: Mapped[list[str] | None] = mapped_column(JSON)
    dpop_jkt: Mapped[Tag | None]
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant] = mapped_column(index=True)
    revoked_at: Mapped[Instant | None]
    revoked_for: Mapped[Tag | None]


class AuthorizationCode(Base):
    """One use, sixty seconds; the used row stays, so that a second use is seen (RFC 6749 §4.1.2).

    It carries what the grant will say; `grant_id` is set by the use that won.
    """

    __tablename__ = "authorization_codes"

    code_hash: Mapped[Hash] = mapped_column(primary_key=True)
    client_id: Mapped[Tag]
    identity_id: Mapped[Ref] = mapped_column(
        ForeignKey("identities.id", ondelete="CASCADE"), index=True
    )
    session_id: Mapped[Ref] = mapped_column(index=True)
    redirect_uri: Mapped[LongText]
    code_challenge: Mapped[Tag]
    nonce: Mapped[LongText | None]
    scope: Mapped[Text]
    auth_time: Mapped[int]
    acr: Mapped[Tag]
    amr: Mapped[list[str]] = mapped_column(JSON)
    claims: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    resources: Mapped[list[str] | None] = mapped_column(JSON)
    dpop_jkt: Mapped[Tag | None]
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant] = mapped_column(index=True)
    used_at: Mapped[Instant | None]
    grant_id: Mapped[Ref | None]


class AccessToken(Base):
    """An opaque access token for this issuer's own userinfo."""

    __tablename__ = "access_tokens"

    token_hash: Mapped[Hash] = mapped_column(primary_key=True)
    grant_id: Mapped[Ref] = mapped_column(ForeignKey("grants.id", ondelete="CASCADE"), index=True)
    scope: Mapped[Text]
    dpop_jkt: Mapped[Tag | None]
    expires_at: Mapped[Instant] = mapped_column(index=True)


class RefreshToken(Base):
    """One link of a rotating chain; `answer` is what its use gave, sealed under that token."""

    __tablename__ = "refresh_tokens"

    token_hash: Mapped[Hash] = mapped_column(primary_key=True)
    grant_id: Mapped[Ref] = mapped_column(ForeignKey("grants.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant] = mapped_column(index=True)
    used_at: Mapped[Instant | None] = mapped_column(index=True)
    answer: Mapped[Sealed | None]
