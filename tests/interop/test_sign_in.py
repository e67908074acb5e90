"""openid-client and oauth4webapi, as they come, against a running issuer: sign in, refresh, leave.

Both refuse what an RFC forbids an issuer to answer; the only leave they are given is plain HTTP on
loopback.
"""

from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.interop import node
from tests.interop.variants import BASIC, GOODBYE, VARIANTS, Variant, given_to
from tests.interop.visitor import Visitor
from tests.stories.stack import Stack

pytestmark = pytest.mark.slow
LIBRARIES = ("openid_client", "oauth4webapi")


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_a_member_signs_in_and_leaves(
    stack: Stack, programs: Path, library: str, variant: Variant
) -> None:
    given, visitor = given_to(stack, variant), Visitor(stack)
    said = node.run(programs / f"{library}_sign_in.mjs", given, visitor.leave)
    assert said["userinfo"]["email"] == visitor.email
    assert said["userinfo"]["sub"] == said["claims"]["sub"]
    # FAPI 2.0 §5.3.2.1: its refresh tokens do not rotate
    rotates = variant.metadata.get("profile") != "fapi2"
    assert [each["rotated"] for each in said["refreshed"]] == [rotates, rotates]
    assert {each["sub"] for each in said["refreshed"]} == {said["claims"]["sub"]}
    assert unquote(said["left"]) == f"{GOODBYE}?state=left ~ and so"
    assert said["refusal"] == "login_required"
    assert said["token_type"].lower() == ("dpop" if variant.given.get("dpop") else "bearer")
    if variant.given.get("par"):
        assert "code_challenge" not in said["address"]
    assert visitor.pages == ["/connexion"]


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_site_that_wants_a_second_step_gets_it(
    stack: Stack, programs: Path, library: str
) -> None:
    given, visitor = given_to(stack, BASIC, step_up="always"), Visitor(stack)
    said = node.run(programs / f"{library}_sign_in.mjs", given, visitor.leave)
    assert visitor.pages == ["/connexion", "/connexion/code"]
    assert said["claims"]["amr"] == ["pwd", "mail"]
