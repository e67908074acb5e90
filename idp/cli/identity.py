"""`mgen-connect identity`: what an administrator may do for one member. Never a password (CL3)."""

import click
from sqlalchemy.orm import Session

from idp.accounts import identities, lockout
from idp.cli.common import opened, operator, read_settings
from idp.cli.refusals import NotFoundError
from idp.errors import DomainError
from idp.models import Identity


@click.group()
def identity() -> None:
    """Help one member."""


@identity.command()
@click.argument("email")
def unblock(email: str) -> None:
    """End the block that wrong passwords have put on EMAIL."""
    read_settings().check()  # an address is found by its keyed index
    with opened() as database, database.writing() as session:
        found = _found(session, email)
        was_blocked = lockout.unblock(session, found, by=operator())
    click.echo("The identity is not blocked any more." if was_blocked else "It was not blocked.")


def _found(session: Session, email: str) -> Identity:
    try:
        found = identities.find(session, email)
    except DomainError as error:
        raise click.ClickException("This is no e-mail address.") from error
    if found is None:
        raise NotFoundError("There is no identity with this address.")
    return found
