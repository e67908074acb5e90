"""The fields of client metadata: which there are, of what shape, and what holds without them.

RFC 7591 §2, OIDC Registration §2, RFC 9126 §6, RFC 9449 §5.2, and six of our own: resource (the
APIs of RFC 8707), sector_identifier (a host), step_up, first_party, require_pkce (false is for
confidential sites whose library has no PKCE), and profile (fapi2).
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from idp.oidc.key_files import ALGORITHMS
from idp.oidc.scopes import SUPPORTED_SCOPES

STEP_UPS = ("always", "on_request")
PROFILES = ("fapi2",)
APPLICATION_TYPES = ("web", "native")
PUBLIC = "none"  # the auth method of a client without a secret (RFC 7591 §2)
PRIVATE_KEY = "private_key_jwt"
# named as in discovery (OIDC Discovery §3)
SUPPORTED: Mapping[str, tuple[str, ...]] = {
    "scopes_supported": SUPPORTED_SCOPES,
    "response_types_supported": ("code",),
    "grant_types_supported": ("authorization_code", "refresh_token", "client_credentials"),
    "subject_types_supported": ("pairwise", "public"),
    "token_endpoint_auth_methods_supported": (
        "client_secret_basic",
        "client_secret_post",
        PRIVATE_KEY,
        PUBLIC,
    ),
}
_MAX_JWKS = 64 * 1024
_MAX_AGE = 10 * 365 * 24 * 3600

URI_LISTS = ("redirect_uris", "post_logout_redirect_uris")
# addresses that a browser or this issuer opens; never an app's own scheme
URIS = ("initiate_login_uri", "backchannel_logout_uri", "jwks_uri")
LINKS = ("client_uri", "logo_uri", "policy_uri", "tos_uri")
LISTS = frozenset({*URI_LISTS, "grant_types", "response_types", "resource", "contacts"})
CHOICES: Mapping[str, tuple[str, ...]] = {
    "subject_type": SUPPORTED["subject_types_supported"],
    "token_endpoint_auth_method": SUPPORTED["token_endpoint_auth_methods_supported"],
    "id_token_signed_response_alg": ALGORITHMS,
    "token_endpoint_auth_signing_alg": ALGORITHMS,
    "application_type": APPLICATION_TYPES,
    "profile": PROFILES,
    "step_up": STEP_UPS,
}
FLAGS = frozenset(
    {
        "first_party",
        "backchannel_logout_session_required",
        "dpop_bound_access_tokens",
        "require_pushed_authorization_requests",
        "require_pkce",
    }
)
_TEXTS = frozenset({*CHOICES, *URIS, *LINKS, "client_name", "sector_identifier"})
FIELDS = LISTS | FLAGS | _TEXTS | {"scope", "jwks", "default_max_age"}

_DEFAULTS: Mapping[str, Any] = {
    "redirect_uris": [],
    "post_logout_redirect_uris": [],
    "token_endpoint_auth_method": "client_secret_basic",
    "subject_type": "pairwise",
    "step_up": "always",
    "first_party": False,
    "backchannel_logout_session_required": False,
    "application_type": "web",
    "id_token_signed_response_alg": "RS256",
    "dpop_bound_access_tokens": False,
    "require_pushed_authorization_requests": False,
    "require_pkce": True,
    "resource": [],
    "contacts": [],
}
# FAPI 2.0 Security Profile §5.3.2: what such a client cannot do without
FAPI2: Mapping[str, Any] = {
    "token_endpoint_auth_method": PRIVATE_KEY,
    "dpop_bound_access_tokens": True,
    "require_pushed_authorization_requests": True,
}
# §5.4.1: not RS256, whose padding is the old one
FAPI2_ALGS = ("PS256", "ES256")
FAPI2_DEFAULTS = {**FAPI2, "id_token_signed_response_alg": "ES256"}


class InvalidMetadataError(ValueError):
    """Metadata that cannot be registered: `field` by its RFC 7591 name, `sentence` says why."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(f"{field} {sentence}")
        self.field = field
        self.sentence = sentence


def given(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that are not None, each of its shape. Raises InvalidMetadataError."""
    fields = {name: value for name, value in metadata.items() if value is not None}
    for name, value in fields.items():
        fits, expected = _shape(name)
        if not fits(value):
            raise InvalidMetadataError(name, f"is not {expected}")
    return fields


def with_defaults(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The same with what was left out."""
    profile = FAPI2_DEFAULTS if fields.get("profile") == "fapi2" else {}
    full = {**_DEFAULTS, **profile, **fields}
    full.setdefault("grant_types", _usual_grants(full.get("scope", "")))
    signs_in = "authorization_code" in full["grant_types"]
    full.setdefault("scope", "openid" if signs_in else "")
    full.setdefault("response_types", ["code"] if signs_in else [])
    return full


def _usual_grants(scope: str) -> list[str]:
    refreshing = "offline_access" in scope.split()
    return ["authorization_code", *(["refresh_token"] if refreshing else [])]


def _shape(name: str) -> tuple[Callable[[Any], bool], str]:
    if name not in FIELDS:
        raise InvalidMetadataError(ascii(name)[:80], "is not offered by this issuer")
    if name in LISTS:
        return _is_list, "a list of texts, each once"
    if name in FLAGS:
        return (lambda value: isinstance(value, bool)), "true or false"
    if name == "jwks":
        return _is_key_set, "a JWK set of 64 KiB at most: an object whose keys are a list"
    if name == "default_max_age":
        return _is_age, "a number of seconds"
    if name == "scope":  # empty where nobody signs in
        return (lambda value: isinstance(value, str)), "a text"
    return (lambda value: isinstance(value, str) and value != ""), "a text"


def _is_list(value: object) -> bool:
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
        return False
    return len(set(value)) == len(value)


def _is_age(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MAX_AGE


def _is_key_set(value: object) -> bool:
    if not isinstance(value, dict) or not isinstance(value.get("keys"), list):
        return False
    return len(json.dumps(value)) <= _MAX_JWKS
