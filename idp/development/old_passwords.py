"""One random old password for the demo members who still sign in with their NIR, in every format.

The salts are fixed: made anew from the same password, a verifier is the same.
"""

import base64
import hashlib
from collections.abc import Callable
from pathlib import Path

import bcrypt
from argon2.low_level import Type, hash_secret
from passlib.hash import sha512_crypt

from idp import env_files
from idp.development import secret_values

_FILE, _NAME = "demo_old.env", "OLD_PASSWORD"
_SALT, _ROUNDS = b"exemplefictif", 10_000


def kept(state_dir: Path) -> str | None:
    """The password of this copy, None before keep()."""
    return env_files.read(state_dir / _FILE).get(_NAME)


def keep(state_dir: Path, password: str) -> None:
    """Once the members have it; in STATE_DIR, 0600."""
    env_files.write(state_dir / _FILE, {_NAME: password})


def new() -> str:
    """A random one."""
    return secret_values.password()


def _ssha(secret: bytes) -> str:
    digest = hashlib.sha1(secret + _SALT, usedforsecurity=False).digest()
    return "{SSHA}" + base64.b64encode(digest + _SALT).decode()


def _pbkdf2(secret: bytes) -> str:
    derived = hashlib.pbkdf2_hmac("sha256", secret, _SALT, _ROUNDS)
    return f"{{PBKDF2-SHA256}}{_ROUNDS}${_SALT.decode()}${base64.b64encode(derived).decode()}"


_MADE: dict[str, Callable[[bytes], str]] = {
    "bcrypt": lambda secret: bcrypt.hashpw(secret, b"$2b$10$ExempleFictifSelDemo0u").decode(),
    "Argon2id": lambda secret: hash_secret(secret, _SALT, 2, 19456, 1, 32, Type.ID).decode(),
    "SHA-512 crypt": lambda secret: str(
        sha512_crypt.using(salt=_SALT.decode(), rounds=5000).hash(secret)
    ),
    "SSHA": _ssha,
    "MD5": lambda secret: "{MD5}" + hashlib.md5(secret, usedforsecurity=False).hexdigest(),
    "SHA-1": lambda secret: "{SHA1}" + hashlib.sha1(secret, usedforsecurity=False).hexdigest(),
    "PBKDF2": _pbkdf2,
}
FORMS = tuple(_MADE)


def verifier(form: str, password: str) -> str:
    """The password as the old system kept it in one of FORMS."""
    return _MADE[form](password.encode())
