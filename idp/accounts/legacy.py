"""Password verifiers of the system before this one: sealed, verified, the weak ones wrapped (PW2).

Every verification costs one of Argon2 at today's cost, whoever it is and whatever the format
(EN2): it is the wrap's own, or one that is wasted. The formats are in legacy_formats.py.
"""

import hmac

from argon2.exceptions import Argon2Error
from argon2.low_level import Type, verify_secret
from sqlalchemy.orm import Session

from idp.accounts.legacy_formats import is_known, parts_of, tail_of
from idp.accounts.passwords import Hasher
from idp.storage.engine import keys_of

__all__ = ["is_known", "is_weak", "open_verifier", "seal_verifier", "verify", "wrap"]
_LABEL = "member.legacy"
_ARGON2, _WRAPPED, _BETWEEN = "$argon2", "{WRAPPED}", "|"
_TYPES = {"$argon2id": Type.ID, "$argon2i": Type.I, "$argon2d": Type.D}


def seal_verifier(session: Session, verifier: str) -> bytes:
    """The verifier as it is stored, until the migration of its member destroys it (C13)."""
    return keys_of(session).seal("pii", _LABEL, verifier)


def open_verifier(session: Session, sealed: bytes) -> str:
    """What seal_verifier() took."""
    return keys_of(session).open("pii", _LABEL, sealed)


def verify(hasher: Hasher, verifier: str | None, password: str) -> bool:
    """Whether this is the password; None is nobody's. BusyError when the queue is full (AV1)."""
    with hasher.turn() as verify_one:
        if verifier is not None and verifier.startswith(_WRAPPED):
            return verify_one(*_unwrapped(verifier, password))
        right = verifier is not None and _matches(verifier, password)
        verify_one(None, password)
        return right


def is_weak(verifier: str) -> bool:
    """Whether it should be wrapped: a fast hash, or a slow one at a cost that is none today."""
    if verifier.startswith((_ARGON2, _WRAPPED)):
        return False
    try:
        return parts_of(verifier).weak
    except ValueError:  # of a known shape, and yet no verifier: it opens nothing
        return False


def wrap(hasher: Hasher, verifier: str) -> str:
    """Argon2id over a weak verifier's tail, its stem beside it; from the verifier alone."""
    parts = parts_of(verifier)
    return f"{_WRAPPED}{parts.stem}{_BETWEEN}{hasher.hash(parts.tail)}"


def _unwrapped(verifier: str, password: str) -> tuple[str | None, str]:
    """The Argon2 verifier and what it is of; nobody's for what the format cannot take."""
    stem, _, ours = verifier.removeprefix(_WRAPPED).partition(_BETWEEN)
    try:
        return ours, tail_of(stem, password)
    except ValueError:
        return None, password


def _matches(verifier: str, password: str) -> bool:
    try:
        if verifier.startswith(_ARGON2):
            kind = _TYPES[verifier[: verifier.index("$", 1)]]
            return verify_secret(verifier.encode(), password.encode(), kind)
        parts = parts_of(verifier)
        return hmac.compare_digest(tail_of(parts.stem, password), parts.tail)
    except (ValueError, Argon2Error):  # wrong, or no verifier at all
        return False
