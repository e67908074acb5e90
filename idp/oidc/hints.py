"""OIDC Core §3.1.2.1, id_token_hint: an ID token that we once issued, read back (OA11).

Our own tokens have three header members, so nothing else is read: no jwk, jku, x5u, x5c, crit, b64
or zip can mean anything. One algorithm; `kid` is looked up among our keys and nowhere else.
"""

import base64
import json
import re
from dataclasses import dataclass
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from sqlalchemy.orm import Session

from idp.oidc import subjects
from idp.oidc.issuer import Issuer

MAX_LENGTH = 16 * 1024
ALGORITHM = "RS256"
_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")


@dataclass(frozen=True)
class Hint:
    """What a hint says; `identity_id` is None when its sub is nobody's any more."""

    audience: tuple[str, ...]
    sub: str
    sid: str | None
    identity_id: str | None


def read(issuer: Issuer, session: Session, token: str) -> Hint | None:
    """The hint, or None when it is not an ID token of ours. Expired ones are welcome."""
    claims = _claims(issuer, session, token)
    if claims is None or claims.get("iss") != issuer.address:
        return None
    sub, audience, sid = claims.get("sub"), _audience(claims.get("aud")), claims.get("sid")
    if not isinstance(sub, str) or not audience or not isinstance(sid, str | None):
        return None
    if not all(_is_date(claims.get(name)) for name in ("exp", "iat")):
        return None
    return Hint(audience, sub, sid, subjects.identity_of(session, sub))


def _claims(issuer: Issuer, session: Session, token: str) -> dict[str, Any] | None:
    if len(token) > MAX_LENGTH or _COMPACT.fullmatch(token) is None:
        return None
    header = _object(_bytes(token.partition(".")[0]))
    if header is None or not header.keys() <= {"alg", "kid", "typ"}:
        return None
    # a logout or access token of the same key is no ID token (RFC 8725 §3.11)
    if header.get("alg") != ALGORITHM or header.get("typ", "JWT") != "JWT":
        return None
    key = issuer.keys.verification_key(session, header.get("kid"))
    if key is None:
        return None
    try:
        payload = jws.deserialize_compact(token, key, algorithms=[ALGORITHM]).payload
    except (JoseError, ValueError):
        return None
    return _object(payload)


def _bytes(part: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except ValueError:
        return b""


def _object(raw: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _audience(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    return ()


def _is_date(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
