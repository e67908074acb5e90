"""`mgen-connect identity`: what an administrator may do for one member. Never a password (CL3)."""

import click

from idp.accounts import lockout
from idp.cli.common import operator
from idp.cli.identity_found import found, with_keys
from idp.cli.identity_role import role


@click.group()
def identity() -> None:
    """Help one member."""


identity.add_command(role)


@identity.command()
@click.argument("email")
def unblock(email: str) -> None:
    """End the block that wrong passwords have put on EMAIL."""
    with with_keys() as database, database.writing() as session:
        was_blocked = lockout.unblock(session, found(session, email), by=operator())
    click.echo("The identity is not blocked any more." if was_blocked else "It was not blocked.")
