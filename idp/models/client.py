"""clients, client_secrets, subjects, signing_keys: whom the issuer knows, what it signs with."""

from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from idp.models.base import Base, Hash, Instant, Json, Key, Ref, Tag, Text


class Client(Base):
    """A member site. `registered` is its RFC 7591 metadata; our own policy has columns."""

    __tablename__ = "clients"

    id: Mapped[Tag] = mapped_column(primary_key=True)
    name: Mapped[Text]
    registered: Mapped[Json]
    sector: Mapped[Text]
    step_up: Mapped[Tag]
    first_party: Mapped[bool]
    created_at: Mapped[Instant]
    updated_at: Mapped[Instant]
    disabled_at: Mapped[Instant | None]


class ClientSecret(Base):
    """A hashed secret; two may live at once while a site rotates (OA15)."""

    __tablename__ = "client_secrets"

    id: Mapped[Key]
    client_id: Mapped[Tag] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"), index=True)
    secret_hash: Mapped[Hash]
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant | None]


class Subject(Base):
    """The random `sub` of one identity for one sector (PII5): never derived, never reused."""

    __tablename__ = "subjects"

    id: Mapped[Key]
    identity_id: Mapped[Ref] = mapped_column(ForeignKey("identities.id", ondelete="CASCADE"))
    sector: Mapped[Text]
    sub: Mapped[Tag] = mapped_column(unique=True)
    created_at: Mapped[Instant]

    __table_args__ = (UniqueConstraint("identity_id", "sector"),)


class SigningKey(Base):
    """The public half and the calendar of a signing key; the private half is a file in KEYS_DIR."""

    __tablename__ = "signing_keys"

    kid: Mapped[Tag] = mapped_column(primary_key=True)
    alg: Mapped[Tag]
    public_jwk: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[Instant]
    active_from: Mapped[Instant]
    published_until: Mapped[Instant | None]
    retired_at: Mapped[Instant | None]  # taken back in an emergency: nothing it signed counts
