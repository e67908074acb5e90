"""`mgen-connect key`: the calendar of the signing keys. Private halves never leave their files."""

from dataclasses import asdict

import click

from idp.cli.common import as_json, emit, opened, operator, read_settings, rows
from idp.oidc import keys


@click.group()
def key() -> None:
    """List and rotate the signing keys."""


@key.command("list")
@as_json
def list_(as_json: bool) -> None:
    """Every key: next, active, retiring (published still) or retired."""
    with opened() as database, database.reading() as session:
        found = [asdict(info) for info in keys.listing(session)]
    heads = ("kid", "state", "active_from", "published_until", "held")
    lines = [heads, *([info[head] for head in heads] for info in found)]
    emit(found, as_json, lambda: rows(lines))


@key.command()
@click.option("--now", is_flag=True, help="Sign with it at once: only after a leak.")
@as_json
def rotate(now: bool, as_json: bool) -> None:
    """Publish a new key, which signs from tomorrow on; the present one is kept long enough."""
    settings = read_settings()
    with opened() as database:
        with database.writing() as session:
            kid = keys.rotate(session, settings, now, by=operator())
        with database.reading() as session:
            info = next(info for info in keys.listing(session) if info.kid == kid)
    emit(
        asdict(info),
        as_json,
        lambda: click.echo(f"Key {kid} signs from {info.active_from:%Y-%m-%d %H:%M} UTC on."),
    )
