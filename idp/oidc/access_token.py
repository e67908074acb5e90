"""RFC 9068, access tokens for the APIs of sites: signed, not kept, checked by whoever is called.

An API checks the signature; what ended since, introspection alone can tell. Nothing here says who
the person is beyond the `sub` that the site has anyway.
"""

from collections.abc import Mapping
from typing import Any

from joserfc import jwt
from sqlalchemy.orm import Session

from idp import clock
from idp.oidc import signed_input
from idp.oidc.grants import Granted
from idp.oidc.issuer import Issuer
from idp.oidc.keys import Signer
from idp.oidc.lifetimes import ACCESS_TOKEN
from idp.oidc.signed_input import Accepts, SignedInputError
from idp.storage.keyring import new_token

ALGORITHM = "ES256"
TYPE = "at+jwt"  # no ID token has it, and no other typ is an access token (OA10)
_ACCEPTS = Accepts((ALGORITHM,), (TYPE,), frozenset())
_RANDOM = 16


def issue(
    issuer: Issuer,
    signer: Signer,
    *,
    audience: str,
    client_id: str,
    scope: tuple[str, ...],
    jkt: str | None = None,
    granted: Granted | None = None,
    sub: str | None = None,
) -> str:
    """A signed access token, bound to the key `jkt`; of a person's grant, or of the client alone.

    Its `jti` begins with the grant, so that what has ended is found without the token being kept.
    """
    now = clock.timestamp()
    claims: dict[str, Any] = {
        "iss": issuer.address,
        "sub": sub or client_id,
        "aud": audience,
        "client_id": client_id,
        "iat": now,
        "exp": now + int(ACCESS_TOKEN.total_seconds()),
        "jti": f"{granted.id}.{new_token(_RANDOM)}" if granted else new_token(_RANDOM),
    }
    if scope:
        claims["scope"] = " ".join(scope)
    if granted:
        claims |= {"auth_time": granted.auth_time, "acr": granted.acr, "amr": list(granted.amr)}
        claims["sid"] = granted.sid
    if jkt is not None:
        claims["cnf"] = {"jkt": jkt}  # RFC 9449 §6.1
    header = {"alg": signer.alg, "kid": signer.kid, "typ": TYPE}
    return jwt.encode(header, claims, signer.key, algorithms=[signer.alg])


def read(issuer: Issuer, session: Session, token: str) -> Mapping[str, Any] | None:
    """The claims of one of ours that has not expired, or None; by a key that still counts (KE2)."""
    try:
        found = signed_input.read(token, _ACCEPTS)
    except SignedInputError:
        return None
    key = issuer.keys.verification_key(session, found.kid)
    if key is None or not found.signed_by(key):
        return None
    told = found.claims
    live = told.get("iss") == issuer.address and told.get("exp", 0) > clock.timestamp()
    return told if live else None


def grant_of(claims: Mapping[str, Any]) -> str | None:
    """The grant that the token came of; None for one that a client was given for itself."""
    grant_id, dot, _ = str(claims["jti"]).partition(".")
    return grant_id if dot else None
