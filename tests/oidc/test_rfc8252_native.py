"""RFC 8252 §7: where a native app may be answered (OA1)."""

import pytest

from idp.oidc.authorize import RedirectableError
from tests.oidc.test_rfc6749_redirect_uri import pairs, parsed, unsafe
from tests.oidc.world import ONE_ENGINE, Site, World

pytestmark = ONE_ENGINE

V4, V6 = "http://127.0.0.1/retour", "http://[::1]:5000/retour?x=1"
SCHEME = "test.mgen-connect.app:/retour"

GOOD = (
    V4,
    V6,
    SCHEME,
    "http://127.0.0.1:1/retour",
    "http://127.0.0.1:49152/retour",
    "http://127.0.0.1:65535/retour",
    "http://[::1]/retour?x=1",
    "http://[::1]:65000/retour?x=1",
)
BAD = (
    "http://127.0.0.1:49152/",
    "http://127.0.0.1:49152",
    "http://127.0.0.1:49152/retour/",
    "http://127.0.0.1:49152/retour?x=1",
    "http://127.0.0.1:49152/retour#",
    "http://127.0.0.1:0/retour",
    "http://127.0.0.1:/retour",
    "http://127.0.0.1:080/retour",
    "http://127.0.0.1:65536/retour",
    "http://127.0.0.1:999999/retour",
    "http://127.0.0.1:80 /retour",
    "http://127.0.0.1:٨٠/retour",
    "http://127.0.0.1:80@evil.test/retour",
    "http://127.0.0.1:80:80/retour",
    "http://127.0.0.1:80\\@evil.test/retour",
    "http://127.0.0.1.evil.test/retour",
    "http://127.0.0.2:80/retour",
    "http://127.1/retour",
    "http://localhost/retour",
    "http://localhost:80/retour",
    "https://127.0.0.1:80/retour",
    "HTTP://127.0.0.1:80/retour",
    "http://x@127.0.0.1:80/retour",
    "http://127.0.0.1:80/retour\n",
    "http://[::1]:65000/retour",
    "http://[::2]:65000/retour?x=1",
    "http://[::1%25lo]:65000/retour?x=1",
    "test.mgen-connect.app:/autre",
    "test.mgen-connect.app://retour",
)


@pytest.fixture
def native(world: World) -> Site:
    """An app on somebody's computer or telephone."""
    return world.site(
        application_type="native",
        token_endpoint_auth_method="none",
        redirect_uris=[V4, V6, SCHEME],
        sector_identifier="app.mgen-connect.test",
        grant_types=["authorization_code"],
        scope="openid",
    )


def test_oa1_the_port_on_loopback_is_free(world: World, native: Site) -> None:
    for address in GOOD:
        assert parsed(world, pairs(native, redirect_uri=address)).redirect_uri == address


def test_oa1_nothing_else_is(world: World, native: Site) -> None:
    for address in BAD:
        assert unsafe(world, pairs(native, redirect_uri=address)) == "redirect_uri", address


def test_oa1_a_web_client_has_no_free_port(world: World) -> None:
    """In development it may have loopback, byte for byte."""
    web = world.site(redirect_uris=[V4])
    assert parsed(world, pairs(web, redirect_uri=V4)).redirect_uri == V4
    assert unsafe(world, pairs(web, redirect_uri="http://127.0.0.1:80/retour")) == "redirect_uri"


def test_no_form_can_be_posted_to_an_app(world: World, native: Site) -> None:
    """And that is told by query, where the app hears it."""
    with pytest.raises(RedirectableError) as caught:
        parsed(world, pairs(native, redirect_uri=SCHEME, response_mode="form_post"))
    found = caught.value
    assert (found.error, found.response_mode) == ("invalid_request", "query")
    posted = pairs(native, redirect_uri="http://127.0.0.1:7/retour", response_mode="form_post")
    assert parsed(world, posted).response_mode == "form_post"
