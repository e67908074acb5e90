"""RFC 6749 §4.1.1, §4.1.2.1: what a request may say, and how the site hears of it (OA7, OA12)."""

import socket
from urllib.parse import parse_qsl, urlsplit

import pytest
from authlib.oauth2.base import invalid_error_characters

from idp.oidc.authorization_response import of_error, query_address
from idp.oidc.authorize import AuthorizationRequest, RedirectableError, parse
from tests.oidc.test_rfc6749_redirect_uri import Pairs, pairs, parsed
from tests.oidc.world import CALLBACK, CHALLENGE, ONE_ENGINE, Site, World

pytestmark = ONE_ENGINE

INVALID = "invalid_request"
REFUSED = [
    ({"response_type": ""}, INVALID),
    ({"response_type": "token"}, "unsupported_response_type"),
    ({"response_type": "id_token"}, "unsupported_response_type"),
    ({"response_type": "code id_token"}, "unsupported_response_type"),
    ({"response_type": "none"}, "unsupported_response_type"),
    ({"response_type": '"é'}, "unsupported_response_type"),
    ({"response_mode": "fragment"}, INVALID),
    ({"response_mode": "query.jwt"}, INVALID),
    ({"response_mode": "FORM_POST"}, INVALID),
    ({"dpop_jkt": "x" * 42}, INVALID),
    ({"dpop_jkt": "x" * 42 + "="}, INVALID),
    ({"scope": ""}, "invalid_scope"),
    ({"scope": "email"}, "invalid_scope"),
    ({"scope": "openid  email"}, "invalid_scope"),
    ({"scope": 'openid "'}, "invalid_scope"),
    ({"scope": "openid é"}, "invalid_scope"),
    ({"scope": "openid " + " ".join(f"s{n}" for n in range(20))}, "invalid_scope"),
    ({"state": "é"}, INVALID),
    ({"state": "x" * 2049}, INVALID),
    ({"nonce": "x\ty"}, INVALID),
    ({"nonce": "x" * 2049}, INVALID),
    ({"request": "e30.e30."}, "request_not_supported"),
    ({"request_uri": "urn:x"}, "request_uri_not_supported"),
    ({"registration": "{}"}, "registration_not_supported"),
    ({"extra": "a\x00b"}, INVALID),
    ({"extra": "a\u2028b"}, INVALID),
    ({"ex\ntra": "a"}, INVALID),
]


def refused(world: World, given: Pairs) -> RedirectableError:
    with pytest.raises(RedirectableError) as caught:
        parsed(world, given)
    return caught.value


@pytest.mark.parametrize(("changes", "error"), REFUSED, ids=str)
def test_the_site_is_told(world: World, site: Site, changes: dict[str, str], error: str) -> None:
    raised = refused(world, pairs(site, **changes))
    assert raised.error == error
    address = query_address(of_error(world.issuer, raised))
    told = dict(parse_qsl(urlsplit(address).query))
    assert set(told) <= {"error", "error_description", "state", "iss"}
    assert told["error"] == error
    assert told["iss"] == world.issuer.address  # OA8
    assert told["error_description"]
    assert not invalid_error_characters(told["error_description"])
    assert urlsplit(address).path == urlsplit(CALLBACK).path


@pytest.mark.parametrize(
    "name",
    ["scope", "response_type", "code_challenge", "nonce", "prompt", "request", "unknown"],
)
def test_oa7_any_repeated_parameter_is_refused(world: World, site: Site, name: str) -> None:
    """Authlib looks at five names only: a second nonce passes there."""
    given = [pair for pair in pairs(site, state="etat") if pair[0] != name]
    raised = refused(world, [*given, (name, "1"), (name, "1")])
    assert (raised.error, raised.state) == (INVALID, "etat")


def test_oa7_a_repeated_state_is_not_echoed(world: World, site: Site) -> None:
    raised = refused(world, [*pairs(site, state="un"), ("state", "deux")])
    assert (raised.error, raised.state) == (INVALID, None)


@pytest.mark.parametrize("state", ["é", "a\nb", "x" * 2049])
def test_a_malformed_state_is_not_echoed(world: World, site: Site, state: str) -> None:
    assert refused(world, pairs(site, state=state)).state is None


def test_the_state_comes_back_with_an_error(world: World, site: Site) -> None:
    assert refused(world, pairs(site, state="a&b=c%", scope="email")).state == "a&b=c%"


def test_unknown_parameters_are_ignored(world: World, site: Site) -> None:
    extra = {"extra": "foobar", "display": "popup", "ui_locales": "se", "claims_locales": "se"}
    plain = parsed(world, pairs(site))
    assert parsed(world, pairs(site, **extra)) == plain


def test_a_parameter_without_a_value_counts_as_absent(world: World, site: Site) -> None:
    """RFC 6749 §3.1."""
    names = ("state", "nonce", "prompt", "max_age", "request", "claims", "resource", "dpop_jkt")
    empty = dict.fromkeys(names, "")
    assert parsed(world, pairs(site, **empty)) == parsed(world, pairs(site))


def test_the_order_of_parameters_and_scopes_is_free(world: World, site: Site) -> None:
    given = pairs(site, scope="email openid")
    assert set(parsed(world, given[::-1]).scope) == {"openid", "email"}


def test_unknown_scopes_are_ignored_and_foreign_ones_refused(world: World) -> None:
    plain = world.site(scope="openid", grant_types=["authorization_code"])
    assert parsed(world, pairs(plain, scope="openid unheard_of openid")).scope == ("openid",)
    assert refused(world, pairs(plain, scope="openid email")).error == "invalid_scope"


def test_everything_asked_is_kept(world: World, site: Site) -> None:
    asked = parsed(
        world,
        pairs(
            site,
            scope="openid email",
            state="-._~" * 32,
            nonce="n" * 384,
            prompt="login consent",
            max_age="0",
            acr_values="eidas1 eidas0",
            login_hint="membre@mgen-connect.test",
            response_mode="form_post",
            claims='{"id_token": {"email": null, "acr": {"essential": true, "value": "eidas1"}}}',
            resource=world.issuer.address,
            dpop_jkt="j" * 43,
        ),
    )
    assert asked == AuthorizationRequest(
        client_id=site.id,
        redirect_uri=CALLBACK,
        scope=("openid", "email"),
        code_challenge=CHALLENGE,
        state="-._~" * 32,
        nonce="n" * 384,
        prompt=("login", "consent"),
        max_age=0,
        acr_values=("eidas1", "eidas0"),
        login_hint="membre@mgen-connect.test",
        response_mode="form_post",
        claims={"id_token": {"email": None}},
        acr_essential=("eidas1",),
        resources=(world.issuer.address,),
        dpop_jkt="j" * 43,
    )
    assert AuthorizationRequest.from_json(asked.to_json()) == asked
    assert AuthorizationRequest.from_json({**asked.to_json(), "of_tomorrow": 1}) == asked


def test_oa12_a_request_uri_is_never_fetched(world: World, site: Site) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        listener.setblocking(False)
        port = listener.getsockname()[1]
        given = pairs(site, request_uri=f"http://127.0.0.1:{port}/object")
        assert refused(world, given).error == "request_uri_not_supported"
        with pytest.raises(BlockingIOError):
            listener.accept()


def test_parsing_changes_nothing(world: World, site: Site) -> None:
    """A pushed request is not a row: parse() takes a reading session and leaves no trace."""
    with world.database.reading() as session:
        parse(world.issuer, session, pairs(site))
        assert not session.new
        assert not session.dirty
