"""private_key_jwt with a key at a jwks_uri: the worker fetches it, and the site goes on (OA13)."""

import json
from pathlib import Path

import pytest

from tests.development.support import free_base
from tests.interop import node
from tests.interop.static_files import served
from tests.interop.variants import BASIC, given_to, site_key
from tests.stories.stack import Stack

pytestmark = pytest.mark.slow
RESOURCE = "https://api.example.com/v1"


def test_a_key_at_an_address_is_fetched(stack: Stack, programs: Path, tmp_path: Path) -> None:
    key, port = site_key("ES256"), free_base()
    published = {"keys": [key.as_dict(private=False)]}
    (tmp_path / "jwks.json").write_text(json.dumps(published))
    with served(tmp_path, port):
        given = given_to(
            stack,
            BASIC,
            token_endpoint_auth_method="private_key_jwt",
            jwks_uri=f"http://localhost:{port}/jwks.json",
            grant_types=["authorization_code", "refresh_token", "client_credentials"],
            resource=[RESOURCE],
        )
        mine = {"alg": "ES256", "key": key.as_dict(private=True), "resource": RESOURCE}
        said = node.run(programs / "openid_client_keys.mjs", given | mine, lambda _: None)
    assert set(said["refusals"]) <= {"invalid_client"}
    assert said["token_type"].lower() == "bearer"
