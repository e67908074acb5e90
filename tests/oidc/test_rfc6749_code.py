"""RFC 6749 §4.1.3: the code at the token endpoint (OA4, OA5, CL4, SE5)."""

from threading import Barrier, Thread

import pytest
from sqlalchemy import select, update

from idp.clock import FrozenClock
from idp.models import AccessToken, AuthorizationCode, Event, Grant, RefreshToken
from idp.oidc import clients
from idp.oidc.http import MachineResponse
from idp.storage.keyring import token_hash
from tests.fixtures import Statements
from tests.oidc.world import CALLBACK, VERIFIER, Person, Site, World, body, header, refusal

INVALID_GRANT = (400, "invalid_grant")


def events(world: World) -> list[str]:
    with world.database.reading() as session:
        return [kind for kind in session.scalars(select(Event.kind)) if kind.startswith("client:")]


def test_a_code_becomes_tokens(world: World, site: Site, person: Person) -> None:
    answer = world.exchange(site, world.code(site, person))
    assert answer.status == 200
    assert header(answer, "Content-Type") == "application/json"
    members = body(answer)
    assert set(members) == {
        "access_token",
        "token_type",
        "expires_in",
        "scope",
        "refresh_token",
        "id_token",
    }
    assert members["token_type"] == "Bearer"
    assert members["expires_in"] == 600
    assert members["scope"] == "openid email offline_access"
    assert len(members["access_token"]) == len(members["refresh_token"]) == 43  # 256 bits


def test_oa22_neither_tokens_nor_errors_are_kept(world: World, site: Site, person: Person) -> None:
    for answer in (world.exchange(site, world.code(site, person)), world.exchange(site, "x")):
        assert header(answer, "Cache-Control") == "no-store"
        assert header(answer, "Pragma") == "no-cache"


def test_oa4_only_hashes_are_stored(world: World, site: Site, person: Person) -> None:
    code = world.code(site, person)
    given = body(world.exchange(site, code))
    with world.database.reading() as session:
        assert session.scalars(select(AuthorizationCode.code_hash)).all() == [token_hash(code)]
        assert session.scalars(select(AccessToken.token_hash)).all() == [
            token_hash(given["access_token"])
        ]
        assert session.scalars(select(RefreshToken.token_hash)).all() == [
            token_hash(given["refresh_token"])
        ]


def test_oa4_a_code_lives_sixty_seconds(
    world: World, site: Site, person: Person, at: FrozenClock
) -> None:
    in_time, too_late = world.code(site, person), world.code(site, person)
    at.advance(seconds=59)
    assert world.exchange(site, in_time).status == 200
    at.advance(seconds=1)
    assert refusal(world.exchange(site, too_late)) == INVALID_GRANT


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": CALLBACK + "/"},
        {"redirect_uri": CALLBACK.upper()},
        {"code": "A" * 43},
        {"code": "é\u00a0"},
    ],
    ids=str,
)
def test_oa4_bound_to_what_it_was_asked_for(
    world: World, site: Site, person: Person, changes: dict[str, str]
) -> None:
    assert refusal(world.exchange(site, world.code(site, person), **changes)) == INVALID_GRANT


@pytest.mark.parametrize("name", ["code", "redirect_uri"])
def test_a_missing_parameter_is_named(world: World, site: Site, person: Person, name: str) -> None:
    answer = world.exchange(site, world.code(site, person), **{name: None})
    assert refusal(answer) == (400, "invalid_request")
    assert name in body(answer)["error_description"]


def test_oa4_another_client_cannot_redeem_nor_burn_it(
    world: World, site: Site, person: Person
) -> None:
    """Keycloak CVE-2026-16089: the code is bound to its client."""
    code, thief = world.code(site, person), world.site()
    assert refusal(world.exchange(thief, code)) == INVALID_GRANT
    assert world.exchange(site, code).status == 200


def test_a_wrong_verifier_or_address_does_not_burn_it(
    world: World, site: Site, person: Person
) -> None:
    code = world.code(site, person)
    assert refusal(world.exchange(site, code, code_verifier="x" * 43)) == INVALID_GRANT
    assert refusal(world.exchange(site, code, redirect_uri=CALLBACK + "?")) == INVALID_GRANT
    assert world.exchange(site, code).status == 200


def test_oa5_a_second_use_ends_the_whole_family(
    world: World, site: Site, person: Person, at: FrozenClock
) -> None:
    code = world.code(site, person)
    given = body(world.exchange(site, code))
    at.advance(seconds=90)  # even when the code would be too old by now
    assert refusal(world.exchange(site, code)) == INVALID_GRANT
    assert refusal(world.userinfo(given["access_token"])) == (401, "invalid_token")
    assert refusal(world.refresh(site, given["refresh_token"])) == INVALID_GRANT
    assert events(world) == ["client:code:reused"]


def test_oa5_another_clients_replay_ends_nothing(world: World, site: Site, person: Person) -> None:
    code = world.code(site, person)
    given = body(world.exchange(site, code))
    assert refusal(world.exchange(world.site(), code)) == INVALID_GRANT
    assert world.userinfo(given["access_token"]).status == 200
    assert events(world) == []


def test_oa5_other_families_live_on(world: World, site: Site, person: Person) -> None:
    other = world.tokens(site, person)
    code = world.code(site, person)
    world.exchange(site, code)
    world.exchange(site, code)
    assert world.userinfo(other["access_token"]).status == 200


def test_oa5_av9_of_twenty_at_once_one_wins(world: World, site: Site, person: Person) -> None:
    code, barrier = world.code(site, person), Barrier(20)
    answers: list[MachineResponse] = []

    def redeem() -> None:
        barrier.wait()
        answers.append(world.exchange(site, code))

    threads = [Thread(target=redeem) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    won = [answer for answer in answers if answer.status == 200]
    assert len(answers) == 20
    assert len(won) == 1
    assert {refusal(answer) for answer in answers if answer not in won} == {INVALID_GRANT}
    assert refusal(world.userinfo(body(won[0])["access_token"])) == (401, "invalid_token")
    with world.database.reading() as session:
        assert len(session.scalars(select(Grant.id)).all()) == 1
        assert len(session.scalars(select(AccessToken.token_hash)).all()) == 1


def test_se5_a_code_dies_with_its_session(world: World, site: Site, person: Person) -> None:
    code = world.code(site, person)
    world.end_session(person)
    assert refusal(world.exchange(site, code)) == INVALID_GRANT


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("active", 200),
        ("closing", 200),
        ("pending", 400),
        ("disabled", 400),
        ("frozen", 400),
        ("erased", 400),
    ],
)
def test_lk2_only_people_who_may_use_tokens_get_any(
    world: World, site: Site, person: Person, state: str, status: int
) -> None:
    code = world.code(site, person)
    world.set_state(person, state)
    assert world.exchange(site, code).status == status


def test_cl4_a_disabled_client_redeems_nothing(world: World, site: Site, person: Person) -> None:
    code = world.code(site, person)
    with world.database.writing() as session:
        clients.disable(session, site.id)
    assert refusal(world.exchange(site, code)) == (401, "invalid_client")


def test_cl4_a_scope_taken_from_the_client_is_not_granted(
    world: World, site: Site, person: Person
) -> None:
    code = world.code(site, person)
    with world.database.writing() as session:
        clients.update(session, site.id, {"scope": "openid", "grant_types": None})
    given = body(world.exchange(site, code))
    assert given["scope"] == "openid"
    assert "refresh_token" not in given


def test_no_refresh_token_without_offline_access(world: World, site: Site, person: Person) -> None:
    given = world.tokens(site, person, scope=("openid", "email"))
    assert "refresh_token" not in given
    with world.database.reading() as session:
        assert session.scalars(select(RefreshToken)).all() == []


def test_no_refresh_token_for_a_client_without_the_grant(world: World, person: Person) -> None:
    site = world.site(scope="openid email", grant_types=["authorization_code"])
    assert "refresh_token" not in world.tokens(site, person)


def test_a_code_exchange_costs_six_statements_at_most(
    world: World, site: Site, person: Person
) -> None:
    first, second = world.code(site, person), world.code(site, person)
    world.token({"grant_type": "refresh_token"}, site.basic())  # the client is known from here on
    world.send("GET", "/jwks.json")  # and so are the keys
    ran = Statements(world.database)
    assert world.exchange(site, first).status == 200
    assert len(ran) == 5, ran  # the first time at this sector: its sub is written too
    ran.clear()
    assert world.exchange(site, second).status == 200
    assert len(ran) == 4, ran


def test_the_code_says_what_it_was_issued_with(world: World, site: Site, person: Person) -> None:
    """Whatever changes meanwhile, the stored row decides: the form brings no claim of its own."""
    code = world.code(site, person)
    world.change(update(AuthorizationCode).values(scope="openid"))
    given = body(world.exchange(site, code, scope="openid email", code_verifier=VERIFIER))
    assert given["scope"] == "openid"
