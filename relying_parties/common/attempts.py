"""Sign-ins under way: one short-lived signed cookie each, so that tabs never overwrite one another.

A state is thus worth something only in the browser that began (never a cache that browsers share),
an anonymous visitor writes nothing to the database, and an answer is taken once.
"""

import hmac
from dataclasses import asdict, dataclass
from datetime import timedelta

from flask import Request
from itsdangerous import BadData, URLSafeSerializer
from werkzeug.wrappers import Response

from relying_parties.common import clock
from relying_parties.common.database import Database
from relying_parties.common.hashing import hash_of
from relying_parties.common.settings import Settings

LIFE = timedelta(hours=1)
_KEPT = 6  # cookies at once: beyond, a browser's headers grow too long for some servers
_SCHEMA = """
CREATE TABLE IF NOT EXISTS answered_attempts (
    state_hash TEXT PRIMARY KEY,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS answered_attempts_by_expiry ON answered_attempts (expires_at);
"""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What must match when the browser is back, and the path to go on to. Epoch seconds.

    `want` is what was asked for beyond the usual (wants.py).
    """

    state: str
    nonce: str
    code_verifier: str
    then: str
    expires_at: int
    want: str = ""


class Attempts:
    """The sign-ins under way of one site."""

    def __init__(self, database: Database, settings: Settings, slug: str) -> None:
        self._database = database
        self._secure = settings.secure
        self._prefix = settings.cookie_name(slug, "attempt_")
        self._serializer = URLSafeSerializer(settings.secret_key, salt="sign-in attempt")
        database.create(_SCHEMA)

    def keep(self, request: Request, response: Response, attempt: Attempt) -> None:
        """Give the attempt to this browser, and take the oldest ones away where it holds many."""
        for name in self._superfluous(request):
            self._drop(response, name)
        response.set_cookie(
            self._name(attempt.state),
            self._serializer.dumps(asdict(attempt)),
            max_age=int(LIFE.total_seconds()),
            httponly=True,
            secure=self._secure,
            samesite="Lax",
        )

    def take(self, request: Request, state: str) -> Attempt | None:
        """This browser's attempt of that state, once; None if unknown, too old or answered."""
        attempt = self._read(request.cookies.get(self._name(state), ""))
        if attempt is None or not hmac.compare_digest(attempt.state.encode(), state.encode()):
            return None
        if attempt.expires_at <= clock.timestamp() or not self._claim(attempt):
            return None
        return attempt

    def forget(self, response: Response, state: str) -> None:
        """Take the attempt's cookie away."""
        self._drop(response, self._name(state))

    def _claim(self, attempt: Attempt) -> bool:
        """One use only: of two answers at once the row lets one pass."""
        with self._database.transaction() as connection:
            now = clock.timestamp()
            connection.execute("DELETE FROM answered_attempts WHERE expires_at <= ?", (now,))
            query = "INSERT OR IGNORE INTO answered_attempts VALUES (?, ?)"
            row = (hash_of(attempt.state), attempt.expires_at)
            return connection.execute(query, row).rowcount == 1

    def _superfluous(self, request: Request) -> list[str]:
        held = [name for name in request.cookies if name.startswith(self._prefix)]
        newest_first = sorted(
            held, key=lambda name: self._expiry(request.cookies[name]), reverse=True
        )
        return newest_first[_KEPT - 1 :]

    def _expiry(self, value: str) -> int:
        attempt = self._read(value)
        return 0 if attempt is None else attempt.expires_at

    def _name(self, state: str) -> str:
        return self._prefix + hash_of(state)[:16]

    def _drop(self, response: Response, name: str) -> None:
        response.delete_cookie(name, secure=self._secure, httponly=True, samesite="Lax")

    def _read(self, value: str) -> Attempt | None:
        try:
            return Attempt(**self._serializer.loads(value))
        except (BadData, TypeError):
            return None
