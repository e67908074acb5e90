"""Schema changes, by Alembic; an explicit step (`db upgrade`), never at start.

A change stays compatible with the code of one version before (AV10).
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from idp.settings import Settings
from idp.storage.engine import Database


def upgrade(settings: Settings) -> None:
    """Bring the schema of the settings' database to the newest version."""
    database = Database.open(settings)
    try:
        config = _config()
        config.attributes["engine"] = database.engine
        command.upgrade(config, "head")
    finally:
        database.close()


def current(settings: Settings) -> str | None:
    """The version the database is at, None before the first upgrade."""
    database = Database.open(settings)
    try:
        return version_of(database)
    finally:
        database.close()


def version_of(database: Database) -> str | None:
    """The same, on an open database."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head() -> str:
    """The version that this code expects."""
    newest = ScriptDirectory.from_config(_config()).get_current_head()
    if newest is None:
        raise RuntimeError("no migration is shipped")
    return newest


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config
