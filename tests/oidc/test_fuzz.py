"""Generated input: no parser and no endpoint ever fails in a way of its own."""

import base64
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from idp.oidc import authorize, end_session, openapi
from idp.oidc.authorization_response import of_error, query_address
from idp.oidc.authorize import AuthorizationRequest, RedirectableError, UnsafeRequestError
from idp.oidc.errors import EndpointError
from idp.oidc.forms import fields
from idp.oidc.openapi_schemas import FORMS
from tests.oidc.described import Description
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
    *("claims", "resource", "dpop_jkt"),
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
            "form_post",
            "urn:ietf:params:oauth:request_uri:x",
            '{"id_token": {"sub": {"value": "x"}, "acr": {"essential": true, "values": ["a"]}}}',
            '{"userinfo": {"email": {"value": "\\ud800"}}}',
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
    st.sampled_from(["authorization", "content-type", "dpop", "origin", "x-other"]),
    st.one_of(
        st.sampled_from([FORM, f"{FORM}; charset=utf-8", "Basic eDp5", "Bearer x", "Bearer"]),
        st.sampled_from(["DPoP x", "e30.e30.e30", "http://localhost:8001", "null"]),
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
            answer = of_error(world.issuer, error)
            assert answer.mode == ("form_post" if posts(base + given_) else "query")
            url = query_address(answer)
            assert url.startswith(site.client.redirect_uris[0] + "?error=")
            assert url.isascii()
            assert url.isprintable()
        else:
            json.dumps(asked.to_json()).encode()
            assert AuthorizationRequest.from_json(asked.to_json()) == asked


def posts(pairs: list[tuple[str, str]]) -> bool:
    return [value for name, value in pairs if name == "response_mode"] == ["form_post"]


@ONE_ENGINE
@quick
@given(st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=6), st.booleans())
def test_par_as_a_known_client(world: World, site: Site, form: dict[str, str], good: bool) -> None:
    base = dict(good_pairs(site)) if good else {}
    kept = {name: value.encode("utf-8", "replace") for name, value in {**base, **form}.items()}
    answer = world.post("/par", kept, site.basic())  # type: ignore[arg-type]
    assert answer.status in {201, 400}, answer
    assert body(answer)


@ONE_ENGINE
@quick
@given(PAIRS)
def test_end_session(world: World, given_: list[tuple[str, str]]) -> None:
    with world.database.reading() as session:
        assert end_session.parse(world.issuer, session, given_) == end_session.LogoutRequest()


CLAIMED = st.sampled_from(
    [
        *("userinfo", "id_token", "email", "acr", "sub", "essential", "value", "values"),
        *("\x00", "\ud800"),
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(CLAIMED, inner, max_size=4),
    max_leaves=12,
)


@ONE_ENGINE
@quick
@given(JSON)
def test_the_claims_parameter(world: World, site: Site, asked: Any) -> None:
    """What is kept of it can be kept: both databases refuse some characters in JSON."""
    pairs = [*good_pairs(site), ("claims", json.dumps(asked))]
    with world.database.reading() as session:
        try:
            kept = json.dumps(authorize.parse(world.issuer, session, pairs).to_json())
        except RedirectableError as refused:
            kept = refused.error
    assert kept in {"invalid_request", "login_required"} or kept.startswith("{")
    assert not any(odd in kept for odd in ("\\u0000", "\\ud800", "NaN", "Infinity"))


_PARTS = st.dictionaries(
    st.sampled_from(["alg", "typ", "kid", "jwk", "htm", "htu", "jti", "iat", "ath", "exp", "iss"]),
    st.one_of(
        st.sampled_from(["ES256", "none", "at+jwt", "dpop+jwt", "JWT", "POST", 0, -1, 1e300, {}]),
        st.none(),
        st.text(max_size=8),
        st.lists(st.integers(), max_size=2),
    ),
)


def _part(members: dict[str, Any]) -> str:
    raw = json.dumps(members).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


JWTS = st.tuples(_PARTS, _PARTS).map(lambda two: f"{_part(two[0])}.{_part(two[1])}.QUJD")
METHODS = st.sampled_from(["GET", "POST", "HEAD", "PUT"])
QUERIES = st.one_of(st.just(b""), BYTES)


@ONE_ENGINE
@pytest.mark.parametrize("path", [*FORMS, "/jwks.json"])
@settings(quick, max_examples=60)
@given(METHODS, HEADERS, BYTES, QUERIES)
def test_every_machine_endpoint(
    world: World, path: str, method: str, headers: dict[str, str], content: bytes, query: bytes
) -> None:
    answer = world.send(method, path, headers, content, query)
    told = {name.lower(): value for name, value in answer.headers}
    description = Description(openapi.document(world.issuer))
    problem = description.problem(method, path, answer.status, told, answer.body)
    assert problem is None, answer
    assert answer.status < 500
    assert answer.body.isascii()


@ONE_ENGINE
@settings(quick, max_examples=60)
@given(st.sampled_from(["/introspect", "/revoke"]), st.text(min_size=1, max_size=60) | JWTS)
def test_any_text_is_no_token(world: World, site: Site, path: str, token: str) -> None:
    form = {"token": token.encode("utf-8", "replace")}
    answer = world.post(path, form, site.basic())  # type: ignore[arg-type]
    assert answer.status in {200, 400}, answer
    if answer.status == 200:
        assert answer.body == (b'{"active":false}' if path == "/introspect" else b"")


@ONE_ENGINE
@settings(quick, max_examples=60)
@given(st.text(st.characters(max_codepoint=255), max_size=60) | JWTS, st.booleans())
def test_any_text_is_no_proof(world: World, site: Site, proof: str, at_resource: bool) -> None:
    if at_resource:
        headers = {"authorization": f"DPoP {'A' * 43}", "dpop": proof}
        assert world.send("GET", "/userinfo", headers).status == 401
    else:
        form = {"grant_type": "refresh_token", "refresh_token": "x"}
        assert world.token(form, {**site.basic(), "dpop": proof}).status == 400


@ONE_ENGINE
@quick
@given(st.dictionaries(st.sampled_from(NAMES), st.text(min_size=1, max_size=30), max_size=6))
def test_a_known_client(world: World, site: Site, person: Person, form: dict[str, str]) -> None:
    """Past the door: whatever the form holds, nobody gets a token for it."""
    printable = {name: value.encode("utf-8", "replace") for name, value in form.items()}
    answer = world.token({"grant_type": "refresh_token", **printable}, site.basic())  # type: ignore[dict-item]
    assert answer.status == 400
