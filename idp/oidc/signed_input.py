"""RFC 7515 §5.2, RFC 8725: a compact JWS that somebody hands us, read strictly (OA11).

One reader for hints, client assertions and DPoP proofs. What a place accepts is said once, as an
Accepts: algorithms, types, header members. No algorithm `none` or HS*, no key from the token (a
DPoP proof's own jwk apart, which proves no identity), nothing fetched, nothing unpacked.

joserfc's own reader is not asked: it allows 512 bytes of header, less than a proof with an RSA key,
and it knows nothing of repeated members. Its algorithms do the mathematics.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from joserfc.errors import JoseError
from joserfc.jws import JWSRegistry

from idp.oidc import base64url
from idp.oidc.forms import CONTROL
from idp.oidc.strict_json import parsed

MAX_LENGTH = 16 * 1024
_MAX_JTI = 256
_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_NEVER = 1e11  # seconds: the year 5138, which every date type here can hold
_ASYMMETRIC = frozenset({"RS256", "PS256", "ES256"})
# names that mean something (RFC 7515 §4.1, RFC 7516 §4.1, RFC 7797 §3): never passed over
_MEANING = frozenset({"jku", "jwk", "x5u", "x5c", "x5t", "x5t#S256", "cty", "crit", "b64"})
_MEANING |= {"enc", "zip", "epk", "apu", "apv", "iv", "tag", "p2s", "p2c"}


class SignedInputError(ValueError):
    """Not a JWS that may be believed; `reason` is a stable word for the log."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Accepts:
    """What one place takes: algorithms, values of typ (None: absent), members of the header.

    `others`: members of unknown names are passed over, as who made them may expect (RFC 7515 §4).
    """

    algs: tuple[str, ...]
    types: tuple[str | None, ...]
    members: frozenset[str]
    others: bool = False

    def __post_init__(self) -> None:
        if not _ASYMMETRIC.issuperset(self.algs):
            raise ValueError("an algorithm that anybody can compute")


@dataclass(frozen=True)
class SignedInput:
    """What a JWS says. Nothing of it is proved until `signed_by` has said so of some key."""

    header: Mapping[str, Any]
    claims: Mapping[str, Any]
    content: bytes
    signature: bytes

    @property
    def alg(self) -> str:
        """One of the algorithms that were accepted."""
        return str(self.header["alg"])

    @property
    def kid(self) -> str | None:
        """A name to look up among keys that are known, and nothing else."""
        return self.header.get("kid")

    def signed_by(self, key: Any) -> bool:
        """Whether this key of joserfc signed it, by the algorithm that its header names."""
        algorithm = JWSRegistry.algorithms[self.alg]
        try:
            algorithm.check_key(key)
            return algorithm.verify(self.content, self.signature, key)
        except (JoseError, ValueError):
            return False


def read(token: str, accepts: Accepts) -> SignedInput:
    """The parts of a token, none of them believed yet. SignedInputError."""
    if len(token) > MAX_LENGTH or _COMPACT.fullmatch(token) is None:
        raise SignedInputError("shape")
    head, payload, signature = token.split(".")
    header = _object(head)
    _check_header(header, accepts)
    content = f"{head}.{payload}".encode("ascii")
    return SignedInput(header, _object(payload), content, _bytes(signature))


def date(claims: Mapping[str, Any], name: str) -> float | None:
    """A NumericDate (RFC 7519 §2), None when absent. SignedInputError when it is something else."""
    value = claims.get(name)
    if value is None and name not in claims:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise SignedInputError(name)
    if not 0 <= value < _NEVER:  # neither NaN nor infinity is
        raise SignedInputError(name)
    return float(value)


def jti(claims: Mapping[str, Any]) -> str:
    """The id by which it is spent (RFC 7519 §4.1.7). SignedInputError when it has no usable one."""
    value = claims.get("jti")
    if not isinstance(value, str) or not 0 < len(value) <= _MAX_JTI or CONTROL.search(value):
        raise SignedInputError("jti")
    return value


def _check_header(header: Mapping[str, Any], accepts: Accepts) -> None:
    more = header.keys() - accepts.members - {"alg", "typ", "kid"}
    if more & _MEANING or (more and not accepts.others):
        raise SignedInputError("header_member")
    for name in ("alg", "typ", "kid"):
        if not isinstance(header.get(name, ""), str):
            raise SignedInputError(name)
    if header.get("alg") not in accepts.algs:
        raise SignedInputError("alg")
    if header.get("typ") not in accepts.types:
        raise SignedInputError("typ")


def _object(part: str) -> dict[str, Any]:
    raw = _bytes(part)
    try:
        value = parsed(raw.decode())
    except ValueError:
        raise SignedInputError("json") from None
    if not isinstance(value, dict):
        raise SignedInputError("json")
    return value


def _bytes(part: str) -> bytes:
    try:
        return base64url.decoded(part)
    except ValueError:
        raise SignedInputError("base64") from None
