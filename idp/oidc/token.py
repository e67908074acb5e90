"""RFC 6749 §3.2, the token endpoint: authenticates the client, then hands over to its grant."""

from collections.abc import Callable, Mapping
from typing import Any

from idp.oidc import client_auth, code_grant, refresh_grant
from idp.oidc.clients import ClientInfo
from idp.oidc.errors import EndpointError, invalid_request
from idp.oidc.forms import form_of
from idp.oidc.http import MachineRequest, MachineResponse, json_response
from idp.oidc.issuer import Issuer

GRANTS: dict[str, Callable[[Issuer, ClientInfo, Mapping[str, str]], dict[str, Any]]] = {
    "authorization_code": code_grant.exchange,
    "refresh_token": refresh_grant.refresh,
}


def token(issuer: Issuer, request: MachineRequest) -> MachineResponse:
    """POST: tokens, or the error of RFC 6749 §5.2; EndpointError."""
    if request.query:
        # nothing secret belongs in an address, and nothing else is read from there
        raise invalid_request("query", "The token endpoint takes no query parameters")
    form = form_of(request)
    with issuer.database.reading() as session:
        client = client_auth.authenticate(issuer, session, request.headers, form)
    try:
        return json_response(_grant(client, form)(issuer, client, form))
    except EndpointError as refusal:
        refusal.client_id = client.id
        raise


def _grant(
    client: ClientInfo, form: Mapping[str, str]
) -> Callable[[Issuer, ClientInfo, Mapping[str, str]], dict[str, Any]]:
    name = form.get("grant_type")
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
