"""`mgen-connect db`: from nothing to a sound database, and what is wrong said as sentences."""

import sqlite3
from pathlib import Path

from idp.settings import PREFIX, Settings
from idp.storage import migrations
from tests.cli.conftest import Command


def change(here: Settings, statement: str) -> None:
    """What no part of the product would do to its database."""
    connection = sqlite3.connect(here.state_dir / "idp.sqlite3")
    connection.execute(statement)
    connection.commit()
    connection.close()


def test_upgrade_makes_it_and_may_be_repeated(bare: Command) -> None:
    assert bare.json("db", "upgrade") == {"current": migrations.head()}
    assert bare.json("db", "upgrade") == {"current": migrations.head()}
    assert bare.json("db", "current") == {"current": migrations.head(), "head": migrations.head()}


def test_check_of_a_sound_database(command: Command) -> None:
    head = migrations.head()
    report = command.json("db", "check")
    assert report == {"ok": True, "current": head, "head": head, "integrity": []}
    assert command("db", "check").stdout == "The database is sound.\n"


def test_check_sees_an_old_schema(command: Command, here: Settings) -> None:
    change(here, "UPDATE alembic_version SET version_num = '0001'")
    result = command("db", "check")
    assert result.exit_code == 1
    assert "mgen-connect db upgrade" in result.stderr
    assert '"ok": false' in command("db", "check", "--json").stdout


def test_check_sees_an_unmigrated_database(bare: Command) -> None:
    file = Path(bare.environ[f"{PREFIX}STATE_DIR"]) / "idp.sqlite3"
    file.parent.mkdir()
    file.touch()
    result = bare("db", "check")
    assert result.exit_code == 1
    assert "no version" in result.stderr


def test_check_sees_a_broken_reference(command: Command, here: Settings) -> None:
    change(
        here,
        "INSERT INTO client_secrets (id, client_id, secret_hash, created_at)"
        " VALUES ('1', 'nobody', 'hash', '2026-11-21')",
    )
    result = command("db", "check")
    assert result.exit_code == 1
    assert "client_secrets" in result.stderr
    assert "client_secrets" in command("db", "check", "--json").stdout


def test_check_sees_a_damaged_file(command: Command, here: Settings) -> None:
    file = here.state_dir / "idp.sqlite3"
    content = bytearray(file.read_bytes())
    content[4096:12288] = b"\xff" * 8192  # two whole pages behind the header
    file.write_bytes(content)
    result = command("db", "check")
    assert result.exit_code == 1
    assert "malformed" in result.stderr or "Damaged" in result.stderr


def test_purge_counts_what_it_deletes(command: Command, here: Settings) -> None:
    change(
        here,
        "INSERT INTO lockouts (key, failures, touched_at) VALUES ('old', 1, '2020-01-01 00:00:00')",
    )
    assert command.json("db", "purge")["lockouts"] == 1
    assert set(command.json("db", "purge").values()) == {0}
