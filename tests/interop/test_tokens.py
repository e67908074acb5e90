"""Introspection (RFC 7662), revocation (RFC 7009), client_credentials, RFC 9068: as sites ask."""

from pathlib import Path
from typing import Any

import pytest

from tests.interop import node
from tests.interop.variants import BASIC, Variant, given_to
from tests.interop.visitor import Visitor
from tests.stories.stack import Stack

pytestmark = pytest.mark.slow
LIBRARIES = ("openid_client", "oauth4webapi")
RESOURCE = "https://api.example.com/v1"
GRANTS = ["authorization_code", "refresh_token", "client_credentials"]
VARIANTS = (
    BASIC,
    Variant("dpop", {"dpop_bound_access_tokens": True}, {"dpop": "ES256"}),
    Variant("private_key_jwt", alg="ES256"),
    Variant("fapi2", {"profile": "fapi2"}, {"par": True, "dpop": "ES256"}, alg="ES256"),
)
INACTIVE = {"active": False}
each_variant = pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)


def _given(stack: Stack, variant: Variant) -> dict[str, Any]:
    made = given_to(stack, variant, grant_types=GRANTS, resource=[RESOURCE])
    return {**made, "resource": RESOURCE}


@pytest.mark.parametrize("library", LIBRARIES)
@each_variant
def test_a_site_asks_what_its_tokens_are_worth_and_revokes_them(
    stack: Stack, programs: Path, library: str, variant: Variant
) -> None:
    given = _given(stack, variant)
    said = node.run(programs / f"{library}_tokens.mjs", given, Visitor(stack).leave)
    client_id = given["client_id"]
    for token in ("access", "refresh"):
        told = said["before"][token]
        assert told["active"] is True
        assert told["client_id"] == client_id
        assert told["sub"] == said["sub"]
    assert bool(said["before"]["access"].get("cnf")) == bool(variant.given.get("dpop"))
    assert said["before"]["id_token"] == INACTIVE
    assert said["after_access"]["access"] == INACTIVE
    assert said["after_access"]["refresh"]["active"] is True
    assert said["after_access"]["userinfo"] in {"invalid_token", 401}
    assert said["after_refresh"] == {"refresh": INACTIVE, "grant": "invalid_grant"}
    assert said["machine"]["own"]["sub"] == client_id
    assert said["machine"]["revoked"] == INACTIVE
    assert "refresh_token" not in said


@each_variant
def test_an_api_believes_a_token_by_its_signature(
    stack: Stack, programs: Path, variant: Variant
) -> None:
    given = _given(stack, variant)
    said = node.run(programs / "oauth4webapi_resource.mjs", given, Visitor(stack).leave)
    assert said["of_member"]["sub"] == said["sub"]
    assert said["of_member"]["aud"] == RESOURCE
    assert said["own"]["sub"] == given["client_id"]
    assert bool(said["own"].get("cnf")) == bool(variant.given.get("dpop"))
    assert said["elsewhere"] == "OAUTH_JWT_CLAIM_COMPARISON_FAILED"
