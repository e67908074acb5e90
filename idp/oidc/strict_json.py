"""RFC 8259, JSON that others wrote: read so that no two readers can take it differently."""

import json
from collections.abc import Iterable
from typing import Any


def parsed(text: str) -> Any:
    """JSON without repeated members, NaN, or text that UTF-8 cannot hold. ValueError."""
    try:
        value = json.loads(text, object_pairs_hook=_once, parse_constant=_refused)
        json.dumps(value, ensure_ascii=False).encode()  # a lone surrogate cannot be
    except RecursionError:
        raise ValueError("too deep") from None
    return value


def _once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Of two members of one name nobody knows which is meant (RFC 8259 §4)."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError("a repeated member")
        found[name] = value
    return found


def _refused(_: str) -> None:
    raise ValueError("no JSON")  # NaN and its like are Python's
