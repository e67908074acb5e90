"""OIDC Core §5.3, RFC 6750, RFC 9449 §7: what a site may know of the person who signed in there."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from idp import clock
from idp.accounts.states import USING_TOKENS
from idp.models import AccessToken, Grant, Identity
from idp.oidc import claims, dpop, grants
from idp.oidc.dpop import Proof
from idp.oidc.errors import DPOP_ALGS, REALM, EndpointError, invalid_token
from idp.oidc.forms import fields, form_of, is_form
from idp.oidc.http import NO_STORE, Headers, MachineRequest, MachineResponse, json_response
from idp.oidc.issuer import Issuer
from idp.storage.keyring import token_hash

_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")  # RFC 6750 §2.1
# where nothing was tried: the ways in, without an error code (RFC 6750 §3.1, RFC 9449 §7.1)
_CHALLENGES: Headers = (
    ("WWW-Authenticate", f'Bearer realm="{REALM}"'),
    ("WWW-Authenticate", f'DPoP realm="{REALM}", algs="{" ".join(DPOP_ALGS)}"'),
)
BEARER = "Bearer"


@dataclass(frozen=True)
class _Presented:
    """A token as it was sent: by which scheme, with which proof (DPoP alone has one)."""

    token: str
    scheme: str
    proof: Proof | None = None


@dataclass(frozen=True)
class _Live:
    """The live token's row and what hangs on it."""

    client_id: str
    identity_id: str
    scope: str
    dpop_jkt: str | None
    asked: Mapping[str, Any] | None
    email_sealed: bytes


def userinfo(issuer: Issuer, request: MachineRequest) -> MachineResponse:
    """GET or POST with an access token: the claims of its scope, and those asked one by one.

    EndpointError. Two statements, one more with a DPoP proof.
    """
    presented = _presented(issuer, request)
    if presented is None:
        return MachineResponse(401, (*NO_STORE, *_CHALLENGES))
    with issuer.database.reading() as session:
        told = _claims(issuer, session, presented)
    if presented.proof:
        with issuer.database.writing() as session:
            dpop.spend(session, presented.proof)
    return json_response(told)


def _presented(issuer: Issuer, request: MachineRequest) -> _Presented | None:
    """The token, sent in one way only: header or form body, never the query (OA22)."""
    if "access_token" in fields(request.query):
        raise _bad("token_in_query", "An access token does not belong in the query")
    scheme, header = _from_header(request)
    body = None
    if request.method == "POST" and request.body and is_form(request):
        body = form_of(request).get("access_token")
    if header is not None and body is not None:
        raise _bad("two_tokens", "The access token is sent in two ways")
    found = header if header is not None else body
    if found is None:
        return None
    if not _TOKEN.fullmatch(found):
        raise _bad("malformed_token", "The access token is malformed")
    if scheme != dpop.SCHEME:
        return _Presented(found, BEARER)
    proof = dpop.read(issuer, request, access_token=found)
    if proof is None:
        raise dpop.invalid_proof("missing", at_resource=True)
    return _Presented(found, scheme, proof)


def _from_header(request: MachineRequest) -> tuple[str, str | None]:
    """Scheme and token of the Authorization header; the case of the scheme means nothing."""
    name, _, credentials = request.headers.get("authorization", "").partition(" ")
    for scheme in (BEARER, dpop.SCHEME):
        if name.lower() == scheme.lower():
            return scheme, credentials
    return BEARER, None


def _bad(reason: str, description: str) -> EndpointError:
    return EndpointError("invalid_request", reason, description, scheme=BEARER)


def _live(session: Session, presented: _Presented) -> _Live:
    row = session.execute(
        select(
            Grant.client_id,
            Grant.identity_id,
            AccessToken.scope,
            AccessToken.dpop_jkt,
            Grant.claims,
            Identity.email_sealed,
        )
        .join(Grant, Grant.id == AccessToken.grant_id)
        .join(Identity, Identity.id == Grant.identity_id)
        .where(
            AccessToken.token_hash == token_hash(presented.token),
            AccessToken.expires_at > clock.now(),
            grants.is_live(),
            Identity.state.in_(USING_TOKENS),
        )
    ).one_or_none()
    if row is None:
        raise invalid_token("token_not_live", presented.scheme)
    if row.dpop_jkt != (presented.proof.jkt if presented.proof else None):
        # a bound token without its key, or a key that no token was bound to (RFC 9449 §7.2)
        raise invalid_token("token_key", presented.scheme)
    return _Live(*row)


def _claims(issuer: Issuer, session: Session, presented: _Presented) -> dict[str, Any]:
    found = _live(session, presented)
    client = issuer.clients.get(session, found.client_id)
    if client is None or client.disabled:
        raise invalid_token("client_disabled", presented.scheme)
    # an allow-list per client, as it is now (PII6, CL4)
    scope = set(found.scope.split()) & set(client.scopes)
    if "openid" not in scope:
        raise EndpointError(
            "insufficient_scope",
            "no_openid",
            "The access token lacks the scope openid",
            status=403,
            scheme=presented.scheme,
        )
    asked = claims.asked(client, found.asked, "userinfo")
    told = claims.of(session, client, found.identity_id, found.email_sealed, scope, asked)
    if told is None:
        raise invalid_token("no_subject", presented.scheme)
    return told
