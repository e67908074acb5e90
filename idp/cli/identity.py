"""`mgen-connect identity`: what an administrator may do for one member. Never a password (CL3).

What changes an identity's state or ends its sessions is in identity_state.py.
"""

from dataclasses import asdict
from typing import Any

import click
from sqlalchemy.orm import Session

from idp.accounts import administered, lockout
from idp.accounts.activity import Kind, record
from idp.cli.common import as_json, emit, operator, rows
from idp.cli.identity_found import found, with_keys
from idp.cli.identity_role import role
from idp.cli.identity_state import disable, enable, sign_out
from idp.models import Identity
from idp.oidc import administration, roles


@click.group()
def identity() -> None:
    """Help one member."""


for command in (role, disable, enable, sign_out):
    identity.add_command(command)


@identity.command()
@click.argument("email")
@as_json
def show(email: str, as_json: bool) -> None:
    """State, factors, sessions and roles of EMAIL. The look is noted in the audit log.

    Those are found too that wait for their activation or, invited, for their first code.
    """
    with with_keys() as database, database.writing() as session:
        person = found(session, email)
        shown = _shown(session, person)
        record(session, Kind.IDENTITY_SHOWN, identity_id=person.id, by=operator())
    emit(shown, as_json, lambda: rows(_flat(shown)))


@identity.command()
@click.argument("email")
def unblock(email: str) -> None:
    """End the block that wrong passwords have put on EMAIL.

    Sessions, trusted devices and refresh tokens stay as they are: whoever calls for help has
    proved nothing by it, and the wrong passwords may be somebody else's. `identity sign-out --all`
    ends them; a new password, which the member asks for, does as well.
    """
    with with_keys() as database, database.writing() as session:
        was_blocked = lockout.unblock(session, found(session, email), by=operator())
    click.echo("The identity is not blocked any more." if was_blocked else "It was not blocked.")


def _shown(session: Session, person: Identity) -> dict[str, Any]:
    return {
        **asdict(administered.overview(session, person)),
        "offline_sites": administration.offline_grants(session, person.id),
        "roles": [vars(one) for one in roles.listing(session, person.id)],
    }


def _flat(shown: dict[str, Any]) -> list[tuple[str, object]]:
    """The same for a reader: one line a factor and a role."""
    lists = ("factors", "roles")
    lines: list[tuple[str, object]] = [(k, v) for k, v in shown.items() if k not in lists]
    lines += [("factor", f"{each['kind']}, {each['value']}") for each in shown["factors"]]
    return lines + [("role", f"{each['role']} at {each['client_name']}") for each in shown["roles"]]
