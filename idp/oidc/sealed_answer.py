"""RFC 9700 §4.14.2, the answer to a used refresh token, kept for a repeat some seconds later.

It is sealed under a key that only the used token gives: who reads the database has its hash, not
the token, and so reads nothing here. Where the use showed a key (DPoP), the repeat shows the same.
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


def seal(token: str, client_id: str, answer: dict[str, Any], jkt: str | None = None) -> bytes:
    """AES-256-GCM of the answer as JSON: nonce, ciphertext."""
    nonce = secrets.token_bytes(_NONCE)
    plain = json.dumps(answer).encode()
    return nonce + AESGCM(_key(token)).encrypt(nonce, plain, _for(client_id, jkt))


def unseal(
    token: str, client_id: str, sealed: bytes, jkt: str | None = None
) -> dict[str, Any] | None:
    """The answer; None when token, client or key are not those it was sealed for."""
    nonce, body = sealed[:_NONCE], sealed[_NONCE:]
    for shown in {jkt, None}:
        try:
            plain = AESGCM(_key(token)).decrypt(nonce, body, _for(client_id, shown))
        except InvalidTag:
            continue
        return cast(dict[str, Any], json.loads(plain))
    return None


def _for(client_id: str, jkt: str | None) -> bytes:
    return f"{client_id} {jkt or ''}".encode()


def _key(token: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=_LABEL).derive(token.encode())
