"""`mgen-connect invitation`: people whom an employer's file invites. Addresses are masked."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

import click
from sqlalchemy.orm import Session

from idp.accounts import channels, invitation_import, invitations
from idp.accounts.channels import ChannelKind
from idp.accounts.invitation_batch import Numbered
from idp.accounts.invitation_lines import COLUMNS, OPTIONAL
from idp.accounts.invitations import ClosedError, State
from idp.accounts.register_findings import Finding
from idp.accounts.register_lines import physical_lines
from idp.cli.common import as_json, emit, opened, operator, read_settings, rows
from idp.cli.refusals import NotFoundError
from idp.cli.reports import dry_run, print_all, reporting, to_report
from idp.errors import TooManyError
from idp.models import Invitation, Member

_IMPORT_HELP = f"""Invite the people of FILE, or of standard input for -.

UTF-8 CSV, one person a line, a header with these columns in any order: {", ".join(COLUMNS)};
{OPTIONAL[0]} if there is one.

A member_number on file must go with the names and the birth date that the register has. A line
without one gets a number, which is reported; the NIR comes with a later `member import` of it. Who
has an identity already is reported and not invited.

A bad line is reported and left out, the others are kept. The same file twice sends nothing twice; a
run that was cut short is repeated. A new line of a member takes the place of their open invitation.
"""


@click.group()
def invitation() -> None:
    """Invite people by an employer's file."""


@invitation.command("import", help=_IMPORT_HELP)
@click.argument("file", type=click.File("rb"))
@to_report
@dry_run
@as_json
def import_(file: BinaryIO, report: Path | None, dry_run: bool, as_json: bool) -> None:
    read_settings().check()
    with opened() as database, reporting(report, file, "member_number", loud=_tells) as note:
        counts = invitation_import.import_file(
            database, physical_lines(file), note, by=operator(), dry_run=dry_run
        )
    shown = {**asdict(counts), "dry_run": dry_run}
    emit(shown, as_json, lambda: rows(list(shown.items())))


@invitation.command("list")
@click.option("--state", type=click.Choice([each.value for each in State]), help="Only these.")
@as_json
def list_(state: str | None, as_json: bool) -> None:
    """The invitations, oldest first: to whom, by whom, and what became of each."""
    read_settings().check()  # the addresses are sealed
    with opened() as database, database.reading() as session:
        print_all(_shown(session, State(state) if state else None), as_json)


@invitation.command()
@click.argument("invitation")
@as_json
def resend(invitation: str, as_json: bool) -> None:
    """Send INVITATION (its id, or a member number) again; the link before it dies."""
    read_settings().check()
    with opened() as database, database.writing() as session:
        found, member = _found(session, invitation)
        try:
            until = invitations.resend(session, found, member, by=operator())
        except ClosedError:
            raise _closed() from None
        except TooManyError as full:
            raise click.ClickException(
                "This mailbox has had too many messages. "
                f"Again from: {full.retry_at.isoformat(timespec='seconds')}"
            ) from None
    emit({"id": found.id, "expires_at": until}, as_json, lambda: click.echo("Sent again."))


@invitation.command()
@click.argument("invitation")
@as_json
def revoke(invitation: str, as_json: bool) -> None:
    """Take INVITATION (its id, or a member number) back: its link is dead from now on."""
    read_settings().check()
    with opened() as database, database.writing() as session:
        found, _member = _found(session, invitation)
        try:
            invitations.revoke(session, found, by=operator())
        except ClosedError:
            raise _closed() from None
    emit({"id": found.id, "state": "revoked"}, as_json, lambda: click.echo("Revoked."))


def _tells(found: Finding) -> bool:
    """A number that was given is said even where there is no report."""
    return isinstance(found, Numbered)


def _found(session: Session, named: str) -> tuple[Invitation, Member]:
    found = invitations.find(session, named)
    if found is None:
        raise NotFoundError("There is no invitation with this id or for this member number.")
    return found


def _closed() -> click.ClickException:
    return click.ClickException("This invitation is used or revoked, or its member has joined.")


def _shown(session: Session, state: State | None) -> Iterator[dict[str, Any]]:
    for found, member_number, now in invitations.listing(session, state):
        email = invitations.open_email(session, found)
        dates = {
            name: getattr(found, name) and getattr(found, name).isoformat(timespec="seconds")
            for name in ("created_at", "sent_at", "expires_at", "used_at", "revoked_at")
        }
        yield {
            "id": found.id,
            "state": now,
            "member_number": member_number,
            "email": channels.masked(ChannelKind.CONTACT_EMAIL, email),
            "employer": found.employer,
            "contract": found.contract,
            **dates,
        }
