"""Logout tokens that must end nothing: claims, headers, signatures, age (OA11, OA21)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from relying_parties.common.settings import Settings
from relying_parties.espace_personnel.app import create_app
from tests.relying_parties.browsing import Browser
from tests.relying_parties.issuer_double import (
    CLIENT_ID,
    LOGOUT_EVENT,
    IssuerDouble,
    Json,
    make_key,
)
from tests.relying_parties.logout_posts import is_refused, tell, without

Later = Callable[[timedelta], None]
BAD_CLAIMS: dict[str, Callable[[Json], Json]] = {
    "issuer other": lambda told: told | {"iss": "http://other.test"},
    "issuer with a slash": lambda told: told | {"iss": told["iss"] + "/"},
    "issuers": lambda told: told | {"iss": [told["iss"]]},
    "no issuer": lambda told: without(told, "iss"),
    "audience other": lambda told: told | {"aud": "another-site"},
    "audience of two": lambda told: told | {"aud": [CLIENT_ID, "another-site"]},
    "no audience": lambda told: without(told, "aud"),
    "no iat": lambda told: without(told, "iat"),
    "of the future": lambda told: told | {"iat": told["iat"] + 3600, "exp": told["exp"] + 3600},
    "iat a text": lambda told: told | {"iat": str(told["iat"])},
    "iat before time": lambda told: told | {"iat": -(10**30)},
    "expired": lambda told: told | {"iat": told["iat"] - 400, "exp": told["iat"] - 120},
    "no expiry": lambda told: without(told, "exp"),
    "expiry out of sight": lambda told: told | {"exp": 10**30},
    "expiry infinite": lambda told: told | {"exp": float("inf")},
    "no jti": lambda told: without(told, "jti"),
    "empty jti": lambda told: told | {"jti": ""},
    "jti a number": lambda told: told | {"jti": 7},
    "a nonce": lambda told: told | {"nonce": "any"},
    "a nonce of nothing": lambda told: told | {"nonce": None},
    "no events": lambda told: without(told, "events"),
    "events a list": lambda told: told | {"events": [LOGOUT_EVENT]},
    "event other": lambda told: told | {"events": {"http://other.test/event": {}}},
    "event no object": lambda told: told | {"events": {LOGOUT_EVENT: True}},
    "event null": lambda told: told | {"events": {LOGOUT_EVENT: None}},
    "nobody": lambda told: without(without(told, "sub"), "sid"),
    "empty sub": lambda told: without(told, "sid") | {"sub": ""},
    "empty sid": lambda told: told | {"sid": ""},
    "sid a list": lambda told: told | {"sid": [told["sid"]]},
    "sub a number": lambda told: told | {"sub": 7},
}


@pytest.mark.parametrize("case", BAD_CLAIMS)
def test_a_token_with_a_bad_claim_ends_nothing(
    app: Flask, browser: Browser, issuer: IssuerDouble, case: str
) -> None:
    browser.sign_in()

    assert is_refused(tell(app, issuer.logout_token(BAD_CLAIMS[case])))
    assert browser.signed_in()


@pytest.mark.filterwarnings("ignore:JWS algorithm")
@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none"},
        {"alg": "HS256"},
        {"typ": "JWT"},
        {"typ": "at+jwt"},
        {"crit": ["exp2"], "exp2": True},
    ],
    ids=str,
)
def test_a_token_with_a_bad_header_ends_nothing(
    app: Flask, browser: Browser, issuer: IssuerDouble, header: Json
) -> None:
    browser.sign_in()

    assert is_refused(tell(app, issuer.logout_token(header=header)))
    assert browser.signed_in()


@pytest.mark.parametrize("typ", ["logout+jwt", "LOGOUT+JWT", "application/logout+jwt"])
def test_the_type_is_a_media_type(
    app: Flask, browser: Browser, issuer: IssuerDouble, typ: str
) -> None:
    browser.sign_in()

    assert tell(app, issuer.logout_token(header={"typ": typ})).status_code == 200


@pytest.mark.parametrize(("size", "status"), [(10_000, 200), (16_000, 400)])
def test_a_token_is_sixteen_kilobytes_at_most(
    app: Flask, issuer: IssuerDouble, size: int, status: int
) -> None:
    """However well it is signed (OA11)."""
    assert (
        tell(app, issuer.logout_token(lambda told: told | {"x": "x" * size})).status_code == status
    )


def test_a_foreign_signature_ends_nothing(
    app: Flask, browser: Browser, issuer: IssuerDouble
) -> None:
    browser.sign_in()
    foreign = make_key("first")
    inside = {"jwk": {"kty": "RSA", "n": foreign.as_dict()["n"], "e": "AQAB"}}

    assert is_refused(tell(app, issuer.logout_token(signed_by=foreign)))
    assert is_refused(tell(app, issuer.logout_token(signed_by=foreign, header=inside)))
    assert browser.signed_in()


def test_an_id_token_is_no_logout_token_and_the_reverse(
    app: Flask, browser: Browser, issuer: IssuerDouble, settings: Settings
) -> None:
    browser.sign_in()
    asked = browser.sign_out().location
    id_token = asked.split("id_token_hint=")[1].split("&")[0]
    browser.sign_in()

    assert is_refused(tell(app, id_token))
    assert browser.signed_in()

    issuer.misbehave.token = lambda given: given | {"id_token": issuer.logout_token()}
    assert Browser(create_app(settings)).sign_in().status_code == 400


@pytest.mark.parametrize(("seconds", "status"), [(175, 200), (185, 400)])
def test_a_minute_of_leeway(
    app: Flask, issuer: IssuerDouble, later: Later, seconds: int, status: int
) -> None:
    token = issuer.logout_token()  # good for two minutes
    later(timedelta(seconds=seconds))

    assert tell(app, token).status_code == status
