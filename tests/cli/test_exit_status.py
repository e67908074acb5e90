"""Help everywhere, and an operator's mistakes: a sentence and a status, never a traceback."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from idp.cli import COMMANDS, main
from idp.settings import PREFIX
from tests.cli.conftest import Command


def every_command(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from every_command(found, (*path, name))


def test_every_command_of_this_version_is_there() -> None:
    assert {" ".join(path) for path in every_command(main) if path} == {
        *COMMANDS,
        *(
            f"client {verb}"
            for verb in (
                *("create", "list", "show", "update"),
                *("rotate-secret", "disable", "enable", "delete", "export", "import"),
            )
        ),
        *("key list", "key rotate", "key retire", "key export"),
        *(f"identity {verb}" for verb in ("show", "unblock", "disable", "enable", "sign-out")),
        *(f"identity role{verb}" for verb in ("", " grant", " revoke", " list")),
        *("member import", "member list", "member show"),
        *("member set-contact", "member letter-code", "member unblock"),
        *(f"invitation {verb}" for verb in ("import", "list", "resend", "revoke")),
        *("db upgrade", "db current", "db check", "db purge"),
        *("config check", "config show"),
    }


@pytest.mark.parametrize("path", list(every_command(main)), ids=" ".join)
def test_help_everywhere(bare: Command, path: tuple[str, ...]) -> None:
    result = bare(*path, "--help")
    assert result.exit_code == 0
    assert result.stdout.startswith(f"Usage: {' '.join(('mgen-connect', *path))}")


@pytest.mark.parametrize(
    ("arguments", "environ", "words"),
    [
        (("client", "list"), {}, "mgen-connect db upgrade"),
        (("key", "list"), {}, "mgen-connect db upgrade"),
        (("db", "current"), {}, "mgen-connect db upgrade"),
        (("db", "check"), {}, "mgen-connect db upgrade"),
        (("db", "purge"), {}, "mgen-connect db upgrade"),
        (("serve",), {}, "mgen-connect db upgrade"),
        (("worker",), {}, "mgen-connect db upgrade"),
        *(
            (("identity", verb, "a@b.test"), environ, words)
            for verb in ("show", "unblock", "disable", "enable", "sign-out")
            for environ, words in (
                ({}, "mgen-connect db upgrade"),
                ({"PII_KEYS": ""}, "PII_KEYS is not set"),
            )
        ),
        (("member", "list"), {}, "mgen-connect db upgrade"),
        (("member", "show", "F1"), {}, "mgen-connect db upgrade"),
        (("member", "show", "F1"), {"PII_KEYS": ""}, "PII_KEYS is not set"),
        (("member", "unblock", "F1"), {}, "mgen-connect db upgrade"),
        (("member", "unblock", "F1"), {"PII_KEYS": ""}, "PII_KEYS is not set"),
        (("member", "import", "-"), {}, "mgen-connect db upgrade"),
        (("member", "import", "-"), {"PII_KEYS": ""}, "PII_KEYS is not set"),
        (("serve",), {"SECRET_KEYS": ""}, "SECRET_KEYS is not set"),
        (("worker",), {"SECRET_KEYS": ""}, "SECRET_KEYS is not set"),
        (("client", "list"), {"LOG_LEVEL": "LOUD"}, "LOG_LEVEL"),
        (("config", "show"), {"LOG_LEVEL": "LOUD"}, "LOG_LEVEL"),
        (("client", "list"), {"DATABASE_URL": "nonsense"}, "no database address"),
        (("db", "upgrade"), {"DATABASE_URL": "nonsense"}, "no database address"),
        (("db", "upgrade"), {"DATABASE_URL": "nosuch://x/y"}, "no database address"),
        (("client", "list"), {"DATABASE_URL": "mysql://u:hunter2@127.0.0.1:1/x"}, "package"),
        (
            ("client", "list"),
            {"DATABASE_URL": "postgresql://u:hunter2@127.0.0.1:1/x"},
            "The database refuses",
        ),
        (("db", "check"), {"DATABASE_URL": "postgresql://u:hunter2@127.0.0.1:1/x"}, "refuses"),
    ],
)
def test_a_mistake_is_a_sentence_and_status_1(
    bare: Command, arguments: tuple[str, ...], environ: dict[str, str], words: str
) -> None:
    result = bare(*arguments, **environ)
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert result.stderr.startswith("Error: ")
    assert words in result.stderr
    assert "hunter2" not in result.output


def test_reading_makes_no_database(bare: Command) -> None:
    for arguments in (("client", "list"), ("db", "check"), ("db", "current"), ("key", "rotate")):
        assert bare(*arguments).exit_code == 1
    assert not Path(bare.environ[f"{PREFIX}STATE_DIR"]).exists()
    assert not Path(bare.environ[f"{PREFIX}KEYS_DIR"]).exists()


@pytest.mark.parametrize("content", [b"", b"this is no database" * 100])
def test_a_file_that_is_no_migrated_database(bare: Command, content: bytes) -> None:
    file = Path(bare.environ[f"{PREFIX}STATE_DIR"]) / "idp.sqlite3"
    file.parent.mkdir()
    file.write_bytes(content)
    result = bare("client", "list")
    assert result.exit_code == 1
    assert "mgen-connect db check" in result.stderr
    assert "SELECT" not in result.stderr


def test_a_folder_that_cannot_be_made(bare: Command, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = bare("db", "upgrade", STATE_DIR=str(tmp_path / "file" / "var"))
    assert result.exit_code == 1
    assert "Not a directory" in result.stderr


def test_a_bug_is_not_dressed_up(bare: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("idp.cli.config.read_settings", broken)
    assert isinstance(bare("config", "show").exception, ZeroDivisionError)


@pytest.mark.parametrize("arguments", [("nonsense",), ("client", "nonsense"), ("--nonsense",)])
def test_wrong_usage_is_status_2(bare: Command, arguments: tuple[str, ...]) -> None:
    assert bare(*arguments).exit_code == 2


def test_help_loads_nothing_heavy() -> None:
    source = (
        "import sys, idp.cli\n"
        "idp.cli.main(['--help'], standalone_mode=False)\n"
        "print([name for name in ('sqlalchemy', 'flask', 'granian') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_python_m_is_the_same_command(bare: Command) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "idp.cli", "client", "show", "nobody"],
        env={"PATH": "", **bare.environ},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: There is no database")
