"""Tokens that must open nothing (OA9, OA11, OA24), and userinfo of somebody else."""

import time
from collections.abc import Callable

import pytest

from tests.relying_parties.browsing import Browser
from tests.relying_parties.issuer_double import CLIENT_ID, IssuerDouble, Json, make_key

BAD_CLAIMS: dict[str, Callable[[Json], Json]] = {
    "nonce of another": lambda claims: claims | {"nonce": "other"},
    "no nonce": lambda claims: _without(claims, "nonce"),
    "issuer other": lambda claims: claims | {"iss": "http://other.test"},
    "issuer with a slash": lambda claims: claims | {"iss": claims["iss"] + "/"},
    "no issuer": lambda claims: _without(claims, "iss"),
    "audience other": lambda claims: claims | {"aud": "another-site"},
    "audience other, azp ours": lambda claims: claims | {"aud": "another-site", "azp": CLIENT_ID},
    "audience of two": lambda claims: (
        claims | {"aud": [CLIENT_ID, "another-site"], "azp": CLIENT_ID}
    ),
    "no audience": lambda claims: _without(claims, "aud"),
    "expired": lambda claims: claims | {"exp": int(time.time()) - 120},
    "no expiry": lambda claims: _without(claims, "exp"),
    "of the future": lambda claims: claims | {"iat": int(time.time()) + 3600},
    "no subject": lambda claims: _without(claims, "sub"),
    "empty subject": lambda claims: claims | {"sub": ""},
    "subject a number": lambda claims: claims | {"sub": 7},
    "other access token": lambda claims: claims | {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
}


def _without(claims: Json, name: str) -> Json:
    return {key: value for key, value in claims.items() if key != name}


def _refused(browser: Browser) -> bool:
    response = browser.sign_in()
    return (
        response.status_code == 400
        and "pas pu être vérifiée" in response.text
        and not browser.signed_in()
    )


@pytest.mark.parametrize("case", BAD_CLAIMS)
def test_a_token_with_a_bad_claim_opens_nothing(
    browser: Browser, issuer: IssuerDouble, case: str
) -> None:
    sent: Json = {}

    def alter(claims: Json) -> Json:
        sent.update(BAD_CLAIMS[case](claims))
        return sent

    issuer.misbehave.claims = alter
    # of the same person, whoever that is: userinfo is no help here
    issuer.misbehave.userinfo = lambda about: about | {"sub": sent.get("sub")}

    assert _refused(browser)


def test_an_audience_of_one_in_a_list_is_ours(browser: Browser, issuer: IssuerDouble) -> None:
    issuer.misbehave.claims = lambda claims: claims | {"aud": [CLIENT_ID]}

    assert browser.sign_in().location == "/"


def test_a_foreign_signature_opens_nothing(browser: Browser, issuer: IssuerDouble) -> None:
    issuer.misbehave.signed_by = make_key("first")

    assert _refused(browser)


@pytest.mark.filterwarnings("ignore:JWS algorithm")
@pytest.mark.parametrize("alg", ["none", "HS256"])
def test_no_algorithm_but_ours_opens_anything(
    browser: Browser, issuer: IssuerDouble, alg: str
) -> None:
    # not even one that the issuer announces
    announced = "id_token_signing_alg_values_supported"
    issuer.misbehave.metadata = lambda given: given | {announced: ["RS256", alg]}
    issuer.misbehave.header = {"alg": alg}

    assert _refused(browser)


def test_the_client_secret_signs_nothing_even_in_the_key_set(
    browser: Browser, issuer: IssuerDouble
) -> None:
    symmetric = {"kty": "oct", "k": "YS1tYWRlLXVwLWNsaWVudC1zZWNyZXQ", "kid": "first"}
    issuer.misbehave.jwks = lambda given: {"keys": [symmetric]}
    issuer.misbehave.header = {"alg": "HS256"}

    assert _refused(browser)


def test_a_key_inside_the_token_verifies_nothing(browser: Browser, issuer: IssuerDouble) -> None:
    foreign = make_key("first")
    issuer.misbehave.signed_by = foreign
    issuer.misbehave.header = {"jwk": {"kty": "RSA", "n": foreign.as_dict()["n"], "e": "AQAB"}}

    assert _refused(browser)


@pytest.mark.parametrize(
    "token",
    [
        {"id_token": None},
        {"id_token": ""},
        {"id_token": "not.a.token"},
        {"id_token": "a.b"},
        {"id_token": 7},
        {"id_token": ["x"]},
        {"id_token": "e30.e30.e30"},
        {"access_token": None},
        {"access_token": "", "id_token": ""},
        {"error": ["odd"], "error_description": {"odd": 1}},
        {"error": "made_up"},
    ],
)
def test_a_malformed_token_response_opens_nothing(
    browser: Browser, issuer: IssuerDouble, token: Json
) -> None:
    issuer.misbehave.token = lambda given: given | token

    assert _refused(browser)


def test_userinfo_of_somebody_else_opens_nothing(browser: Browser, issuer: IssuerDouble) -> None:
    issuer.misbehave.userinfo = lambda about: about | {"sub": "somebody-else"}

    assert _refused(browser)


def test_claims_of_odd_types_are_left_out(browser: Browser, issuer: IssuerDouble) -> None:
    issuer.person |= {"given_name": {"odd": True}, "email": ["list"]}

    assert browser.sign_in().location == "/"
    assert "odd" not in browser.get("/").text
