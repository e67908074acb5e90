"""Running `mgen-connect` inside the test's own process, over a database of the test's own."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from idp.cli import main
from idp.settings import PREFIX, Settings
from tests.fixtures import settings_for, sqlite_settings

# 32 bytes each, base64url
KEYS = {f"{PREFIX}SECRET_KEYS": "c" * 43, f"{PREFIX}PII_KEYS": "d" * 43}


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No `.env` and no var/ of a developer is seen."""
    monkeypatch.chdir(tmp_path)


class Command:
    """`mgen-connect` with one environment: command("client", "list") is a click Result."""

    def __init__(self, environ: dict[str, str]) -> None:
        self.environ = environ

    def __call__(self, *arguments: str, **environ: str) -> Result:
        """Run it; the environment of the developer's shell is not seen."""
        inherited = {name: None for name in os.environ if name.startswith(PREFIX)}
        full = {f"{PREFIX}{name}": value for name, value in environ.items()}
        return CliRunner().invoke(
            main,
            list(arguments),
            env={**inherited, **self.environ, **full},
            prog_name="mgen-connect",
        )

    def json(self, *arguments: str) -> Any:
        """What it prints with --json, when it succeeds."""
        result = self(*arguments, "--json")
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)


def environ_of(settings: Settings) -> dict[str, str]:
    """The folders of these settings as environment variables, with keys."""
    folders = {"STATE_DIR": settings.state_dir, "KEYS_DIR": settings.keys_dir}
    return {f"{PREFIX}{name}": str(path) for name, path in folders.items()} | KEYS


@pytest.fixture
def bare(tmp_path: Path) -> Command:
    """The command where no database has been made yet."""
    return Command(environ_of(settings_for(tmp_path)))


@pytest.fixture
def here(tmp_path: Path, sqlite_template: bytes) -> Settings:
    """Settings of a migrated database."""
    return sqlite_settings(tmp_path, sqlite_template)


@pytest.fixture
def command(here: Settings) -> Command:
    """The command over a migrated database."""
    return Command(environ_of(here))


@pytest.fixture
def new_site(command: Command) -> Callable[..., Any]:
    """new_site("--scope", "openid email") registers a site and returns the printed JSON."""

    def create(*options: str) -> Any:
        usual = ("--name", "Site", "--redirect-uri", "https://site.example/cb")
        return command.json("client", "create", *usual, *options)

    return create
