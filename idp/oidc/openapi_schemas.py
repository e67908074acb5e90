"""JSON Schema 2020-12 of what the machine endpoints answer and of the forms they take.

What we answer is closed: a member that is not described here fails a test. What we are sent is
open, since unknown parameters are ignored (RFC 6749 §3.1, §3.2).
"""

from collections.abc import Mapping
from typing import Any

from idp.accounts.assurance import ACR_VALUES
from idp.oidc import client_assertion, pkce
from idp.oidc.authorization_response import RESPONSE_MODES
from idp.oidc.authorize_parameters import PROMPTS
from idp.oidc.key_files import ALGORITHMS
from idp.oidc.token import GRANTS

Schema = dict[str, Any]

TEXT: Schema = {"type": "string", "minLength": 1}
FLAG: Schema = {"type": "boolean"}
SECONDS: Schema = {"type": "integer", "minimum": 0}
ADDRESS: Schema = {"type": "string", "pattern": "^https?://"}
THUMBPRINT: Schema = {"type": "string", "pattern": "^[A-Za-z0-9_-]{43}$"}
_TEXTS: Schema = {"type": "array", "items": TEXT}
_WORDS: Schema = {"type": "string", "pattern": r"^[!-~]+( [!-~]+)*$"}
_WITH_OPENID = r"^([!#-\[\]-~]+ )*openid( [!#-\[\]-~]+)*$"
_OPAQUE: Schema = {"type": "string", "pattern": "^[ -~]{1,2048}$"}
_JWT: Schema = {"type": "string", "pattern": r"^[\w-]+\.[\w-]+\.[\w-]+$"}
_CNF: Schema = {
    "type": "object",
    "properties": {"jkt": THUMBPRINT},
    "required": ["jkt"],
    "additionalProperties": False,
}
_NUMBER: Schema = {"type": "string", "pattern": "^[A-Za-z0-9_-]+$"}


def closed(required: Mapping[str, Schema], optional: Mapping[str, Schema]) -> Schema:
    """An object with these members and no other."""
    return {
        "type": "object",
        "properties": {**required, **optional},
        "required": list(required),
        "additionalProperties": False,
    }


def form(required: Mapping[str, Schema], optional: Mapping[str, Schema]) -> Schema:
    """A form; what else it holds is ignored."""
    known = {**required, **optional}
    return {"type": "object", "properties": known, "required": list(required)}


def ref(*names: str) -> Schema:
    """One of the schemas of this name."""
    found = [{"$ref": f"#/components/schemas/{name}"} for name in names]
    return found[0] if len(found) == 1 else {"oneOf": list(found)}


_KEY: Mapping[str, Schema] = {
    "kid": THUMBPRINT,
    "use": {"const": "sig"},
    "alg": {"enum": list(ALGORITHMS)},
}
_ENDPOINTS = (
    "authorization_endpoint",
    "token_endpoint",
    "userinfo_endpoint",
    "introspection_endpoint",
    "revocation_endpoint",
    "end_session_endpoint",
    "pushed_authorization_request_endpoint",
)
_PROMPT = f"({'|'.join(PROMPTS)})"
_LIST_OF_PROMPTS = f"^{_PROMPT}( {_PROMPT})*$"

ANSWERS: Mapping[str, Schema] = {
    "Error": closed(
        {"error": {"type": "string", "pattern": "^[a-z_]+$"}},
        {"error_description": {"type": "string", "pattern": r"^[\x20-\x21\x23-\x5b\x5d-\x7e]+$"}},
    ),
    "Tokens": closed(
        {
            "access_token": {"type": "string", "minLength": 43},
            "token_type": {"enum": ["Bearer", "DPoP"]},
            "expires_in": SECONDS,
        },
        {
            "scope": _WORDS,
            "refresh_token": {"type": "string", "minLength": 43},
            "id_token": _JWT,
        },
    ),
    "Pushed": closed(
        {
            "request_uri": {
                "type": "string",
                "pattern": "^urn:ietf:params:oauth:request_uri:[A-Za-z0-9_-]{43}$",
            },
            "expires_in": {"type": "integer", "minimum": 5, "maximum": 600},
        },
        {},
    ),
    "Introspection": {
        "oneOf": [
            closed({"active": {"const": False}}, {}),
            closed(
                {"active": {"const": True}, "client_id": TEXT, "exp": SECONDS, "iat": SECONDS},
                {
                    "iss": ADDRESS,
                    "sub": TEXT,
                    "aud": ADDRESS,
                    "jti": TEXT,
                    "scope": {"type": "string"},
                    "token_type": {"enum": ["Bearer", "DPoP"]},
                    "cnf": _CNF,
                    "sid": TEXT,
                    "acr": {"enum": list(ACR_VALUES)},
                    "amr": _TEXTS,
                    "auth_time": SECONDS,
                },
            ),
        ]
    },
    "Claims": closed(
        {"sub": TEXT},
        {
            **dict.fromkeys(("name", "given_name", "family_name", "email", "phone_number"), TEXT),
            "birthdate": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
            **dict.fromkeys(("email_verified", "phone_number_verified", "is_member"), FLAG),
            "address": closed(
                {},
                dict.fromkeys(("formatted", "street_address", "postal_code", "locality"), TEXT),
            ),
            "member_number": TEXT,
            **dict.fromkeys(("contracts", "roles"), _TEXTS),
        },
    ),
    "RsaKey": closed({**_KEY, "kty": {"const": "RSA"}, "n": _NUMBER, "e": _NUMBER}, {}),
    "EcKey": closed({**_KEY, "kty": {"const": "EC"}, "crv": TEXT, "x": _NUMBER, "y": _NUMBER}, {}),
    "Keys": closed({"keys": {"type": "array", "items": ref("RsaKey", "EcKey")}}, {}),
    "Metadata": {
        "type": "object",
        "properties": {
            **dict.fromkeys(_ENDPOINTS, ADDRESS),
            "issuer": ADDRESS,
            "jwks_uri": ADDRESS,
        },
        "required": [*_ENDPOINTS, "issuer", "jwks_uri"],
        "additionalProperties": {"anyOf": [FLAG, _TEXTS]},
    },
    "OpenAPI": {"type": "object", "required": ["openapi", "info", "paths", "components"]},
}

_CLIENT: Mapping[str, Schema] = {  # beside, or instead of, the header of client_secret_basic
    "client_id": TEXT,
    "client_secret": TEXT,
    "client_assertion_type": {"const": client_assertion.TYPE},
    "client_assertion": _JWT,
}
_HINT: Mapping[str, Schema] = {"token_type_hint": {"enum": ["access_token", "refresh_token"]}}
FORMS: Mapping[str, Schema] = {
    "/token": form(
        {"grant_type": {"enum": list(GRANTS)}},
        {
            "code": TEXT,
            "redirect_uri": TEXT,
            "code_verifier": {"type": "string", "pattern": "^[A-Za-z0-9._~-]{43,128}$"},
            "refresh_token": TEXT,
            "scope": _WORDS,
            "resource": ADDRESS,
            **_CLIENT,
        },
    ),
    "/par": form(
        {
            "response_type": {"const": "code"},
            "redirect_uri": TEXT,
            "scope": {"type": "string", "pattern": _WITH_OPENID},
            "code_challenge": THUMBPRINT,
            "code_challenge_method": {"const": pkce.METHOD},
        },
        {
            **dict.fromkeys(("state", "nonce"), _OPAQUE),
            **dict.fromkeys(("login_hint", "display", "ui_locales", "claims_locales"), TEXT),
            "claims": {"type": "string", "contentMediaType": "application/json"},
            "id_token_hint": _JWT,
            "response_mode": {"enum": list(RESPONSE_MODES)},
            "prompt": {"type": "string", "pattern": _LIST_OF_PROMPTS},
            "max_age": {"type": "string", "pattern": "^[0-9]{1,10}$"},
            "acr_values": _WORDS,
            "resource": ADDRESS,
            "dpop_jkt": THUMBPRINT,
            **_CLIENT,
        },
    ),
    "/introspect": form({"token": TEXT}, {**_HINT, **_CLIENT}),
    "/revoke": form({"token": TEXT}, {**_HINT, **_CLIENT}),
    "/userinfo": form({}, {"access_token": TEXT}),
}
