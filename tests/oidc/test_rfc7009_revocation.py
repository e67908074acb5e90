"""RFC 7009: a site gives back its own tokens, and those alone (OA18)."""

from typing import Any

import pytest
from sqlalchemy import select

from idp.clock import FrozenClock
from idp.models import Event, Spent
from idp.storage.purge import purge
from tests.at_once import at_once
from tests.fixtures import Statements
from tests.oidc.caller import API, Caller, caller, good
from tests.oidc.holder import holder
from tests.oidc.world import ONE_ENGINE, Person, World, header, refusal


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


def revoked(site: Caller, token: str, **more: str) -> None:
    answer = site.revoke(token, **more)
    assert (answer.status, answer.body) == (200, b"")
    assert header(answer, "Cache-Control") == "no-store"


def events(world: World) -> list[tuple[str | None, str]]:
    """Whose tokens of which kind were given back."""
    query = select(Event.identity_id, Event.detail).where(Event.kind == "client:token:revoked")
    with world.database.reading() as session:
        return [(whose, detail["token"]) for whose, detail in session.execute(query)]


def test_a_refresh_token_ends_all_that_came_of_it(
    world: World, site: Caller, person: Person, given: dict[str, Any]
) -> None:
    second = site.refreshed(given["refresh_token"])
    api = site.refreshed(second["refresh_token"])
    elsewhere = site.signed_in(person)
    revoked(site, api["refresh_token"])
    for tokens in (given, second, api):
        assert refusal(world.userinfo(tokens["access_token"])) == (401, "invalid_token")
        assert not site.active(tokens["access_token"])
        assert refusal(site.refresh(tokens["refresh_token"])) == (400, "invalid_grant")
    assert site.active(elsewhere["access_token"]), "another sign-in is another grant"
    assert events(world) == [(person.id, "refresh_token")]
    revoked(site, api["refresh_token"])
    assert len(events(world)) == 1, "it had ended before"


@ONE_ENGINE
def test_a_used_refresh_token_ends_it_too(site: Caller, given: dict[str, Any]) -> None:
    second = site.refreshed(given["refresh_token"])
    revoked(site, given["refresh_token"])
    assert not site.active(second["refresh_token"])


@ONE_ENGINE
def test_signed_tokens_end_with_their_grant(site: Caller, person: Person) -> None:
    given = site.signed_in(person, resources=(API,))
    revoked(site, given["refresh_token"])
    assert not site.active(given["access_token"])


def test_an_access_token_ends_alone(world: World, site: Caller, given: dict[str, Any]) -> None:
    second = site.refreshed(given["refresh_token"])
    revoked(site, given["access_token"])
    assert refusal(world.userinfo(given["access_token"])) == (401, "invalid_token")
    assert site.active(second["access_token"])
    assert site.refresh(second["refresh_token"]).status == 200
    revoked(site, given["access_token"])
    assert events(world) == [(None, "access_token")], "once"


def test_a_signed_one_ends_alone(world: World, site: Caller, signed: str, person: Person) -> None:
    other = site.signed_in(person, resources=(API,))["access_token"]
    revoked(site, signed)
    revoked(site, signed)
    assert not site.active(signed)
    assert site.active(other)
    assert events(world) == [(None, "access_token")], "once"


@ONE_ENGINE
def test_one_of_the_site_itself(site: Caller) -> None:
    first, second = (good(site.for_itself(resource=API))["access_token"] for _ in range(2))
    revoked(site, first)
    assert not site.active(first)
    assert site.active(second)


@ONE_ENGINE
def test_a_revoked_id_is_kept_as_long_as_the_token_lives(
    world: World, site: Caller, signed: str, at: FrozenClock
) -> None:
    revoked(site, signed)
    at.advance(minutes=10, seconds=-1)
    purge(world.database)
    assert not site.active(signed)
    at.advance(minutes=10)  # and five minutes more, for a node whose clock is behind
    purge(world.database)
    with world.database.reading() as session:
        assert session.scalars(select(Spent.digest)).all() == []


def test_oa18_a_foreign_token_is_left_alone(
    world: World, site: Caller, given: dict[str, Any], signed: str
) -> None:
    other = caller(world)
    own = good(site.for_itself(resource=API))["access_token"]
    for token in (given["access_token"], given["refresh_token"], signed, own):
        revoked(other, token)
        assert site.active(token)
    assert events(world) == []


@ONE_ENGINE
def test_an_unknown_token_is_answered_alike(site: Caller) -> None:
    for token in ("x", "A" * 43, ".", "a.b.c", "é", '"', "x" * 20000):
        revoked(site, token)


@ONE_ENGINE
def test_oa10_an_id_token_is_not_revoked(site: Caller, given: dict[str, Any]) -> None:
    revoked(site, given["id_token"])
    assert site.active(given["access_token"])
    assert site.active(given["refresh_token"])


@ONE_ENGINE
def test_a_hint_changes_nothing(site: Caller, person: Person) -> None:
    for hint in ("access_token", "refresh_token", "id_token", "x", '"é', ""):
        given = site.signed_in(person)
        revoked(site, given["access_token"], token_type_hint=hint)
        assert not site.active(given["access_token"])
        assert site.active(given["refresh_token"])
        revoked(site, given["refresh_token"], token_type_hint=hint)
        assert not site.active(given["refresh_token"])


@ONE_ENGINE
def test_a_public_client_gives_back_its_own(world: World, person: Person) -> None:
    app, other = caller(world, public=True), caller(world, public=True)
    given = app.signed_in(person)
    revoked(other, given["refresh_token"])
    assert world.userinfo(given["access_token"]).status == 200
    revoked(app, given["refresh_token"])
    assert world.userinfo(given["access_token"]).status == 401


@ONE_ENGINE
def test_a_bound_token_needs_no_proof_to_go(site: Caller, person: Person) -> None:
    given = site.showing(holder()).signed_in(person)
    revoked(site, given["access_token"])
    assert not site.active(given["access_token"])


@ONE_ENGINE
def test_oa17_the_client_proves_itself(world: World, site: Caller, given: dict[str, Any]) -> None:
    form = {"token": given["refresh_token"]}
    assert refusal(world.post("/revoke", form)) == (400, "invalid_client")
    named = {**form, "client_id": site.site.id}
    assert refusal(world.post("/revoke", named)) == (400, "invalid_client")
    wrong = {**named, "client_secret": "x"}
    assert refusal(world.post("/revoke", wrong)) == (400, "invalid_client")
    assert site.active(given["refresh_token"])


@ONE_ENGINE
def test_what_is_malformed_is_refused(site: Caller) -> None:
    assert refusal(site.post("/revoke", {})) == (400, "invalid_request")
    headers, _ = site.authentication()
    assert refusal(site.world.send("POST", "/revoke", headers, query=b"token=x")) == (
        400,
        "invalid_request",
    )
    twice = site.world.post("/revoke", [("token", "x"), ("token", "y")], headers)
    assert refusal(twice) == (400, "invalid_request")


def test_given_back_while_it_is_refreshed(
    world: World, site: Caller, given: dict[str, Any]
) -> None:
    """Whichever comes first: what came of it is dead afterwards."""

    def job(number: int) -> Any:
        token = given["refresh_token"]
        return site.revoke(token) if number % 2 else site.refresh(token)

    answers = [answer for answer in at_once(10, job) if answer.body and answer.status == 200]
    for answer in answers:
        tokens = good(answer)
        assert not site.active(tokens["access_token"])
        assert not site.active(tokens["refresh_token"])
    assert len(events(world)) == 1


def test_it_costs_four_statements_at_most(
    world: World, site: Caller, given: dict[str, Any], signed: str
) -> None:
    site.active(given["access_token"])
    ran = Statements(world.database)
    for token, cost in ((signed, 2), (given["access_token"], 2), (given["refresh_token"], 4)):
        site.revoke(token)
        assert len(ran) == cost, ran
        ran.clear()
    site.revoke("unknown")
    assert len(ran) == 2, ran
