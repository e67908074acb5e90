"""A site that publishes its keys at a jwks_uri, and what the worker makes of them."""

import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from idp import clock
from idp.models import ClientKeys
from idp.oidc import client_keys, client_keys_fetch
from idp.oidc.issuer import Issuer
from tests.oidc.holder import Holder, keyed_site
from tests.oidc.listener import Listener
from tests.oidc.world import Site, World, refusal

LET_IN = (400, "invalid_grant")
OUT = (400, "invalid_client")
HOUR = timedelta(hours=1)


def publishing(world: World, machine: Listener, keys: Holder) -> Site:
    """A site with its keys at `machine`, known to the worker as `client create` makes it known."""
    publish(machine, keys.jwk)
    made = keyed_site(world, jwks_uri=machine.address)
    ask(world, made)
    return made


def publish(machine: Listener, *jwks: Any) -> None:
    """Have these keys, and no others, at the address from now on."""
    machine.content = json.dumps({"keys": list(jwks)}).encode()


def ask(world: World, site: Site) -> None:
    """Have the worker fetch a site's keys now."""
    with world.database.writing() as session:
        client_keys.ask(session, site.id, str(site.client.jwks_uri))


def tried(world: World, site: Site, keys: Holder, **changes: Any) -> tuple[int, str]:
    """What the token endpoint answers to an assertion: LET_IN or OUT."""
    form = keys.by_assertion(site, world.issuer.address, **changes)
    return refusal(world.token({"grant_type": "refresh_token", "refresh_token": "x", **form}))


def fetched(world: World) -> int:
    """A round of the worker; how many sites were due."""
    return client_keys_fetch.run_once(world.issuer)


def row_of(world: World, site: Site) -> Any:
    """What is known of a site's keys."""
    query = select(ClientKeys.__table__).where(ClientKeys.client_id == site.id)
    with world.database.reading() as session:
        return session.execute(query).one_or_none()


def due_in(world: World, site: Site) -> timedelta:
    """How long until the worker looks again."""
    due_at: datetime = row_of(world, site).due_at
    return due_at - clock.now()


def fresh(world: World) -> World:
    """A node that has nothing in memory."""
    return World(Issuer.of(world.issuer.settings, world.database))
