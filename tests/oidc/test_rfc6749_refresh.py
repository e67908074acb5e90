"""RFC 6749 §6, RFC 9700 §4.14: refresh tokens rotate; a copy ends the family (OA6)."""

from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import select

from idp.clock import FrozenClock
from idp.models import AccessToken, Event, Grant, RefreshToken
from idp.oidc import clients, grants, sealed_answer
from idp.oidc.http import MachineResponse
from idp.storage.keyring import token_hash
from idp.storage.purge import purge
from tests.fixtures import Statements
from tests.oidc.world import Person, Site, World, body, claims_of, refusal

INVALID_GRANT = (400, "invalid_grant")


@pytest.fixture
def first(world: World, site: Site, person: Person) -> dict[str, Any]:
    """The tokens of a sign-in."""
    return world.tokens(site, person)


def refreshed(world: World, site: Site, token: str, **more: str) -> dict[str, Any]:
    answer = world.refresh(site, token, **more)
    assert answer.status == 200, answer
    return body(answer)


def reuses(world: World, what: str = "reused") -> int:
    with world.database.reading() as session:
        kinds = session.scalars(select(Event.kind)).all()
    return kinds.count(f"client:refresh_token:{what}")


def family_is_dead(world: World, site: Site, *answers: dict[str, Any]) -> bool:
    return all(
        refusal(world.refresh(site, answer["refresh_token"])) == INVALID_GRANT
        and refusal(world.userinfo(answer["access_token"])) == (401, "invalid_token")
        for answer in answers
    )


def test_oa6_each_use_gives_a_new_token(world: World, site: Site, first: dict[str, Any]) -> None:
    second = refreshed(world, site, first["refresh_token"])
    third = refreshed(world, site, second["refresh_token"])
    assert len({answer["refresh_token"] for answer in (first, second, third)}) == 3
    assert len({answer["access_token"] for answer in (first, second, third)}) == 3
    assert second["expires_in"] == 600
    assert world.userinfo(third["access_token"]).status == 200


def test_oa6_a_repeat_within_ten_seconds_gets_the_same_answer(
    world: World, site: Site, first: dict[str, Any], at: FrozenClock
) -> None:
    second = refreshed(world, site, first["refresh_token"])
    at.advance(seconds=10)
    assert refreshed(world, site, first["refresh_token"]) == second
    assert refreshed(world, site, first["refresh_token"], scope="openid") == second
    assert reuses(world) == 0
    assert reuses(world, "repeated") == 2, "a grace that nobody sees would hide a thief"
    with world.database.reading() as session:
        assert len(session.scalars(select(RefreshToken.token_hash)).all()) == 2


def test_oa6_a_repeat_never_opens_a_second_branch(
    world: World, site: Site, first: dict[str, Any]
) -> None:
    second = refreshed(world, site, first["refresh_token"])
    third = refreshed(world, site, second["refresh_token"])
    assert refreshed(world, site, first["refresh_token"]) == second
    assert refreshed(world, site, second["refresh_token"]) == third


def test_oa6_a_later_repeat_ends_the_family(
    world: World, site: Site, first: dict[str, Any], at: FrozenClock
) -> None:
    second = refreshed(world, site, first["refresh_token"])
    at.advance(seconds=11)
    assert refusal(world.refresh(site, first["refresh_token"])) == INVALID_GRANT
    assert family_is_dead(world, site, first, second)
    assert reuses(world) == 1


def test_oa6_of_twenty_at_once_one_succeeds_and_all_hear_of_it(
    world: World, site: Site, first: dict[str, Any]
) -> None:
    barrier = Barrier(20)
    answers: list[MachineResponse] = []

    def use() -> None:
        barrier.wait()
        answers.append(world.refresh(site, first["refresh_token"]))

    threads = [Thread(target=use) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 20
    assert {answer.status for answer in answers} == {200}
    given = [body(answer) for answer in answers]
    assert all(answer == given[0] for answer in given)
    with world.database.reading() as session:
        assert len(session.scalars(select(RefreshToken.token_hash)).all()) == 2
        assert len(session.scalars(select(AccessToken.token_hash)).all()) == 2
    assert world.userinfo(given[0]["access_token"]).status == 200


def test_oa6_another_client_gets_nothing_and_ends_nothing(
    world: World, site: Site, first: dict[str, Any], at: FrozenClock
) -> None:
    other = world.site()
    assert refusal(world.refresh(other, first["refresh_token"])) == INVALID_GRANT
    second = refreshed(world, site, first["refresh_token"])
    assert refusal(world.refresh(other, first["refresh_token"])) == INVALID_GRANT
    at.advance(seconds=11)
    assert refusal(world.refresh(other, first["refresh_token"])) == INVALID_GRANT
    assert world.refresh(site, second["refresh_token"]).status == 200
    assert reuses(world) == 0


def test_oa6_seven_days_idle(
    world: World, site: Site, first: dict[str, Any], at: FrozenClock
) -> None:
    at.advance(days=7, seconds=-1)
    second = refreshed(world, site, first["refresh_token"])
    at.advance(days=7)
    assert refusal(world.refresh(site, second["refresh_token"])) == INVALID_GRANT
    assert reuses(world) == 0, "too late is not a copy"


def test_oa6_thirty_days_in_all(
    world: World, site: Site, first: dict[str, Any], at: FrozenClock
) -> None:
    latest = first
    for _ in range(5):
        at.advance(days=5)
        latest = refreshed(world, site, latest["refresh_token"])
    at.advance(days=5, seconds=-1)
    latest = refreshed(world, site, latest["refresh_token"])
    at.advance(seconds=1)
    assert family_is_dead(world, site, latest)
    with world.database.reading() as session:
        family = session.scalars(select(Grant.expires_at)).one()
        assert max(session.scalars(select(RefreshToken.expires_at))) == family


@pytest.mark.parametrize("state", ["disabled", "frozen", "erased", "pending"])
def test_lk2_the_person_is_looked_at_again(
    world: World, site: Site, person: Person, first: dict[str, Any], state: str
) -> None:
    world.set_state(person, state)
    assert family_is_dead(world, site, first)


def test_se5_ending_all_grants_of_a_person(
    world: World, site: Site, person: Person, first: dict[str, Any]
) -> None:
    somebody = world.person("autre@mgen-connect.test")
    theirs = world.tokens(site, somebody)
    with world.database.writing() as session:
        assert grants.revoke_all_of_identity(session, person.id, "everywhere") == 1
        assert grants.revoke_all_of_identity(session, person.id, "everywhere") == 0
    assert family_is_dead(world, site, first)
    assert world.userinfo(theirs["access_token"]).status == 200


def test_cl4_the_client_is_looked_at_again(world: World, site: Site, first: dict[str, Any]) -> None:
    change = {"scope": "openid email", "grant_types": ["authorization_code", "refresh_token"]}
    with world.database.writing() as session:
        clients.update(session, site.id, change)
    world.issuer.clients._kept.clear()  # five seconds later
    assert refusal(world.refresh(site, first["refresh_token"])) == INVALID_GRANT


@pytest.mark.parametrize(
    ("asked", "granted"),
    [("openid", "openid"), ("email openid", "email openid"), ("email", "email")],
)
def test_oa6_scope_only_narrows(
    world: World, site: Site, first: dict[str, Any], asked: str, granted: str
) -> None:
    narrowed = refreshed(world, site, first["refresh_token"], scope=asked)
    assert narrowed["scope"] == granted
    assert ("id_token" in narrowed) == ("openid" in granted)
    whole = refreshed(world, site, narrowed["refresh_token"])
    assert whole["scope"] == "openid email offline_access"  # RFC 6749 §6: the token keeps its own


@pytest.mark.parametrize("asked", ["openid profile", "openid roles", "openid  email", '"', "é"])
def test_oa6_scope_never_widens(
    world: World, site: Site, first: dict[str, Any], asked: str
) -> None:
    refused = world.refresh(site, first["refresh_token"], scope=asked)
    assert refusal(refused) == (400, "invalid_scope")
    assert world.refresh(site, first["refresh_token"]).status == 200, "nothing was used up"


def test_the_id_token_says_what_it_said(
    world: World, site: Site, first: dict[str, Any], at: FrozenClock
) -> None:
    """OIDC Core §12.2; Authlib says auth_time = now and forgets acr and amr."""
    at.advance(hours=1)
    before = claims_of(first["id_token"])
    after = claims_of(refreshed(world, site, first["refresh_token"])["id_token"])
    for name in ("iss", "sub", "aud", "auth_time", "acr", "amr", "sid"):
        assert after[name] == before[name], name
    assert after["iat"] == before["iat"] + 3600
    assert after["exp"] == after["iat"] + 600
    assert after["at_hash"] != before["at_hash"]
    assert "nonce" not in after


def test_the_session_may_have_ended(
    world: World, site: Site, person: Person, first: dict[str, Any]
) -> None:
    """Offline access is meant to outlive a sign-out of the site."""
    world.end_session(person)
    assert world.refresh(site, first["refresh_token"]).status == 200


def test_the_database_alone_does_not_reveal_the_answer(
    world: World, site: Site, first: dict[str, Any], at: FrozenClock
) -> None:
    token = first["refresh_token"]
    second = refreshed(world, site, token)
    query = select(RefreshToken.answer).where(RefreshToken.token_hash == token_hash(token))
    with world.database.reading() as session:
        sealed = session.scalars(query).one()
    assert sealed is not None
    for secret in ("access_token", "refresh_token", "id_token"):
        assert second[secret].encode() not in sealed
    assert sealed_answer.unseal(token, site.id, sealed) == second
    assert sealed_answer.unseal(token_hash(token), site.id, sealed) is None
    assert sealed_answer.unseal(token, "another", sealed) is None
    at.advance(seconds=11)
    purge(world.database)
    with world.database.reading() as session:
        assert session.scalars(query).one() is None


def test_the_purge_forgets_no_reuse(
    world: World, site: Site, first: dict[str, Any], at: FrozenClock
) -> None:
    second = refreshed(world, site, first["refresh_token"])
    at.advance(seconds=11)
    purge(world.database)
    assert refusal(world.refresh(site, first["refresh_token"])) == INVALID_GRANT
    assert family_is_dead(world, site, second)


def test_a_client_that_changed_sector_is_told_the_new_sub(
    world: World, site: Site, first: dict[str, Any]
) -> None:
    with world.database.writing() as session:
        clients.update(session, site.id, {"sector_identifier": "membres.example.test"})
    world.issuer.clients._kept.clear()
    second = refreshed(world, site, first["refresh_token"])
    assert claims_of(second["id_token"])["sub"] != claims_of(first["id_token"])["sub"]
    assert (
        body(world.userinfo(second["access_token"]))["sub"] == claims_of(second["id_token"])["sub"]
    )


def test_a_missing_token_is_named(world: World, site: Site) -> None:
    assert refusal(world.refresh(site, "")) == (400, "invalid_request")


def test_a_refresh_costs_five_statements_at_most(
    world: World, site: Site, first: dict[str, Any], at: FrozenClock
) -> None:
    ran = Statements(world.database)
    refreshed(world, site, first["refresh_token"])
    assert len(ran) == 4, ran
    ran.clear()
    refreshed(world, site, first["refresh_token"])  # a repeat
    assert len(ran) <= 5, ran
    ran.clear()
    at.advance(seconds=11)
    world.refresh(site, first["refresh_token"])  # a reuse: revocation and event
    assert len(ran) <= 5, ran


def test_the_grant_is_the_family(world: World, site: Site, first: dict[str, Any]) -> None:
    refreshed(world, site, first["refresh_token"])
    with world.database.reading() as session:
        assert len(session.scalars(select(Grant.id)).all()) == 1
