"""The one validator of client metadata, behind the command line and whatever registers (CL1).

The fields are in client_fields.py, addresses in client_addresses.py, how a client proves itself in
client_proofs.py. Authlib's claims class compares scopes, grants and response types with what the
issuer supports.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from authlib.oauth2.rfc7591 import ClientMetadataClaims as OAuthClaims
from joserfc.errors import InvalidClaimError

from idp.oidc import client_addresses, client_proofs
from idp.oidc.client_fields import (
    CHOICES,
    FAPI2_DEFAULTS,
    FIELDS,
    LISTS,
    PRIVATE_KEY,
    PROFILES,
    PUBLIC,
    STEP_UPS,
    SUPPORTED,
    InvalidMetadataError,
    given,
    with_defaults,
)

__all__ = [
    "FAPI2_DEFAULTS",
    "FIELDS",
    "MACHINE",
    "PRIVATE_KEY",
    "PROFILES",
    "PUBLIC",
    "STEP_UPS",
    "SUPPORTED",
    "InvalidMetadataError",
    "validated",
]

MACHINE = "client_credentials"  # the grant of a client where nobody signs in
_COMPARED = {
    "scope": "scopes_supported",
    "response_types": "response_types_supported",
    "grant_types": "grant_types_supported",
}
# one script only, so that no look-alike letters and no marks that change the reading direction
_NAME = re.compile(r"[0-9A-Za-zÀ-ÖØ-öø-ÿŒœŸ](?:[0-9A-Za-zÀ-ÖØ-öø-ÿŒœŸ '’.,&()+/:!°–-]{0,79})")


def validated(metadata: Mapping[str, Any], *, development: bool) -> dict[str, Any]:
    """The metadata with every default filled in, addresses byte for byte as given.

    A field that is None counts as absent. Raises InvalidMetadataError.
    """
    full = with_defaults(given(metadata))
    for check in _CHECKS:
        check(full, development)
    full.setdefault("sector_identifier", client_addresses.usual_sector(full))
    return {name: list(value) if name in LISTS else value for name, value in full.items()}


def _check_name(full: Mapping[str, Any], _: bool) -> None:
    name = full.get("client_name")
    if not name:
        raise InvalidMetadataError("client_name", "is missing")
    plain = unicodedata.normalize("NFC", name) == name and "  " not in name
    if not plain or name.endswith(" ") or not _NAME.fullmatch(name):
        raise InvalidMetadataError(
            "client_name", "is not 1 to 80 Latin letters, digits, spaces and ' . , & ( ) + / : ! -"
        )


def _check_choices(full: Mapping[str, Any], _: bool) -> None:
    options = OAuthClaims.get_claims_options(dict(SUPPORTED))
    try:
        chosen = {name: full[name] for name in _COMPARED if full[name]}
        OAuthClaims(chosen, {}, options=options).validate()
    except InvalidClaimError as error:
        allowed = ", ".join(SUPPORTED[_COMPARED[error.claim]])
        raise InvalidMetadataError(error.claim, f"asks for more than: {allowed}") from error
    for name, choices in CHOICES.items():
        if name in full and full[name] not in choices:
            raise InvalidMetadataError(name, f"is none of: {', '.join(choices)}")


def _check_grants(full: Mapping[str, Any], _: bool) -> None:
    grants, public = full["grant_types"], full["token_endpoint_auth_method"] == PUBLIC
    if "authorization_code" not in grants and list(grants) != [MACHINE]:
        raise InvalidMetadataError("grant_types", "lacks authorization_code")
    if MACHINE in grants and public:
        raise InvalidMetadataError("grant_types", f"has {MACHINE}, but the client proves nothing")
    if MACHINE in grants and not full["resource"]:
        raise InvalidMetadataError("resource", f"is missing: what {MACHINE} may be used for")
    expected = ["code"] if "authorization_code" in grants else []
    if list(full["response_types"]) != expected:  # RFC 7591 §2.1
        raise InvalidMetadataError("response_types", f"does not fit: {expected or 'nothing'}")


def _check_scope(full: Mapping[str, Any], _: bool) -> None:
    scopes = full["scope"].split(" ")
    if "authorization_code" not in full["grant_types"]:
        if full["scope"]:
            raise InvalidMetadataError("scope", "is about people, but nobody signs in here")
        return
    if "openid" not in scopes or "" in scopes or len(set(scopes)) != len(scopes):
        raise InvalidMetadataError("scope", "is not openid and others, each once, one space apart")
    if "offline_access" in scopes and "refresh_token" not in full["grant_types"]:
        raise InvalidMetadataError("grant_types", "lacks refresh_token, which offline_access needs")


_CHECKS: tuple[Callable[[Mapping[str, Any], bool], None], ...] = (
    _check_name,
    _check_choices,
    _check_grants,
    _check_scope,
    client_addresses.check_uris,
    client_addresses.check_contacts,
    client_proofs.check_native,
    client_proofs.check_pkce,
    client_proofs.check_profile,
    client_proofs.check_keys,
    client_addresses.check_sector,
)
