"""The whole identity provider over the world of tests/oidc, and the sites that the cases name."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from idp.app import create_app
from idp.oidc import openapi
from idp.settings import Settings
from tests.oidc.described import Description
from tests.oidc.world import CALLBACK, Site, World

_SCOPE = "openid profile email offline_access"
_SITES: dict[str, dict[str, object]] = {
    "web": {
        "redirect_uris": [CALLBACK, "http://localhost:8001/auth/query?dummy1=lorem&dummy2=ipsum"]
    },
    "native": {
        "application_type": "native",
        "token_endpoint_auth_method": "none",
        "redirect_uris": [
            "http://127.0.0.1/retour",
            "http://[::1]/retour",
            "test.mgen-connect.exemple:/retour",
        ],
        "sector_identifier": "application.exemple.test",
    },
    "literal": {"redirect_uris": ["http://127.0.0.1:8001/auth/callback"]},
    "api": {"resource": ["https://api.exemple.test/v1"]},
    "pushing": {"require_pushed_authorization_requests": True},
    "plain": {"scope": "openid"},
    "public": {"token_endpoint_auth_method": "none"},
}

Sites = Callable[[str], Site]


@pytest.fixture
def sites(world: World) -> Sites:
    """The site of a case by the name it has there: registered when first asked for."""
    made: dict[str, Site] = {}

    def site(name: str) -> Site:
        if name not in made:
            made[name] = world.site(**{"scope": _SCOPE, **_SITES[name]})
        return made[name]

    return site


@pytest.fixture
def description(world: World) -> Description:
    """What /openapi.json says; every answer to a case is held against it."""
    return Description(openapi.document(world.issuer))


@pytest.fixture
def front(settings: Settings, world: World) -> Iterator[Flask]:
    """The WSGI app over the same database."""
    made = create_app(settings)
    yield made
    made.extensions["idp"].database.close()
