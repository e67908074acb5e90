"""OIDC Back-Channel Logout 1.0 (OA21): whom it tells, and what it says."""

from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from idp import clock
from idp.accounts.activity import NOWHERE
from idp.oidc import clients, ending, hints
from tests.fixtures import Statements
from tests.oidc.backchannel import end, notices, told
from tests.oidc.listener import Listener
from tests.oidc.world import ONE_ENGINE, Person, Site, World, body, claims_of, part_of

EVENT = "http://schemas.openid.net/event/backchannel-logout"


@pytest.fixture
def site(world: World, machine: Listener) -> Site:
    """A site that wants to be told."""
    return world.site(backchannel_logout_uri=machine.address)


def verified(world: World, token: str) -> dict[str, Any]:
    """The claims, by the published keys."""
    keys = KeySet.import_key_set(body(world.send("GET", "/jwks.json")))
    return dict(jwt.decode(token, keys, algorithms=["RS256", "PS256", "ES256"]).claims)


def test_oa21_the_token_says_this_and_nothing_else(
    world: World, site: Site, person: Person, machine: Listener
) -> None:
    """conformance A.6, §2.4: sid and sub are those of the id_token; signed, typed, two minutes."""
    signed_in = claims_of(world.tokens(site, person)["id_token"])
    assert end(world, person)
    assert told(world) == 1
    [token] = machine.tokens
    [(path, headers, form)] = machine.requests
    assert (path, list(form)) == ("/out", ["logout_token"])
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    claims = verified(world, token)
    assert len(claims.pop("jti")) >= 22
    assert claims == {
        "iss": world.issuer.address,
        "aud": site.id,
        "iat": clock.timestamp(),
        "exp": clock.timestamp() + 120,
        "events": {EVENT: {}},
        "sid": signed_in["sid"],
        "sub": signed_in["sub"],
    }
    assert part_of(token, 0).keys() == {"alg", "kid", "typ"}
    assert part_of(token, 0)["typ"] == "logout+jwt"


@ONE_ENGINE
@pytest.mark.parametrize("alg", ["PS256", "ES256"])
def test_oa21_it_is_signed_as_the_site_reads_id_tokens(
    world: World, person: Person, machine: Listener, alg: str
) -> None:
    site = world.site(backchannel_logout_uri=machine.address, id_token_signed_response_alg=alg)
    assert part_of(world.tokens(site, person)["id_token"], 0)["alg"] == alg
    end(world, person)
    told(world)
    [token] = machine.tokens
    assert part_of(token, 0)["alg"] == alg
    assert verified(world, token)["aud"] == site.id


@ONE_ENGINE
def test_oa11_a_logout_token_is_no_hint(
    world: World, site: Site, person: Person, machine: Listener
) -> None:
    world.tokens(site, person)
    end(world, person)
    told(world)
    with world.database.reading() as session:
        assert hints.read(world.issuer, session, machine.tokens[0]) is None


def test_once_for_each_site_of_the_session_however_often_it_was_opened(
    world: World, person: Person, machine: Listener
) -> None:
    """Only sites that this session opened, that ask for it, and are not disabled."""
    sites = [world.site(backchannel_logout_uri=machine.address) for _ in range(3)]
    silent, gone, unused = (
        world.site(),
        world.site(backchannel_logout_uri=machine.address),
        world.site(backchannel_logout_uri=machine.address),
    )
    for one in (*sites, *sites, silent, gone):
        world.tokens(one, person)
    other = world.another_session(person)
    world.tokens(unused, other)
    with world.database.writing() as session:
        clients.disable(session, gone.id)
    end(world, person)
    assert {row.client_id for row in notices(world)} == {one.id for one in sites}
    assert [told(world), told(world)] == [3, 0]
    assert sorted(claims_of(token)["aud"] for token in machine.tokens) == sorted(
        one.id for one in sites
    )
    assert len({claims_of(token)["sid"] for token in machine.tokens}) == 3


def test_ending_twice_tells_once(world: World, site: Site, person: Person) -> None:
    world.tokens(site, person)
    assert [end(world, person), end(world, person)] == [True, False]
    assert len(notices(world)) == 1


def test_an_end_that_is_undone_tells_nobody(world: World, site: Site, person: Person) -> None:
    """In the transaction of the end, or not at all."""
    world.tokens(site, person)
    with world.database.writing() as session:
        ending.end_session(session, person.session_id, why="sign_out", where=NOWHERE)
        session.rollback()
    assert notices(world) == []


def test_queueing_is_one_statement_however_many_sites(
    world: World, person: Person, machine: Listener
) -> None:
    for _ in range(4):
        world.tokens(world.site(backchannel_logout_uri=machine.address), person)
    ran = Statements(world.database)
    end(world, person)
    assert len(ran) == 4, ran  # the session, the notices, the grants, the event


def test_pii5_the_subs_of_the_sites_cannot_be_compared(
    world: World, person: Person, machine: Listener
) -> None:
    hosts = ("un.exemple.fr", "deux.exemple.fr")
    for host in hosts:
        world.tokens(
            world.site(backchannel_logout_uri=machine.address, sector_identifier=host), person
        )
    everybody = world.site(backchannel_logout_uri=machine.address, subject_type="public")
    public = claims_of(world.tokens(everybody, person)["id_token"])["sub"]
    end(world, person)
    told(world)
    subs = {claims_of(token)["aud"]: claims_of(token)["sub"] for token in machine.tokens}
    assert len(set(subs.values())) == 3
    assert subs[everybody.id] == public
