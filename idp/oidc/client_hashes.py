"""Hashes of client secrets as they travel: a list of {"sha256", "expires_at"} (OA15)."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from idp import clock
from idp.oidc.client_metadata import InvalidMetadataError

MAX_HASHES = 2  # as many as live while a site rotates
_HASH = re.compile(r"[0-9a-f]{64}")

Hashes = tuple[tuple[str, datetime | None], ...]


def live(hashes: Iterable[tuple[str, datetime | None]]) -> Hashes:
    """Those whose end has not come, in one order."""
    now = clock.now()
    return tuple(sorted(pair for pair in hashes if pair[1] is None or pair[1] > now))


def shown(hashes: Iterable[tuple[str, datetime | None]]) -> list[dict[str, Any]]:
    """The live ones, as JSON has them."""
    return [
        {"sha256": digest, "expires_at": until.isoformat() if until else None}
        for digest, until in live(hashes)
    ]


def read(given: object) -> Hashes:
    """The live ones of such a list. Raises InvalidMetadataError."""
    if not isinstance(given, list) or len(given) > MAX_HASHES:
        raise InvalidMetadataError("client_secret_hashes", f"is no list of {MAX_HASHES} at most")
    found = [_hash(item) for item in given]
    if len({digest for digest, _ in found}) != len(found):
        raise InvalidMetadataError("client_secret_hashes", "has a hash twice")
    return live(found)


def _hash(item: object) -> tuple[str, datetime | None]:
    wrong = InvalidMetadataError(
        "client_secret_hashes", 'holds what is not {"sha256": 64 hex digits, "expires_at": a date}'
    )
    if not isinstance(item, dict) or item.keys() - {"sha256", "expires_at"}:
        raise wrong
    digest, until = item.get("sha256"), item.get("expires_at")
    if not isinstance(digest, str) or not _HASH.fullmatch(digest):
        raise wrong
    if until is None:
        return digest, None
    try:
        date = datetime.fromisoformat(until)
    except (TypeError, ValueError):
        raise wrong from None
    if date.tzinfo is None:
        raise wrong
    return digest, date
