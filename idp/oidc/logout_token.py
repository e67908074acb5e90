"""OIDC Back-Channel Logout §2.4, the logout token: which session of whom has ended, signed."""

from datetime import timedelta
from typing import Any

from joserfc import jwt

from idp import clock
from idp.oidc.issuer import Issuer
from idp.oidc.keys import Signer
from idp.oidc.tokens import seconds
from idp.storage.keyring import new_token

TYPE = "logout+jwt"  # so that it passes for no other token (RFC 8725 §3.11)
EVENT = "http://schemas.openid.net/event/backchannel-logout"
LIFE = timedelta(minutes=2)


def issue(issuer: Issuer, signer: Signer, *, client_id: str, sid: str, sub: str | None) -> str:
    """A token made for one attempt: a fresh jti and iat; never a nonce (§2.4)."""
    now = clock.timestamp()
    claims: dict[str, Any] = {
        "iss": issuer.address,
        "aud": client_id,
        "iat": now,
        "exp": now + seconds(LIFE),
        "jti": new_token(),
        "events": {EVENT: {}},
        "sid": sid,
    }
    if sub is not None:
        claims["sub"] = sub
    header = {"alg": signer.alg, "kid": signer.kid, "typ": TYPE}
    return jwt.encode(header, claims, signer.key, algorithms=[signer.alg])
