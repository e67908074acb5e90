"""RFC 6749 §3.2, the token endpoint: authenticates the client, then hands over to its grant."""

from collections.abc import Callable
from typing import Any

from idp.oidc import client_auth, client_credentials, code_grant, dpop, refresh_grant
from idp.oidc.clients import ClientInfo
from idp.oidc.dpop import Proof
from idp.oidc.errors import EndpointError, invalid_request
from idp.oidc.forms import form_alone, single
from idp.oidc.http import MachineRequest, MachineResponse, json_response
from idp.oidc.issuer import Issuer
from idp.oidc.resource import invalid_target
from idp.oidc.token_request import TokenRequest

Grant = Callable[[Issuer, TokenRequest], dict[str, Any]]

GRANTS: dict[str, Grant] = {
    "authorization_code": code_grant.exchange,
    "refresh_token": refresh_grant.refresh,
    "client_credentials": client_credentials.issue,
}


def token(issuer: Issuer, request: MachineRequest) -> MachineResponse:
    """POST: tokens, or the error of RFC 6749 §5.2; EndpointError."""
    form = _form(request)
    client = client_auth.authenticated(issuer, request, form)
    try:
        grant = _grant(client, form.get("grant_type"))
        asked = TokenRequest(client, form, _proof(issuer, client, request))
        return json_response(grant(issuer, asked))
    except EndpointError as refusal:
        refusal.client_id = client.id
        raise


def _form(request: MachineRequest) -> dict[str, str]:
    pairs = form_alone(request)
    if sum(name == "resource" for name, _ in pairs) > 1:
        # a token for several APIs would open each to the others (RFC 8707 §3)
        raise invalid_target("several_resources")
    return single(pairs)


def _grant(client: ClientInfo, name: str | None) -> Grant:
    if name is None:
        raise invalid_request("no_grant_type", "grant_type is missing")
    if name not in GRANTS:
        raise EndpointError(
            "unsupported_grant_type", "grant_type", "This grant_type is not supported"
        )
    if name not in client.grant_types:
        raise EndpointError(
            "unauthorized_client", "grant_type", "The client may not use this grant_type"
        )
    return GRANTS[name]


def _proof(issuer: Issuer, client: ClientInfo, request: MachineRequest) -> Proof | None:
    """The key that is shown; some clients get no token without one (RFC 9449 §5.2)."""
    proof = dpop.read(issuer, request)
    if proof is None and (client.dpop_bound or client.fapi2):
        raise dpop.invalid_proof("missing")
    return proof
