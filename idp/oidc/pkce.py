"""RFC 7636, PKCE: S256 only, for every client but those registered as unable to (OA3)."""

import re

from authlib.oauth2.rfc7636 import create_s256_code_challenge

METHOD = "S256"
WITHOUT = ""  # the challenge of a code that none came with; no verifier has it
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")  # RFC 7636 §4.1
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")  # base64url of 32 bytes (RFC 7636 §4.2)


def is_challenge(text: str) -> bool:
    """Whether an S256 challenge can look like this."""
    return _CHALLENGE.fullmatch(text) is not None


def challenge_of(verifier: str) -> str | None:
    """The challenge that goes with this verifier; None when it is not a verifier at all."""
    if _VERIFIER.fullmatch(verifier) is None:
        return None
    return str(create_s256_code_challenge(verifier))
