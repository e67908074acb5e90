"""Alembic's entry: runs each migration in one transaction on the engine it is handed."""

from alembic import context

from idp.models import Base

engine = context.config.attributes["engine"]

with engine.execution_options(idp_write=True).connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
