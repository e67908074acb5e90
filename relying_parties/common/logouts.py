"""Sessions that the issuer ended (Back-Channel Logout 1.0 §2.7), and what must not come after.

A sign-in may be on its way back while its session ends at the issuer: the logout stays known for
as long as such an answer can arrive, and Sessions.open asks here in its own transaction.
"""

import sqlite3
from dataclasses import dataclass
from datetime import timedelta

from relying_parties.common import clock
from relying_parties.common.database import Database
from relying_parties.common.hashing import hash_of

_REMEMBERED = int(timedelta(hours=1).total_seconds())  # a sign-in under way lives as long
_SCHEMA = """
CREATE TABLE IF NOT EXISTS logouts (
    jti_hash TEXT PRIMARY KEY,
    sub TEXT,
    sid TEXT,
    issued_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS logouts_by_expiry ON logouts (expires_at);
CREATE INDEX IF NOT EXISTS logouts_by_issue ON logouts (issued_at);
CREATE TABLE IF NOT EXISTS ended_sessions (
    id_hash TEXT PRIMARY KEY,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS ended_sessions_by_expiry ON ended_sessions (expires_at);
"""
# where a token names both person and session, both must fit (§2.7)
_BY_SID = "WHERE sid = :sid AND (:sub IS NULL OR sub = :sub)"
_BY_SUB = "WHERE sub = :sub"
_END = "INSERT OR IGNORE INTO ended_sessions SELECT id_hash, ends_at FROM sessions "
_FORGET = "DELETE FROM sessions "
_IS_OVER = """
SELECT 1 FROM logouts WHERE issued_at >= :issued_at
AND (sub IS NULL OR sub = :sub) AND (sid IS NULL OR sid = :sid)
"""


@dataclass(frozen=True, slots=True)
class Logout:
    """A checked logout token: whom it concerns (`sid`, `sub` or both). Epoch seconds.

    Past `good_until` the token is refused for its age, and need not be remembered.
    """

    jti: str
    sub: str | None
    sid: str | None
    issued_at: int
    good_until: int


class Logouts:
    """What the issuer ended, and may not end twice with one token."""

    def __init__(self, database: Database) -> None:
        self._database = database
        database.create(_SCHEMA)

    def take(self, logout: Logout) -> bool:
        """End the sessions that it concerns; False for a token that was taken before."""
        now = clock.timestamp()
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM logouts WHERE expires_at <= ?", (now,))
            connection.execute("DELETE FROM ended_sessions WHERE expires_at <= ?", (now,))
            if not _claim(connection, logout, now):
                return False
            _end_sessions(connection, logout)
        return True

    def has_ended(self, token: str) -> bool:
        """Whether the issuer, not its person here, ended the session of this id."""
        with self._database.reading() as connection:
            query = "SELECT 1 FROM ended_sessions WHERE id_hash = ? AND expires_at > ?"
            row = connection.execute(query, (hash_of(token), clock.timestamp())).fetchone()
        return row is not None


def is_over(connection: sqlite3.Connection, sub: str, sid: str | None, issued_at: int) -> bool:
    """Whether the issuer ended, meanwhile, the session of an id_token issued at `issued_at`.

    A token of a later second is of a sign-in that came after the logout.
    """
    values = {"sub": sub, "sid": sid, "issued_at": issued_at}
    return connection.execute(_IS_OVER, values).fetchone() is not None


def _claim(connection: sqlite3.Connection, logout: Logout, now: int) -> bool:
    """One use only: the row lets one of two deliveries pass."""
    expires_at = max(logout.good_until, now + _REMEMBERED)
    row = (hash_of(logout.jti), logout.sub, logout.sid, logout.issued_at, expires_at)
    query = "INSERT OR IGNORE INTO logouts VALUES (?, ?, ?, ?, ?)"
    return connection.execute(query, row).rowcount == 1


def _end_sessions(connection: sqlite3.Connection, logout: Logout) -> None:
    """Only the hashes of their ids stay, so that an open page can say why it is signed out."""
    values = {"sub": logout.sub, "sid": logout.sid}
    concerned = _BY_SUB if logout.sid is None else _BY_SID
    connection.execute(_END + concerned, values)
    connection.execute(_FORGET + concerned, values)
