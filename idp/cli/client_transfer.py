"""`mgen-connect client export` and `import`: sites as RFC 7591 metadata, as JSON, all or none."""

import json
from pathlib import Path
from typing import Any, BinaryIO

import click

from idp.cli.client_options import keep
from idp.cli.common import as_json, emit, opened, operator, rows
from idp.cli.reports import dry_run
from idp.oidc import client_transfer
from idp.oidc.client_transfer import Imported


class _DryRunError(Exception):
    """Gives the transaction up."""


@click.command()
@click.argument("ids", nargs=-1, metavar="[CLIENT_ID]...")
@click.option("--with-hashes", is_flag=True, help="With the hashes of secrets: for recovery.")
def export(ids: tuple[str, ...], with_hashes: bool) -> None:
    """Print sites as a JSON list of their metadata: those named, or all. Never a secret."""
    with opened() as database, database.reading() as session:
        found = client_transfer.exported(session, ids, with_hashes=with_hashes)
    click.echo(json.dumps(found, indent=2, ensure_ascii=False))


@click.command("import")
@click.argument("file", type=click.File("rb"))
@click.option(
    "--secrets-file",
    type=click.Path(path_type=Path),
    help="Write new secrets to this new file (0600), by client_id, instead of printing them.",
)
@dry_run
@as_json
def import_(file: BinaryIO, secrets_file: Path | None, dry_run: bool, as_json: bool) -> None:
    """Create or replace the sites that FILE lists, or standard input for -, as export prints them.

    All or nothing; the same file twice changes nothing. A site that needs a secret and has none
    gets one, which is told once.
    """
    entries = client_transfer.read(file.read())
    done: list[Imported] = []
    try:
        with opened() as database, database.writing() as session:
            done = client_transfer.import_all(session, entries, by=operator())
            if dry_run:
                raise _DryRunError
            secrets = {item.client.id: item.secret for item in done if item.secret}
            if secrets_file and secrets:
                keep(secrets_file, json.dumps(secrets, indent=2))
    except _DryRunError:
        pass
    told = not dry_run and secrets_file is None
    shown = [_shown(item, told=told) for item in done]
    emit(shown, as_json, lambda: _print(shown))
    if told and not as_json and any(item.secret for item in done):
        click.echo("The secrets are not shown again: keep them now.", err=True)


def _shown(item: Imported, *, told: bool) -> dict[str, Any]:
    shown = {
        "client_id": item.client.id,
        "client_name": item.client.name,
        "action": item.action,
        "changed": list(item.changed),
        "new_secret": item.secret is not None,
    }
    return {**shown, "client_secret": item.secret} if told and item.secret else shown


def _print(shown: list[dict[str, Any]]) -> None:
    heads = ("client_id", "client_name", "action", "changed", "client_secret")
    rows([heads, *([item.get(head) for head in heads] for item in shown)])
