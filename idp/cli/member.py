"""`mgen-connect member`: the register. Coordinates are masked; a NIR or a verifier never shows.

What changes one member is in member_changes.py.
"""

from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

import click
from sqlalchemy import Row
from sqlalchemy.orm import Session

from idp.accounts import channels, members, register
from idp.accounts.activity import Kind, record
from idp.accounts.channels import ChannelKind
from idp.accounts.civil import open_address, open_civil
from idp.accounts.members import Access
from idp.accounts.register_fields import COLUMNS
from idp.accounts.register_lines import physical_lines
from idp.cli.common import as_json, emit, opened, operator, read_settings, rows
from idp.cli.member_changes import found_member, letter_code, set_contact
from idp.cli.member_unblock import unblock
from idp.cli.reports import dry_run, print_all, reporting, to_report
from idp.models import Channel, Member

_IMPORT_HELP = f"""Bring the register up to date with FILE, or with standard input for -.

UTF-8 CSV, one member a line, a header with these columns in any order: {", ".join(COLUMNS)}.

A bad line is reported and left out, the others are kept. The same file twice changes nothing; a
run that was cut short is repeated. An empty nir or legacy_password_hash takes nothing away.

A line may take the NIR of another member only if some line of the file sets it free; up to
{register.DEFERRED:,} lines wait for that until the end of the run, any more are refused until the
next one. A changed e-mail or telephone serves recovery after 72 hours, and the old ones are told.
"""


@click.group()
def member() -> None:
    """Import the register, look a member up, change how they are reached."""


member.add_command(set_contact)
member.add_command(letter_code)
member.add_command(unblock)


@member.command("import", help=_IMPORT_HELP)
@click.argument("file", type=click.File("rb"))
@to_report
@dry_run
@as_json
def import_(file: BinaryIO, report: Path | None, dry_run: bool, as_json: bool) -> None:
    read_settings().check()
    with opened() as database, reporting(report, file) as note:
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
            print_all(map(_listed, members.listing(session, access)), as_json)


@member.command()
@click.argument("member_number")
@as_json
def show(member_number: str, as_json: bool) -> None:
    """One member: names, access, masked coordinates."""
    read_settings().check()  # what is stored is sealed
    with opened() as database, database.writing() as session:
        found = found_member(session, member_number)
        shown = _shown(session, found)
        record(
            session,
            Kind.MEMBER_SHOWN,
            identity_id=found.identity_id,
            by=operator(),
            member=found.id,
        )
    emit(shown, as_json, lambda: rows(_flat(shown)))


def _listed(row: Row[*tuple[Any, ...]]) -> dict[str, Any]:
    return {**row._asdict(), "updated_at": row.updated_at.isoformat(timespec="seconds")}


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
