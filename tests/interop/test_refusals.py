"""A refusal reaches a site in a form that client libraries believe: state and iss are right."""

from pathlib import Path
from typing import Any

import pytest

from tests.interop import node
from tests.interop.variants import BASIC, Variant, given_to
from tests.interop.visitor import Visitor
from tests.stories.stack import Stack

pytestmark = pytest.mark.slow
REFUSED = "OAUTH_AUTHORIZATION_RESPONSE_ERROR"
FORM_POST = Variant("form_post", {}, {"more": {"response_mode": "form_post"}})
THIRD_PARTY: dict[str, Any] = {"first_party": False}
both_libraries = pytest.mark.parametrize("library", ["openid_client", "oauth4webapi"])
in_either_mode = pytest.mark.parametrize("variant", [BASIC, FORM_POST], ids=["query", "form_post"])


@both_libraries
@in_either_mode
def test_a_member_cancels(stack: Stack, programs: Path, library: str, variant: Variant) -> None:
    given, visitor = given_to(stack, variant), Visitor(stack, refuses="Annuler")
    said = node.run(programs / f"{library}_refused.mjs", given, visitor.leave)
    assert (said["kind"], said["error"]) == (REFUSED, "access_denied")
    assert visitor.pages == ["/connexion"]


@both_libraries
@in_either_mode
def test_a_member_does_not_agree(
    stack: Stack, programs: Path, library: str, variant: Variant
) -> None:
    given = given_to(stack, variant, **THIRD_PARTY)
    visitor = Visitor(stack, refuses="Refuser")
    said = node.run(programs / f"{library}_refused.mjs", given, visitor.leave)
    assert (said["kind"], said["error"]) == (REFUSED, "access_denied")
    assert visitor.pages == ["/connexion", "/connexion/autorisation"]


@both_libraries
def test_a_member_agrees(stack: Stack, programs: Path, library: str) -> None:
    given, visitor = given_to(stack, BASIC, **THIRD_PARTY), Visitor(stack)
    said = node.run(programs / f"{library}_sign_in.mjs", given, visitor.leave)
    assert said["userinfo"]["email"] == visitor.email
    assert visitor.pages == ["/connexion", "/connexion/autorisation"]


@both_libraries
@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"scope": "openid roles"}, "invalid_scope"),
        ({"resource": "https://nobody.example/"}, "invalid_target"),
        ({"request_uri": "https://nobody.example/"}, "request_uri_not_supported"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"prompt": "none"}, "login_required"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_site_asks_what_it_may_not(
    stack: Stack, programs: Path, library: str, more: dict[str, str], error: str
) -> None:
    given, visitor = {**given_to(stack, BASIC), "more": more}, Visitor(stack)
    said = node.run(programs / f"{library}_refused.mjs", given, visitor.leave)
    assert (said["kind"], said["error"]) == (REFUSED, error)
    assert visitor.pages == []
