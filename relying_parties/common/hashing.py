"""How a random handle is kept: only its hash stands in the database."""

import hashlib


def hash_of(token: str) -> str:
    """SHA-256 in hex. 128 random bits or more need no salt: a stolen file opens nothing."""
    return hashlib.sha256(token.encode()).hexdigest()
