"""FAPI 2.0 security profile §5.3.2: a client with a key of its own, a token that stays (OA6)."""

from typing import Any

import pytest
from sqlalchemy import select

from idp import clock
from idp.clock import FrozenClock
from idp.models import RefreshToken
from tests.at_once import at_once
from tests.fixtures import Statements
from tests.oidc.caller import API, Caller, caller, changed, fapi2, good
from tests.oidc.holder import holder
from tests.oidc.world import ONE_ENGINE, Person, World, claims_of, part_of, refusal

INVALID_GRANT = (400, "invalid_grant")
INVALID_PROOF = (400, "invalid_dpop_proof")


@pytest.fixture
def bank(world: World) -> Caller:
    """A client of the profile."""
    return fapi2(world)


@pytest.fixture
def given(bank: Caller, person: Person) -> dict[str, Any]:
    """The tokens of a sign-in."""
    return bank.signed_in(person)


def test_what_it_is_given(bank: Caller, given: dict[str, Any]) -> None:
    assert given["token_type"] == "DPoP"
    assert part_of(given["id_token"], 0)["alg"] == "ES256"
    assert bank.userinfo(given["access_token"]).status == 200


def test_oa6_the_refresh_token_stays(
    world: World, bank: Caller, given: dict[str, Any], at: FrozenClock
) -> None:
    token, access = given["refresh_token"], {given["access_token"]}
    for _ in range(3):
        at.advance(seconds=30)
        again = bank.refreshed(token)
        assert again["refresh_token"] == token
        assert claims_of(again["id_token"])["iat"] == clock.timestamp()
        assert bank.userinfo(again["access_token"]).status == 200
        access.add(again["access_token"])
    assert len(access) == 4
    with world.database.reading() as session:
        assert len(session.scalars(select(RefreshToken.token_hash)).all()) == 1


@ONE_ENGINE
def test_oa6_for_thirty_days_used_or_not(
    bank: Caller, given: dict[str, Any], at: FrozenClock
) -> None:
    at.advance(days=30, seconds=-1)
    assert bank.active(given["refresh_token"])
    assert bank.refresh(given["refresh_token"]).status == 200
    at.advance(seconds=1)
    assert not bank.active(given["refresh_token"])
    assert refusal(bank.refresh(given["refresh_token"])) == INVALID_GRANT


@ONE_ENGINE
def test_oa6_a_token_from_before_the_profile_keeps_its_seven_days(
    world: World, person: Person, at: FrozenClock
) -> None:
    site = caller(world, holder())
    early, late = (site.signed_in(person)["refresh_token"] for _ in range(2))
    changed(world, site.site, profile="fapi2")
    at.advance(days=7, seconds=-1)
    assert site.refreshed(early)["refresh_token"] == early
    at.advance(seconds=1)
    assert refusal(site.refresh(late)) == INVALID_GRANT


@ONE_ENGINE
def test_each_use_shows_a_key(bank: Caller, given: dict[str, Any], person: Person) -> None:
    bare = bank.showing(None)
    assert refusal(bare.refresh(given["refresh_token"])) == INVALID_PROOF
    assert refusal(bare.exchange(bank.world.code(bank.site, person))) == INVALID_PROOF
    assert bank.showing(holder()).refresh(given["refresh_token"]).status == 200


@ONE_ENGINE
def test_each_use_needs_the_client_too(world: World, bank: Caller, given: dict[str, Any]) -> None:
    form = {"grant_type": "refresh_token", "refresh_token": given["refresh_token"]}
    header = bank.header("POST", "/token")
    named = {**form, "client_id": bank.site.id}
    assert refusal(world.post("/token", named, header)) == (400, "invalid_client")
    assert refusal(fapi2(world).refresh(given["refresh_token"])) == INVALID_GRANT
    assert refusal(caller(world, bank.shows).refresh(given["refresh_token"])) == INVALID_GRANT
    assert bank.active(given["refresh_token"]), "none of them ended anything"


@ONE_ENGINE
def test_oa14_a_used_proof_gets_nothing(bank: Caller, given: dict[str, Any]) -> None:
    form = {"grant_type": "refresh_token", "refresh_token": given["refresh_token"]}
    assert bank.post("/token", form, jti="once").status == 200
    assert refusal(bank.post("/token", form, jti="once")) == INVALID_PROOF


def test_oa6_twenty_at_once_get_a_token_each(bank: Caller, given: dict[str, Any]) -> None:
    answers = [good(one) for one in at_once(20, lambda _: bank.refresh(given["refresh_token"]))]
    assert len({one["access_token"] for one in answers}) == 20
    assert {one["refresh_token"] for one in answers} == {given["refresh_token"]}
    assert bank.refresh(given["refresh_token"]).status == 200


def test_oa5_of_twenty_redemptions_one_wins(world: World, bank: Caller, person: Person) -> None:
    assert bank.shows
    code = world.code(bank.site, person, dpop_jkt=bank.shows.jkt)
    answers = at_once(20, lambda _: bank.exchange(code))
    [won] = [answer for answer in answers if answer.status == 200]
    assert {refusal(answer) for answer in answers if answer is not won} == {INVALID_GRANT}
    assert refusal(bank.refresh(good(won)["refresh_token"])) == INVALID_GRANT


@ONE_ENGINE
@pytest.mark.parametrize("state", ["disabled", "frozen", "erased"])
def test_lk2_a_token_that_stays_ends_with_the_rest(
    world: World, bank: Caller, person: Person, given: dict[str, Any], state: str
) -> None:
    world.set_state(person, state)
    assert refusal(bank.refresh(given["refresh_token"])) == INVALID_GRANT


@ONE_ENGINE
def test_oa18_given_back_it_is_gone(bank: Caller, given: dict[str, Any]) -> None:
    assert bank.revoke(given["refresh_token"]).status == 200
    assert refusal(bank.refresh(given["refresh_token"])) == INVALID_GRANT


@ONE_ENGINE
def test_an_api_gets_a_bound_token(bank: Caller, person: Person) -> None:
    given = bank.signed_in(person, resources=(API,))
    assert bank.shows
    assert claims_of(given["access_token"])["cnf"] == {"jkt": bank.shows.jkt}
    key = holder()
    again = bank.showing(key).refreshed(given["refresh_token"])
    assert claims_of(again["access_token"])["cnf"] == {"jkt": key.jkt}


def test_what_it_costs(world: World, bank: Caller, person: Person) -> None:
    """One statement is the assertion's jti, one the proof's."""
    code = world.code(bank.site, person)
    bank.for_itself()  # client and keys are known from here on
    second = world.code(bank.site, person)
    ran = Statements(world.database)
    given = good(bank.exchange(code))
    assert len(ran) == 7, ran  # the first time at this sector
    ran.clear()
    bank.exchange(second)
    assert len(ran) == 6, ran
    ran.clear()
    bank.refreshed(given["refresh_token"])
    assert len(ran) == 4, ran
    ran.clear()
    bank.for_itself()
    assert len(ran) == 2, ran
