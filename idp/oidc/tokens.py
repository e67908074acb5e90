"""RFC 6749 §1.4, §1.5, §5.1: opaque access and refresh tokens, 256 bits, kept as hashes only."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from idp import clock
from idp.models import AccessToken, RefreshToken
from idp.oidc.lifetimes import ACCESS_TOKEN, REFRESH_IDLE
from idp.storage.keyring import token_hash

Scope = tuple[str, ...]


def save_access(session: Session, token: str, grant_id: str, scope: Scope) -> None:
    """An access token for this issuer's userinfo."""
    session.execute(
        insert(AccessToken).values(
            token_hash=token_hash(token),
            grant_id=grant_id,
            scope=" ".join(scope),
            expires_at=clock.now() + ACCESS_TOKEN,
        )
    )


def save_refresh(session: Session, token: str, grant_id: str, absolute_end: datetime) -> None:
    """A link of the chain: 7 days unless used, and never past the end of its family."""
    now = clock.now()
    session.execute(
        insert(RefreshToken).values(
            token_hash=token_hash(token),
            grant_id=grant_id,
            created_at=now,
            expires_at=min(now + REFRESH_IDLE, absolute_end),
        )
    )


def answer(
    access: str, scope: Scope, *, refresh: str | None, id_token: str | None
) -> dict[str, Any]:
    """The token response (RFC 6749 §5.1, OIDC Core §3.1.3.3); scope is what was granted."""
    members: dict[str, Any] = {
        "access_token": access,
        "token_type": "Bearer",
        "expires_in": seconds(ACCESS_TOKEN),
        "scope": " ".join(scope),
    }
    if refresh is not None:
        members["refresh_token"] = refresh
    if id_token is not None:
        members["id_token"] = id_token
    return members


def seconds(length: timedelta) -> int:
    """A length of time as JSON has it."""
    return int(length.total_seconds())
