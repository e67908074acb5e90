"""The messages, in one SQLite file: a restart keeps them, the oldest make room for new ones."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from idp import clock
from idp.development.inbox.mail import Mail

KEPT = 1000
_TABLE = """CREATE TABLE IF NOT EXISTS messages
    (id INTEGER PRIMARY KEY AUTOINCREMENT, recipient TEXT COLLATE NOCASE, message TEXT)"""


class Store:
    """Messages as the dictionaries that the JSON shows; safe to use from several threads."""

    def __init__(self, path: Path, kept: int = KEPT) -> None:
        self._path, self._kept = path, kept
        with self._connection() as database:
            database.execute(_TABLE)

    def add_mail(self, to: str, mail: Mail) -> None:
        """Keep a mail for one recipient of its envelope."""
        message = {
            "kind": "email",
            "to": to,
            "from": mail.sender,
            "subject": mail.subject,
            "text": mail.text,
            "html": mail.html,
            "links": mail.links,
        }
        self._add(message)

    def add_sms(self, to: str, sender: str, text: str, links: Sequence[str]) -> None:
        """Keep an SMS to one number."""
        message = {
            "kind": "sms",
            "to": to,
            "from": sender,
            "subject": "",
            "text": text,
            "html": "",
            "links": list(links),
        }
        self._add(message)

    def _add(self, message: dict[str, Any]) -> None:
        message["received_at"] = clock.now().isoformat(timespec="milliseconds")
        with self._connection() as database:
            database.execute(
                "INSERT INTO messages (recipient, message) VALUES (?, ?)",
                (message["to"], json.dumps(message)),
            )
            database.execute(
                "DELETE FROM messages WHERE id <= (SELECT max(id) FROM messages) - ?",
                (self._kept,),
            )

    def newest(self, limit: int, to: str | None = None) -> list[dict[str, Any]]:
        """Up to `limit` messages, newest first; only those to one address, in any case."""
        with self._connection() as database:
            rows = database.execute(
                "SELECT id, message FROM messages WHERE ?1 IS NULL OR recipient = ?1"
                " ORDER BY id DESC LIMIT ?2",
                (to, limit),
            ).fetchall()
        return [_message(*row) for row in rows]

    def get(self, number: int) -> dict[str, Any] | None:
        """One message, or None."""
        with self._connection() as database:
            row = database.execute(
                "SELECT id, message FROM messages WHERE id = ?", (number,)
            ).fetchone()
        return _message(*row) if row else None

    def clear(self) -> None:
        """Forget every message."""
        with self._connection() as database:
            database.execute("DELETE FROM messages")

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path, timeout=5)) as database, database:
            yield database


def _message(number: int, message: str) -> dict[str, Any]:
    return {"id": str(number), **json.loads(message)}
