"""RFC 9449: which key a code, a token and its successors go with (OA4, OA6, OA14)."""

from typing import Any

import pytest
from sqlalchemy import select

from idp.clock import FrozenClock
from idp.models import AuthorizationCode, Grant
from idp.oidc import dpop_nonce
from tests.at_once import at_once
from tests.fixtures import Statements
from tests.oidc.caller import API, Caller, caller, good
from tests.oidc.holder import ABSENT, Holder, ath, holder
from tests.oidc.world import ONE_ENGINE, Person, World, body, header, refusal

INVALID_PROOF = (400, "invalid_dpop_proof")
INVALID_GRANT = (400, "invalid_grant")
INVALID_TOKEN = (401, "invalid_token")


@pytest.fixture
def key() -> Holder:
    return holder()


@pytest.fixture
def site(world: World, key: Holder) -> Caller:
    """A confidential site that shows a key."""
    return caller(world, key)


def used(world: World) -> bool:
    with world.database.reading() as session:
        return session.scalars(select(AuthorizationCode.used_at)).one() is not None


def test_oa14_the_token_goes_with_the_key(world: World, site: Caller, person: Person) -> None:
    given = site.signed_in(person)
    assert given["token_type"] == "DPoP"
    answer = site.userinfo(given["access_token"])
    assert body(answer)["email"] == "membre@mgen-connect.test"
    assert header(answer, "DPoP-Nonce")


@ONE_ENGINE
def test_the_case_of_the_scheme_means_nothing(site: Caller, person: Person) -> None:
    token = site.signed_in(person)["access_token"]
    for scheme in ("DPoP", "dpop", "DPOP", "dPoP"):
        assert site.userinfo(token, scheme).status == 200


@ONE_ENGINE
def test_oa14_a_bound_token_is_no_bearer_token(world: World, site: Caller, person: Person) -> None:
    token = site.signed_in(person)["access_token"]
    for answer in (
        world.userinfo(token),
        site.userinfo(token, "Bearer"),  # the proof beside it changes nothing
        world.post("/userinfo", {"access_token": token}),
    ):
        assert refusal(answer) == INVALID_TOKEN
        assert 'Bearer realm="MGEN Connect", error="invalid_token"' in str(
            header(answer, "WWW-Authenticate")
        )


@ONE_ENGINE
def test_an_unbound_token_is_not_taken_with_a_key(site: Caller, person: Person) -> None:
    token = site.showing(None).signed_in(person)["access_token"]
    answer = site.userinfo(token)
    assert refusal(answer) == INVALID_TOKEN
    challenge = str(header(answer, "WWW-Authenticate"))
    assert challenge.startswith('DPoP realm="MGEN Connect", error="invalid_token"')
    assert challenge.endswith('algs="ES256 PS256"')
    assert site.userinfo(token, "Bearer").status == 200


BAD: tuple[dict[str, Any], ...] = (
    {"ath": ath("another")},
    {"ath": ABSENT},
    {"htm": "POST"},
    {"htu": "http://localhost:8000/token"},
    {"jti": ABSENT},
    {"iat": 0},
    {"header": {"typ": "JWT"}},
)


@ONE_ENGINE
def test_oa14_a_bad_proof_opens_nothing(site: Caller, person: Person) -> None:
    token = site.signed_in(person)["access_token"]
    for answer in (
        site.showing(None).userinfo(token),
        *(site.userinfo(token, **change) for change in BAD),
    ):
        assert refusal(answer) == (401, "invalid_dpop_proof")
        challenge = str(header(answer, "WWW-Authenticate"))
        assert challenge.startswith('DPoP realm="MGEN Connect", error="invalid_dpop_proof"')


@ONE_ENGINE
def test_oa14_another_key_opens_nothing(site: Caller, person: Person) -> None:
    token = site.signed_in(person)["access_token"]
    assert refusal(site.showing(holder()).userinfo(token)) == INVALID_TOKEN


def test_oa14_a_proof_is_good_once(site: Caller, person: Person) -> None:
    token = site.signed_in(person)["access_token"]
    assert site.userinfo(token, jti="once").status == 200
    assert refusal(site.userinfo(token, jti="once")) == (401, "invalid_dpop_proof")
    assert site.userinfo(token, jti="twice").status == 200


def test_oa14_of_twenty_uses_of_one_proof_one_is_answered(site: Caller, person: Person) -> None:
    token = site.signed_in(person)["access_token"]
    answers = at_once(20, lambda _: site.userinfo(token, jti="once"))
    assert sorted(answer.status for answer in answers) == [200] + [401] * 19


@ONE_ENGINE
def test_what_is_refused_spends_no_proof(site: Caller, person: Person) -> None:
    token = site.signed_in(person)["access_token"]
    unknown = "A" * 43
    assert refusal(site.userinfo(unknown, jti="once")) == INVALID_TOKEN
    assert site.userinfo(token, jti="once").status == 200


def test_oa4_a_code_goes_with_its_key(
    world: World, site: Caller, key: Holder, person: Person
) -> None:
    code = world.code(site.site, person, dpop_jkt=key.jkt)
    assert refusal(site.showing(holder()).exchange(code)) == INVALID_GRANT
    assert refusal(site.showing(None).exchange(code)) == INVALID_GRANT
    assert not used(world), "a thief of the code cannot burn it"
    assert good(site.exchange(code))["token_type"] == "DPoP"


def test_oa14_a_used_proof_burns_no_code(world: World, site: Caller, person: Person) -> None:
    code = world.code(site.site, person)
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": site.site.client.redirect_uris[0],
        "code_verifier": "verifier-of-plain-tests-with-43-characters.~",
    }
    own = {"grant_type": "client_credentials", "resource": API}
    assert site.post("/token", own, jti="once").status == 200
    assert refusal(site.post("/token", form, jti="once")) == INVALID_PROOF
    assert not used(world)
    with world.database.reading() as session:
        assert session.scalars(select(Grant.id)).all() == [], "nor is anything granted"
    assert site.post("/token", form, jti="twice").status == 200


def test_oa5_of_twenty_redemptions_with_proofs_one_wins(
    world: World, site: Caller, key: Holder, person: Person
) -> None:
    code = world.code(site.site, person, dpop_jkt=key.jkt)
    answers = at_once(20, lambda _: site.exchange(code))
    [won] = [answer for answer in answers if answer.status == 200]
    assert {refusal(answer) for answer in answers if answer is not won} == {INVALID_GRANT}
    assert not site.active(good(won)["access_token"]), "a code used twice ends what it gave"


@ONE_ENGINE
def test_a_client_may_have_promised_a_key(world: World, key: Holder, person: Person) -> None:
    site = caller(world, key, dpop_bound_access_tokens=True)
    code = world.code(site.site, person)
    bare = site.showing(None)
    assert refusal(bare.exchange(code)) == INVALID_PROOF
    assert refusal(bare.for_itself(resource=API)) == INVALID_PROOF
    given = good(site.exchange(code))
    assert refusal(bare.refresh(given["refresh_token"])) == INVALID_PROOF


@ONE_ENGINE
@pytest.mark.parametrize("changes", [{"htm": "GET"}, {"ath": "x", "iat": 0}, {"jti": ""}])
def test_a_bad_proof_at_the_token_endpoint(
    site: Caller, person: Person, changes: dict[str, Any]
) -> None:
    form = {"grant_type": "client_credentials", "resource": API}
    answer = site.post("/token", form, **changes)
    assert refusal(answer) == INVALID_PROOF
    assert header(answer, "DPoP-Nonce"), "the next one may use it"
    assert header(answer, "Cache-Control") == "no-store"


@ONE_ENGINE
def test_a_nonce_that_is_not_ours_is_told_the_right_one(
    world: World, site: Caller, at: FrozenClock
) -> None:
    form = {"grant_type": "client_credentials", "resource": API}
    answer = site.post("/token", form, nonce="x")
    assert refusal(answer) == (400, "use_dpop_nonce")
    nonce = header(answer, "DPoP-Nonce")
    assert nonce == dpop_nonce.current(world.issuer)
    assert site.post("/token", form, nonce=nonce).status == 200
    at.advance(minutes=6)
    assert refusal(site.post("/token", form, nonce=nonce)) == (400, "use_dpop_nonce")


def test_the_cost_of_a_proof_is_one_statement(world: World, site: Caller, person: Person) -> None:
    first, second = world.code(site.site, person), world.code(site.site, person)
    site.for_itself(resource=API)  # client and keys are known from here on
    ran = Statements(world.database)
    given = good(site.exchange(first))
    assert len(ran) == 6, ran  # the first time at this sector
    ran.clear()
    site.exchange(second)
    assert len(ran) == 5, ran
    ran.clear()
    site.refreshed(given["refresh_token"])
    assert len(ran) == 5, ran
    ran.clear()
    site.userinfo(given["access_token"])
    assert len(ran) == 3, ran
