"""Random values of a development copy, made at first use and kept in STATE_DIR (0600)."""

import secrets
import string
from base64 import urlsafe_b64encode
from pathlib import Path

from idp import env_files
from idp.settings import PREFIX

_CLASSES = (string.ascii_lowercase, string.ascii_uppercase, string.digits, "-_.+!")
_FORBIDDEN = ("mgen", "demo")  # the product's name and the address's local part (PW5)


def settings_keys(state_dir: Path) -> dict[str, str]:
    """SECRET_KEYS and PII_KEYS by full name: 32 random bytes each, the same at every start."""
    path = state_dir / "secrets.env"
    kept = env_files.read(path)
    if not kept:
        kept = {PREFIX + name: _key() for name in ("SECRET_KEYS", "PII_KEYS")}
        env_files.write(path, kept)
    return kept


def _key() -> str:
    return urlsafe_b64encode(secrets.token_bytes(32)).decode()


def password(length: int = 16) -> str:
    """A random password that the members' policy accepts: four classes, no forbidden word (A3)."""
    alphabet = "".join(_CLASSES)
    while True:
        candidate = "".join(secrets.choice(alphabet) for _ in range(length))
        complete = all(any(char in candidate for char in group) for group in _CLASSES)
        if complete and not any(word in candidate.lower() for word in _FORBIDDEN):
            return candidate
