"""RFC 7517, RFC 7518 §6: public keys that sites and strangers give us, and which are usable.

RSA of 2048 to 4096 bits and P-256, nothing else. A bigger modulus or an odd exponent makes whoever
verifies work for whoever sends, so neither is taken.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from idp.oidc import base64url

KINDS: Mapping[str, str] = {"RS256": "RSA", "PS256": "RSA", "ES256": "EC"}
MEMBERS: Mapping[str, tuple[str, ...]] = {"RSA": ("kty", "n", "e"), "EC": ("kty", "crv", "x", "y")}
PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
RSA_BITS = range(2048, 4097)
MAX_KEYS = 20  # of one site
EXPONENT = "AQAB"  # 65537, what everybody uses
_COORDINATE = 32


class UnusableKeyError(ValueError):
    """A JWK that is not taken; `reason` is a stable word: private, kind, size, use, malformed."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class PublicKey:
    """A key that may verify: joserfc's object, and the least JWK that says all of it."""

    key: RSAKey | ECKey
    jwk: Mapping[str, str]

    def thumbprint(self) -> str:
        """RFC 7638; one text for one key, since its members have one spelling each."""
        return self.key.thumbprint()


def usable(jwk: object) -> PublicKey:
    """The key of a JWK. UnusableKeyError."""
    if not isinstance(jwk, dict):
        raise UnusableKeyError("malformed")
    if PRIVATE & jwk.keys():
        raise UnusableKeyError("private")
    _check_purpose(jwk)
    try:
        return _made(jwk)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        if isinstance(error, UnusableKeyError):
            raise
        raise UnusableKeyError("malformed") from None


def fits(jwk: object, alg: str, kid: str | None) -> bool:
    """Whether a JWK may be the one that a header means; a kid is looked up, nothing more."""
    if not isinstance(jwk, dict) or jwk.get("kty") != KINDS[alg]:
        return False
    if jwk.get("alg", alg) != alg:
        return False
    return kid is None or jwk.get("kid", kid) == kid


def _check_purpose(jwk: Mapping[str, Any]) -> None:
    """RFC 7517 §4.2-4.4: what the key itself says that it is for."""
    # compared, not looked up: whoever wrote it chose its type, and a list is in no dictionary
    if jwk.get("use", "sig") != "sig" or jwk.get("alg", "ES256") not in tuple(KINDS):
        raise UnusableKeyError("use")
    operations = jwk.get("key_ops", ["verify"])
    if not isinstance(operations, list) or "verify" not in operations:
        raise UnusableKeyError("use")
    if not isinstance(jwk.get("kid", ""), str) or len(jwk.get("kid", "")) > 200:
        raise UnusableKeyError("malformed")


def _made(jwk: Mapping[str, Any]) -> PublicKey:
    kty = jwk.get("kty")
    if not isinstance(kty, str) or kty not in MEMBERS:
        raise UnusableKeyError("kind")
    least = {name: jwk[name] for name in MEMBERS[kty]}
    if kty == "EC":
        if least["crv"] != "P-256":
            raise UnusableKeyError("kind")
        if any(len(_number(least[name])) != _COORDINATE for name in "xy"):
            raise UnusableKeyError("malformed")
        return PublicKey(ECKey.import_key(least), least)
    modulus = _number(least["n"])
    if least["e"] != EXPONENT or int.from_bytes(modulus, "big").bit_length() not in RSA_BITS:
        raise UnusableKeyError("size")
    if not modulus[0] or not modulus[-1] & 1:  # written longer than it is; or even
        raise UnusableKeyError("malformed")
    return PublicKey(RSAKey.import_key(least), least)


def _number(text: object) -> bytes:
    """RFC 7518 §2, Base64urlUInt: one text for each number."""
    if not isinstance(text, str):
        raise UnusableKeyError("malformed")
    try:
        return base64url.decoded(text)
    except ValueError:
        raise UnusableKeyError("malformed") from None
