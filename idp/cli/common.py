"""What commands share: settings, the database they name, the operator, two ways to print."""

import json
import os
import pwd
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy import make_url

from idp import env_files
from idp.settings import Settings
from idp.storage.engine import Database

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def read_settings() -> Settings:
    """The settings of the environment; UnsafeSettingsError when one is malformed."""
    return Settings.from_env(env_files.environment(os.environ))


def require_database(settings: Settings) -> None:
    """Refuse a SQLite file that is not there, which opening would create."""
    url = make_url(settings.database)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        raise click.ClickException(
            f"There is no database {url.database}. To create it: mgen-connect db upgrade"
        )


@contextmanager
def opened() -> Iterator[Database]:
    """The database that the settings name, for the length of the block."""
    settings = read_settings()
    require_database(settings)
    database = Database.open(settings)
    try:
        yield database
    finally:
        database.close()


def operator() -> str:
    """The OS user who types, for the audit log (CL3)."""
    uid = os.getuid()
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:  # a container may run under a number without a name
        return f"uid:{uid}"


def emit(value: Any, as_json: bool, human: Callable[[], None]) -> None:
    """Print `value` as JSON, dates in ISO 8601, or let `human` print it."""
    if as_json:
        click.echo(json.dumps(value, indent=2, ensure_ascii=False, default=_plain))
    else:
        human()


def rows(lines: Sequence[Sequence[object]]) -> None:
    """Print columns, each as wide as its widest cell."""
    texts = [[_cell(cell) for cell in line] for line in lines]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    for line in texts:
        padded = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        click.echo("  ".join(padded).rstrip())


def _cell(value: object) -> str:
    if isinstance(value, list | tuple):
        return " ".join(map(_cell, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return _plain(value)
    return "-" if value is None else str(value)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    raise TypeError(f"{type(value).__name__} has no JSON form")
