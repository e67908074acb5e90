"""A set that does not grow in memory, and turns that only one transaction at a time has."""

import sqlite3
import tracemalloc

import pytest
from sqlalchemy import text

from idp.storage.engine import Database
from idp.storage.seen import Seen
from idp.storage.turns import take_turn
from tests.at_once import at_once


def test_what_was_added_is_in_it() -> None:
    with Seen() as seen:
        seen.add("one")
        seen.add("one")
        assert "one" in seen
        assert "two" not in seen
    with Seen() as other:
        assert "one" not in other


def test_after_the_run_it_is_closed() -> None:
    with Seen() as seen:
        pass
    with pytest.raises(sqlite3.ProgrammingError):
        seen.add("one")


def test_it_takes_the_same_memory_however_much_it_holds() -> None:
    tracemalloc.start()
    try:
        with Seen() as seen:
            for number in range(20_000):
                seen.add(f"{number:064}")
            assert f"{19_999:064}" in seen
            assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


def test_one_transaction_at_a_time_has_a_turn(database: Database) -> None:
    inside, most = [], []

    def one(number: int) -> None:
        with database.writing() as session:
            take_turn(session, "register")
            inside.append(number)
            for _ in range(20):
                session.execute(text("SELECT 1"))
            most.append(len(inside))
            inside.remove(number)

    at_once(8, one)
    assert most == [1] * 8
