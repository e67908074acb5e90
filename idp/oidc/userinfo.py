"""OIDC Core §5.3, RFC 6750: what a site may know of the person who signed in there."""

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from idp import clock
from idp.accounts.states import USING_TOKENS
from idp.models import AccessToken, Grant, Identity
from idp.oidc import claims, grants
from idp.oidc.errors import REALM, EndpointError, invalid_token
from idp.oidc.forms import fields, form_of, is_form
from idp.oidc.http import NO_STORE, MachineRequest, MachineResponse, json_response
from idp.oidc.issuer import Issuer
from idp.storage.keyring import token_hash

_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")  # RFC 6750 §2.1


@dataclass(frozen=True)
class _Bearer:
    """The live token's row and what hangs on it."""

    client_id: str
    identity_id: str
    scope: str
    email_sealed: bytes


def userinfo(issuer: Issuer, request: MachineRequest) -> MachineResponse:
    """GET or POST with a bearer token: the claims of its scope; EndpointError. Two statements."""
    presented = _presented(request)
    if presented is None:
        # nothing was tried: a challenge without an error code (RFC 6750 §3.1)
        challenge = ("WWW-Authenticate", f'Bearer realm="{REALM}"')
        return MachineResponse(401, (*NO_STORE, challenge))
    with issuer.database.reading() as session:
        return json_response(_claims(issuer, session, _bearer(session, presented)))


def _presented(request: MachineRequest) -> str | None:
    """The token, sent in one way only: header or form body, never the query (OA22)."""
    if "access_token" in fields(request.query):
        raise _bad("token_in_query", "An access token does not belong in the query")
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    header = credentials if scheme.lower() == "bearer" else None
    body = None
    if request.method == "POST" and request.body and is_form(request):
        body = form_of(request).get("access_token")
    if header is not None and body is not None:
        raise _bad("two_tokens", "The access token is sent in two ways")
    found = header if header is not None else body
    if found is not None and not _TOKEN.fullmatch(found):
        raise _bad("malformed_token", "The access token is malformed")
    return found


def _bad(reason: str, description: str) -> EndpointError:
    return EndpointError("invalid_request", reason, description, scheme="Bearer")


def _bearer(session: Session, token: str) -> _Bearer:
    row = session.execute(
        select(
            Grant.client_id,
            Grant.identity_id,
            AccessToken.scope,
            Identity.email_sealed,
        )
        .join(Grant, Grant.id == AccessToken.grant_id)
        .join(Identity, Identity.id == Grant.identity_id)
        .where(
            AccessToken.token_hash == token_hash(token),
            AccessToken.expires_at > clock.now(),
            grants.is_live(),
            Identity.state.in_(USING_TOKENS),
        )
    ).one_or_none()
    if row is None:
        raise invalid_token("token_not_live")
    return _Bearer(*row)


def _claims(issuer: Issuer, session: Session, bearer: _Bearer) -> dict[str, Any]:
    client = issuer.clients.get(session, bearer.client_id)
    if client is None or client.disabled:
        raise invalid_token("client_disabled")
    # an allow-list per client, as it is now (PII6, CL4)
    scope = set(bearer.scope.split()) & set(client.scopes)
    if "openid" not in scope:
        raise EndpointError(
            "insufficient_scope",
            "no_openid",
            "The access token lacks the scope openid",
            status=403,
            scheme="Bearer",
        )
    told = claims.of(session, client, bearer.identity_id, bearer.email_sealed, scope)
    if told is None:
        raise invalid_token("no_subject")
    return told
