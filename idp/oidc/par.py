"""RFC 9126, the pushed authorization request endpoint: a request is judged before the browser goes.

What is judged is what /authorize would judge, by the same code; only the errors differ: JSON here.
"""

from idp.oidc import authorize, client_auth, dpop, pushed_requests
from idp.oidc.authorize import (
    AuthorizationRequest,
    Pairs,
    RedirectableError,
    UnsafeRequestError,
)
from idp.oidc.authorize_parameters import REPEATABLE
from idp.oidc.clients import ClientInfo
from idp.oidc.dpop import Proof
from idp.oidc.errors import EndpointError, invalid_request
from idp.oidc.forms import form_pairs, single
from idp.oidc.http import MachineRequest, MachineResponse, json_response
from idp.oidc.issuer import Issuer
from idp.oidc.lifetimes import PUSHED_REQUEST

# how the client proves itself, and no part of what it asks (§2)
_OF_THE_CLIENT = frozenset(
    {"client_id", "client_secret", "client_assertion", "client_assertion_type"}
)


def par(issuer: Issuer, request: MachineRequest) -> MachineResponse:
    """POST: 201 with the handle and its life in seconds; EndpointError."""
    if request.query:
        raise invalid_request("query", "This endpoint takes no query parameters")
    pairs = form_pairs(request)
    form = single([pair for pair in pairs if pair[0] != REPEATABLE])
    client = client_auth.authenticated(issuer, request, form)
    try:
        proof = dpop.read(issuer, request)
        handle = _push(issuer, _asked(issuer, client, pairs, proof), proof)
    except EndpointError as refusal:
        refusal.client_id = client.id
        raise
    told = {"request_uri": handle, "expires_in": int(PUSHED_REQUEST.total_seconds())}
    return json_response(told, 201)


def _asked(
    issuer: Issuer, client: ClientInfo, pairs: Pairs, proof: Proof | None
) -> AuthorizationRequest:
    asked = [(name, value) for name, value in pairs if name not in _OF_THE_CLIENT]
    if proof is not None:
        asked = _bound(asked, proof.jkt)
    try:
        with issuer.database.reading() as session:
            return authorize.checked(
                issuer, session, [("client_id", client.id), *asked], pushed=True
            )
    except UnsafeRequestError as unsafe:
        raise _unsafe(unsafe) from None
    except RedirectableError as error:
        raise EndpointError(error.error, "pushed_parameter", error.description) from None


def _bound(asked: Pairs, jkt: str) -> Pairs:
    """A proof binds the code to its key as dpop_jkt does; both have to agree (RFC 9449 §10.1)."""
    named = [value for name, value in asked if name == "dpop_jkt" and value]
    if named and named != [jkt]:
        raise dpop.invalid_proof("jkt")
    return [*(pair for pair in asked if pair[0] != "dpop_jkt"), ("dpop_jkt", jkt)]


def _push(issuer: Issuer, asked: AuthorizationRequest, proof: Proof | None) -> str:
    with issuer.database.writing() as session:
        if proof is not None:
            dpop.spend(session, proof)
        return pushed_requests.push(session, asked)


def _unsafe(unsafe: UnsafeRequestError) -> EndpointError:
    if unsafe.reason == "too_large":
        return invalid_request("pushed_too_large", "The request is too large", 413)
    if unsafe.reason == "redirect_uri":
        return invalid_request("pushed_redirect_uri", "redirect_uri is missing or not registered")
    return invalid_request(f"pushed_{unsafe.reason}", "The request is malformed")
