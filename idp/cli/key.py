"""`mgen-connect key`: the calendar of the signing keys. Private halves never leave their files."""

import json
from dataclasses import asdict
from typing import Any

import click

from idp.cli.common import as_json, emit, opened, operator, read_settings, rows
from idp.oidc import key_retirement, keys
from idp.oidc.key_files import KeyFolder

# a kid may begin with a dash
_KID = {"ignore_unknown_options": True}
_HEADS = ("kid", "alg", "state", "active_from", "published_until", "held")


@click.group()
def key() -> None:
    """List, rotate, retire and export the signing keys."""


@key.command("list")
@as_json
def list_(as_json: bool) -> None:
    """Every key: next, active, retiring (published still) or retired."""
    with opened() as database, database.reading() as session:
        found = [asdict(info) for info in keys.listing(session)]
    emit(found, as_json, lambda: _print(found))


@key.command()
@click.option("--alg", type=click.Choice(keys.ALGORITHMS), help="Only this one; else all three.")
@click.option("--now", is_flag=True, help="Sign with it in seconds: only after a leak.")
@as_json
def rotate(alg: str | None, now: bool, as_json: bool) -> None:
    """Publish new keys, which sign from tomorrow on; the present ones are kept long enough."""
    settings, algorithms = read_settings(), (alg,) if alg else keys.ALGORITHMS
    with opened() as database:
        with database.writing() as session:
            made = [
                keys.rotate(session, settings, alg, now_active=now, by=operator())
                for alg in algorithms
            ]
        with database.reading() as session:
            keys.reseal(session, settings)
            found = [asdict(info) for info in keys.listing(session) if info.kid in made]
    emit(found, as_json, lambda: _print(found))


@key.command(context_settings=_KID)
@click.argument("kid")
def retire(kid: str) -> None:
    """After a leak: take a key back within a minute; what it signed is worth nothing any more."""
    settings = read_settings()
    with opened() as database, database.writing() as session:
        key_retirement.retire(session, kid, by=operator())
    KeyFolder(settings).remove(kid)
    click.echo("The key is retired.")


@key.command(context_settings=_KID)
@click.argument("kid", required=False)
def export(kid: str | None) -> None:
    """The public keys as a JWK set: those published, or one by its kid."""
    with opened() as database, database.reading() as session:
        found = keys.exported(session, kid)
    click.echo(json.dumps({"keys": found}, indent=2))


def _print(found: list[dict[str, Any]]) -> None:
    rows([_HEADS, *([info[head] for head in _HEADS] for info in found)])
