"""The row count of one statement decides who won; an insert gives way alike on both engines."""

from sqlalchemy import delete, select, update

from idp.models import Lockout
from idp.storage.claims import changed
from idp.storage.engine import Database
from idp.storage.upsert import insert_into
from tests.at_once import at_once
from tests.fixtures import START


def _insert(database: Database, key: str, failures: int) -> int:
    with database.writing() as session:
        row = {"key": key, "failures": failures, "touched_at": START}
        return changed(session, insert_into(session, Lockout).values(row).on_conflict_do_nothing())


def test_the_count_is_of_the_rows_that_met_the_condition(database: Database) -> None:
    for key in "abc":
        _insert(database, key, ord(key))
    with database.writing() as session:
        assert changed(session, update(Lockout).values(failures=1).where(Lockout.key < "c")) == 2
        assert changed(session, update(Lockout).values(failures=2).where(Lockout.key == "z")) == 0
        assert changed(session, delete(Lockout).where(Lockout.failures == 1)) == 2


def test_of_twenty_at_once_one_wins(database: Database) -> None:
    _insert(database, "k", 0)

    def claim(_number: int) -> int:
        with database.writing() as session:
            free = update(Lockout).where(Lockout.blocked_until.is_(None))
            return changed(session, free.values(blocked_until=START))

    assert sum(at_once(20, claim)) == 1


def test_of_twenty_inserts_at_once_one_wins(database: Database) -> None:
    assert sum(at_once(20, lambda number: _insert(database, "k", number))) == 1


def test_an_insert_gives_way_to_the_row_that_is_there(database: Database) -> None:
    assert [_insert(database, "k", 1), _insert(database, "k", 2)] == [1, 0]
    with database.writing() as session:
        newer = insert_into(session, Lockout).values(key="k", failures=3, touched_at=START)
        merged = newer.on_conflict_do_update(
            index_elements=[Lockout.key], set_={"failures": newer.excluded.failures}
        )
        assert changed(session, merged) == 1
    with database.reading() as session:
        assert session.scalars(select(Lockout.failures)).all() == [3]
