"""RFC 6749 §5.1, what a grant is answered: gathered in a transaction, signed outside of it.

No other writer waits for a signature. Opaque access tokens are for this issuer's userinfo
(tokens.py), signed ones for a site's APIs (access_token.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from idp.oidc import access_token, claims, id_token, resource, tokens
from idp.oidc.clients import ClientInfo
from idp.oidc.grants import Granted
from idp.oidc.issuer import Issuer
from idp.oidc.keys import Signer
from idp.oidc.token_request import TokenRequest
from idp.storage.keyring import new_token


@dataclass(frozen=True)
class Due:
    """All that the tokens of one answer will say, and what will sign them.

    `target` is an API, None for this issuer's userinfo; `jkt` the key that the access token is
    bound to; `told` what was asked one by one for the id_token. No `for_id`, no id_token.
    """

    client: ClientInfo
    granted: Granted
    scope: tuple[str, ...]
    target: str | None
    jkt: str | None
    opaque: str
    told: Mapping[str, Any]
    for_access: Signer | None
    for_id: Signer | None


def prepare(
    issuer: Issuer,
    session: Session,
    request: TokenRequest,
    granted: Granted,
    scope: tuple[str, ...],
) -> Due:
    """What is due for this much of a grant; EndpointError invalid_target.

    No statement, or one where the authorization request named claims for the id_token.
    """
    client = request.client
    target = resource.target(issuer, client, request.form.get("resource"), granted.resources)
    for_id = issuer.keys.signing(session, client.id_token_alg) if "openid" in scope else None
    asked = claims.asked(client, granted.claims, "id_token") if for_id else frozenset()
    told: dict[str, Any] = {}
    if asked:
        told = claims.of(session, client, granted.identity_id, None, set(), asked) or {}
    return Due(
        client=client,
        granted=granted,
        scope=scope,
        target=target,
        jkt=request.jkt,
        opaque=new_token(),
        told=told,
        for_access=issuer.keys.signing(session, access_token.ALGORITHM) if target else None,
        for_id=for_id,
    )


def save_access(session: Session, due: Due) -> None:
    """Keep the access token, if it is one that is kept: one statement at most."""
    if due.target is None:
        tokens.save_access(session, due.opaque, due.granted.id, due.scope, due.jkt)


def answer(
    issuer: Issuer, due: Due, *, sub: str, refresh: str | None, nonce: str | None = None
) -> dict[str, Any]:
    """The token response; `sub` is the person's at this site."""
    access = _access(issuer, due, sub)
    signed = None
    if due.for_id:
        signed = id_token.issue(
            issuer,
            due.for_id,
            due.granted,
            sub=sub,
            access_token=access,
            nonce=nonce,
            told=due.told,
        )
    return tokens.answer(access, due.scope, jkt=due.jkt, refresh=refresh, id_token=signed)


def _access(issuer: Issuer, due: Due, sub: str) -> str:
    if due.target is None or due.for_access is None:
        return due.opaque
    return access_token.issue(
        issuer,
        due.for_access,
        audience=due.target,
        client_id=due.client.id,
        scope=due.scope,
        jkt=due.jkt,
        granted=due.granted,
        sub=sub,
    )
