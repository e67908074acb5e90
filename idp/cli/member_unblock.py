"""`mgen-connect member unblock`: a member is blocked at the door of the NIR before any e-mail."""

import click
from sqlalchemy.orm import Session

from idp.accounts import lockout
from idp.accounts.activity import Kind, record
from idp.cli.common import opened, operator, read_settings
from idp.cli.member_changes import found_member
from idp.models import Identity, Member


@click.command()
@click.argument("member_number")
def unblock(member_number: str) -> None:
    """End the block that wrong passwords have put on a member, by NIR or by e-mail.

    Nothing else changes: as with `identity unblock`, whoever calls for help has proved nothing.
    """
    read_settings().check()
    with opened() as database, database.writing() as session:
        was_blocked = _unblock(session, found_member(session, member_number))
    click.echo("The member is not blocked any more." if was_blocked else "It was not blocked.")


def _unblock(session: Session, member: Member) -> bool:
    """Both counters: the NIR's is left from before the record was attached (D1)."""
    by_nir = by_email = False
    for key in lockout.keys_for_member(session, member.nir_sealed):
        by_nir = lockout.clear(session, key)
    if member.identity_id is not None:
        identity = session.get_one(Identity, member.identity_id)
        by_email = lockout.unblock(session, identity, by=operator())
    else:
        record(session, Kind.UNBLOCKED, by=operator(), member=member.id, was_blocked=by_nir)
    return by_nir or by_email
