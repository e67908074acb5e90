"""`mgen-connect config`: are the settings sound, and what are they."""

import click

from idp.cli.common import as_json, emit, read_settings, rows
from idp.settings import UnsafeSettingsError


@click.group()
def config() -> None:
    """Check and show the settings."""


@config.command()
@as_json
def check(as_json: bool) -> None:
    """Say whether a start with these settings would be refused; status 1 if so."""
    try:
        read_settings().check()
        problem = None
    except UnsafeSettingsError as error:
        problem = str(error)
    if problem and not as_json:
        raise click.ClickException(problem)
    emit(
        {"ok": problem is None, "error": problem},
        as_json,
        lambda: click.echo("The settings are sound."),
    )
    if problem:
        raise SystemExit(1)


@config.command()
@as_json
def show(as_json: bool) -> None:
    """Every setting in force; secrets are masked."""
    shown = read_settings().shown()
    emit(shown, as_json, lambda: rows(list(shown.items())))
