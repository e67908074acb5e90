"""`mgen-connect member set-contact` and `letter-code`: what an adviser does for one member (R9)."""

import json
import os
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click
from sqlalchemy.orm import Session

from idp.accounts import letters, members, register_contact
from idp.accounts.channels import ChannelKind
from idp.accounts.civil import Civil, open_address, open_civil
from idp.accounts.codes import Issued
from idp.accounts.identifiers import email_of
from idp.accounts.letters import NoLetterError
from idp.accounts.phones import canonical_phone, takes_sms
from idp.accounts.register_channels import TheirsError
from idp.accounts.register_contact import Changed
from idp.cli.common import as_json, opened, operator, read_settings
from idp.cli.refusals import NotFoundError
from idp.errors import DomainError
from idp.models import Member

_LONGEST = 1000  # characters of what is typed
_KINDS = {
    "email": ChannelKind.CONTACT_EMAIL,
    "mobile": ChannelKind.MOBILE,
    "landline": ChannelKind.LANDLINE,
}
_NO_LETTER = {
    "closed": "This member has left, or has died.",
    "attached": "This member has an account already.",
    "no_address": "The register has no postal address of this member.",
}


def found_member(session: Session, member_number: str) -> Member:
    """The member of that number; what was typed is not repeated, it may be a NIR."""
    found = members.find(session, member_number)
    if found is None:
        raise NotFoundError("There is no member with this number.")
    return found


@click.command()
@click.argument("member_number")
@click.option("--kind", type=click.Choice(list(_KINDS)), required=True)
@click.option("--remove", is_flag=True, help="Take it away; nothing is read.")
def set_contact(member_number: str, kind: str, remove: bool) -> None:
    """Change how a member is reached: the new value is read from standard input.

    It serves recovery after 72 hours, and every channel on file is told at once. Refused where the
    person has proved or changed this channel here. A file of the register that repeats the old
    value does not undo it; one that brings another value does.
    """
    read_settings().check()  # what is stored is sealed
    typed = None if remove else _typed(kind)
    with opened() as database, database.writing() as session:
        found = found_member(session, member_number)
        value = _canonical(session, kind, typed) if typed else None
        try:
            done = register_contact.set_contact(session, found, _KINDS[kind], value, by=operator())
        except TheirsError as error:
            raise click.ClickException(
                f"The person has proved or changed this {kind} here: they change it themselves."
            ) from error
    click.echo(_outcome(kind, done))
    if value and kind == "mobile" and not takes_sms(value):
        click.echo("This number gets no SMS: it serves no code.", err=True)


@click.command()
@click.argument("member_number")
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    help="Write the letter to this new file (0600) instead of printing it.",
)
@as_json
def letter_code(member_number: str, output: Path | None, as_json: bool) -> None:
    """Make the code of a letter and print it once, with the address to write to.

    It is good for 30 days, once; an older one of the same member is dead.
    """
    read_settings().check()  # what is stored is sealed
    with opened() as database, database.writing() as session:
        found = found_member(session, member_number)
        try:
            issued = letters.issue(session, found, by=operator())
        except NoLetterError as error:
            raise click.ClickException(_NO_LETTER[error.detail]) from error
        letter = _letter(session, found, issued)
        text = letter.as_json() if as_json else letter.as_text()
        if output:
            _keep(output, text)
    if output:
        click.echo(f"The letter is in {output}.")
        return
    click.echo(text)
    if not as_json:
        click.echo("The code is not shown again.", err=True)


@dataclass(frozen=True, repr=False)
class _Letter:
    """What somebody prints and posts."""

    name: str
    address: tuple[str, str, str]
    code: str
    expires_at: datetime

    def as_text(self) -> str:
        line, postal_code, city = self.address
        place = f"{postal_code} {city}".strip()
        until = self.expires_at.date().isoformat()
        return f"{self.name}\n{line}\n{place}\n\n{self.code}\nuntil {until}"

    def as_json(self) -> str:
        parts = zip(("address_line", "postal_code", "city"), self.address, strict=True)
        shown = {
            "name": self.name,
            **dict(parts),
            "code": self.code,
            "expires_at": self.expires_at.isoformat(timespec="seconds"),
        }
        return json.dumps(shown, indent=2, ensure_ascii=False)


def _letter(session: Session, found: Member, issued: Issued) -> _Letter:
    address = open_address(session, found.address_sealed)
    return _Letter(
        name=_name(open_civil(session, found.civil_sealed)),
        address=(address.line, address.postal_code, address.city),
        code=issued.shown,
        expires_at=issued.expires_at,
    )


def _name(civil: Civil) -> str:
    return f"{civil.given_name} {civil.family_name}".strip()


def _keep(path: Path, text: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text + "\n")


def _typed(kind: str) -> str:
    """From the terminal or the pipe: never an argument, which others see and a shell keeps."""
    if sys.stdin.isatty():
        typed: str = click.prompt(f"New {kind}", default="", show_default=False, err=True)
    else:
        typed = sys.stdin.read(_LONGEST)
    if not typed.strip():
        raise click.UsageError("Nothing was typed. To take the channel away: --remove")
    return typed.strip()


def _canonical(session: Session, kind: str, typed: str) -> str:
    try:
        return email_of(session, typed) if kind == "email" else canonical_phone(typed)
    except DomainError as error:
        what = "e-mail address" if kind == "email" else "telephone number"
        raise click.ClickException(f"This is no {what}.") from error


def _outcome(kind: str, done: Changed | None) -> str:
    if done is None:
        return "It is so already: nothing has changed, nobody is told."
    told = f"Notices queued: {done.told}."
    if done.serves_from is None:
        return f"The {kind} is taken away. {told}"
    when = done.serves_from.isoformat(timespec="minutes")
    return f"The {kind} is changed, and serves recovery from {when}. {told}"
