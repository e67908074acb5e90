"""The one validator of client metadata: RFC 7591 names, OIDC's, and three of our own.

Ours are sector_identifier (a host), step_up and first_party. Authlib's claims classes compare
the lists with what the issuer supports; its URL check is too lenient, client_uris.py has ours.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from authlib.oauth2.rfc7591 import ClientMetadataClaims as OAuthClaims
from authlib.oidc.registration import ClientMetadataClaims as OpenIDClaims
from joserfc.errors import InvalidClaimError

from idp.oidc import client_uris
from idp.oidc.scopes import SUPPORTED_SCOPES

MAX_URIS = 20
STEP_UPS = ("always", "on_request")
PUBLIC = "none"  # the auth method of a client without a secret (RFC 7591 §2)
# named as in discovery (OIDC Discovery §3)
SUPPORTED: Mapping[str, tuple[str, ...]] = {
    "scopes_supported": SUPPORTED_SCOPES,
    "response_types_supported": ("code",),
    "grant_types_supported": ("authorization_code", "refresh_token"),
    "subject_types_supported": ("pairwise", "public"),
    "token_endpoint_auth_methods_supported": (
        "client_secret_basic",
        "client_secret_post",
        PUBLIC,
    ),
}
_CHOICES = {
    "scope": "scopes_supported",
    "response_types": "response_types_supported",
    "grant_types": "grant_types_supported",
    "subject_type": "subject_types_supported",
    "token_endpoint_auth_method": "token_endpoint_auth_methods_supported",
}
_DEFAULTS: Mapping[str, Any] = {
    "post_logout_redirect_uris": [],
    "response_types": ["code"],
    "scope": "openid",
    "token_endpoint_auth_method": "client_secret_basic",
    "subject_type": "pairwise",
    "step_up": "always",
    "first_party": False,
    "backchannel_logout_session_required": False,
    "application_type": "web",
    "id_token_signed_response_alg": "RS256",
    "dpop_bound_access_tokens": False,
    "require_pushed_authorization_requests": False,
    "resource": [],
    "contacts": [],
}
_URI_LISTS = ("redirect_uris", "post_logout_redirect_uris")
_LISTS = frozenset({*_URI_LISTS, "grant_types", "response_types", "resource", "contacts"})
_URIS = ("initiate_login_uri", "backchannel_logout_uri")
_TEXTS = frozenset({*_CHOICES, *_URIS, "client_name", "sector_identifier", "step_up"})
_TEXTS |= {"application_type", "id_token_signed_response_alg"}
_FLAGS = frozenset({"first_party", "backchannel_logout_session_required"})
_FLAGS |= {"dpop_bound_access_tokens", "require_pushed_authorization_requests"}
# one script only, so that no look-alike letters and no marks that change the reading direction
_NAME = re.compile(r"[0-9A-Za-zÀ-ÖØ-öø-ÿŒœŸ](?:[0-9A-Za-zÀ-ÖØ-öø-ÿŒœŸ '’.,&()+/:!°–-]{0,79})")


class InvalidMetadataError(ValueError):
    """Metadata that cannot be registered: `field` by its RFC 7591 name, `sentence` says why."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(f"{field} {sentence}")
        self.field = field
        self.sentence = sentence


def validated(metadata: Mapping[str, Any], *, development: bool) -> dict[str, Any]:
    """The metadata with every default filled in, addresses byte for byte as given.

    A field that is None counts as absent. Raises InvalidMetadataError.
    """
    given = {name: value for name, value in metadata.items() if value is not None}
    for name, value in given.items():
        _check_shape(name, value)
    full = {**_DEFAULTS, **given}
    full.setdefault("grant_types", _usual_grants(full["scope"]))
    for check in _CHECKS:
        check(full, development)
    full.setdefault("sector_identifier", client_uris.sector_of(full["redirect_uris"][0]))
    return {name: list(value) if name in _LISTS else value for name, value in full.items()}


def _check_shape(name: str, value: object) -> None:
    if name in _LISTS:
        fits, expected = _is_list(value), "a list of texts, each once"
    elif name in _TEXTS:
        fits, expected = isinstance(value, str) and value != "", "a text"
    elif name in _FLAGS:
        fits, expected = isinstance(value, bool), "true or false"
    else:
        raise InvalidMetadataError(ascii(name), "is not offered by this issuer")
    if not fits:
        raise InvalidMetadataError(name, f"is not {expected}")


def _is_list(value: object) -> bool:
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
        return False
    return len(set(value)) == len(value)


def _usual_grants(scope: str) -> list[str]:
    refreshing = "offline_access" in scope.split()
    return ["authorization_code", *(["refresh_token"] if refreshing else [])]


def _check_name(full: Mapping[str, Any], _: bool) -> None:
    name = full.get("client_name")
    if not name:
        raise InvalidMetadataError("client_name", "is missing")
    plain = unicodedata.normalize("NFC", name) == name and "  " not in name
    if not plain or name.endswith(" ") or not _NAME.fullmatch(name):
        raise InvalidMetadataError(
            "client_name", "is not 1 to 80 Latin letters, digits, spaces and ' . , & ( ) + / : ! -"
        )


def _check_uris(full: Mapping[str, Any], development: bool) -> None:
    for name in _URI_LISTS:
        if len(full.get(name, ())) > MAX_URIS:
            raise InvalidMetadataError(name, f"holds more than {MAX_URIS} addresses")
    if not full.get("redirect_uris"):
        raise InvalidMetadataError("redirect_uris", "holds no address")
    several = [(name, uri) for name in _URI_LISTS for uri in full[name]]
    single = [(name, full[name]) for name in _URIS if name in full]
    for name, uri in several + single:
        problem = client_uris.problem(uri, development=development)
        if problem:
            # ascii(): what it holds must not reach a terminal as it is
            raise InvalidMetadataError(name, f"{ascii(uri)[:200]} {problem}")


def _check_choices(full: Mapping[str, Any], _: bool) -> None:
    for claims_class in (OAuthClaims, OpenIDClaims):
        options = claims_class.get_claims_options(dict(SUPPORTED))
        chosen = {name: full[name] for name in _CHOICES}
        try:
            claims_class(chosen, {}, options=options).validate()
        except InvalidClaimError as error:
            allowed = ", ".join(SUPPORTED[_CHOICES[error.claim]])
            raise InvalidMetadataError(error.claim, f"asks for more than: {allowed}") from error
    if full["step_up"] not in STEP_UPS:
        raise InvalidMetadataError("step_up", f"is none of: {', '.join(STEP_UPS)}")


def _check_together(full: Mapping[str, Any], _: bool) -> None:
    scopes = full["scope"].split(" ")
    if "openid" not in scopes or "" in scopes or len(set(scopes)) != len(scopes):
        raise InvalidMetadataError("scope", "is not openid and others, each once, one space apart")
    if "authorization_code" not in full["grant_types"]:
        raise InvalidMetadataError("grant_types", "lacks authorization_code")
    if "offline_access" in scopes and "refresh_token" not in full["grant_types"]:
        raise InvalidMetadataError("grant_types", "lacks refresh_token, which offline_access needs")
    if not full["response_types"]:
        raise InvalidMetadataError("response_types", "is empty; the only one is code")


def _check_sector(full: Mapping[str, Any], development: bool) -> None:
    given = full.get("sector_identifier")
    if given is not None:
        problem = client_uris.sector_problem(given, development=development)
        if problem:
            raise InvalidMetadataError("sector_identifier", f"{ascii(given)[:200]} {problem}")
        return
    several = len({client_uris.sector_of(uri) for uri in full["redirect_uris"]}) > 1
    if several and full["subject_type"] == "pairwise":
        raise InvalidMetadataError(
            "sector_identifier", "is missing: the redirect_uris are on several hosts"
        )


_CHECKS: tuple[Callable[[Mapping[str, Any], bool], None], ...] = (
    _check_name,
    _check_uris,
    _check_choices,
    _check_together,
    _check_sector,
)
