"""consents, pushed_requests, client_keys: what sites and people agreed on before a request."""

from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from idp.models.base import Base, Hash, Instant, Json, LongText, Ref, Sealed, Tag, Text


class Consent(Base):
    """What one person lets one third-party site have; withdrawn, the row goes.

    `beyond` holds what no scope names: {"claims": [names], "resources": [addresses]}.
    """

    __tablename__ = "consents"

    identity_id: Mapped[Ref] = mapped_column(
        ForeignKey("identities.id", ondelete="CASCADE"), primary_key=True
    )
    client_id: Mapped[Tag] = mapped_column(
        ForeignKey("clients.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    scope: Mapped[Text]
    beyond: Mapped[Json]
    given_at: Mapped[Instant]


class PushedRequest(Base):
    """RFC 9126: an authorization request that its site pushed; only its handle's hash is kept.

    It may be looked at until it expires, and is used by the answer that ends it.
    """

    __tablename__ = "pushed_requests"

    handle_hash: Mapped[Hash] = mapped_column(primary_key=True)
    client_id: Mapped[Tag] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"), index=True)
    request: Mapped[Sealed]
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant] = mapped_column(index=True)
    used_at: Mapped[Instant | None]


class ClientKeys(Base):
    """The public keys that a site publishes at its jwks_uri, as the worker last fetched them."""

    __tablename__ = "client_keys"

    client_id: Mapped[Tag] = mapped_column(
        ForeignKey("clients.id", ondelete="CASCADE"), primary_key=True
    )
    uri: Mapped[LongText]
    jwks: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    fetched_at: Mapped[Instant | None]
    due_at: Mapped[Instant] = mapped_column(index=True)
    failures: Mapped[int] = mapped_column(default=0)
