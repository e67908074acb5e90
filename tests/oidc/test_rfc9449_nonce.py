"""RFC 9449 §8, nonces: given with every answer to a proof, live five minutes, alike on nodes."""

from dataclasses import replace

import pytest

from idp import clock
from idp.clock import FrozenClock
from idp.oidc import dpop, dpop_nonce
from idp.oidc.errors import EndpointError
from idp.oidc.http import MachineRequest
from idp.oidc.issuer import Issuer
from idp.storage.engine import Database
from tests.oidc.holder import Holder, ath, holder
from tests.oidc.world import ONE_ENGINE, Person, Site, World, header, refusal

pytestmark = ONE_ENGINE
TOKEN = "http://localhost:8000/token"
USERINFO = "http://localhost:8000/userinfo"


@pytest.fixture
def keys() -> Holder:
    return holder()


def read(issuer: Issuer, proof: str) -> dpop.Proof | None:
    return dpop.read(issuer, MachineRequest("POST", "/token", {"dpop": proof}))


def refused(issuer: Issuer, proof: str) -> EndpointError:
    with pytest.raises(EndpointError) as caught:
        read(issuer, proof)
    return caught.value


def test_oa14_a_nonce_lives_between_150_and_300_seconds(issuer: Issuer, at: FrozenClock) -> None:
    at.instant = at.instant.replace(minute=0, second=0)
    early = dpop_nonce.current(issuer)
    at.advance(seconds=149)
    late = dpop_nonce.current(issuer)
    assert early == late
    at.advance(seconds=1)
    assert dpop_nonce.current(issuer) != early
    assert dpop_nonce.is_live(issuer, early)
    at.advance(seconds=149)
    assert dpop_nonce.is_live(issuer, early)
    at.advance(seconds=1)
    assert not dpop_nonce.is_live(issuer, early)


def test_it_fits_into_a_header_and_cannot_be_guessed(issuer: Issuer, at: FrozenClock) -> None:
    nonces = set()
    for _ in range(50):
        nonces.add(dpop_nonce.current(issuer))
        at.advance(seconds=150)
    assert len(nonces) == 50
    assert all(nonce.isalnum() and len(nonce) >= 32 for nonce in nonces)


def test_two_nodes_agree_and_strangers_do_not(issuer: Issuer) -> None:
    node = Issuer.of(issuer.settings, Database.open(issuer.settings))
    assert dpop_nonce.is_live(node, dpop_nonce.current(issuer))
    other = Database.open(replace(issuer.settings, secret_keys=(b"o" * 32,)))
    assert not dpop_nonce.is_live(replace(issuer, database=other), dpop_nonce.current(issuer))
    node.database.close()
    other.close()


def test_a_nonce_outlives_a_change_of_keys(issuer: Issuer) -> None:
    given = dpop_nonce.current(issuer)
    newer = Database.open(replace(issuer.settings, secret_keys=(b"n" * 32, b"s" * 32)))
    assert dpop_nonce.is_live(replace(issuer, database=newer), given)
    newer.close()


def test_oa14_with_a_live_nonce_a_clock_may_be_five_minutes_off(
    issuer: Issuer, keys: Holder
) -> None:
    nonce = dpop_nonce.current(issuer)
    for seconds in (-300, -61, 61, 300):
        made = clock.timestamp() + seconds
        assert read(issuer, keys.proof("POST", TOKEN, iat=made, nonce=nonce))
    for seconds in (-301, 301):
        made = clock.timestamp() + seconds
        refusal_ = refused(issuer, keys.proof("POST", TOKEN, iat=made, nonce=nonce))
        assert refusal_.error == "invalid_dpop_proof"


def test_oa14_what_used_a_nonce_is_remembered_as_long(
    issuer: Issuer, keys: Holder, at: FrozenClock
) -> None:
    """The nonce ends within five minutes, and the row of the jti not before it."""
    at.instant = at.instant.replace(minute=0, second=0)
    sent = keys.proof("POST", TOKEN, nonce=dpop_nonce.current(issuer))
    first = read(issuer, sent)
    assert first is not None
    at.advance(seconds=299)
    assert read(issuer, sent) == first
    assert first.expires_at > clock.now()
    at.advance(seconds=1)
    assert refused(issuer, sent).error == "use_dpop_nonce"


@pytest.mark.parametrize("nonce", ["", "x", None, 1, [], "é", "x" * 5000])
def test_a_nonce_that_is_not_live_asks_for_one(issuer: Issuer, keys: Holder, nonce: object) -> None:
    refusal_ = refused(issuer, keys.proof("POST", TOKEN, nonce=nonce))
    answer = refusal_.response()
    assert (answer.status, refusal_.error) == (400, "use_dpop_nonce")
    assert header(answer, "DPoP-Nonce") == dpop_nonce.current(issuer)


def test_at_a_resource_it_is_a_401_with_a_challenge(issuer: Issuer, keys: Holder) -> None:
    proof = keys.proof("GET", USERINFO, nonce="old", ath=ath("t"))
    with pytest.raises(EndpointError) as caught:
        dpop.read(issuer, MachineRequest("GET", "/userinfo", {"dpop": proof}), access_token="t")
    answer = caught.value.response()
    assert answer.status == 401
    assert 'DPoP realm="MGEN Connect", error="use_dpop_nonce"' in str(
        header(answer, "WWW-Authenticate")
    )
    assert header(answer, "DPoP-Nonce") == dpop_nonce.current(issuer)


def test_a_forged_proof_learns_only_that_it_is_bad(issuer: Issuer, keys: Holder) -> None:
    proof = keys.proof("POST", TOKEN, header={"jwk": holder().public}, nonce="old")
    assert refused(issuer, proof).error == "invalid_dpop_proof"


def test_every_answer_to_a_proof_carries_one(
    world: World, site: Site, person: Person, keys: Holder
) -> None:
    nonce = dpop_nonce.current(world.issuer)
    for headers in ({"dpop": keys.proof("POST", TOKEN)}, {"dpop": "x"}, {"dpop": ""}):
        answer = world.token({"client_id": "nobody"}, headers)
        assert header(answer, "DPoP-Nonce") == nonce
    assert header(world.token({"client_id": "nobody"}), "DPoP-Nonce") is None
    sent = {**site.basic(), "dpop": keys.proof("POST", TOKEN, nonce="old")}
    form = {"grant_type": "authorization_code", "code": "x", "redirect_uri": "x"}
    answer = world.token({**form, "code_verifier": "x" * 43}, sent)
    assert refusal(answer) == (400, "use_dpop_nonce")
    assert header(answer, "DPoP-Nonce") == nonce


def test_a_client_that_does_as_it_is_told_gets_in(
    world: World, site: Site, person: Person, keys: Holder
) -> None:
    """Its clock is two minutes slow: without our nonce it would be refused for ever."""
    slow = clock.timestamp() - 120
    form = {
        "grant_type": "authorization_code",
        "code": world.code(site, person),
        "redirect_uri": "http://localhost:8001/auth/callback",
        "code_verifier": "verifier-of-plain-tests-with-43-characters.~",
    }
    first = {**site.basic(), "dpop": keys.proof("POST", TOKEN, iat=slow)}
    answer = world.token(form, first)
    assert refusal(answer) == (400, "invalid_dpop_proof")
    nonce = header(answer, "DPoP-Nonce")
    again = {**site.basic(), "dpop": keys.proof("POST", TOKEN, iat=slow, nonce=nonce)}
    assert world.token(form, again).status == 200
