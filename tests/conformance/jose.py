"""Signatures as the suite makes and checks them: `cryptography` alone, none of the issuer's code.

A Key signs whatever it is given, good or bad: the header and the claims are the test's own.
"""

import base64
import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

_HASH = hashes.SHA256()
_PSS = padding.PSS(padding.MGF1(_HASH), 32)
_WORD = 32  # bytes of a number of P-256
_PRIVATE = ("d", "p", "q", "dp", "dq", "qi", "oth", "k")


@dataclass(frozen=True)
class Key:
    """A private key and the algorithm that it is registered for."""

    private: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
    alg: str

    @property
    def public(self) -> dict[str, Any]:
        """The public JWK, its kid the thumbprint (RFC 7638)."""
        return {**self.bare, "kid": self.thumbprint, "use": "sig", "alg": self.alg}

    @property
    def bare(self) -> dict[str, Any]:
        """The public JWK with nothing but the key."""
        if isinstance(self.private, rsa.RSAPrivateKey):
            numbers = self.private.public_key().public_numbers()
            return {"kty": "RSA", "n": _number(numbers.n), "e": _number(numbers.e)}
        point = self.private.public_key().public_numbers()
        return {
            "kty": "EC",
            "crv": "P-256",
            "x": _encoded(point.x.to_bytes(_WORD)),
            "y": _encoded(point.y.to_bytes(_WORD)),
        }

    @property
    def with_private(self) -> dict[str, Any]:
        """The JWK that nobody may ever send."""
        numbers = self.private.private_numbers()
        if isinstance(numbers, rsa.RSAPrivateNumbers):
            return {**self.bare, "d": _number(numbers.d)}
        return {**self.bare, "d": _encoded(numbers.private_value.to_bytes(_WORD))}

    @property
    def thumbprint(self) -> str:
        """RFC 7638: what a code or a token is bound to."""
        members = json.dumps(self.bare, sort_keys=True, separators=(",", ":"))
        return _encoded(hashlib.sha256(members.encode()).digest())

    def sign(self, header: dict[str, Any], claims: dict[str, Any]) -> str:
        """A JWS of both, under the algorithm that the header names ("none" signs nothing)."""
        signed = f"{_json(header)}.{_json(claims)}"
        return f"{signed}.{_encoded(self._signature(header.get('alg', self.alg), signed.encode()))}"

    def _signature(self, alg: str, data: bytes) -> bytes:
        if alg == "none":
            return b""
        if isinstance(self.private, rsa.RSAPrivateKey):
            scheme = _PSS if alg == "PS256" else padding.PKCS1v15()
            return self.private.sign(data, scheme, _HASH)
        r, s = decode_dss_signature(self.private.sign(data, ec.ECDSA(_HASH)))
        return r.to_bytes(_WORD) + s.to_bytes(_WORD)


def ec_key() -> Key:
    """A new key for ES256."""
    return Key(ec.generate_private_key(ec.SECP256R1()), "ES256")


@lru_cache
def rsa_key() -> Key:
    """A key for PS256, made once a process: making one is slow."""
    return Key(rsa.generate_private_key(public_exponent=65537, key_size=2048), "PS256")


def part(token: str, index: int) -> dict[str, Any]:
    """Header (0) or claims (1) of a JWS as they are."""
    decoded = json.loads(_decoded(token.split(".")[index]))
    assert isinstance(decoded, dict), decoded
    return decoded


def holds(token: str, jwk: dict[str, Any]) -> bool:
    """Whether the signature is the key's, by the algorithm of the header."""
    signed, _, signature = token.rpartition(".")
    alg, raw, data = part(token, 0)["alg"], _decoded(signature), signed.encode()
    try:
        if alg == "ES256":
            numbers = ec.EllipticCurvePublicNumbers(_int(jwk["x"]), _int(jwk["y"]), ec.SECP256R1())
            halves = (int.from_bytes(half) for half in (raw[:_WORD], raw[_WORD:]))
            numbers.public_key().verify(encode_dss_signature(*halves), data, ec.ECDSA(_HASH))
        else:
            assert alg in {"RS256", "PS256"}, alg
            modulus = rsa.RSAPublicNumbers(_int(jwk["e"]), _int(jwk["n"])).public_key()
            modulus.verify(raw, data, _PSS if alg == "PS256" else padding.PKCS1v15(), _HASH)
    except InvalidSignature:
        return False
    return True


def is_public(jwk: dict[str, Any]) -> bool:
    """A usable asymmetric key, and no private member of any."""
    if any(name in jwk for name in _PRIVATE):
        return False
    if jwk["kty"] == "RSA":
        return _int(jwk["n"]).bit_length() >= 2048
    return bool(jwk["kty"] == "EC" and jwk["crv"] == "P-256")


def digest(text: str) -> str:
    """SHA-256 as base64url: of a verifier (RFC 7636), of an access token (RFC 9449)."""
    return _encoded(hashlib.sha256(text.encode()).digest())


def half_digest(text: str) -> str:
    """The left half of it: at_hash (OIDC Core §3.1.3.6)."""
    return _encoded(hashlib.sha256(text.encode()).digest()[:16])


def _json(document: dict[str, Any]) -> str:
    return _encoded(json.dumps(document).encode())


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _number(value: int) -> str:
    return _encoded(value.to_bytes((value.bit_length() + 7) // 8))


def _int(text: str) -> int:
    return int.from_bytes(_decoded(text))
