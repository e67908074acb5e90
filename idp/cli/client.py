"""`mgen-connect client`: member sites. A secret is printed once, by the command that made it."""

import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from idp.cli.client_options import CLEARABLE, fields, keep, secret_file, typed
from idp.cli.client_transfer import export, import_
from idp.cli.common import as_json, emit, opened, operator, rows
from idp.oidc import clients
from idp.oidc.client_metadata import MACHINE
from idp.oidc.clients import ClientInfo


@click.group()
def client() -> None:
    """Register member sites, change them, rotate their secrets, carry them elsewhere."""


client.add_command(export)
client.add_command(import_)


@client.command()
@fields(required=True)
@secret_file
@as_json
def create(secret_file: Path | None, as_json: bool, **options: Any) -> None:
    """Register a site and print its identifier and, once, its secret."""
    given = typed(options)
    if "redirect_uris" not in given and given.get("grant_types") != (MACHINE,):
        raise click.UsageError("Missing option '--redirect-uri'.")
    with opened() as database, database.writing() as session:
        info, secret = clients.create(session, given, by=operator())
        kept = _keep(secret_file, secret)
    _print_secret(info, kept, as_json)


@client.command("list")
@as_json
def list_(as_json: bool) -> None:
    """Every site, oldest first."""
    with opened() as database, database.reading() as session:
        found = [_shown(info) for info in clients.listing(session)]
    heads = ("client_id", "client_name", "disabled", "redirect_uris")
    lines = [heads, *([shown[head] for head in heads] for shown in found)]
    emit(found, as_json, lambda: rows(lines))


@client.command()
@click.argument("client_id")
@as_json
def show(client_id: str, as_json: bool) -> None:
    """One site, without its secrets."""
    with opened() as database, database.reading() as session:
        info = clients.load(session, client_id)
    if info is None:
        raise clients.UnknownClientError(f"There is no client {ascii(client_id)[:80]}.")
    _print(info, as_json)


@client.command()
@click.argument("client_id")
@fields(required=False)
@click.option(
    "--clear",
    multiple=True,
    type=click.Choice(CLEARABLE),
    help="Take this field away.",
)
@as_json
def update(client_id: str, clear: tuple[str, ...], as_json: bool, **options: Any) -> None:
    """Change the fields that are named; a list replaces the whole list."""
    changes = {**typed(options), **dict.fromkeys(clear)}
    if not changes:
        raise click.UsageError("Name at least one field to change.")
    with opened() as database, database.writing() as session:
        info = clients.update(session, client_id, changes, by=operator())
    _print(info, as_json)


@client.command()
@click.argument("client_id")
@click.option(
    "--keep-old",
    type=click.IntRange(0, 24 * 30),
    default=24,
    show_default=True,
    help="Hours that the present secret stays good; 0 after a leak.",
)
@secret_file
@as_json
def rotate_secret(client_id: str, keep_old: int, secret_file: Path | None, as_json: bool) -> None:
    """Make a new secret and print it once; the present one works on for a while."""
    with opened() as database, database.writing() as session:
        secret = clients.rotate_secret(session, client_id, timedelta(hours=keep_old), by=operator())
        kept = _keep(secret_file, secret)
        info = clients.load(session, client_id)
    if info:
        _print_secret(info, kept, as_json)


@client.command()
@click.argument("client_id")
def disable(client_id: str) -> None:
    """Refuse the site everywhere, within seconds."""
    with opened() as database, database.writing() as session:
        clients.disable(session, client_id, by=operator())
    click.echo("The client is disabled.")


@client.command()
@click.argument("client_id")
def enable(client_id: str) -> None:
    """Let a disabled site in again."""
    with opened() as database, database.writing() as session:
        clients.enable(session, client_id, by=operator())
    click.echo("The client is enabled.")


@client.command()
@click.argument("client_id")
@click.option("--yes", is_flag=True, help="Do not ask.")
def delete(client_id: str, yes: bool) -> None:
    """Forget a site, its secrets and its members' grants. Asks first at a terminal."""
    if not yes and sys.stdin.isatty():
        click.confirm(f"Delete the client {client_id} for good?", abort=True)
    with opened() as database, database.writing() as session:
        clients.delete(session, client_id, by=operator())
    click.echo("The client is deleted.")


def _shown(info: ClientInfo) -> dict[str, Any]:
    """Everything but the hashes; of each secret, until when it is good."""
    ends = [expires_at for _, expires_at in info.secret_hashes]
    return {
        "client_id": info.id,
        **info.metadata(),
        "disabled": info.disabled,
        "secrets_expire_at": ends,
    }


def _keep(path: Path | None, secret: str | None) -> str | None:
    """The secret to print; None when there is none or it went to the file."""
    if path is None or secret is None:
        return secret
    keep(path, secret)
    return None


def _print(info: ClientInfo, as_json: bool) -> None:
    shown = _shown(info)
    emit(shown, as_json, lambda: rows(list(shown.items())))


def _print_secret(info: ClientInfo, secret: str | None, as_json: bool) -> None:
    once = {} if secret is None else {"client_secret": secret}
    shown = {"client_id": info.id, **once, **_shown(info)}
    emit(shown, as_json, lambda: rows(list(shown.items())))
    if secret and not as_json:
        click.echo("The secret is not shown again: keep it now.", err=True)
