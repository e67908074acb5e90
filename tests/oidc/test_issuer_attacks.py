"""Attacks on the machine endpoints that no RFC's own tests hold: odd types, clocks that differ."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from idp import clock
from idp.clock import FrozenClock
from idp.storage.purge import purge
from tests.oidc.caller import API, OTHER_API, Caller, caller, fapi2
from tests.oidc.holder import holder
from tests.oidc.listener import Listener
from tests.oidc.published import HOUR, LET_IN, fetched, fresh, publish, publishing, tried
from tests.oidc.world import ONE_ENGINE, World, refusal

pytestmark = ONE_ENGINE
ODD: tuple[Any, ...] = ([], {}, [["ES256"]], {"a": 1}, 1, None, True)
MEMBERS = ("kty", "crv", "x", "y", "use", "alg", "key_ops", "kid")


def test_oa11_a_key_of_odd_types_is_refused_and_breaks_nothing(world: World) -> None:
    """Whoever can write a DPoP header chooses every type in it: a 400, never a 500."""
    site, key = caller(world), holder()
    asked = {"grant_type": "client_credentials", "resource": API}
    for name in MEMBERS:
        for value in ODD:
            jwk = {**key.public, name: value}
            answer = site.showing(key).post("/token", asked, header={"jwk": jwk})
            assert answer.status in (200, 400), (name, value)


def test_oa13_one_odd_key_of_a_site_does_not_keep_its_new_ones_out(
    world: World, machine: Listener, at: FrozenClock
) -> None:
    """A failure that is none of the foreseen ones would leave the old keys good for ever."""
    old, new = holder(), holder()
    site = publishing(world, machine, old)
    fetched(world)
    publish(machine, {**holder().jwk, "alg": ["ES256"]}, new.jwk)
    at.advance(seconds=HOUR.total_seconds())
    fetched(world)
    assert tried(fresh(world), site, new) == LET_IN


def _by_proof(bank: Caller) -> Callable[[], int]:
    proof = bank.shows and bank.shows.proof("POST", bank.world.issuer.url("/token"))

    def use() -> int:
        _, mine = bank.authentication()
        asked = {"grant_type": "client_credentials", "resource": API, **mine}
        return bank.world.token(asked, {"dpop": str(proof)}).status

    return use


def _by_assertion(bank: Caller) -> Callable[[], int]:
    _, mine = bank.authentication()

    def use() -> int:
        asked = {"grant_type": "client_credentials", "resource": API, **mine}
        return bank.world.token(asked, bank.header("POST", "/token")).status

    return use


@pytest.mark.parametrize("way", [_by_proof, _by_assertion])
def test_av6_a_node_whose_clock_is_ahead_forgets_nothing_that_is_still_good_here(
    world: World, at: FrozenClock, way: Callable[[Caller], Callable[[], int]]
) -> None:
    """OA14, OA16: clocks may differ by a minute; the purge of one must not reopen another's."""
    use = way(fapi2(world))
    assert use() == 200
    at.advance(seconds=60)
    with clock.frozen(clock.now() + timedelta(seconds=60)):
        purge(world.database)
    assert use() == 400


def test_oa6_a_repeat_for_another_api_is_not_answered_with_the_token_of_the_first(
    world: World,
) -> None:
    """RFC 8707: a client that refreshes for two APIs at once would show each the other's token."""
    site, person = caller(world), world.person()
    given = site.signed_in(person, {"resource": API}, resources=(API, OTHER_API))
    first = site.refreshed(given["refresh_token"], resource=API)
    for otherwise in ({"resource": OTHER_API}, {"resource": world.issuer.address}, {}):
        answer = site.refresh(given["refresh_token"], **otherwise)
        assert refusal(answer) == (400, "invalid_grant"), otherwise
    assert site.refreshed(given["refresh_token"], resource=API) == first, "who repeats still may"
    site.refreshed(first["refresh_token"], resource=OTHER_API)
