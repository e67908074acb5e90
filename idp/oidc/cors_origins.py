"""RFC 6454, the origins of registered browser apps, kept for a while in each process (WB7)."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from idp.models import Client

_PORTS = {"https": 443, "http": 80}


@dataclass
class Origins:
    """The origins of browser apps, at most `max_age` seconds old (CL4 allows 60).

    `age` is a monotonic clock in seconds, a parameter for tests.
    """

    max_age: float = 30.0
    age: Callable[[], float] = time.monotonic
    _read: tuple[float, frozenset[str]] | None = None

    def get(self, session: Session) -> frozenset[str]:
        """One statement, or none."""
        now, known = self.age(), self._read
        if known and now - known[0] < self.max_age:
            return known[1]
        found = frozenset(_origins(session))
        self._read = (now, found)
        return found


def _origins(session: Session) -> Iterable[str]:
    public = Client.registered["token_endpoint_auth_method"].as_string() == "none"
    rows = session.scalars(select(Client.registered).where(public, Client.disabled_at.is_(None)))
    for registered in rows:
        if registered.get("application_type", "web") == "web":
            yield from filter(None, map(origin_of, registered["redirect_uris"]))


def origin_of(uri: str) -> str | None:
    """As a browser writes it (RFC 6454 §6.2): in small letters, without a usual port."""
    parts = urlsplit(uri)
    if parts.scheme not in _PORTS or not parts.hostname:
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    usual = parts.port in {None, _PORTS[parts.scheme]}
    return f"{parts.scheme}://{host}" + ("" if usual else f":{parts.port}")
