"""OIDC Core §10.1.1, jwks_uri: what requests make of the keys that a site has published (OA13)."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from idp.clock import FrozenClock
from idp.models import ClientKeys
from idp.oidc import client_keys, client_keys_fetch
from idp.oidc.client_keys import KeyCache
from tests.at_once import at_once
from tests.fixtures import Statements
from tests.oidc.holder import ABSENT, Holder, as_registered, holder, keyed_site
from tests.oidc.listener import Listener
from tests.oidc.published import (
    HOUR,
    LET_IN,
    OUT,
    ask,
    due_in,
    fetched,
    fresh,
    publish,
    publishing,
    row_of,
    tried,
)
from tests.oidc.world import ONE_ENGINE, Site, World, refusal


@pytest.fixture
def keys() -> Holder:
    return holder()


@pytest.fixture
def site(world: World, machine: Listener, keys: Holder) -> Site:
    """A site whose keys are to be fetched."""
    return publishing(world, machine, keys)


def test_oa16_keys_published_let_the_site_in(
    world: World, site: Site, keys: Holder, machine: Listener
) -> None:
    assert tried(world, site, keys) == OUT, "nothing was fetched yet"
    assert machine.requests == [], "never inside a request (OA13)"
    assert fetched(world) == 1
    assert tried(world, site, keys) == LET_IN
    assert len(machine.requests) == 1
    assert row_of(world, site).jwks == {"keys": [{**keys.public, "kid": keys.kid, "use": "sig"}]}
    assert due_in(world, site) == HOUR
    assert fetched(world) == 0


def test_oa13_an_unknown_kid_asks_for_a_fetch_at_most_once_a_minute(
    world: World, site: Site, keys: Holder, machine: Listener, at: FrozenClock
) -> None:
    fetched(world)
    newer = holder()
    publish(machine, keys.jwk, newer.jwk)
    at.advance(seconds=60)
    for _ in range(5):
        assert tried(world, site, newer) == OUT
    assert due_in(world, site) == timedelta()
    assert fetched(world) == 1
    assert tried(world, site, newer) == LET_IN
    assert tried(world, site, keys) == LET_IN
    for _ in range(5):
        assert tried(world, site, holder()) == OUT
    assert due_in(world, site) == timedelta(minutes=1)
    at.advance(seconds=59)
    assert fetched(world) == 0
    at.advance(seconds=1)
    assert fetched(world) == 1
    assert len(machine.requests) == 3


@ONE_ENGINE
def test_no_kid_and_no_key_that_fits_asks_too(
    world: World, site: Site, keys: Holder, at: FrozenClock
) -> None:
    fetched(world)
    at.advance(minutes=2)
    assert tried(world, site, holder(), header={"kid": ABSENT}) == OUT
    assert due_in(world, site) == timedelta()


@ONE_ENGINE
def test_a_wrong_signature_asks_for_nothing(
    world: World, site: Site, keys: Holder, at: FrozenClock
) -> None:
    """Whoever knows a kid could have our worker call the site all day."""
    fetched(world)
    at.advance(minutes=2)
    thief = Holder(holder().key, "ES256", keys.kid)
    assert tried(world, site, thief) == OUT
    assert due_in(world, site) == HOUR - timedelta(minutes=2)


@ONE_ENGINE
def test_oa13_junk_from_strangers_writes_nothing_twice(
    world: World, site: Site, at: FrozenClock
) -> None:
    fetched(world)
    at.advance(minutes=2)
    tried(world, site, holder())
    statements = Statements(world.database)
    tried(world, site, holder())
    assert [one.split()[0] for one in statements] == ["SELECT"]


@ONE_ENGINE
def test_oa13_an_unknown_kid_does_not_undo_the_waiting(
    world: World, site: Site, machine: Listener, at: FrozenClock
) -> None:
    """A site that fails is asked once a minute at most, whoever knocks how often."""
    fetched(world)
    machine.content = b""
    for _ in range(6):
        at.advance(seconds=due_in(world, site).total_seconds())
        fetched(world)
    count = len(machine.requests)
    assert due_in(world, site) == timedelta(minutes=32)
    tried(world, site, holder())
    assert due_in(world, site) == timedelta(minutes=1)
    for _ in range(6):
        at.advance(seconds=10)
        tried(world, site, holder())
        fetched(world)
    assert len(machine.requests) == count + 1


@ONE_ENGINE
def test_keys_are_looked_up_under_the_address_of_today(
    world: World, site: Site, keys: Holder
) -> None:
    fetched(world)
    assert tried(world, site, keys) == LET_IN
    as_registered(world, site, jwks_uri="https://autre.exemple.fr/jwks")
    assert tried(fresh(world), site, keys) == OUT


@ONE_ENGINE
def test_a_row_that_is_missing_is_made(world: World, keys: Holder) -> None:
    site = keyed_site(world, jwks_uri="https://autre.exemple.fr/jwks")
    assert tried(world, site, keys) == OUT
    assert due_in(world, site) == timedelta()


@ONE_ENGINE
def test_oa13_a_fetch_under_way_is_not_asked_for_again(
    world: World, site: Site, at: FrozenClock
) -> None:
    """Between what a request has read and what it writes, a worker may have begun."""
    fetched(world)
    at.advance(minutes=30)
    uri = str(site.client.jwks_uri)
    with world.database.reading() as session:
        kept = KeyCache().get(session, site.id, uri)
    assert client_keys.ask_again(world.database, site.id, uri, kept)
    assert len(client_keys_fetch.claimed(world.issuer)) == 1
    assert not client_keys.ask_again(world.database, site.id, uri, kept)
    assert due_in(world, site) == timedelta(seconds=30)


@ONE_ENGINE
def test_asked_anew_the_known_keys_stay(world: World, site: Site, keys: Holder) -> None:
    fetched(world)
    ask(world, site)
    assert tried(fresh(world), site, keys) == LET_IN
    assert due_in(world, site) == timedelta()


@ONE_ENGINE
def test_two_requests_make_one_row(world: World, machine: Listener) -> None:
    site = keyed_site(world, jwks_uri=machine.address)
    assert set(at_once(4, lambda _: tried(world, site, holder()))) == {OUT}
    with world.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(ClientKeys)) == 1


@ONE_ENGINE
def test_the_keys_cost_no_statement_when_they_are_known(
    world: World, site: Site, keys: Holder
) -> None:
    fetched(world)
    tried(world, site, keys)
    statements = Statements(world.database)
    form = keys.by_assertion(site, world.issuer.address)
    assert refusal(world.token({"grant_type": "odd", **form}))[1] == "unsupported_grant_type"
    assert [one.split()[0] for one in statements] == ["INSERT"]


@ONE_ENGINE
def test_a_key_taken_back_is_out_within_seconds(
    world: World, site: Site, keys: Holder, machine: Listener
) -> None:
    """What a node remembers is five seconds old at most (CL4)."""
    fetched(world)
    age = iter([0.0, 0.0, 4.9, 4.9, 5.0, 5.0, 5.0, 5.0, 5.0])
    world.issuer.client_keys.age = lambda: next(age)
    assert tried(world, site, keys) == LET_IN
    publish(machine)
    ask(world, site)
    fetched(world)
    answers = [tried(world, site, keys) for _ in range(5)]
    assert answers[0] == LET_IN
    assert answers[-1] == OUT
