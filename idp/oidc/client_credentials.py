"""RFC 6749 §4.4: a site asks for itself, with nobody signed in; for its APIs alone.

No person, so no refresh token, no id_token, and nothing of what a person's scopes open.
"""

from typing import Any

from idp.oidc import access_token, resource, tokens
from idp.oidc.clients import ClientInfo
from idp.oidc.errors import EndpointError, invalid_scope
from idp.oidc.issuer import Issuer
from idp.oidc.scopes import SUPPORTED_SCOPES
from idp.oidc.token_request import TokenRequest


def issue(issuer: Issuer, request: TokenRequest) -> dict[str, Any]:
    """The token response; EndpointError. No statement when client and keys are known.

    One for a DPoP proof.
    """
    client = request.client
    if client.public:  # RFC 6749 §4.4: it cannot prove that it is itself
        raise EndpointError(
            "unauthorized_client", "public_client", "The client may not use this grant_type"
        )
    scope, audience = _scope(request), _audience(issuer, request)
    with issuer.database.reading() as session:
        signer = issuer.keys.signing(session, access_token.ALGORITHM)
    if request.proof:
        with issuer.database.writing() as session:
            request.spend_proof(session)
    access = access_token.issue(
        issuer, signer, audience=audience, client_id=client.id, scope=scope, jkt=request.jkt
    )
    return tokens.answer(access, scope, jkt=request.jkt)


def may_have(client: ClientInfo) -> tuple[str, ...]:
    """The scopes that a client can have for itself: none that tells of a person."""
    return tuple(scope for scope in client.scopes if scope not in SUPPORTED_SCOPES)


def _scope(request: TokenRequest) -> tuple[str, ...]:
    asked, may = request.form.get("scope"), may_have(request.client)
    if asked is None:
        return may
    wanted = tuple(dict.fromkeys(asked.split(" ")))
    if not set(wanted) <= set(may):
        raise invalid_scope("scope_of_a_person")
    return wanted


def _audience(issuer: Issuer, request: TokenRequest) -> str:
    """The API that is asked for, or the only one there is."""
    registered = request.client.resources
    audience = resource.target(issuer, request.client, request.form.get("resource"), registered)
    if audience is None:
        # which of several, or userinfo, where there is nobody to tell of
        raise resource.invalid_target("resource_not_named")
    return audience
