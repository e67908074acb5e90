"""RFC 8707 §2: the APIs that an authorization request asks for, the one parameter that repeats."""

import pytest

from tests.oidc.test_rfc6749_authorize import refused
from tests.oidc.test_rfc6749_redirect_uri import pairs, parsed
from tests.oidc.world import ONE_ENGINE, Site, World

pytestmark = ONE_ENGINE

API = "https://api.mgen-connect.test/soins"
OTHER = "https://autre.mgen-connect.test"


@pytest.fixture
def asking(world: World) -> Site:
    """A site that is registered for two APIs."""
    return world.site(resource=[API, OTHER])


def test_one_several_none(world: World, asking: Site) -> None:
    assert parsed(world, pairs(asking)).resources == ()
    assert parsed(world, pairs(asking, resource=API)).resources == (API,)
    both = [*pairs(asking), ("resource", OTHER), ("resource", API), ("resource", OTHER)]
    assert parsed(world, both).resources == (OTHER, API)


def test_the_issuers_own_is_its_userinfo(world: World, site: Site) -> None:
    own = world.issuer.address
    assert parsed(world, pairs(site, resource=own)).resources == (own,)


@pytest.mark.parametrize(
    "resource",
    [
        "https://unregistered.mgen-connect.test",
        API + "/",
        API + "#",
        API + "#x",
        API + "?x",
        API.upper(),
        "/soins",
        "soins",
        "http://localhost:8000/",
        "é",
    ],
)
def test_any_other_is_no_target(world: World, asking: Site, resource: str) -> None:
    given = [*pairs(asking, state="etat", resource=API), ("resource", resource)]
    found = refused(world, given)
    assert (found.error, found.state) == ("invalid_target", "etat")


def test_another_clients_api_is_none_of_ours(world: World, asking: Site, site: Site) -> None:
    assert asking.client.resources
    assert refused(world, pairs(site, resource=API)).error == "invalid_target"


def test_oa7_nothing_else_may_be_repeated(world: World, asking: Site) -> None:
    given = [*pairs(asking), ("resource", API), ("claims", "{}"), ("claims", "{}")]
    assert refused(world, given).error == "invalid_request"
