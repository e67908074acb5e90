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


def save_access(session: Session, token: str, grant_id: str, scope: Scope, jkt: str | None) -> None:
    """An access token for this issuer's userinfo, good with the key `jkt` only unless None."""
    session.execute(
        insert(AccessToken).values(
            token_hash=token_hash(token),
            grant_id=grant_id,
            scope=" ".join(scope),
            dpop_jkt=jkt,
            expires_at=clock.now() + ACCESS_TOKEN,
        )
    )


def save_refresh(
    session: Session, token: str, grant_id: str, absolute_end: datetime, *, rotates: bool = True
) -> None:
    """A link of the chain: 7 days unless used, and never past the end of its family.

    One that is never replaced (FAPI 2.0) lives as long as its family.
    """
    now = clock.now()
    session.execute(
        insert(RefreshToken).values(
            token_hash=token_hash(token),
            grant_id=grant_id,
            created_at=now,
            expires_at=min(now + REFRESH_IDLE, absolute_end) if rotates else absolute_end,
        )
    )


def answer(
    access: str,
    scope: Scope,
    *,
    jkt: str | None,
    refresh: str | None = None,
    id_token: str | None = None,
) -> dict[str, Any]:
    """The token response (RFC 6749 §5.1, OIDC Core §3.1.3.3); scope is what was granted."""
    members: dict[str, Any] = {
        "access_token": access,
        "token_type": type_of(jkt),
        "expires_in": seconds(ACCESS_TOKEN),
        "scope": " ".join(scope),
        "refresh_token": refresh,
        "id_token": id_token,
    }
    return {name: value for name, value in members.items() if value}


def type_of(jkt: str | None) -> str:
    """How the token is used (RFC 9449 §5)."""
    return "Bearer" if jkt is None else "DPoP"


def seconds(length: timedelta) -> int:
    """A length of time as JSON has it."""
    return int(length.total_seconds())
