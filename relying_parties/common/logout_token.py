"""Logout tokens: OpenID Connect Back-Channel Logout 1.0 §2.6, over keys as for id_tokens (OA11)."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from joserfc.jwt import JWTClaimsRegistry

from relying_parties.common import clock
from relying_parties.common.issuer import IssuerClient, SignInRefusedError
from relying_parties.common.logouts import Logout

LEEWAY_SECONDS = 60
MAX_CHARACTERS = 16 * 1024
LONGEST_LIFE = timedelta(days=1)  # its jti is remembered until it expires
EVENT = "http://schemas.openid.net/event/backchannel-logout"
_TYPES = frozenset({"logout+jwt", "application/logout+jwt"})  # RFC 8725 §3.11


def read(client: IssuerClient, client_id: str, raw: str) -> Logout:
    """The logout that `raw` orders, every check of §2.6 done but that of its single use.

    Raises SignInRefusedError, and what the client and joserfc raise: see issuer_failures().
    """
    if len(raw) > MAX_CHARACTERS:
        raise SignInRefusedError("the logout token is too long")
    token = client.verified(raw)
    if str(token.header.get("typ", "")).lower() not in _TYPES:
        raise SignInRefusedError("not a token of type logout+jwt")
    claims = token.claims
    _check_registered(claims, client.issuer)
    # exact, as for id_tokens: joserfc alone would take a list that holds others too
    if claims.get("aud") not in (client_id, [client_id]):
        raise SignInRefusedError("the logout token is another site's")
    if "nonce" in claims:  # else an id_token could pass for one (§2.4)
        raise SignInRefusedError("a logout token holds no nonce")
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(EVENT), dict):
        raise SignInRefusedError("the token is about another event")
    return _logout(claims)


def _check_registered(claims: dict[str, Any], issuer: str) -> None:
    registry = JWTClaimsRegistry(
        now=clock.timestamp,
        leeway=LEEWAY_SECONDS,
        iss={"essential": True, "value": issuer},
        iat={"essential": True},
        exp={"essential": True},
        jti={"essential": True},
    )
    registry.validate(claims)
    for time in (claims["iat"], claims["exp"]):
        if abs(time - clock.timestamp()) > LONGEST_LIFE.total_seconds():
            raise SignInRefusedError("the logout token is of another day")


def _logout(claims: Mapping[str, Any]) -> Logout:
    sub, sid = claims.get("sub"), claims.get("sid")
    if sub is None and sid is None:
        raise SignInRefusedError("the logout token names nobody")
    for named in (sub, sid):
        if named is not None and not (isinstance(named, str) and named):
            raise SignInRefusedError("the logout token names somebody oddly")
    good_until = int(claims["exp"]) + LEEWAY_SECONDS
    return Logout(claims["jti"], sub, sid, int(claims["iat"]), good_until)
