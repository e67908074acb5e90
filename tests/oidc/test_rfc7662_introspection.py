"""RFC 7662: whether a token is good, told to its own client and to nobody else (OA10, OA18)."""

from typing import Any

import pytest
from sqlalchemy import update

from idp import clock
from idp.clock import FrozenClock
from idp.models import Grant
from idp.oidc import clients
from tests.fixtures import Statements
from tests.oidc.caller import API, OTHER_API, Caller, caller, changed, good
from tests.oidc.holder import holder
from tests.oidc.world import ONE_ENGINE, Person, World, body, claims_of, header, refusal

INACTIVE = {"active": False}


@pytest.fixture
def site(world: World) -> Caller:
    return caller(world)


@pytest.fixture
def given(site: Caller, person: Person) -> dict[str, Any]:
    """The tokens of a sign-in, the access token for userinfo."""
    return site.signed_in(person)


@pytest.fixture
def signed(site: Caller, person: Person) -> str:
    """An access token for the site's API."""
    return str(site.signed_in(person, resources=(API,))["access_token"])


def test_an_opaque_token(site: Caller, given: dict[str, Any]) -> None:
    about, now = claims_of(given["id_token"]), clock.timestamp()
    assert site.introspect(given["access_token"]) == {
        "active": True,
        "iss": "http://localhost:8000",
        "aud": "http://localhost:8000",
        "client_id": site.site.id,
        "token_type": "Bearer",
        "scope": "openid email offline_access",
        "exp": now + 600,
        "iat": now,
        **{name: about[name] for name in ("sub", "sid", "acr", "amr", "auth_time")},
    }


def test_a_signed_token(site: Caller, signed: str) -> None:
    told = site.introspect(signed)
    assert told == {**claims_of(signed), "active": True, "token_type": "Bearer"}


def test_a_refresh_token(site: Caller, given: dict[str, Any]) -> None:
    about, now = claims_of(given["id_token"]), clock.timestamp()
    assert site.introspect(given["refresh_token"]) == {
        "active": True,
        "iss": "http://localhost:8000",
        "client_id": site.site.id,
        "scope": "openid email offline_access",
        "exp": now + 7 * 86400,
        "iat": now,
        **{name: about[name] for name in ("sub", "sid", "acr", "amr", "auth_time")},
    }


@ONE_ENGINE
def test_a_token_of_the_site_itself(site: Caller) -> None:
    token = good(site.for_itself(resource=API))["access_token"]
    assert site.introspect(token) == {**claims_of(token), "active": True, "token_type": "Bearer"}
    changed(site.world, site.site, grant_types=["authorization_code"])
    assert site.introspect(token) == INACTIVE


@ONE_ENGINE
def test_tokens_bound_to_a_key_say_so(site: Caller, person: Person) -> None:
    bound = site.showing(holder())
    key = bound.shows
    assert key
    opaque = bound.signed_in(person)
    told = bound.introspect(opaque["access_token"])
    assert (told["token_type"], told["cnf"]) == ("DPoP", {"jkt": key.jkt})
    api = bound.signed_in(person, resources=(API,))
    told = site.introspect(api["access_token"])  # a proof is not needed to ask
    assert (told["token_type"], told["cnf"]) == ("DPoP", {"jkt": key.jkt})
    assert "cnf" not in site.introspect(opaque["refresh_token"]), "its client proves itself"


@ONE_ENGINE
def test_nothing_personal_is_told(site: Caller, given: dict[str, Any], signed: str) -> None:
    for token in (given["access_token"], given["refresh_token"], signed):
        assert "mgen-connect.test" not in str(site.introspect(token))


def test_oa18_a_stranger_learns_nothing(
    world: World, given: dict[str, Any], signed: str, site: Caller
) -> None:
    other = caller(world)
    own = good(site.for_itself(resource=API))["access_token"]
    for token in (given["access_token"], given["refresh_token"], signed, own):
        assert other.introspect(token) == INACTIVE
        assert site.active(token)


@ONE_ENGINE
def test_oa18_a_public_client_may_not_ask(world: World, person: Person) -> None:
    public = caller(world, public=True)
    token = public.signed_in(person)["access_token"]
    assert refusal(public.post("/introspect", {"token": token})) == (400, "invalid_client")


@ONE_ENGINE
def test_oa17_the_client_proves_itself(world: World, site: Caller, given: dict[str, Any]) -> None:
    form = {"token": given["access_token"]}
    assert refusal(world.post("/introspect", form)) == (400, "invalid_client")
    wrong = {"authorization": "Basic eDp5"}
    answer = world.post("/introspect", form, wrong)
    assert refusal(answer) == (401, "invalid_client")
    assert header(answer, "Cache-Control") == "no-store"


@ONE_ENGINE
def test_what_is_malformed_is_refused(site: Caller, given: dict[str, Any]) -> None:
    assert refusal(site.post("/introspect", {})) == (400, "invalid_request")
    headers, _ = site.authentication()
    token = given["access_token"]
    query = site.world.send("POST", "/introspect", headers, query=f"token={token}".encode())
    assert refusal(query) == (400, "invalid_request")
    assert refusal(site.world.send("POST", "/introspect", headers)) == (415, "invalid_request")
    twice = site.world.post("/introspect", [("token", token), ("token", token)], headers)
    assert refusal(twice) == (400, "invalid_request")


@ONE_ENGINE
def test_a_hint_changes_nothing(site: Caller, given: dict[str, Any], signed: str) -> None:
    for token in (given["access_token"], given["refresh_token"], signed):
        told = site.introspect(token)
        for hint in ("access_token", "refresh_token", "id_token", "x", '"é', ""):
            assert site.introspect(token, token_type_hint=hint) == told


UNKNOWN = ["x", "A" * 43, ".", "..", "a.b.c", "é", '"', "x" * 20000, "." * 20000]


@ONE_ENGINE
def test_an_unknown_token_is_not_active(site: Caller) -> None:
    for token in UNKNOWN:
        answer = site.post("/introspect", {"token": token})
        assert body(answer) == INACTIVE
        assert header(answer, "Cache-Control") == "no-store"
        assert header(answer, "Content-Type") == "application/json"


@ONE_ENGINE
def test_oa10_an_id_token_is_no_access_token(
    site: Caller, person: Person, given: dict[str, Any]
) -> None:
    assert site.introspect(given["id_token"]) == INACTIVE
    assert site.introspect(site.world.code(site.site, person)) == INACTIVE, "nor is a code"


@ONE_ENGINE
def test_ten_minutes(site: Caller, given: dict[str, Any], signed: str, at: FrozenClock) -> None:
    at.advance(seconds=599)
    assert site.active(given["access_token"])
    assert site.active(signed)
    at.advance(seconds=1)
    assert not site.active(given["access_token"])
    assert not site.active(signed)
    assert site.active(given["refresh_token"])


@ONE_ENGINE
def test_oa6_a_used_refresh_token_is_not_active(
    site: Caller, given: dict[str, Any], at: FrozenClock
) -> None:
    second = site.refreshed(given["refresh_token"])
    assert not site.active(given["refresh_token"])
    assert site.active(second["refresh_token"])
    assert site.active(given["access_token"]), "its own ten minutes go on"
    at.advance(days=7)
    assert not site.active(second["refresh_token"])


def test_oa6_a_family_that_ended_is_not_active(
    site: Caller, person: Person, at: FrozenClock
) -> None:
    first = site.signed_in(person, resources=(API,))
    second = site.refreshed(first["refresh_token"])
    at.advance(seconds=11)
    assert refusal(site.refresh(first["refresh_token"])) == (400, "invalid_grant")
    for given in (first, second):
        assert not site.active(given["access_token"])
        assert not site.active(given["refresh_token"])


def test_oa5_a_code_used_twice_ends_what_it_gave(site: Caller, person: Person) -> None:
    code = site.world.code(site.site, person, resources=(API,))
    given = good(site.exchange(code))
    assert refusal(site.exchange(code)) == (400, "invalid_grant")
    assert not site.active(given["access_token"])
    assert not site.active(given["refresh_token"])


@ONE_ENGINE
def test_cl4_a_disabled_client_is_told_nothing(
    world: World, site: Caller, given: dict[str, Any]
) -> None:
    with world.database.writing() as session:
        clients.disable(session, site.site.id)
    world.issuer.clients._kept.clear()  # five seconds later
    answer = site.post("/introspect", {"token": given["access_token"]})
    assert refusal(answer) == (401, "invalid_client")


@ONE_ENGINE
def test_cl4_scopes_that_were_taken_are_not_told(
    site: Caller, given: dict[str, Any], signed: str
) -> None:
    changed(site.world, site.site, scope="openid offline_access")
    for token in (given["access_token"], given["refresh_token"], signed):
        assert site.introspect(token)["scope"] == "openid offline_access"
    changed(site.world, site.site, scope="openid")
    assert not site.active(given["refresh_token"]), "it could not be used"


@ONE_ENGINE
def test_cl4_the_grant_and_the_api_may_have_been_taken(
    site: Caller, given: dict[str, Any], signed: str
) -> None:
    changed(site.world, site.site, grant_types=["authorization_code"], resource=[OTHER_API])
    assert not site.active(given["refresh_token"])
    assert not site.active(signed)


@ONE_ENGINE
def test_lk2_the_person_is_looked_at(
    world: World, site: Caller, person: Person, given: dict[str, Any], signed: str
) -> None:
    tokens = (given["access_token"], given["refresh_token"], signed)
    for state in ("disabled", "frozen", "erased", "pending"):
        world.set_state(person, state)
        assert not any(site.active(token) for token in tokens)
    world.set_state(person, "active")
    assert all(site.active(token) for token in tokens)


@ONE_ENGINE
def test_the_grant_of_a_signed_token_may_be_gone(world: World, site: Caller, signed: str) -> None:
    world.change(update(Grant).values(expires_at=clock.now()))
    assert not site.active(signed)


def test_it_costs_two_statements_at_most(
    world: World, site: Caller, given: dict[str, Any], signed: str
) -> None:
    ran = Statements(world.database)
    costs = {"access_token": 1, "refresh_token": 2, "id_token": 0}
    for name, cost in costs.items():
        site.introspect(given[name])
        assert len(ran) == cost, (name, ran)
        ran.clear()
    site.introspect(signed)
    assert len(ran) == 1, ran
    ran.clear()
    site.introspect("unknown")
    assert len(ran) == 2, ran
