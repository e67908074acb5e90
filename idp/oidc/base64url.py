"""RFC 7515 §2, base64url without padding, read strictly: exactly one text for some bytes."""

import base64


def decoded(text: str) -> bytes:
    """The bytes. ValueError for another alphabet, and for padding bits that say something."""
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != text:
        raise ValueError("not the one text of these bytes")
    return raw
