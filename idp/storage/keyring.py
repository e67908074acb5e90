"""Keys derived for one purpose each, and authenticated encryption with versioned keys.

Two families that never stand in for one another (KE4): `secret` (cookies, forms, codes, sealed
values) and `pii` (personal data at rest and its keyed indexes). One HKDF label per purpose.
"""

import hashlib
import hmac
import secrets
from functools import lru_cache
from typing import Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from idp.settings import Settings

Family = Literal["secret", "pii"]
_NONCE, _KEY_ID = 12, 4


class UnreadableError(ValueError):
    """The bytes were not sealed under this label with a key that is still held."""


@lru_cache(maxsize=256)
def _derive(root: bytes, family: str, label: str) -> bytes:
    info = f"mgen-connect/{family}/{label}".encode()
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(root)


def _key_id(key: bytes) -> bytes:
    return hashlib.sha256(b"key-id" + key).digest()[:_KEY_ID]


class Keyring:
    """The keys of one settings value. Newest key seals and signs; every held key opens."""

    def __init__(self, settings: Settings) -> None:
        self._roots: dict[str, tuple[bytes, ...]] = {
            "secret": settings.secret_keys,
            "pii": settings.pii_keys,
        }

    def keys(self, family: Family, label: str) -> list[bytes]:
        """The 32-byte keys of one purpose, newest first."""
        return [_derive(root, family, label) for root in self._roots[family]]

    def digest(self, family: Family, label: str, value: str) -> str:
        """Keyed digest (HMAC-SHA-256, hex) of `value` under the newest key."""
        return self.digests(family, label, value)[0]

    def digests(self, family: Family, label: str, value: str) -> list[str]:
        """The same under each held key, for look-ups while keys rotate."""
        return [
            hmac.new(key, value.encode(), hashlib.sha256).hexdigest()
            for key in self.keys(family, label)
        ]

    def seal(self, family: Family, label: str, text: str) -> bytes:
        """AES-256-GCM of `text`: key id, nonce, ciphertext. The label is bound as well."""
        key = self.keys(family, label)[0]
        nonce = secrets.token_bytes(_NONCE)
        return _key_id(key) + nonce + AESGCM(key).encrypt(nonce, text.encode(), label.encode())

    def open(self, family: Family, label: str, blob: bytes) -> str:
        """The text that seal() took; UnreadableError if altered, foreign or of a lost key."""
        key_id, rest = blob[:_KEY_ID], blob[_KEY_ID:]
        nonce, body = rest[:_NONCE], rest[_NONCE:]
        for key in self.keys(family, label):
            if hmac.compare_digest(_key_id(key), key_id):
                try:
                    return AESGCM(key).decrypt(nonce, body, label.encode()).decode()
                except (InvalidTag, ValueError) as error:  # ValueError: cut short
                    raise UnreadableError(label) from error
        raise UnreadableError(label)


def new_token(size: int = 32) -> str:
    """A fresh random token, URL-safe: 256 bits by default (OTC7)."""
    return secrets.token_urlsafe(size)


def token_hash(token: str) -> str:
    """What is stored of a random token: SHA-256, hex. Enough for 256 random bits, no key needed."""
    return hashlib.sha256(token.encode()).hexdigest()
