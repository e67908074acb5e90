"""One at a time, over all nodes: for what cannot be one conditional UPDATE."""

import zlib

from sqlalchemy import func, select
from sqlalchemy.orm import Session


def take_turn(session: Session, name: str) -> None:
    """Wait until no other transaction holds `name`; held until this one ends.

    For a writer. On SQLite its transaction, begun here at the latest, is the only one anyway.
    """
    if session.connection().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(zlib.crc32(name.encode()))))
