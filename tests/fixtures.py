"""Fixtures that every part of the tests shares: settings, databases of both engines, a clock."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, sync_playwright
from sqlalchemy import event

from idp import clock
from idp.settings import Settings
from idp.storage import migrations
from idp.storage.engine import Database
from tests import postgres

START = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)

# 45 ms for each password, at the cost of production, add up to minutes
CHEAP: dict[str, object] = {"argon2_memory_kib": 8, "argon2_time": 1}

# who runs it, as a production start demands; plainly fictional
OPERATOR: dict[str, object] = {
    "operator_name": "Mutuelle de l'Exemple",
    "operator_registration": "Mutuelle, SIREN 000 000 000",
    "operator_address": "1 rue de l'Exemple, 00000 Exemple, 00 00 00 00 00",
    "publication_director": "La direction de l'Exemple",
    "hosting": "Hébergement de l'Exemple, 2 rue de l'Exemple, 00000 Exemple",
    "contact_email": "aide@exemple.fr",
    "dpo_email": "dpo@exemple.fr",
    "trusted_proxies": 0,
}


def settings_for(folder: Path, **changes: object) -> Settings:
    """Settings of a test: plainly fictional keys, everything under `folder`, cheap hashes.

    What a hash costs in production is held by test_hasher.py and test_login.py.
    """
    base: dict[str, object] = {
        **CHEAP,
        "state_dir": folder / "var",
        "keys_dir": folder / "keys",
        "secret_keys": (b"s" * 32,),
        "pii_keys": (b"p" * 32,),
        "legacy_floor": 0.0,
    }
    return Settings(**{**base, **changes})  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """A running PostgreSQL whose database `template` has the newest schema."""
    programs = postgres.programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed: nothing was tested on it")
    with postgres.cluster(programs) as address:
        postgres.copy_of(address, "template1", "template")
        template = address.format(name="template")
        migrations.upgrade(settings_for(Path("unused"), database_url=template))
        yield address


@pytest.fixture(scope="session")
def postgresql_database(postgresql_server: str) -> str:
    """Address of the migrated database that tests use in turn; each leaves it empty."""
    name = f"t{uuid.uuid4().hex}"
    postgres.copy_of(postgresql_server, "template", name)
    return postgresql_server.format(name=name)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of a SQLite file with the newest schema."""
    return migrated(tmp_path_factory.mktemp("sqlite"))


def migrated(folder: Path) -> bytes:
    """The bytes of a SQLite file with the newest schema, made anew in a folder."""
    settings = settings_for(folder)
    migrations.upgrade(settings)
    database = Database.open(settings)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return (settings.state_dir / "idp.sqlite3").read_bytes()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Settings that name a migrated, empty database: the test runs once on each engine."""
    if request.param == "sqlite":
        yield sqlite_settings(tmp_path, request.getfixturevalue("sqlite_template"))
        return
    address = request.getfixturevalue("postgresql_database")
    yield settings_for(tmp_path, database_url=address)
    postgres.empty(address)


def sqlite_settings(folder: Path, template: bytes) -> Settings:
    """Settings over a copy of the migrated SQLite file."""
    made = settings_for(folder)
    made.state_dir.mkdir(parents=True)
    (made.state_dir / "idp.sqlite3").write_bytes(template)
    return made


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    """The open database of `settings`."""
    opened = Database.open(settings)
    yield opened
    opened.close()


@pytest.fixture
def at() -> Iterator[clock.FrozenClock]:
    """A stopped clock: at.advance(seconds=901)."""
    with clock.frozen(START) as stopped:
        yield stopped


class Statements(list[str]):
    """The SQL statements run while it listens; BEGIN and savepoints are not statements."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        event.listen(database.engine, "before_cursor_execute", self._note)

    def _note(self, _c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK")):
            self.append(statement)


@pytest.fixture(scope="session")
def driver() -> Iterator[Playwright]:
    """One for a process: a second one beside it would not start."""
    with sync_playwright() as playwright:
        yield playwright
