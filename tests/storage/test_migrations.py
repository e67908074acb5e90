"""The migrations build exactly the tables of idp/models, on both engines."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from idp.models import Base
from idp.storage import migrations
from idp.storage.engine import Database


def test_the_migrated_schema_is_the_models_schema(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_a_migrated_database_is_at_head(database: Database) -> None:
    assert migrations.version_of(database) == migrations.head()
