"""RFC 9449 §10: the key that an authorization code is bound to, named or shown at /par (OA14)."""

import pytest

from idp.clock import FrozenClock
from idp.oidc.http import MachineResponse
from tests.at_once import at_once
from tests.oidc.holder import Holder, holder
from tests.oidc.test_rfc6749_redirect_uri import pairs, parsed
from tests.oidc.test_rfc9126_par import beside, push, rows
from tests.oidc.world import ONE_ENGINE, Site, World, body, header, refusal

PAR = "http://localhost:8000/par"
INVALID = (400, "invalid_dpop_proof")


@pytest.fixture
def keys() -> Holder:
    return holder()


def pushed(world: World, site: Site, proof: str, **changes: str) -> MachineResponse:
    return push(world, site, headers={**site.basic(), "dpop": proof}, **changes)


def bound_to(world: World, site: Site, answer: MachineResponse) -> str | None:
    assert answer.status == 201, answer
    return parsed(world, beside(site, body(answer)["request_uri"])).dpop_jkt


@ONE_ENGINE
def test_the_proof_binds_the_code(world: World, site: Site, keys: Holder) -> None:
    answer = pushed(world, site, keys.proof("POST", PAR))
    assert bound_to(world, site, answer) == keys.jkt
    assert header(answer, "DPoP-Nonce")
    named = pushed(world, site, keys.proof("POST", PAR), dpop_jkt=keys.jkt)
    assert bound_to(world, site, named) == keys.jkt
    assert bound_to(world, site, push(world, site, dpop_jkt=keys.jkt)) == keys.jkt
    assert bound_to(world, site, push(world, site)) is None


@ONE_ENGINE
def test_in_the_open_it_is_named(world: World, site: Site, keys: Holder) -> None:
    assert parsed(world, pairs(site, dpop_jkt=keys.jkt)).dpop_jkt == keys.jkt


@ONE_ENGINE
def test_proof_and_name_have_to_agree(world: World, site: Site, keys: Holder) -> None:
    """Conformance ensure-mismatched-dpop-jkt-fails; the proof is then still good elsewhere."""
    proof = keys.proof("POST", PAR)
    for other in (holder().jkt, keys.jkt[:-1], keys.jkt.swapcase()):
        assert refusal(pushed(world, site, proof, dpop_jkt=other)) == INVALID
    assert rows(world) == 0
    assert pushed(world, site, proof, dpop_jkt="").status == 201


@ONE_ENGINE
def test_a_proof_for_something_else_is_none(world: World, site: Site, keys: Holder) -> None:
    for proof in (
        keys.proof("POST", PAR + "x"),
        keys.proof("POST", "http://localhost:8000/token"),
        keys.proof("GET", PAR),
        keys.proof("POST", PAR)[:-2],
        "",
        "x",
    ):
        assert refusal(pushed(world, site, proof)) == INVALID
    assert rows(world) == 0


@ONE_ENGINE
def test_it_is_spent_by_a_good_request_alone(
    world: World, site: Site, keys: Holder, at: FrozenClock
) -> None:
    proof = keys.proof("POST", PAR)
    assert refusal(pushed(world, site, proof, scope="email")) == (400, "invalid_scope")
    assert pushed(world, site, proof).status == 201
    assert refusal(pushed(world, site, proof)) == INVALID
    assert rows(world) == 1


def test_of_many_at_once_one_is_taken(world: World, site: Site, keys: Holder) -> None:
    proof = keys.proof("POST", PAR)
    answers = at_once(6, lambda _: pushed(world, site, proof))
    assert sorted(answer.status for answer in answers) == [201, *[400] * 5]
    assert rows(world) == 1


@ONE_ENGINE
def test_a_nonce_that_is_not_live_is_asked_again(world: World, site: Site, keys: Holder) -> None:
    first = pushed(world, site, keys.proof("POST", PAR, nonce="of-yesterday"))
    assert refusal(first) == (400, "use_dpop_nonce")
    nonce = header(first, "DPoP-Nonce") or ""
    again = pushed(world, site, keys.proof("POST", PAR, nonce=nonce))
    assert bound_to(world, site, again) == keys.jkt
