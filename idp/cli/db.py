"""`mgen-connect db`: the schema, the health of the file, and what is past its time."""

from typing import Any

import click
from sqlalchemy import text

from idp.cli.common import as_json, emit, opened, read_settings, require_database, rows
from idp.storage import migrations
from idp.storage import purge as purging
from idp.storage.engine import Database


@click.group()
def db() -> None:
    """Bring the schema up to date, check it, purge what is past its time."""


@db.command()
@as_json
def upgrade(as_json: bool) -> None:
    """Create the database or bring its schema to the newest version. Safe to repeat."""
    settings = read_settings()
    migrations.upgrade(settings)
    version = migrations.current(settings)
    emit({"current": version}, as_json, lambda: click.echo(f"The schema is at {version}."))


@db.command()
@as_json
def current(as_json: bool) -> None:
    """The version of the schema, and the one that this program expects."""
    settings = read_settings()
    require_database(settings)
    versions = {"current": migrations.current(settings), "head": migrations.head()}
    emit(versions, as_json, lambda: rows(list(versions.items())))


@db.command()
@as_json
def check(as_json: bool) -> None:
    """Whether the database answers, its schema is the newest, and its file is whole."""
    with opened() as database:
        problems = _integrity(database)
        version = migrations.version_of(database)
    head = migrations.head()
    report = {
        "ok": not problems and version == head,
        "current": version,
        "head": head,
        "integrity": problems,
    }
    emit(report, as_json, lambda: _say(report))
    if not report["ok"]:
        raise SystemExit(1)


@db.command()
@as_json
def purge(as_json: bool) -> None:
    """Delete what has been kept long enough; to be run every day."""
    with opened() as database:
        gone = purging.purge(database)
    emit(gone, as_json, lambda: rows(list(gone.items())))


def _integrity(database: Database) -> list[str]:
    """What SQLite finds wrong with its file; a server watches over its own."""
    with database.reading() as session:
        if session.get_bind().dialect.name != "sqlite":
            session.execute(text("SELECT 1"))
            return []
        found = [str(row[0]) for row in session.execute(text("PRAGMA integrity_check"))]
        orphans = session.execute(text("PRAGMA foreign_key_check")).all()
    broken = [f"row {row[1]} of {row[0]} refers to a missing {row[2]}" for row in orphans]
    return [line for line in found if line != "ok"] + broken


def _say(report: dict[str, Any]) -> None:
    if report["current"] != report["head"]:
        has, expected = report["current"] or "no version", report["head"]
        click.echo(f"The schema has {has}, not {expected}: mgen-connect db upgrade", err=True)
    for problem in report["integrity"]:
        click.echo(f"Damaged: {problem}", err=True)
    if report["ok"]:
        click.echo("The database is sound.")
