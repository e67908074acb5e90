"""`mgen-connect identity role`: what somebody is at one site, which that site alone is told."""

import click
from sqlalchemy.orm import Session

from idp.accounts.states import RESERVING_NOTHING
from idp.cli.common import as_json, emit, operator, rows
from idp.cli.identity_found import found, with_keys
from idp.cli.refusals import NotFoundError
from idp.models import Identity
from idp.oidc import clients, roles
from idp.oidc.clients import ClientInfo

_HEADS = ("client_id", "client_name", "role", "granted_at")


@click.group()
def role() -> None:
    """Grant, revoke and list the roles of one identity at one site."""


@role.command()
@click.argument("email")
@click.argument("client")
@click.argument("role")
@as_json
def grant(email: str, client: str, role: str, as_json: bool) -> None:
    """Give ROLE at CLIENT (identifier or name) to EMAIL."""
    with with_keys() as database, database.writing() as session:
        person, site = _activated(found(session, email)), _site(session, client)
        new = roles.grant(session, person.id, site.id, role, by=operator())
    _tell(site, role, as_json, changed=new, said="granted" if new else "granted already")


@role.command()
@click.argument("email")
@click.argument("client")
@click.argument("role")
@as_json
def revoke(email: str, client: str, role: str, as_json: bool) -> None:
    """Take ROLE at CLIENT (identifier or name) from EMAIL."""
    with with_keys() as database, database.writing() as session:
        person, site = found(session, email), _site(session, client)
        gone = roles.revoke(session, person.id, site.id, role, by=operator())
    _tell(site, role, as_json, changed=gone, said="revoked" if gone else "not granted")


@role.command("list")
@click.argument("email")
@click.argument("client", required=False)
@as_json
def list_(email: str, client: str | None, as_json: bool) -> None:
    """The roles of EMAIL, at every site or at CLIENT."""
    with with_keys() as database, database.reading() as session:
        person = found(session, email)
        site = _site(session, client).id if client is not None else None
        held = [vars(one) for one in roles.listing(session, person.id, site)]
    lines = [_HEADS, *([one[head] for head in _HEADS] for one in held)]
    emit(held, as_json, lambda: rows(lines))


def _activated(person: Identity) -> Identity:
    """Whoever signs up may type anybody's address: a role waits until the address is proved."""
    if person.state in RESERVING_NOTHING:
        raise click.ClickException("This identity has not been activated yet.")
    return person


def _site(session: Session, named: str) -> ClientInfo:
    """The client of that identifier, else the only one of that name."""
    known = clients.load(session, named)
    if known is not None:
        return known
    same = [info for info in clients.listing(session) if info.name == named]
    if not same:
        raise NotFoundError(f"There is no client {ascii(named)[:80]}.")
    if len(same) > 1:
        ids = ", ".join(info.id for info in same)
        raise click.ClickException(f"Several clients have this name: {ids}. Name one by its id.")
    return same[0]


def _tell(site: ClientInfo, role: str, as_json: bool, *, changed: bool, said: str) -> None:
    shown = {"client_id": site.id, "client_name": site.name, "role": role, "changed": changed}
    emit(shown, as_json, lambda: click.echo(f"{role} at {site.name}: {said}."))
