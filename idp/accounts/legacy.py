"""Password verifiers of the system before this one: known by their shape, kept sealed (PW2).

Nothing verifies them here. The shapes bound what one verification can cost: a verifier whose cost
no sign-in could pay is not recognised.
"""

import re

from sqlalchemy.orm import Session

from idp.storage.engine import keys_of

_BASE64 = r"(?:[A-Za-z0-9+/]{4}){%s}(?:[A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)"
_SHAPES = (
    # bcrypt, 2^4 to 2^16 rounds
    r"\$2[aby]\$(?:0[4-9]|1[0-6])\$[./A-Za-z0-9]{53}",
    # Argon2 in PHC form, memory under 10 GB, under 100 passes
    r"\$argon2(?:id|i|d)(?:\$v=\d\d)?\$m=\d{1,7},t=\d{1,2},p=\d{1,2}"
    r"\$[A-Za-z0-9+/]{11,88}\$[A-Za-z0-9+/]{16,128}",
    # SHA-512 crypt, under 10 million rounds
    r"\$6\$(?:rounds=[1-9]\d{3,6}\$)?[./A-Za-z0-9]{0,16}\$[./A-Za-z0-9]{86}",
    # SHA-1 and its salt
    r"\{SSHA\}" + _BASE64 % "7,30",
    r"\{MD5\}[0-9A-Fa-f]{32}",
    r"\{SHA1\}[0-9A-Fa-f]{40}",
    # iterations (under 10 million), salt, hash
    r"\{PBKDF2-SHA256\}[1-9]\d{0,6}\$[A-Za-z0-9+/=._-]{1,128}\$[A-Za-z0-9+/=._-]{16,128}",
)
_KNOWN = re.compile("|".join(_SHAPES), re.ASCII)


def is_known(verifier: str) -> bool:
    """Whether it has the shape of a verifier that the members file may bring."""
    return _KNOWN.fullmatch(verifier) is not None


def seal_verifier(session: Session, verifier: str) -> bytes:
    """The verifier as it is stored, until the migration of its member destroys it (C13)."""
    return keys_of(session).seal("pii", "member.legacy", verifier)
