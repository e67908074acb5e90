"""RFC 6749 §3.1.2, RFC 9700 §2.1: nothing is sent but to a registered address (OA1, OA2)."""

import pytest

from idp.oidc import clients
from idp.oidc.authorize import AuthorizationRequest, UnsafeRequestError, parse
from tests.oidc.corpora.corpus import cases
from tests.oidc.world import CALLBACK as REGISTERED
from tests.oidc.world import CHALLENGE, ONE_ENGINE, Site, World

pytestmark = ONE_ENGINE

Pairs = list[tuple[str, str]]

NOT_REGISTERED = [
    case["redirect_uri"]
    for case in cases("redirect_uris")
    if case["client"] == "web" and case["expect"] == "page" and case["redirect_uri"] is not None
]

# each is an error that would be sent to the site, were its address right (OA2)
OTHER_ERRORS = [
    {"response_type": "token"},
    {"response_type": '"'},
    {"scope": "profile"},
    {"code_challenge": ""},
    {"prompt": "none login"},
    {"request": "e30.e30."},
    {"request_uri": "http://127.0.0.1:9/"},
    {"id_token_hint": "x"},
    {"state": "\n"},
]


def pairs(site: Site, **changes: str) -> Pairs:
    good = {
        "client_id": site.id,
        "redirect_uri": REGISTERED,
        "response_type": "code",
        "scope": "openid",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    return list({**good, **changes}.items())


def parsed(world: World, given: Pairs) -> AuthorizationRequest:
    with world.database.reading() as session:
        return parse(world.issuer, session, given)


def unsafe(world: World, given: Pairs) -> str:
    with pytest.raises(UnsafeRequestError) as caught:
        parsed(world, given)
    return caught.value.reason


def test_the_registered_address_is_taken(world: World, site: Site) -> None:
    assert parsed(world, pairs(site)).redirect_uri == REGISTERED


def test_oa1_forty_variants_are_not(world: World, site: Site) -> None:
    assert len(set(NOT_REGISTERED)) >= 40
    for variant in NOT_REGISTERED:
        assert unsafe(world, pairs(site, redirect_uri=variant)) == "redirect_uri", variant


def test_oa1_it_is_required_even_with_one_registered(world: World, site: Site) -> None:
    given = [pair for pair in pairs(site) if pair[0] != "redirect_uri"]
    assert unsafe(world, given) == "redirect_uri"


@pytest.mark.parametrize("error", OTHER_ERRORS, ids=str)
def test_oa2_no_error_is_sent_to_a_bad_address(
    world: World, site: Site, error: dict[str, str]
) -> None:
    bad = NOT_REGISTERED[1]
    assert unsafe(world, pairs(site, redirect_uri=bad, **error)) == "redirect_uri"
    assert unsafe(world, pairs(site, client_id="nobody", **error)) == "client"


@pytest.mark.parametrize("name", ["client_id", "redirect_uri"])
def test_oa7_repeated_client_or_address_is_never_redirected(
    world: World, site: Site, name: str
) -> None:
    given = pairs(site)
    again = (name, dict(given)[name])
    assert unsafe(world, [*given, again]) == "repeated"
    assert unsafe(world, [*given, (name, "")]) == "repeated"


@pytest.mark.parametrize("client_id", ["nobody", "", "x\x00", "é", "a" * 65, "' or 1=1 --"])
def test_an_unknown_client_is_never_redirected(world: World, site: Site, client_id: str) -> None:
    assert unsafe(world, pairs(site, client_id=client_id)) == "client"


def test_a_missing_client_is_never_redirected(world: World, site: Site) -> None:
    assert unsafe(world, [pair for pair in pairs(site) if pair[0] != "client_id"]) == "client"


def test_cl4_a_disabled_client_is_never_redirected(world: World, site: Site) -> None:
    with world.database.writing() as session:
        clients.disable(session, site.id)
    assert unsafe(world, pairs(site)) == "client"


def test_another_clients_address_is_not_ours(world: World, site: Site) -> None:
    other = world.site(redirect_uris=["http://localhost:8002/auth/callback"])
    given = pairs(site, redirect_uri=other.client.redirect_uris[0])
    assert unsafe(world, given) == "redirect_uri"


def test_oa22_eight_kibibytes_at_most(world: World, site: Site) -> None:
    assert unsafe(world, pairs(site, extra="x" * 8192)) == "too_large"
    assert unsafe(world, pairs(site, extra="é" * 4096)) == "too_large"  # bytes, not characters
    assert parsed(world, pairs(site, extra="x" * 7000)).client_id == site.id


def test_oa22_a_hundred_thousand_scopes_cost_nothing(world: World, site: Site) -> None:
    """Counted, not timed: nothing is split, nothing is asked of the database."""
    given = pairs(site, scope="openid " * 100_000)
    assert unsafe(world, given) == "too_large"
    assert unsafe(world, [("a", "")] * 100_000) == "too_large"
