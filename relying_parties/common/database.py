"""The site's own SQLite file: short connections, one transaction a block, its owner's alone."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

_BUSY_SECONDS = 5.0


class Database:
    """One SQLite file in WAL mode. Give each part's `CREATE … IF NOT EXISTS` script to `create`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        # sessions name people: made for its owner alone before SQLite opens it (the WAL follows)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        with closing(self._connect()) as connection:
            connection.execute("PRAGMA journal_mode = WAL")

    def create(self, script: str) -> None:
        """Run a schema script that may run again at each start."""
        with closing(self._connect()) as connection:
            connection.executescript(script)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """A connection whose writes are kept together, or not at all. Raises sqlite3.Error."""
        with closing(self._connect()) as connection:
            # the lock is taken first: a read that turns into a write cannot wait its turn
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.rollback()
                raise
            connection.commit()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection to read with, that waits for no writer. Raises sqlite3.Error."""
        with closing(self._connect()) as connection:
            yield connection

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=_BUSY_SECONDS, isolation_level=None)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA synchronous = NORMAL")
        return connection
