"""Parsed clients kept for a few seconds, so that a busy site costs no query a request."""

import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from sqlalchemy.orm import Session

from idp.oidc.client_info import ClientInfo
from idp.oidc.client_queries import load


class ClientCache:
    """At most `size` clients, each at most `max_age` seconds old (CL4 allows 60).

    Unknown ids are not kept: nobody can fill the memory with them. `age` is a monotonic clock in
    seconds, a parameter for tests.
    """

    def __init__(
        self, *, max_age: float = 5.0, size: int = 1000, age: Callable[[], float] = time.monotonic
    ) -> None:
        self._max_age = max_age
        self._size = size
        self._age = age
        self._kept: OrderedDict[str, tuple[float, ClientInfo]] = OrderedDict()
        self._lock = Lock()

    def get(self, session: Session, client_id: str) -> ClientInfo | None:
        """The client, or None when there is none of that id."""
        now = self._age()  # before the query: what it answers is at least that old
        with self._lock:
            kept = self._kept.get(client_id)
        if kept and now - kept[0] < self._max_age:
            return kept[1]
        client = load(session, client_id)
        with self._lock:
            self._kept.pop(client_id, None)
            if client:
                self._kept[client_id] = (now, client)
                while len(self._kept) > self._size:
                    self._kept.popitem(last=False)
        return client
