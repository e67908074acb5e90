"""RFC 9068, RFC 8707: access tokens for the APIs of a site, read with another library (OA10)."""

from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from idp import clock
from idp.clock import FrozenClock
from idp.oidc import hints
from tests.oidc.caller import API, OTHER_API, Caller, caller, changed
from tests.oidc.holder import holder
from tests.oidc.world import ONE_ENGINE, Person, World, body, claims_of, part_of, refusal

pytestmark = ONE_ENGINE

INVALID_TARGET = (400, "invalid_target")


@pytest.fixture
def site(world: World) -> Caller:
    return caller(world)


def token_of(site: Caller, person: Person, **more: Any) -> str:
    return str(site.signed_in(person, resources=(API,), **more)["access_token"])


def test_oa10_the_header_and_the_claims(world: World, site: Caller, person: Person) -> None:
    given = site.signed_in(person, resources=(API,))
    token, said = given["access_token"], claims_of(given["access_token"])
    about, now = claims_of(given["id_token"]), clock.timestamp()
    kid = part_of(token, 0)["kid"]
    assert part_of(token, 0) == {"alg": "ES256", "kid": kid, "typ": "at+jwt"}
    grant_id, random = said.pop("jti").split(".")
    assert len(grant_id) == 32
    assert len(random) == 22
    assert said == {
        "iss": "http://localhost:8000",
        "aud": API,
        "sub": about["sub"],
        "client_id": site.site.id,
        "iat": now,
        "exp": now + 600,
        "scope": "openid email offline_access",
        "auth_time": about["auth_time"],
        "acr": about["acr"],
        "amr": about["amr"],
        "sid": about["sid"],
    }
    assert given["token_type"] == "Bearer"
    assert given["expires_in"] == 600


def test_oa10_an_api_verifies_it_by_the_published_keys(
    world: World, site: Caller, person: Person
) -> None:
    keys = KeySet.import_key_set(body(world.send("GET", "/jwks.json")))  # type: ignore[arg-type]
    read = jwt.decode(token_of(site, person), keys, algorithms=["ES256"])
    assert read.claims["aud"] == API


def test_nothing_personal_is_in_it(site: Caller, person: Person) -> None:
    asked = {"userinfo": {"email": None}, "id_token": {"email": None}}
    assert "email" not in claims_of(token_of(site, person, claims=asked))


def test_it_is_not_kept(world: World, site: Caller, person: Person) -> None:
    """Nor is it good for this issuer's userinfo (OA10)."""
    assert refusal(world.userinfo(token_of(site, person))) == (401, "invalid_token")


def test_the_address_of_the_issuer_asks_for_userinfo(
    world: World, site: Caller, person: Person
) -> None:
    given = site.signed_in(person, {"resource": world.issuer.address}, resources=(API,))
    assert world.userinfo(given["access_token"]).status == 200
    again = site.refreshed(given["refresh_token"])
    assert claims_of(again["access_token"])["aud"] == API, "the grant has that one API"
    last = site.refreshed(again["refresh_token"], resource=world.issuer.address)
    assert world.userinfo(last["access_token"]).status == 200


def test_of_several_one_is_named(world: World, site: Caller, person: Person) -> None:
    """RFC 8707 §2.2; nothing named, it is this issuer's."""
    both = {"resources": (API, OTHER_API)}
    for resource in (API, OTHER_API):
        given = site.signed_in(person, {"resource": resource}, **both)
        assert claims_of(given["access_token"])["aud"] == resource
        other = site.refreshed(given["refresh_token"], resource=OTHER_API)
        assert claims_of(other["access_token"])["aud"] == OTHER_API
    assert world.userinfo(site.signed_in(person, **both)["access_token"]).status == 200


NOT_GRANTED = [OTHER_API, API + "/", API.upper(), "https://inconnu.exemple.test", "x", "é", "*"]


def test_what_was_not_granted_is_no_target(site: Caller, person: Person) -> None:
    code = site.world.code(site.site, person, resources=(API,))
    for resource in NOT_GRANTED:
        assert refusal(site.exchange(code, resource=resource)) == INVALID_TARGET
    given = site.exchange(code)
    assert given.status == 200, "nothing was used up"
    refresh = body(given)["refresh_token"]
    for resource in NOT_GRANTED:
        assert refusal(site.refresh(refresh, resource=resource)) == INVALID_TARGET
    assert site.refresh(refresh).status == 200


def test_without_an_api_in_the_grant_there_is_none(site: Caller, person: Person) -> None:
    code = site.world.code(site.site, person)
    assert refusal(site.exchange(code, resource=API)) == INVALID_TARGET


def test_two_resources_in_one_request_are_too_many(site: Caller, person: Person) -> None:
    """RFC 8707 §3: a token for two APIs would open each to the other."""
    headers, _ = site.authentication()
    pairs = [("grant_type", "client_credentials"), ("resource", API), ("resource", OTHER_API)]
    assert refusal(site.world.token(pairs, headers)) == INVALID_TARGET


def test_cl4_an_api_taken_from_the_client_is_no_target(site: Caller, person: Person) -> None:
    code = site.world.code(site.site, person, resources=(API,))
    given = site.signed_in(person, resources=(API,))
    changed(site.world, site.site, resource=[OTHER_API])
    assert refusal(site.exchange(code)) == INVALID_TARGET
    assert refusal(site.refresh(given["refresh_token"])) == INVALID_TARGET


def test_oa10_neither_kind_of_token_passes_for_the_other(
    world: World, site: Caller, person: Person
) -> None:
    """An ID token opens no API, and an access token is no hint of who somebody is."""
    es256 = Caller(world, changed(world, site.site, id_token_signed_response_alg="ES256"))
    given = es256.signed_in(person, resources=(API,))
    assert part_of(given["id_token"], 0)["alg"] == "ES256", "the same key signed both"
    assert part_of(given["id_token"], 0)["kid"] == part_of(given["access_token"], 0)["kid"]
    assert not es256.active(given["id_token"])
    assert refusal(world.userinfo(given["id_token"])) == (401, "invalid_token")
    assert es256.active(given["access_token"])
    with world.database.reading() as session:
        assert hints.read(world.issuer, session, given["id_token"]) is not None
        assert hints.read(world.issuer, session, given["access_token"]) is None


@pytest.mark.parametrize("alg", ["RS256", "PS256", "ES256"])
def test_the_id_token_is_signed_as_the_client_asked(world: World, person: Person, alg: str) -> None:
    site = caller(world, id_token_signed_response_alg=alg)
    given = site.signed_in(person)
    assert part_of(given["id_token"], 0)["alg"] == alg
    keys = KeySet.import_key_set(body(world.send("GET", "/jwks.json")))  # type: ignore[arg-type]
    jwt.decode(given["id_token"], keys, algorithms=[alg])
    again = site.refreshed(given["refresh_token"])
    assert part_of(again["id_token"], 0)["alg"] == alg


def test_each_token_is_new(site: Caller, person: Person, at: FrozenClock) -> None:
    given = site.signed_in(person, resources=(API,))
    at.advance(seconds=1)
    again = site.refreshed(given["refresh_token"])
    first, second = claims_of(given["access_token"]), claims_of(again["access_token"])
    assert first["jti"] != second["jti"]
    assert first["jti"].split(".")[0] == second["jti"].split(".")[0]
    assert second["auth_time"] == first["auth_time"]


def test_a_bound_one_says_so(site: Caller, person: Person) -> None:
    key = holder()
    given = site.showing(key).signed_in(person, resources=(API,))
    assert given["token_type"] == "DPoP"
    assert claims_of(given["access_token"])["cnf"] == {"jkt": key.jkt}
