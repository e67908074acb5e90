"""OIDC Discovery §3, RFC 8414 §2: what this issuer can do today, and nothing more."""

from typing import Any

from idp.accounts.assurance import ACR_VALUES
from idp.oidc import hints, pkce, scopes
from idp.oidc.authorize_parameters import PROMPTS
from idp.oidc.client_metadata import SUPPORTED
from idp.oidc.http import MachineRequest, MachineResponse, json_response
from idp.oidc.issuer import Issuer

CLAIMS = (
    *("iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "at_hash", "sid"),
    *(claim for claims in scopes.CLAIMS.values() for claim in claims if claim != "sub"),
)
_CACHE = (("Cache-Control", "public, max-age=300"),)


def document(issuer: Issuer) -> dict[str, Any]:
    """The metadata; every name is registered, since tests of other makers refuse unknown ones."""
    return {
        "issuer": issuer.address,
        "authorization_endpoint": issuer.url("/authorize"),
        "token_endpoint": issuer.url("/token"),
        "userinfo_endpoint": issuer.url("/userinfo"),
        "jwks_uri": issuer.url("/jwks.json"),
        "end_session_endpoint": issuer.url("/deconnexion"),
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
        **{name: list(values) for name, values in SUPPORTED.items()},
        "response_modes_supported": ["query"],
        "id_token_signing_alg_values_supported": [hints.ALGORITHM],
        "code_challenge_methods_supported": [pkce.METHOD],
        "acr_values_supported": list(ACR_VALUES),
        "prompt_values_supported": list(PROMPTS),
        "claim_types_supported": ["normal"],
        "claims_supported": list(CLAIMS),
        "ui_locales_supported": ["fr-FR"],
        "claims_parameter_supported": False,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,  # left out it would mean true
        "authorization_response_iss_parameter_supported": True,
    }


def discovery(issuer: Issuer, request: MachineRequest) -> MachineResponse:
    """GET: the metadata, the same under both well-known names."""
    return json_response(document(issuer), headers=_CACHE)
