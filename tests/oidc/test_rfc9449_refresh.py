"""RFC 9449 §5: refresh tokens, the keys that they go with, and who may repeat (OA6, OA14)."""

import pytest

from idp.clock import FrozenClock
from tests.at_once import at_once
from tests.oidc.caller import API, Caller, caller
from tests.oidc.holder import holder
from tests.oidc.world import ONE_ENGINE, Person, World, refusal

INVALID_PROOF = (400, "invalid_dpop_proof")
INVALID_GRANT = (400, "invalid_grant")
INVALID_TOKEN = (401, "invalid_token")


@pytest.fixture
def site(world: World) -> Caller:
    """A confidential site that shows a key."""
    return caller(world, holder())


@pytest.fixture
def app(world: World) -> Caller:
    """A public client that shows a key."""
    return caller(world, holder(), public=True)


def test_oa6_an_app_refreshes_with_its_one_key(world: World, app: Caller, person: Person) -> None:
    first = app.signed_in(person)
    token = first["refresh_token"]
    assert refusal(app.showing(holder()).refresh(token)) == INVALID_GRANT
    assert refusal(app.showing(None).refresh(token)) == INVALID_PROOF
    second = app.refreshed(token)
    assert second["token_type"] == "DPoP"
    assert app.userinfo(second["access_token"]).status == 200


def test_oa6_who_lacks_the_key_ends_no_family(app: Caller, person: Person, at: FrozenClock) -> None:
    """A stolen refresh token without its key neither opens nor breaks anything."""
    first = app.signed_in(person)
    second = app.refreshed(first["refresh_token"])
    at.advance(seconds=11)
    assert refusal(app.showing(holder()).refresh(first["refresh_token"])) == INVALID_GRANT
    assert app.refresh(second["refresh_token"]).status == 200


def test_an_app_that_shows_a_key_later_keeps_to_it(app: Caller, person: Person) -> None:
    """RFC 9449 §5: the refresh token is bound as soon as there is something to bind it to."""
    first = app.showing(None).signed_in(person)
    assert first["token_type"] == "Bearer"
    second = app.refreshed(first["refresh_token"])
    assert second["token_type"] == "DPoP"
    assert refusal(app.showing(holder()).refresh(second["refresh_token"])) == INVALID_GRANT
    assert refusal(app.showing(None).refresh(second["refresh_token"])) == INVALID_PROOF


@ONE_ENGINE
def test_a_site_that_proves_itself_may_change_its_key(site: Caller, person: Person) -> None:
    """RFC 9449 §5; but it goes on showing one."""
    first = site.signed_in(person)
    assert refusal(site.showing(None).refresh(first["refresh_token"])) == INVALID_PROOF
    other = site.showing(holder())
    second = other.refreshed(first["refresh_token"])
    assert other.userinfo(second["access_token"]).status == 200
    assert refusal(site.userinfo(second["access_token"])) == INVALID_TOKEN
    assert site.refresh(second["refresh_token"]).status == 200


def test_oa6_a_repeat_with_the_same_key_gets_the_same_answer(
    site: Caller, person: Person, at: FrozenClock
) -> None:
    first = site.signed_in(person)
    second = site.refreshed(first["refresh_token"])
    at.advance(seconds=10)
    assert site.refreshed(first["refresh_token"]) == second
    at.advance(seconds=1)
    assert refusal(site.refresh(first["refresh_token"])) == INVALID_GRANT
    assert refusal(site.refresh(second["refresh_token"])) == INVALID_GRANT


def test_oa6_a_repeat_with_another_key_is_a_copy(site: Caller, person: Person) -> None:
    """The first answer belongs to who showed the first key; two keys are two holders."""
    first = site.signed_in(person)
    second = site.refreshed(first["refresh_token"])
    assert refusal(site.showing(holder()).refresh(first["refresh_token"])) == INVALID_GRANT
    assert refusal(site.refresh(second["refresh_token"])) == INVALID_GRANT
    assert refusal(site.userinfo(second["access_token"])) == INVALID_TOKEN


def test_oa14_a_used_proof_uses_up_no_refresh_token(site: Caller, person: Person) -> None:
    first = site.signed_in(person)
    own = {"grant_type": "client_credentials", "resource": API}
    form = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    assert site.post("/token", own, jti="once").status == 200
    assert refusal(site.post("/token", form, jti="once")) == INVALID_PROOF
    assert site.active(first["refresh_token"])
    assert site.post("/token", form, jti="twice").status == 200
    assert refusal(site.post("/token", form, jti="twice")) == INVALID_PROOF, "a repeat proves anew"
    assert site.post("/token", form, jti="thrice").status == 200


def test_oa6_of_twenty_at_once_with_proofs_one_succeeds_and_all_hear_of_it(
    app: Caller, person: Person
) -> None:
    first = app.signed_in(person)
    answers = at_once(20, lambda _: app.refresh(first["refresh_token"]))
    assert {answer.status for answer in answers} == {200}
    assert len({answer.body for answer in answers}) == 1
