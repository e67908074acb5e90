"""RFC 7636: S256 for every client, at both ends, but for who is registered without it (OA3)."""

import base64
import hashlib

import pytest

from idp.oidc import clients
from idp.oidc.client_metadata import InvalidMetadataError
from tests.oidc.test_rfc6749_authorize import refused
from tests.oidc.test_rfc6749_redirect_uri import pairs, parsed
from tests.oidc.world import CHALLENGE, ONE_ENGINE, VERIFIER, Person, Site, World, refusal

pytestmark = ONE_ENGINE

BAD_AT_AUTHORIZE = [
    {"code_challenge": ""},
    {"code_challenge_method": ""},
    {"code_challenge_method": "plain"},
    {"code_challenge_method": "s256"},
    {"code_challenge_method": "S512"},
    {"code_challenge": CHALLENGE[:-1]},
    {"code_challenge": CHALLENGE + "A"},
    {"code_challenge": CHALLENGE[:-1] + "="},
    {"code_challenge": CHALLENGE[:-1] + "+"},
    {"code_challenge": CHALLENGE[:-1] + "é"},
    {"code_challenge": CHALLENGE + "\n"},
]
BAD_AT_TOKEN = [
    None,
    "",
    VERIFIER[:-1] + "x",
    VERIFIER + "x",
    VERIFIER[:42],
    VERIFIER + " ",
    CHALLENGE,  # what plain would have taken
    "x" * 129,
    "é" * 43,
]


@pytest.mark.parametrize("changes", BAD_AT_AUTHORIZE, ids=str)
def test_oa3_no_request_without_a_good_challenge(
    world: World, site: Site, changes: dict[str, str]
) -> None:
    assert refused(world, pairs(site, **changes)).error == "invalid_request"


@pytest.mark.parametrize("auth_method", ["client_secret_basic", "client_secret_post", "none"])
def test_oa3_confidential_clients_are_no_exception(world: World, auth_method: str) -> None:
    """Authlib gives a confidential client its token without a challenge."""
    site = world.site(token_endpoint_auth_method=auth_method)
    given = [pair for pair in pairs(site) if not pair[0].startswith("code_challenge")]
    assert refused(world, given).error == "invalid_request"
    assert parsed(world, pairs(site)).code_challenge == CHALLENGE


@pytest.mark.parametrize("verifier", BAD_AT_TOKEN)
def test_oa3_no_token_without_the_verifier(
    world: World, site: Site, person: Person, verifier: str | None
) -> None:
    answer = world.exchange(site, world.code(site, person), code_verifier=verifier)
    assert refusal(answer) == (400, "invalid_grant")


@pytest.mark.parametrize("length", [43, 128])
def test_oa3_the_shortest_and_the_longest_verifier(
    world: World, site: Site, person: Person, length: int
) -> None:
    """The challenge is computed here without any library of OAuth's."""
    verifier = ("Aa0-._~" * 20)[:length]
    digest = hashlib.sha256(verifier.encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    code = world.code(site, person, code_challenge=challenge)
    assert world.exchange(site, code, code_verifier=verifier).status == 200


def without(site: Site) -> list[tuple[str, str]]:
    """A request of a library that has no PKCE."""
    return [pair for pair in pairs(site) if not pair[0].startswith("code_challenge")]


def test_oa3_a_site_with_a_secret_may_be_registered_without(world: World, person: Person) -> None:
    """RFC 9700 §2.1.1; what comes with a challenge still needs its verifier, and the other way."""
    site = world.site(require_pkce=False)
    asked = parsed(world, without(site))
    bare = {"code_challenge": asked.code_challenge}
    code = world.code(site, person, **bare)
    assert refusal(world.exchange(site, code)) == (400, "invalid_grant")
    assert world.exchange(site, code, code_verifier=None).status == 200
    proved = world.code(site, person)
    assert refusal(world.exchange(site, proved, code_verifier=None)) == (400, "invalid_grant")
    assert world.exchange(site, proved).status == 200


@pytest.mark.parametrize("changes", BAD_AT_AUTHORIZE[1:], ids=str)
def test_oa3_whoever_sends_a_challenge_sends_a_good_one(
    world: World, changes: dict[str, str]
) -> None:
    site = world.site(require_pkce=False)
    assert refused(world, pairs(site, **changes)).error == "invalid_request"


@pytest.mark.parametrize(
    "metadata",
    [{"token_endpoint_auth_method": "none"}, {"profile": "fapi2", "jwks_uri": "https://a.test/k"}],
    ids=["public", "fapi2"],
)
def test_oa3_nobody_without_a_secret_is_registered_without(
    world: World, metadata: dict[str, object]
) -> None:
    with pytest.raises(InvalidMetadataError) as refusal:
        world.site(require_pkce=False, **metadata)
    assert refusal.value.field == "require_pkce"


def test_oa3_a_code_that_came_without_dies_with_the_permission(
    world: World, person: Person
) -> None:
    """CL4: judged by what the client may do now."""
    site = world.site(require_pkce=False)
    code = world.code(site, person, code_challenge="")
    with world.database.writing() as session:
        clients.update(session, site.id, {"require_pkce": True})
    world.issuer.clients._kept.clear()  # five seconds later
    assert refusal(world.exchange(site, code, code_verifier=None)) == (400, "invalid_grant")
