"""INSERT … ON CONFLICT, spelled alike for both engines."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from idp.models import Base


def insert_into(session: Session, table: type[Base]) -> Any:
    """An insert of `table` that knows on_conflict_do_update/nothing on the session's engine."""
    if session.get_bind().dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)
