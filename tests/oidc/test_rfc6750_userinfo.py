"""RFC 6750, OIDC Core §5.3: what a bearer token opens (OA10, OA22, PII6, CL4)."""

import pytest
from sqlalchemy import update

from idp.clock import FrozenClock
from idp.models import AccessToken
from idp.oidc import clients, grants
from tests.fixtures import Statements
from tests.oidc.world import FORM, Person, Site, World, body, header, refusal

INVALID_TOKEN = (401, "invalid_token")
MAIL = "membre@mgen-connect.test"


@pytest.fixture
def token(world: World, site: Site, person: Person) -> str:
    """A live access token for openid and email."""
    return str(world.tokens(site, person)["access_token"])


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def test_the_three_ways_to_send_it(world: World, token: str) -> None:
    answers = [
        world.send("GET", "/userinfo", bearer(token)),
        world.send("POST", "/userinfo", bearer(token)),
        world.post("/userinfo", {}, bearer(token)),
        world.post("/userinfo", {"access_token": token}),
        world.send("GET", "/userinfo", {"authorization": f"bEARER {token}"}),
        world.send("GET", "/userinfo", bearer(token), query=b"schema=openid"),
    ]
    for answer in answers:
        assert answer.status == 200
        assert header(answer, "Content-Type") == "application/json"
        assert header(answer, "Cache-Control") == "no-store"
        assert body(answer).keys() == {"sub", "email", "email_verified"}
        assert body(answer)["email"] == MAIL
        assert body(answer)["email_verified"] is True


def test_pii6_only_the_claims_of_the_scope(world: World, site: Site, person: Person) -> None:
    plain = world.tokens(site, person, scope=("openid",))["access_token"]
    assert body(world.userinfo(plain)).keys() == {"sub"}


def test_pii6_a_scope_taken_from_the_client_opens_nothing(
    world: World, site: Site, token: str
) -> None:
    with world.database.writing() as session:
        clients.update(session, site.id, {"scope": "openid", "grant_types": None})
    world.issuer.clients._kept.clear()  # five seconds later
    assert body(world.userinfo(token)).keys() == {"sub"}


def test_without_openid_it_is_not_enough(world: World, site: Site, token: str) -> None:
    world.change(update(AccessToken).values(scope="email"))
    answer = world.userinfo(token)
    assert refusal(answer) == (403, "insufficient_scope")
    assert 'error="insufficient_scope"' in str(header(answer, "WWW-Authenticate"))


@pytest.mark.parametrize("headers", [{}, {"authorization": "Basic eDp5"}, {"authorization": "x"}])
def test_nothing_tried_gets_a_bare_challenge(world: World, headers: dict[str, str]) -> None:
    """RFC 6750 §3.1: no error code for who sent no token."""
    for method in ("GET", "POST"):
        answer = world.send(method, "/userinfo", headers)
        assert (answer.status, answer.body) == (401, b"")
        assert [value for name, value in answer.headers if name == "WWW-Authenticate"] == [
            'Bearer realm="MGEN Connect"',
            'DPoP realm="MGEN Connect", algs="ES256 PS256"',
        ]
        assert header(answer, "Cache-Control") == "no-store"


def test_oa22_a_token_in_the_query_is_refused(world: World, token: str) -> None:
    query = f"access_token={token}".encode()
    assert refusal(world.send("GET", "/userinfo", query=query)) == (400, "invalid_request")
    both = world.send("GET", "/userinfo", bearer(token), query=query)
    assert refusal(both) == (400, "invalid_request")


def test_two_ways_at_once_are_refused(world: World, token: str) -> None:
    answer = world.post("/userinfo", {"access_token": token}, bearer(token))
    assert refusal(answer) == (400, "invalid_request")
    assert 'error="invalid_request"' in str(header(answer, "WWW-Authenticate"))


def test_a_body_of_another_kind_holds_no_token(world: World, token: str) -> None:
    content = f"access_token={token}"
    answer = world.send("POST", "/userinfo", {"content-type": "text/plain"}, content)
    assert answer.status == 401
    body_of_get = world.send("GET", "/userinfo", {"content-type": FORM}, content)
    assert body_of_get.status == 401


@pytest.mark.parametrize("value", ["", " ", "a b", "é", "a,b", "a\x00", "x" * 70000 + "é"])
def test_a_malformed_token_is_refused(world: World, value: str) -> None:
    assert refusal(world.userinfo(value)) == (400, "invalid_request")


@pytest.mark.parametrize("value", ["x", "A" * 43, "A" * 43 + "=", "x" * 60000, "a.b.c"])
def test_an_unknown_token_is_refused(world: World, value: str) -> None:
    answer = world.userinfo(value)
    assert refusal(answer) == INVALID_TOKEN
    assert 'error="invalid_token"' in str(header(answer, "WWW-Authenticate"))


def test_oa10_other_tokens_are_no_access_tokens(world: World, site: Site, person: Person) -> None:
    given = world.tokens(site, person)
    for name in ("id_token", "refresh_token"):
        assert refusal(world.userinfo(given[name])) == INVALID_TOKEN
    assert refusal(world.refresh(site, given["access_token"])) == (400, "invalid_grant")
    assert refusal(world.exchange(site, given["access_token"])) == (400, "invalid_grant")


def test_ten_minutes(world: World, token: str, at: FrozenClock) -> None:
    at.advance(seconds=599)
    assert world.userinfo(token).status == 200
    at.advance(seconds=1)
    assert refusal(world.userinfo(token)) == INVALID_TOKEN


def test_a_revoked_grant_opens_nothing(world: World, person: Person, token: str) -> None:
    with world.database.writing() as session:
        grants.revoke_all_of_identity(session, person.id, "everywhere")
    assert refusal(world.userinfo(token)) == INVALID_TOKEN


@pytest.mark.parametrize("state", ["pending", "disabled", "frozen", "erased"])
def test_lk2_the_person_is_looked_at_each_time(
    world: World, person: Person, token: str, state: str
) -> None:
    world.set_state(person, state)
    assert refusal(world.userinfo(token)) == INVALID_TOKEN


def test_cl4_a_disabled_client_learns_nothing(world: World, site: Site, token: str) -> None:
    with world.database.writing() as session:
        clients.disable(session, site.id)
    world.issuer.clients._kept.clear()
    assert refusal(world.userinfo(token)) == INVALID_TOKEN


def test_userinfo_costs_two_statements(world: World, site: Site, token: str) -> None:
    world.userinfo(token)
    ran = Statements(world.database)
    assert world.userinfo(token).status == 200
    assert len(ran) == 2, ran
