"""The one conditional UPDATE (or DELETE, or INSERT) whose row count decides who won."""

from typing import cast

from sqlalchemy import CursorResult
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import Delete, Insert, Update

# without preserve_rowcount PostgreSQL's driver says -1 of every INSERT
_OPTIONS = {"synchronize_session": False, "preserve_rowcount": True}


def changed(session: Session, statement: Update | Delete | Insert) -> int:
    """Run `statement`; how many rows it touched. Objects already loaded are left as they are."""
    result = session.execute(statement, execution_options=_OPTIONS)
    return cast(CursorResult[tuple[object, ...]], result).rowcount
