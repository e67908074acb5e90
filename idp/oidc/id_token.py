"""OIDC Core §2, the id_token: who signed in, when and how; of the person, what was asked for."""

from collections.abc import Mapping
from typing import Any

from authlib.oidc.core.util import create_half_hash
from joserfc import jwt

from idp import clock
from idp.oidc.grants import Granted
from idp.oidc.issuer import Issuer
from idp.oidc.keys import Signer
from idp.oidc.lifetimes import ID_TOKEN


def issue(
    issuer: Issuer,
    signer: Signer,
    granted: Granted,
    *,
    sub: str,
    access_token: str,
    nonce: str | None = None,
    told: Mapping[str, Any] | None = None,
) -> str:
    """A signed id_token; `nonce` only in answer to a code (OIDC Core §12.2).

    `told` are claims that the request named (OIDC Core §5.5); none of them replaces one of ours.
    """
    now = clock.timestamp()
    claims: dict[str, Any] = {
        **(told or {}),
        "iss": issuer.address,
        "sub": sub,
        "aud": granted.client_id,
        "exp": now + int(ID_TOKEN.total_seconds()),
        "iat": now,
        "auth_time": granted.auth_time,
        "acr": granted.acr,
        "amr": list(granted.amr),
        "sid": granted.sid,
        "at_hash": create_half_hash(access_token, signer.alg).decode("ascii"),
    }
    if nonce is not None:
        claims["nonce"] = nonce  # absent unless it was sent (OIDC Core §3.1.3.7)
    header = {"alg": signer.alg, "kid": signer.kid}
    return jwt.encode(header, claims, signer.key, algorithms=[signer.alg])
