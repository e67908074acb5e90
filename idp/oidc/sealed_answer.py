"""RFC 9700 §4.14.2, the answer to a used refresh token, kept for a repeat some seconds later.

It is sealed under a key that only the used token gives: who reads the database has its hash, not
the token, and so reads nothing here.
"""

import json
import secrets
from typing import Any, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE = 12
_LABEL = b"mgen-connect/refresh-token/answer"


def seal(token: str, client_id: str, answer: dict[str, Any]) -> bytes:
    """AES-256-GCM of the answer as JSON: nonce, ciphertext."""
    nonce = secrets.token_bytes(_NONCE)
    plain = json.dumps(answer).encode()
    return nonce + AESGCM(_key(token)).encrypt(nonce, plain, client_id.encode())


def unseal(token: str, client_id: str, sealed: bytes) -> dict[str, Any] | None:
    """The answer, or None when token or client are not those it was sealed for."""
    nonce, body = sealed[:_NONCE], sealed[_NONCE:]
    try:
        plain = AESGCM(_key(token)).decrypt(nonce, body, client_id.encode())
    except InvalidTag:
        return None
    return cast(dict[str, Any], json.loads(plain))


def _key(token: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=_LABEL).derive(token.encode())
