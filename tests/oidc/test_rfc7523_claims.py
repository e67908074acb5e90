"""RFC 7523 §3: what a client assertion must say, and until when it may be shown (OA16, OA11)."""

from typing import Any

import pytest

from idp.clock import FrozenClock
from idp.oidc.http import MachineResponse
from tests.oidc.holder import ABSENT, JWT_BEARER, Holder, holder, keyed_site
from tests.oidc.published import LET_IN, OUT, tried
from tests.oidc.world import ONE_ENGINE, Site, World, refusal

pytestmark = ONE_ENGINE


@pytest.fixture
def keys() -> Holder:
    return holder()


@pytest.fixture
def keyed(world: World, keys: Holder) -> Site:
    return keyed_site(world, keys.jwk)


def knock(world: World, **form: str) -> MachineResponse:
    return world.token({"grant_type": "refresh_token", "refresh_token": "unknown", **form})


CLAIMS: dict[str, dict[str, Any]] = {
    "aud a list of us": {"aud": ["http://localhost:8000"]},
    "aud us and another": {"aud": ["http://localhost:8000", "https://autre.exemple"]},
    "aud the token endpoint": {"aud": "http://localhost:8000/token"},
    "aud the par endpoint": {"aud": "http://localhost:8000/par"},
    "aud with a slash": {"aud": "http://localhost:8000/"},
    "aud in capitals": {"aud": "HTTP://LOCALHOST:8000"},
    "aud another": {"aud": "https://autre.exemple"},
    "aud an object": {"aud": {"0": "http://localhost:8000"}},
    "aud absent": {"aud": ABSENT},
    "iss absent": {"iss": ABSENT},
    "iss another": {"iss": "another"},
    "iss us": {"iss": "http://localhost:8000"},
    "sub absent": {"sub": ABSENT},
    "sub another": {"sub": "another"},
    "sub and iss another": {"sub": "another", "iss": "another"},
    "sub and iss numbers": {"sub": 1, "iss": 1},
    "sub and iss odd": {"sub": "a\x00b", "iss": "a\x00b"},
    "jti absent": {"jti": ABSENT},
    "jti empty": {"jti": ""},
    "jti a number": {"jti": 7},
    "jti a list": {"jti": ["x"]},
    "jti too long": {"jti": "x" * 257},
    "jti a control": {"jti": "x\n"},
    "exp absent": {"exp": ABSENT},
    "exp a text": {"exp": "9999999999"},
    "exp true": {"exp": True},
    "exp null": {"exp": None},
    "exp huge": {"exp": 10**40},
    "iat a text": {"iat": "now"},
    "nbf a list": {"nbf": []},
}


def test_oa16_every_wrong_claim_is_refused_alike(world: World, keyed: Site, keys: Holder) -> None:
    assert tried(world, keyed, keys) == LET_IN
    answers = {
        name: knock(world, **keys.by_assertion(keyed, world.issuer.address, **changes))
        for name, changes in CLAIMS.items()
    }
    wrong = {name: answer for name, answer in answers.items() if refusal(answer) != OUT}
    assert wrong == {}
    assert len({answer.body for answer in answers.values()}) == 1


@pytest.mark.parametrize(
    ("name", "seconds", "expected"),
    [
        ("exp", 310, LET_IN),
        ("exp", 311, OUT),
        ("exp", 3600, OUT),
        ("exp", 1, LET_IN),
        ("exp", -9, LET_IN),
        ("exp", -10, OUT),
        ("exp", -300, OUT),
        ("nbf", 8, LET_IN),
        ("nbf", 10, LET_IN),
        ("nbf", 11, OUT),
        ("nbf", 61, OUT),
        ("iat", 10, LET_IN),
        ("iat", 60, OUT),
        ("iat", -200, LET_IN),
    ],
)
def test_oa16_dates(
    world: World, keyed: Site, keys: Holder, at: FrozenClock, name: str, seconds: int, expected: Any
) -> None:
    """Clocks may differ by ten seconds, and nothing lives longer than five minutes."""
    when = int(at.instant.timestamp()) + seconds
    assert tried(world, keyed, keys, **{name: when}) == expected
    assert tried(world, keyed, keys, **{name: when + 0.0}) == expected


HEADERS: dict[str, dict[str, Any]] = {
    "jwk": {"jwk": {"kty": "oct", "k": "x"}},
    "jku": {"jku": "http://127.0.0.1:9/"},
    "x5u": {"x5u": "http://127.0.0.1:9/"},
    "x5c": {"x5c": ["x"]},
    "crit": {"crit": ["exp"], "exp": 1},
    "crit empty": {"crit": []},
    "zip": {"zip": "DEF"},
    "b64": {"b64": False},
    "kid unknown": {"kid": "another"},
    "kid a number": {"kid": 1},
    "kid null": {"kid": None},
    "kid a path": {"kid": "../../etc/passwd"},
    "kid SQL": {"kid": "' OR 1=1 --"},
    "typ of a proof": {"typ": "dpop+jwt"},
    "typ of a logout token": {"typ": "logout+jwt"},
    "typ null": {"typ": None},
    "typ a list": {"typ": ["JWT"]},
}


def test_oa11_every_odd_header_is_refused(world: World, keyed: Site, keys: Holder) -> None:
    for name, changes in HEADERS.items():
        assert tried(world, keyed, keys, header=changes) == OUT, name
    for typ in ("JWT", "client-authentication+jwt", ABSENT):
        assert tried(world, keyed, keys, header={"typ": typ}) == LET_IN, typ
    assert tried(world, keyed, keys, header={"x5t#S256": "x", "x5t": "x"}) == LET_IN


@pytest.mark.parametrize(
    "form",
    [
        {"client_assertion": "x.y.z"},
        {"client_assertion_type": JWT_BEARER},
        {"client_assertion_type": JWT_BEARER, "client_assertion": "x"},
        {"client_assertion_type": JWT_BEARER, "client_assertion": "e30.e30.e30"},
        {"client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"},
    ],
    ids=str,
)
def test_half_an_assertion_is_none(world: World, keyed: Site, form: dict[str, str]) -> None:
    assert refusal(knock(world, **form)) == OUT
    assert refusal(knock(world, **form, client_id=keyed.id)) == OUT


def test_another_type_of_assertion(world: World, keyed: Site, keys: Holder) -> None:
    form = keys.by_assertion(keyed, world.issuer.address)
    for wrong in (JWT_BEARER.upper(), JWT_BEARER + " ", "jwt-bearer"):
        assert refusal(knock(world, **{**form, "client_assertion_type": wrong})) == OUT
