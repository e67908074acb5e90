"""OIDC Core §5.5: claims asked one by one, where asked, and within the list of the site (PII6)."""

from typing import Any

import pytest

from tests.fixtures import Statements
from tests.oidc.caller import Caller, caller, changed
from tests.oidc.holder import holder
from tests.oidc.world import ONE_ENGINE, Person, World, body, claims_of, header

pytestmark = ONE_ENGINE

MAIL = "membre@mgen-connect.test"
USUAL = {
    *("iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid", "at_hash"),
}


@pytest.fixture
def site(world: World) -> Caller:
    return caller(world)


def asking(place: str, *names: str) -> dict[str, Any]:
    """A request for openid alone and these claims."""
    return {
        "scope": ("openid", "offline_access"),
        "claims": {place: dict.fromkeys(names)},
    }


def told(site: Caller, tokens: dict[str, Any]) -> dict[str, Any]:
    return body(site.world.userinfo(tokens["access_token"]))


def test_in_userinfo(site: Caller, person: Person) -> None:
    given = site.signed_in(person, **asking("userinfo", "email"))
    assert told(site, given).keys() == {"sub", "email"}, "that one and not its neighbour"
    assert told(site, given)["email"] == MAIL
    assert claims_of(given["id_token"]).keys() == USUAL
    again = site.refreshed(given["refresh_token"])
    assert told(site, again).keys() == {"sub", "email"}


def test_in_the_id_token(site: Caller, person: Person) -> None:
    given = site.signed_in(person, **asking("id_token", "email", "email_verified"))
    said = claims_of(given["id_token"])
    assert said.keys() == USUAL | {"email", "email_verified"}
    assert (said["email"], said["email_verified"]) == (MAIL, True)
    assert told(site, given).keys() == {"sub"}
    again = claims_of(site.refreshed(given["refresh_token"])["id_token"])
    assert again["email"] == MAIL


def test_the_scope_says_what_it_always_said(site: Caller, person: Person) -> None:
    wanted = asking("userinfo", "email") | {"scope": ("openid", "email")}
    given = site.signed_in(person, **wanted)
    assert told(site, given).keys() == {"sub", "email", "email_verified"}
    assert "email" not in claims_of(given["id_token"])


@pytest.mark.parametrize("place", ["userinfo", "id_token"])
def test_pii6_only_what_the_site_may_have(site: Caller, person: Person, place: str) -> None:
    """The request is checked when it comes; here once more, as the list is now."""
    names = ("name", "birthdate", "member_number", "roles", "phone_number", "nir", "email")
    given = site.signed_in(person, **asking(place, *names))
    beyond = {"email"}
    seen = told(site, given) if place == "userinfo" else claims_of(given["id_token"])
    assert seen.keys() - USUAL == beyond


def test_cl4_a_scope_taken_from_the_site_closes_its_claims(site: Caller, person: Person) -> None:
    wanted = {"claims": {"userinfo": {"email": None}, "id_token": {"email": None}}}
    given = site.signed_in(person, scope=("openid", "offline_access"), **wanted)
    changed(site.world, site.site, scope="openid offline_access")
    assert told(site, given).keys() == {"sub"}
    assert "email" not in claims_of(site.refreshed(given["refresh_token"])["id_token"])


def test_a_claim_of_the_register_needs_its_record(world: World, person: Person) -> None:
    site = caller(world, scope="openid membership profile")
    wanted = asking("id_token", "is_member", "name") | {"scope": ("openid",)}
    said = claims_of(site.signed_in(person, **wanted)["id_token"])
    assert said["is_member"] is False
    assert "name" not in said


def test_no_claim_of_ours_is_replaced(site: Caller, person: Person) -> None:
    plain = claims_of(site.signed_in(person)["id_token"])
    for name in USUAL:
        asked = claims_of(site.signed_in(person, **asking("id_token", name, "email"))["id_token"])
        assert asked.keys() == USUAL | {"email"}
        if name != "at_hash":
            assert asked[name] == plain[name]


@pytest.mark.parametrize("wanted", [{"value": "x"}, {"essential": True, "values": ["x"]}, None])
def test_values_that_are_not_so_change_nothing(site: Caller, person: Person, wanted: Any) -> None:
    claims = {"userinfo": {"email": wanted}}
    given = site.signed_in(person, scope=("openid",), claims=claims)
    assert told(site, given)["email"] == MAIL


def test_what_they_cost(world: World, site: Caller, person: Person) -> None:
    asked = {**asking("id_token", "email"), "scope": ("openid", "offline_access")}
    asked["claims"]["userinfo"] = {"email": None}
    site.signed_in(person, **asked)
    code = world.code(site.site, person, **asked)
    ran = Statements(world.database)
    given = body(site.exchange(code))
    assert len(ran) == 5, ran
    ran.clear()
    told(site, given)
    assert len(ran) == 2, ran
    ran.clear()
    site.refreshed(given["refresh_token"])
    assert len(ran) == 5, ran


def test_the_nonce_header_is_for_who_shows_a_key(site: Caller, person: Person) -> None:
    code = site.world.code(site.site, person)
    assert header(site.exchange(code), "DPoP-Nonce") is None
    code = site.world.code(site.site, person)
    assert header(site.showing(holder()).exchange(code), "DPoP-Nonce")
