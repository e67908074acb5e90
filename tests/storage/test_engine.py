"""The two doors of the database: a writer keeps all or nothing, a reader keeps nothing (AV8)."""

import traceback
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError

from idp.accounts import links
from idp.clock import FrozenClock
from idp.models import Interaction, Link, Lockout
from idp.settings import Settings
from idp.storage.engine import Database, keys_of, settings_of
from tests import factories
from tests.at_once import at_once
from tests.fixtures import START, settings_for, sqlite_settings


@pytest.fixture
def sqlite(tmp_path: Path, sqlite_template: bytes) -> Database:
    return Database.open(sqlite_settings(tmp_path, sqlite_template))


def _counter(database: Database) -> int:
    with database.reading() as session:
        return session.scalars(select(Lockout.failures)).one()


def _add_counter(database: Database) -> None:
    with database.writing() as session:
        session.add(Lockout(key="k", failures=0, touched_at=START))


def test_av8_sqlite_is_in_wal_with_foreign_keys_and_patience(sqlite: Database) -> None:
    with sqlite.engine.connect() as connection:
        for pragma, expected in {"journal_mode": "wal", "foreign_keys": 1}.items():
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one() == expected
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one() >= 5000


def test_av8_twenty_writers_at_once_never_meet_a_locked_database(sqlite: Database) -> None:
    _add_counter(sqlite)

    def read_then_write(_number: int) -> None:
        for _ in range(5):
            with sqlite.writing() as session:
                before = session.scalars(select(Lockout.failures)).one()
                session.execute(update(Lockout).values(failures=before + 1))

    at_once(20, read_then_write)
    assert _counter(sqlite) == 100, "a writer read before it held the lock"


def test_a_reader_sees_what_was_kept_while_a_writer_works(sqlite: Database) -> None:
    _add_counter(sqlite)
    with sqlite.writing() as writer:
        writer.execute(update(Lockout).values(failures=7))
        assert _counter(sqlite) == 0
    assert _counter(sqlite) == 7


def test_a_writer_that_fails_keeps_nothing(database: Database) -> None:
    _add_counter(database)

    def half_way() -> None:
        with database.writing() as session:
            session.execute(update(Lockout).values(failures=1))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half_way()
    assert _counter(database) == 0


def test_a_reader_keeps_nothing(database: Database) -> None:
    _add_counter(database)
    with database.reading() as session:
        session.execute(update(Lockout).values(failures=1))
        session.add(Lockout(key="other", failures=1, touched_at=START))
        session.flush()
    assert _counter(database) == 0


def test_both_doors_carry_the_keys_and_the_settings(database: Database, settings: Settings) -> None:
    for door in (database.reading, database.writing):
        with door() as session:
            assert keys_of(session) is database.keys
            assert settings_of(session) is settings


def test_a_row_cannot_point_to_nobody(database: Database) -> None:
    with pytest.raises(IntegrityError), database.writing() as session:
        links.make(session, "activation", identity_id="0" * 32)


def test_with_an_identity_goes_what_hangs_on_it(database: Database, at: FrozenClock) -> None:
    with database.writing() as session:
        identity = factories.make_identity(session)
        links.make(session, "activation", identity_id=identity.id)
        factories.make_interaction(session, identity.id)
    with database.writing() as session:
        session.delete(session.merge(identity))
    with database.reading() as session:
        assert session.scalars(select(Link)).all() == []
        assert session.scalars(select(Interaction)).all() == []


def test_pii7_a_failed_statement_is_told_without_its_values(database: Database) -> None:
    _add_counter(database)
    with pytest.raises(IntegrityError) as failed, database.writing() as session:
        session.add(Lockout(key="k", failures=31415, touched_at=START))
    assert "31415" not in "".join(traceback.format_exception(failed.value))


def test_instants_are_aware_and_in_utc(database: Database) -> None:
    paris = timezone(timedelta(hours=1))
    with database.writing() as session:
        noon = datetime(2026, 11, 21, 12, 0, 0, 123456, paris)
        session.add(Lockout(key="k", failures=0, touched_at=noon))
    with database.reading() as session:
        found = session.scalars(select(Lockout.touched_at)).one()
    assert found == datetime(2026, 11, 21, 11, 0, 0, 123456, UTC)
    assert found.utcoffset() == timedelta()


def test_a_naive_instant_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="naive"), database.writing() as session:
        session.add(Lockout(key="k", failures=0, touched_at=datetime(2026, 11, 21)))  # noqa: DTZ001


def test_the_folder_of_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    made = settings_for(tmp_path)
    Database.open(made).close()
    assert made.state_dir.stat().st_mode & 0o777 == 0o700


def test_av2_a_database_that_is_gone_is_an_operational_error(tmp_path: Path) -> None:
    made = settings_for(tmp_path, database_url="postgresql+psycopg://tests@/x?host=/nowhere")
    database = Database.open(made)
    with pytest.raises(OperationalError), database.reading() as session:
        session.execute(select(Lockout))
