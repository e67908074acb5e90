"""What a long run has met already, however much of it: kept beside memory, gone with the run."""

import sqlite3
from types import TracebackType


class Seen:
    """A set of digests. It spills into an unnamed temporary file, so memory stays bounded."""

    def __init__(self) -> None:
        self._file = sqlite3.connect("", isolation_level=None)  # "": private, deleted when closed
        self._file.execute("CREATE TABLE seen (digest TEXT PRIMARY KEY) WITHOUT ROWID")
        self._file.execute("BEGIN")  # never committed: nobody else reads it

    def __enter__(self) -> "Seen":
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _e: BaseException | None, _t: TracebackType | None
    ) -> None:
        self._file.close()

    def __contains__(self, digest: str) -> bool:
        found = self._file.execute("SELECT 1 FROM seen WHERE digest = ?", (digest,))
        return found.fetchone() is not None

    def add(self, digest: str) -> None:
        """Remember it; a second time changes nothing."""
        self._file.execute("INSERT OR IGNORE INTO seen VALUES (?)", (digest,))
