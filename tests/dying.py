"""A process that dies between two statements of a transaction: before each that writes, in turn."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import event
from sqlalchemy.orm import Session

from idp.storage.engine import Database
from tests.factories import dump

WRITING = ("INSERT", "UPDATE", "DELETE")
Change = Callable[[Session], object]


class KilledError(Exception):
    """The process dies here."""


@contextmanager
def dying_at(database: Database, number: int) -> Iterator[list[str]]:
    """The statement of that number, and none after it, is run; those that were are listed."""
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if len(seen) == number:
            raise KilledError(statement)
        seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        with suppress(KilledError):
            yield seen
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def killed_everywhere(database: Database, change: Change, *tables: str) -> None:
    """`change` dies before each writing statement, and once all is written: nothing of it is kept.

    Then it is made. `tables`: those that it must write to, or the test would hold nothing.
    """
    before = dump(database)
    with dying_at(database, -1) as statements, database.writing() as session:
        change(session)
        raise KilledError
    written = [n for n, one in enumerate(statements) if one.startswith(WRITING)]
    said = " ".join(statements[n] for n in written)
    assert not [name for name in tables if name not in said.split()], said
    for number in written:
        with dying_at(database, number) as seen, database.writing() as session:
            change(session)
        assert len(seen) == number
    assert dump(database) == before, "what is kept by one of them is never undone"
    with database.writing() as session:
        change(session)
    assert dump(database) != before
