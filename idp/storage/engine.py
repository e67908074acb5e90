"""The database: SQLite in WAL or PostgreSQL, the authority for whatever is counted or used once.

Two doors: reading() and writing(). Each is one transaction and hands a session whose `info` holds
the Keyring and the Settings (keys_of, settings_of). On SQLite a writer takes the write lock at
once (BEGIN IMMEDIATE), so that no reader has to be promoted half-way and fail with "database is
locked" (AV8).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.orm import Session, sessionmaker

from idp.settings import Settings
from idp.storage.keyring import Keyring

# a database that does not answer is a 503 within three seconds, not a page that hangs (AV2)
_POSTGRESQL: dict[str, Any] = {
    "pool_size": 8,
    "max_overflow": 8,
    "pool_timeout": 2,
}
_CONNECTING = {"connect_timeout": 2, "options": "-c lock_timeout=5000"}


def keys_of(session: Session) -> Keyring:
    """The Keyring that goes with this session."""
    keyring: Keyring = session.info["keys"]
    return keyring


def settings_of(session: Session) -> Settings:
    """The settings that this session's database was opened with."""
    settings: Settings = session.info["settings"]
    return settings


class Database:
    """One engine and its two doors; open one per process."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self.engine = engine
        self.keys = Keyring(settings)
        info = {"keys": self.keys, "settings": settings}
        self._reader = sessionmaker(engine, expire_on_commit=False, info=info)
        self._writer = sessionmaker(
            engine.execution_options(idp_write=True), expire_on_commit=False, info=info
        )

    @classmethod
    def open(cls, settings: Settings) -> "Database":
        """Connect lazily to the database that the settings name."""
        return cls(_engine(settings), settings)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for queries; nothing it changes is kept."""
        with self._reader() as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction: all of the block is kept, or nothing."""
        with self._writer() as session, session.begin():
            yield session

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()


def _engine(settings: Settings) -> Engine:
    # hide_parameters: a failed statement is logged without the values that people typed (PII7)
    if settings.database.startswith("sqlite"):
        settings.state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        engine = create_engine(
            settings.database, connect_args={"timeout": 10}, hide_parameters=True
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    # what the address itself says wins: ?connect_timeout=10
    asked = {k: v for k, v in _CONNECTING.items() if k not in make_url(settings.database).query}
    return create_engine(
        settings.database,
        hide_parameters=True,
        pool_pre_ping=True,
        connect_args=asked,
        **_POSTGRESQL,
    )


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, below
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    write = connection.get_execution_options().get("idp_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
