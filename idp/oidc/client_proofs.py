"""How a client may prove itself: its keys (RFC 7591 §2), what an app can keep, and FAPI 2.0."""

from collections.abc import Mapping, Sequence
from typing import Any

from idp.oidc import public_jwk
from idp.oidc.client_fields import (
    FAPI2,
    FAPI2_ALGS,
    PRIVATE_KEY,
    PUBLIC,
    InvalidMetadataError,
)
from idp.oidc.public_jwk import MAX_KEYS

_REFUSED = {
    "private": "holds a private or secret key: publish the public half only",
    "kind": "is of no kind that is taken here: RSA or P-256",
    "size": "is RSA of fewer than 2048 or more than 4096 bits, or not of exponent 65537",
    "use": "is not for signatures by RS256, PS256 or ES256",
    "malformed": "is malformed",
}


def check_keys(full: Mapping[str, Any], _: bool) -> None:
    """private_key_jwt has one place where its keys are; all in a given set are public and sound."""
    ways = [name for name in ("jwks", "jwks_uri") if name in full]
    by_key = full["token_endpoint_auth_method"] == PRIVATE_KEY
    if len(ways) == 2:
        raise InvalidMetadataError("jwks_uri", "and jwks exclude each other")
    if by_key and not ways:
        raise InvalidMetadataError("jwks", f"or jwks_uri is missing, which {PRIVATE_KEY} needs")
    if not by_key and "token_endpoint_auth_signing_alg" in full:
        raise InvalidMetadataError(
            "token_endpoint_auth_signing_alg", f"means nothing without {PRIVATE_KEY}"
        )
    if "jwks" in full:
        _check_set(full["jwks"]["keys"])
        if by_key and not any(_fits(key, full) for key in full["jwks"]["keys"]):
            raise InvalidMetadataError("jwks", "holds no key for the algorithm that is registered")


def check_native(full: Mapping[str, Any], _: bool) -> None:
    """RFC 8252 §8.4, §8.5: what every copy of an app holds is no secret."""
    method = full["token_endpoint_auth_method"]
    if full["application_type"] == "native" and method not in {PUBLIC, PRIVATE_KEY}:
        raise InvalidMetadataError("token_endpoint_auth_method", f"of an app is {PUBLIC}")


def check_pkce(full: Mapping[str, Any], _: bool) -> None:
    """RFC 9700 §2.1.1: who has a secret may go without, and no one else."""
    lax = not full["require_pkce"]
    if lax and (full["token_endpoint_auth_method"] == PUBLIC or full.get("profile") == "fapi2"):
        raise InvalidMetadataError(
            "require_pkce", "is false, and this client has to prove its code"
        )


def check_profile(full: Mapping[str, Any], _: bool) -> None:
    """FAPI 2.0 Security Profile §5.3.2, §5.4.1."""
    if full.get("profile") != "fapi2":
        return
    for name, value in FAPI2.items():
        if full[name] != value:
            needed = "true" if value is True else value
            raise InvalidMetadataError(name, f"is not {needed}, which profile fapi2 needs")
    for name in ("id_token_signed_response_alg", "token_endpoint_auth_signing_alg"):
        if full.get(name, FAPI2_ALGS[0]) not in FAPI2_ALGS:
            raise InvalidMetadataError(name, f"is not {' or '.join(FAPI2_ALGS)}, as for fapi2")
    if full["application_type"] != "web":
        raise InvalidMetadataError("application_type", "is not web, which profile fapi2 needs")


def _check_set(keys: Sequence[object]) -> None:
    if not 0 < len(keys) <= MAX_KEYS:
        raise InvalidMetadataError("jwks", f"does not hold 1 to {MAX_KEYS} keys")
    for number, key in enumerate(keys):
        try:
            public_jwk.usable(key)
        except public_jwk.UnusableKeyError as error:
            said = _REFUSED.get(error.reason, _REFUSED["malformed"])
            raise InvalidMetadataError("jwks", f"key {number} {said}") from error
    kids = [key["kid"] for key in keys if isinstance(key, dict) and "kid" in key]
    if len(set(kids)) != len(kids):
        raise InvalidMetadataError("jwks", "has a kid twice")


def _fits(key: Mapping[str, Any], full: Mapping[str, Any]) -> bool:
    """Whether an assertion that it signs can be taken."""
    algs = FAPI2_ALGS if full.get("profile") == "fapi2" else public_jwk.KINDS
    wanted = full.get("token_endpoint_auth_signing_alg")
    return any(public_jwk.fits(key, alg, None) for alg in algs if wanted in (None, alg))
