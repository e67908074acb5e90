"""`mgen-connect member`: the register. Coordinates are masked; a NIR or a verifier never shows."""

import csv
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

import click
from sqlalchemy import Row
from sqlalchemy.orm import Session

from idp.accounts import channels, members, register
from idp.accounts.channels import ChannelKind
from idp.accounts.civil import open_address, open_civil
from idp.accounts.members import Access
from idp.accounts.register_fields import COLUMNS
from idp.accounts.register_findings import Finding, Outcome
from idp.accounts.register_lines import physical_lines
from idp.cli.common import as_json, emit, opened, operator, read_settings, rows
from idp.cli.refusals import NotFoundError
from idp.models import Channel, Member

_IMPORT_HELP = f"""Bring the register up to date with FILE, or with standard input for -.

UTF-8 CSV, one member a line, a header with these columns in any order: {", ".join(COLUMNS)}.

A bad line is reported and left out, the others are kept. The same file twice changes nothing; a
run that was cut short is repeated. An empty nir or legacy_password_hash takes nothing away.
"""


@click.group()
def member() -> None:
    """Import the register, look a member up."""


@member.command("import", help=_IMPORT_HELP)
@click.argument("file", type=click.File("rb"))
@click.option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write line, outcome, field and reason of each remark to this CSV (0600), never a value.",
)
@click.option("--dry-run", is_flag=True, help="Say what would happen and change nothing.")
@as_json
def import_(file: BinaryIO, report: Path | None, dry_run: bool, as_json: bool) -> None:
    read_settings().check()
    if report and _is_same(file, report):
        raise click.UsageError("The report would overwrite the file.")
    with opened() as database, _reporting(report) as note:
        counts = register.import_file(
            database, physical_lines(file), note, by=operator(), dry_run=dry_run
        )
    shown = {**asdict(counts), "dry_run": dry_run}
    emit(shown, as_json, lambda: rows(list(shown.items())))


@member.command("list")
@click.option("--state", type=click.Choice([each.value for each in Access]), help="Only these.")
@click.option("--count", is_flag=True, help="Only how many.")
@as_json
def list_(state: str | None, count: bool, as_json: bool) -> None:
    """The members by number: register status, and what their access is worth."""
    access = Access(state) if state else None
    with opened() as database, database.reading() as session:
        if count:
            number = members.count(session, access)
            emit({"count": number}, as_json, lambda: click.echo(number))
        else:
            _print_all(members.listing(session, access), as_json)


@member.command()
@click.argument("member_number")
@as_json
def show(member_number: str, as_json: bool) -> None:
    """One member: names, access, masked coordinates."""
    read_settings().check()  # what is stored is sealed
    with opened() as database, database.reading() as session:
        found = members.find(session, member_number)
        if found is None:
            raise NotFoundError("There is no member with this number.")
        shown = _shown(session, found)
    emit(shown, as_json, lambda: rows(_flat(shown)))


def _is_same(file: BinaryIO, report: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), report.stat())
    except OSError:  # there is no report yet, or no real file behind the input
        return False


@contextmanager
def _reporting(path: Path | None) -> Iterator[Callable[[Finding], None]]:
    """Where remarks go: a file; or stderr, refusals only."""
    if path is None:
        yield _complain
        return
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="ascii", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("line", "outcome", "field", "reason"))
        yield lambda found: writer.writerow(
            (found.line, found.outcome.value, found.field, found.reason.value)
        )


def _complain(found: Finding) -> None:
    if found.outcome is Outcome.REFUSED:
        click.echo(f"line {found.line}: {found.field}: {found.reason.value}", err=True)


def _print_all(found: Iterator[Row[*tuple[Any, ...]]], as_json: bool) -> None:
    """One line a member, printed as it is read: a register may have millions."""
    separator = "["
    for row in found:
        shown = {**row._asdict(), "updated_at": row.updated_at.isoformat(timespec="seconds")}
        if as_json:
            click.echo(separator + json.dumps(shown, ensure_ascii=False), nl=False)
            separator = ",\n "
        else:
            click.echo("\t".join(value or "-" for value in shown.values()))
    if as_json:
        click.echo("[]" if separator == "[" else "]")


def _shown(session: Session, found: Member) -> dict[str, Any]:
    civil, address = (
        open_civil(session, found.civil_sealed),
        open_address(session, found.address_sealed),
    )
    return {
        "member_number": found.member_number,
        "status": found.status,
        "access": members.access_of(session, found).value,
        "family_name": civil.family_name,
        "birth_name": civil.birth_name,
        "given_name": civil.given_name,
        "postal_code": address.postal_code and f"{address.postal_code[:2]}***",
        "contract": found.contract,
        "nir_on_file": found.nir_sealed is not None,
        "channels": [_channel(session, each) for each in members.channels_of(session, found)],
        "attached_at": found.attached_at,
        "created_at": found.created_at,
        "updated_at": found.updated_at,
    }


def _channel(session: Session, channel: Channel) -> dict[str, Any]:
    value = channels.open_channel(session, channel)
    return {
        "kind": channel.kind,
        "value": channels.masked(ChannelKind(channel.kind), value),
        "standing": channel.standing,
        "source": channel.source,
        "since": channel.since,
        "serves_recovery_from": channel.serves_recovery_from,
    }


def _flat(shown: dict[str, Any]) -> list[tuple[str, object]]:
    """The same for a reader: one line a channel."""
    lines = [(name, value) for name, value in shown.items() if name != "channels"]
    return lines + [
        (each["kind"], f"{each['value']}, {each['standing']}, {each['source']}")
        for each in shown["channels"]
    ]
