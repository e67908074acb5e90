"""`mgen-connect identity disable|enable|sign-out`: the ways of an administrator to end things."""

import click
from sqlalchemy.orm import Session

from idp.accounts.states import State
from idp.cli.common import operator
from idp.cli.identity_found import found, with_keys
from idp.models import Identity
from idp.oidc import administration

_CHANGED = "Somebody has changed this identity just now: look again."
_NOT_DISABLED = {
    State.PENDING: "This identity has not been activated yet: it opens nothing.",
    State.INVITED: "This identity waits for its first code: it opens nothing.",
    State.ERASED: "This identity is erased.",
}
_NOT_ENABLED = {
    State.PENDING: "This identity waits for its activation: only its mailbox can do that.",
    State.INVITED: "This identity waits for its first code: only its mailbox can do that.",
    State.CLOSING: "Its owner is closing this identity: only a sign-in of theirs keeps it.",
    State.ERASED: "This identity is erased.",
}


@click.command()
@click.argument("email")
def disable(email: str) -> None:
    """Refuse EMAIL everywhere, until `identity enable`.

    In the same stroke all ends that is open or under way: sessions, sign-ins half done, refresh
    and access tokens, authorization codes, trusted devices, codes, mailed links, recoveries,
    migrations. Enabling brings none of it back. The member is shown the same text as for a wrong
    password. The undo link of an attached record stays good: it only takes the record away.
    """
    with with_keys() as database, database.writing() as session:
        person = found(session, email)
        done = administration.disable(session, person, by=operator())
        state = _state(session, person)
    if not done and state is not State.DISABLED:
        raise click.ClickException(_NOT_DISABLED.get(state, _CHANGED))
    click.echo("The identity is disabled." if done else "It was disabled already.")


@click.command()
@click.argument("email")
def enable(email: str) -> None:
    """Let a disabled or frozen EMAIL sign in again.

    Frozen is who said "this was not me", by the link of a notice: enable it only once you know
    who holds its password and its mailbox. One that was frozen, then disabled, is enabled too: the
    frozen_before of `identity show` tells. A block by wrong passwords stays: `identity unblock`.
    """
    with with_keys() as database, database.writing() as session:
        person = found(session, email)
        done = administration.enable(session, person, by=operator())
        state = _state(session, person)
    if not done and state is not State.ACTIVE:
        raise click.ClickException(_NOT_ENABLED.get(state, _CHANGED))
    click.echo("The identity is active." if done else "It was active already.")


@click.command("sign-out")
@click.argument("email")
@click.option("--all", "everything", is_flag=True, help="End the rest as well.")
def sign_out(email: str, everything: bool) -> None:
    """End the sessions of EMAIL in every browser; the sites that ask for it are told.

    With --all also: sign-ins half done, authorization codes, access and refresh tokens of every
    site, and trusted devices, so that the next sign-in asks for a code everywhere.

    Never: the password, a block, codes and links that were sent, a recovery under way.
    """
    with with_keys() as database, database.writing() as session:
        person = found(session, email)
        ended = administration.sign_out(session, person, by=operator(), everything=everything)
    what = "Signed out, tokens and trusted devices included" if everything else "Signed out"
    click.echo(f"{what}: {ended} live session{'' if ended == 1 else 's'} ended.")


def _state(session: Session, person: Identity) -> State:
    session.refresh(person)
    return State(person.state)
