"""RFC 9207: `iss` in every authorization answer, and one issuer string everywhere (OA8)."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from idp.oidc import discovery
from idp.oidc.authorization_response import error, query_address, success
from idp.oidc.authorize import AuthorizationRequest, RedirectableError
from tests.oidc.world import CALLBACK, ONE_ENGINE, Person, Site, World, claims_of

pytestmark = ONE_ENGINE

# what certification sends, and worse: 30 marks beside letters and digits
STATE = "aZ09-._~%&=#\"<>\\'/!$()*,:?@[]^`{|} +;"


def request(**changes: str) -> AuthorizationRequest:
    base = {"client_id": "c", "redirect_uri": CALLBACK, "code_challenge": "x", "state": STATE}
    return AuthorizationRequest(**{**base, **changes}, scope=("openid",))  # type: ignore[arg-type]


def query_of(url: str) -> list[tuple[str, str]]:
    return parse_qsl(urlsplit(url).query, keep_blank_values=True, strict_parsing=True)


def test_oa8_success(world: World) -> None:
    url = query_address(success(world.issuer, request(), "the-code"))
    assert url.startswith(CALLBACK + "?")
    expected = [("code", "the-code"), ("state", STATE), ("iss", "http://localhost:8000")]
    assert query_of(url) == expected
    assert "+" not in url, "a space as + is read by some as a plus"


@pytest.mark.parametrize(
    "asked",
    [request(), RedirectableError("x", "", CALLBACK, STATE)],
    ids=["request", "error"],
)
def test_oa8_errors(world: World, asked: AuthorizationRequest | RedirectableError) -> None:
    url = query_address(error(world.issuer, asked, "login_required", "Nobody is signed in"))
    assert query_of(url) == [
        ("error", "login_required"),
        ("error_description", "Nobody is signed in"),
        ("state", STATE),
        ("iss", "http://localhost:8000"),
    ]


def test_no_state_is_made_up(world: World) -> None:
    asked = AuthorizationRequest("c", CALLBACK, ("openid",), "x")
    assert [name for name, _ in query_of(query_address(success(world.issuer, asked, "c")))] == [
        "code",
        "iss",
    ]


@pytest.mark.parametrize("description", ["", "é", 'a "quoted" word', "a\\b", "a\nb"])
def test_a_description_that_rfc6749_forbids_is_left_out(world: World, description: str) -> None:
    """Authlib raises ValueError for these, which becomes a 500."""
    names = [
        name
        for name, _ in query_of(query_address(error(world.issuer, request(), "x", description)))
    ]
    assert names == ["error", "state", "iss"]


@pytest.mark.parametrize(
    ("registered", "before"),
    [
        (CALLBACK + "?dummy1=lorem&dummy2=ip%20sum", "?dummy1=lorem&dummy2=ip%20sum&"),
        (CALLBACK + "?x", "?x&"),
        (CALLBACK + "?", "?"),
        ("com.example.app:/callback", "?"),
    ],
)
def test_the_registered_query_is_kept_byte_for_byte(
    world: World, registered: str, before: str
) -> None:
    url = query_address(success(world.issuer, request(redirect_uri=registered), "c"))
    assert url.startswith(registered.partition("?")[0] + before + "code=c&")


def test_oa8_one_issuer_string(world: World, site: Site, person: Person) -> None:
    answered = dict(query_of(query_address(success(world.issuer, request(), "c"))))["iss"]
    token = claims_of(world.tokens(site, person)["id_token"])
    document = discovery.document(world.issuer)
    assert answered == token["iss"] == document["issuer"] == world.issuer.settings.issuer
    assert document["authorization_response_iss_parameter_supported"] is True
