"""OIDC Discovery §3, RFC 8414 §2: what this issuer can do today, and nothing more.

But for the algorithms of request objects, which are refused (docs/decisions/013).
"""

from typing import Any

from idp.accounts.assurance import ACR_VALUES
from idp.oidc import pkce, scopes
from idp.oidc.authorization_response import RESPONSE_MODES
from idp.oidc.authorize_parameters import PROMPTS
from idp.oidc.client_assertion import ALGS
from idp.oidc.client_metadata import PUBLIC, SUPPORTED
from idp.oidc.errors import DPOP_ALGS
from idp.oidc.http import MachineRequest, MachineResponse, json_response
from idp.oidc.issuer import Issuer
from idp.oidc.key_files import ALGORITHMS

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
        "pushed_authorization_request_endpoint": issuer.url("/par"),
        "require_pushed_authorization_requests": False,  # each client says so of itself
        "token_endpoint": issuer.url("/token"),
        "userinfo_endpoint": issuer.url("/userinfo"),
        "introspection_endpoint": issuer.url("/introspect"),
        "revocation_endpoint": issuer.url("/revoke"),
        "jwks_uri": issuer.url("/jwks.json"),
        "end_session_endpoint": issuer.url("/deconnexion"),
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
        **{name: list(values) for name, values in SUPPORTED.items()},
        **_client_authentication(),
        "dpop_signing_alg_values_supported": list(DPOP_ALGS),
        "response_modes_supported": list(RESPONSE_MODES),
        "id_token_signing_alg_values_supported": list(ALGORITHMS),
        "code_challenge_methods_supported": [pkce.METHOD],
        "acr_values_supported": list(ACR_VALUES),
        "prompt_values_supported": list(PROMPTS),
        "claim_types_supported": ["normal"],
        "claims_supported": list(CLAIMS),
        "ui_locales_supported": ["fr-FR"],
        "claims_parameter_supported": True,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,  # left out it would mean true
        # without `none`: no unsigned object is worth a try; signed ones are not built yet (OA12)
        "request_object_signing_alg_values_supported": list(ALGORITHMS),
        "authorization_response_iss_parameter_supported": True,
    }


def _client_authentication() -> dict[str, list[str]]:
    """RFC 8414 §2: the same methods everywhere, but only who has one may ask about tokens."""
    methods = SUPPORTED["token_endpoint_auth_methods_supported"]
    told: dict[str, list[str]] = {}
    for endpoint in ("token", "introspection", "revocation"):
        told[f"{endpoint}_endpoint_auth_signing_alg_values_supported"] = list(ALGS)
    told["introspection_endpoint_auth_methods_supported"] = [m for m in methods if m != PUBLIC]
    told["revocation_endpoint_auth_methods_supported"] = list(methods)
    return told


def discovery(issuer: Issuer, request: MachineRequest) -> MachineResponse:
    """GET: the metadata, the same under both well-known names."""
    return json_response(document(issuer), headers=_CACHE)
