"""Who is signed in: rows on the server, found by a random id that only the browser holds."""

import json
import secrets
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from relying_parties.common import clock, logouts
from relying_parties.common.claims import Claim
from relying_parties.common.database import Database
from relying_parties.common.hashing import hash_of

_TOUCH_SECONDS = 60  # a page read writes at most once a minute
_SCHEMA = """
CREATE TABLE IF NOT EXISTS sessions (
    id_hash TEXT PRIMARY KEY,
    sub TEXT NOT NULL,
    sid TEXT,
    claims TEXT NOT NULL,
    id_token TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS sessions_by_expiry ON sessions (expires_at);
CREATE INDEX IF NOT EXISTS sessions_by_sid ON sessions (sid);
CREATE INDEX IF NOT EXISTS sessions_by_sub ON sessions (sub);
"""


@dataclass(frozen=True, slots=True)
class Identity:
    """What the issuer said of a person who signed in; `sid` names its own session, if any.

    `issued_at` is the id_token's, in epoch seconds; 0 once it is read back from a session.
    """

    sub: str
    sid: str | None
    claims: Mapping[str, Claim]
    id_token: str
    issued_at: int = 0


@dataclass(frozen=True, slots=True)
class Lengths:
    """How long a session lives: without a request (`idle`), and whatever happens (`absolute`)."""

    idle: timedelta
    absolute: timedelta


class Sessions:
    """The sessions of one site."""

    def __init__(self, database: Database, lengths: Lengths) -> None:
        self._database = database
        self._idle = int(lengths.idle.total_seconds())
        self._absolute = int(lengths.absolute.total_seconds())
        database.create(_SCHEMA)

    def open(self, identity: Identity, replaces: str | None) -> str | None:
        """Begin a session under a new id, ending the one of id `replaces`; return the new id.

        None, and nothing begins, where the issuer ended it while the sign-in was on its way.
        """
        token, now = secrets.token_urlsafe(32), clock.timestamp()
        row = (
            hash_of(token),
            identity.sub,
            identity.sid,
            json.dumps(dict(identity.claims)),
            identity.id_token,
            now,
            now + min(self._idle, self._absolute),
            now + self._absolute,
        )
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM sessions WHERE expires_at <= ?", (now,))
            if replaces:
                connection.execute("DELETE FROM sessions WHERE id_hash = ?", (hash_of(replaces),))
            if logouts.is_over(connection, identity.sub, identity.sid, identity.issued_at):
                return None
            connection.execute("INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        return token

    def find(self, token: str) -> Identity | None:
        """The person of a live session, whose idle time starts again; None for any other id."""
        now = clock.timestamp()
        with self._database.reading() as connection:
            query = "SELECT * FROM sessions WHERE id_hash = ? AND expires_at > ?"
            row = connection.execute(query, (hash_of(token), now)).fetchone()
        if row is None:
            return None
        self._touch(row, now)
        return Identity(row["sub"], row["sid"], json.loads(row["claims"]), row["id_token"])

    def end(self, token: str) -> str | None:
        """End the session; return its id_token, for the issuer to know whose sign-out it is."""
        with self._database.transaction() as connection:
            query = "DELETE FROM sessions WHERE id_hash = ? RETURNING id_token"
            row = connection.execute(query, (hash_of(token),)).fetchone()
        return None if row is None else str(row["id_token"])

    def _touch(self, row: sqlite3.Row, now: int) -> None:
        expires_at = min(now + self._idle, row["ends_at"])
        if expires_at - row["expires_at"] < _TOUCH_SECONDS:
            return
        with self._database.transaction() as connection:
            query = "UPDATE sessions SET expires_at = ? WHERE id_hash = ? AND expires_at > ?"
            connection.execute(query, (expires_at, row["id_hash"], now))
