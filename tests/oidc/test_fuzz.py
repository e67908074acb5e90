"""Generated input: no parser and no endpoint ever fails in a way of its own."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from idp.oidc import authorize, end_session
from idp.oidc.authorize import AuthorizationRequest, RedirectableError, UnsafeRequestError
from idp.oidc.errors import EndpointError
from idp.oidc.forms import fields
from tests.oidc.test_rfc6749_redirect_uri import pairs as good_pairs
from tests.oidc.world import FORM, ONE_ENGINE, Person, Site, World, body

pytestmark = pytest.mark.fuzz

quick = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

NAMES = (
    *("grant_type", "code", "redirect_uri", "code_verifier", "refresh_token", "scope", "client_id"),
    *("client_secret", "client_assertion", "access_token", "state", "nonce", "prompt", "max_age"),
    *("acr_values", "login_hint", "id_token_hint", "request", "request_uri", "response_type"),
    *("response_mode", "code_challenge", "code_challenge_method", "post_logout_redirect_uri"),
)
VALUES = st.one_of(
    st.sampled_from(
        [
            "",
            "authorization_code",
            "refresh_token",
            "openid",
            "none",
            "code",
            "S256",
            "0",
            "e30.e30.",
        ]
    ),
    st.text(st.characters(), max_size=40),  # lone surrogates too
    st.text("%&=+;\x00\r\n é\u2028\U0001f600", max_size=20),
)
PAIRS = st.lists(st.tuples(st.sampled_from(NAMES) | st.text(max_size=8), VALUES), max_size=12)
BYTES = st.one_of(
    st.binary(max_size=200),
    st.lists(
        st.tuples(st.sampled_from([name.encode() for name in NAMES]), st.binary(max_size=30)),
        max_size=8,
    ).map(lambda found: b"&".join(name + b"=" + value for name, value in found)),
)
HEADERS = st.dictionaries(
    st.sampled_from(["authorization", "content-type", "x-other"]),
    st.one_of(
        st.sampled_from([FORM, f"{FORM}; charset=utf-8", "Basic eDp5", "Bearer x", "Bearer"]),
        st.text(st.characters(max_codepoint=255), max_size=60),
        st.binary(max_size=40).map(lambda raw: "Basic " + raw.hex()),
    ),
)


@quick
@given(BYTES)
def test_the_form_parser(raw: bytes) -> None:
    try:
        found = fields(raw)
    except EndpointError:
        return
    for name, value in found.items():
        assert value
        assert (name + value).isprintable() or not (name + value).isascii()


@ONE_ENGINE
@quick
@given(PAIRS, st.booleans())
def test_authorize(world: World, site: Site, given_: list[tuple[str, str]], good: bool) -> None:
    base = [pair for pair in good_pairs(site) if good and pair[0] not in dict(given_)]
    with world.database.reading() as session:
        try:
            asked = authorize.parse(world.issuer, session, base + given_)
        except UnsafeRequestError:
            return
        except RedirectableError as error:
            url = authorize.error_redirect(world.issuer, error)
            assert url.startswith(site.client.redirect_uris[0] + "?error=")
            assert url.isascii()
            assert url.isprintable()
        else:
            json.dumps(asked.to_json()).encode()
            assert AuthorizationRequest.from_json(asked.to_json()) == asked


@ONE_ENGINE
@quick
@given(PAIRS)
def test_end_session(world: World, given_: list[tuple[str, str]]) -> None:
    with world.database.reading() as session:
        assert end_session.parse(world.issuer, session, given_) == end_session.LogoutRequest()


def answered(world: World, path: str, *parts: Any) -> None:
    method, headers, content, query = parts
    answer = world.send(method, path, headers, content, query)
    assert answer.status in {200, 204, 400, 401, 403, 405, 413, 415}, answer
    if answer.body:
        assert answer.body.isascii()
        assert body(answer)


METHODS = st.sampled_from(["GET", "POST", "HEAD", "PUT"])
QUERIES = st.one_of(st.just(b""), BYTES)


@ONE_ENGINE
@quick
@given(METHODS, HEADERS, BYTES, QUERIES)
def test_token(
    world: World, method: str, headers: dict[str, str], content: bytes, query: bytes
) -> None:
    answered(world, "/token", method, headers, content, query)


@ONE_ENGINE
@quick
@given(METHODS, HEADERS, BYTES, QUERIES)
def test_userinfo(
    world: World, method: str, headers: dict[str, str], content: bytes, query: bytes
) -> None:
    answered(world, "/userinfo", method, headers, content, query)


@ONE_ENGINE
@quick
@given(st.dictionaries(st.sampled_from(NAMES), st.text(min_size=1, max_size=30), max_size=6))
def test_token_as_a_known_client(
    world: World, site: Site, person: Person, form: dict[str, str]
) -> None:
    """Past the door: whatever the form holds, nobody gets a token for it."""
    printable = {name: value.encode("utf-8", "replace") for name, value in form.items()}
    answer = world.token({"grant_type": "refresh_token", **printable}, site.basic())  # type: ignore[dict-item]
    assert answer.status == 400
