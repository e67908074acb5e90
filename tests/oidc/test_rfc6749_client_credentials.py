"""RFC 6749 §4.4: a token for the site itself, for its own APIs and nothing of anybody."""

import pytest

from idp import clock
from idp.oidc import client_credentials
from tests.fixtures import Statements
from tests.oidc.caller import API, OTHER_API, Caller, caller, changed, fapi2, good
from tests.oidc.holder import holder
from tests.oidc.world import ONE_ENGINE, World, claims_of, part_of, refusal

pytestmark = ONE_ENGINE

INVALID_TARGET = (400, "invalid_target")


@pytest.fixture
def site(world: World) -> Caller:
    """A site with one API."""
    return caller(world, resource=[API])


def test_it_speaks_for_the_client_alone(site: Caller) -> None:
    given = good(site.for_itself())
    assert given.keys() == {"access_token", "token_type", "expires_in"}
    said, now = claims_of(given["access_token"]), clock.timestamp()
    assert part_of(given["access_token"], 0)["typ"] == "at+jwt"
    assert len(said.pop("jti")) == 22
    assert said == {
        "iss": "http://localhost:8000",
        "sub": site.site.id,
        "aud": API,
        "client_id": site.site.id,
        "iat": now,
        "exp": now + 600,
    }


def test_userinfo_has_nobody_to_tell_of(world: World, site: Caller) -> None:
    token = good(site.for_itself())["access_token"]
    assert refusal(world.userinfo(token)) == (401, "invalid_token")
    assert refusal(site.for_itself(resource=world.issuer.address)) == INVALID_TARGET


def test_of_several_apis_one_is_named(world: World) -> None:
    site = caller(world)
    assert refusal(site.for_itself()) == INVALID_TARGET
    assert claims_of(good(site.for_itself(resource=OTHER_API))["access_token"])["aud"] == OTHER_API
    assert refusal(site.for_itself(resource="https://inconnu.exemple.test")) == INVALID_TARGET


def test_without_an_api_there_is_no_token(world: World) -> None:
    assert refusal(caller(world, resource=[]).for_itself()) == INVALID_TARGET


SCOPES = ["openid", "email", "profile email", "offline_access", "inconnu", " ", "a  b", '"', "é"]


def test_cl4_no_scope_of_a_person(site: Caller) -> None:
    for scope in SCOPES:
        assert refusal(site.for_itself(scope=scope)) == (400, "invalid_scope"), scope


def test_a_scope_of_its_own_would_be_told(world: World) -> None:
    site = caller(world, resource=[API], scope="openid email statistiques")
    assert client_credentials.may_have(site.site.client) == ("statistiques",)
    for more in ({}, {"scope": "statistiques"}):
        given = good(site.for_itself(**more))
        assert given["scope"] == "statistiques"
        assert claims_of(given["access_token"])["scope"] == "statistiques"


def test_who_did_not_register_the_grant_has_none(world: World) -> None:
    site = caller(world, grant_types=["authorization_code"])
    assert refusal(site.for_itself()) == (400, "unauthorized_client")


def test_a_public_client_cannot_prove_that_it_is_itself(world: World) -> None:
    site = caller(world, public=True, resource=[API])
    assert refusal(site.for_itself()) == (400, "unauthorized_client")


def test_a_wrong_secret_gets_nothing(world: World, site: Caller) -> None:
    form = {"grant_type": "client_credentials", "client_id": site.site.id, "client_secret": "x"}
    assert refusal(world.token(form)) == (400, "invalid_client")


def test_it_is_bound_to_the_key_that_was_shown(site: Caller) -> None:
    key = holder()
    given = good(site.showing(key).for_itself())
    assert given["token_type"] == "DPoP"
    assert claims_of(given["access_token"])["cnf"] == {"jkt": key.jkt}


def test_fapi2_asks_for_a_key(world: World) -> None:
    site = fapi2(world)
    assert refusal(site.showing(None).for_itself()) == (400, "invalid_dpop_proof")
    assert good(site.for_itself())["token_type"] == "DPoP"


def test_a_known_client_costs_no_statement(world: World, site: Caller) -> None:
    assert site.for_itself().status == 200
    ran = Statements(world.database)
    assert site.for_itself().status == 200
    assert ran == []
    bound = site.showing(holder())
    assert bound.for_itself().status == 200
    assert len(ran) == 1, ran  # the proof is spent


def test_cl4_what_was_taken_from_the_client(world: World, site: Caller) -> None:
    changed(world, site.site, grant_types=["authorization_code"])
    assert refusal(site.for_itself()) == (400, "unauthorized_client")
