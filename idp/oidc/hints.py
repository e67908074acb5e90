"""OIDC Core §3.1.2.1, id_token_hint: an ID token that we once issued, read back (OA11).

Each of our keys signs by one algorithm, and nothing it seems to have signed by another is believed.
`kid` is looked up among our keys and nowhere else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from idp.oidc import signed_input, subjects
from idp.oidc.issuer import Issuer
from idp.oidc.key_files import ALGORITHMS
from idp.oidc.signed_input import Accepts, SignedInputError

# a logout or access token of the same key is no ID token (RFC 8725 §3.11)
ACCEPTS = Accepts(algs=ALGORITHMS, types=(None, "JWT"), members=frozenset())


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


def _claims(issuer: Issuer, session: Session, token: str) -> Mapping[str, Any] | None:
    try:
        signed = signed_input.read(token, ACCEPTS)
    except SignedInputError:
        return None
    key = issuer.keys.verification_key(session, signed.kid)
    if key is None or key.alg != signed.alg or not signed.signed_by(key):
        return None
    return signed.claims


def _audience(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    return ()


def _is_date(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
