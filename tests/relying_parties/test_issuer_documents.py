"""The issuer's metadata and keys: fetched when needed, checked, aged; and the issuer being away."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask

from relying_parties.common import oidc
from relying_parties.common.settings import Settings
from relying_parties.espace_personnel.app import create_app
from tests.relying_parties.browsing import Browser
from tests.relying_parties.issuer_double import IssuerDouble, Json, make_key

DISCOVERY = "/.well-known/openid-configuration"
Later = Callable[[timedelta], None]


def _unavailable(browser: Browser, path: str = "/auth/login") -> bool:
    response = browser.get(path)
    return (
        response.status_code == 503
        and response.headers["Retry-After"] == "30"
        and "momentanément indisponible" in response.text
        and "Reprendre la connexion" in response.text
    )


def test_nothing_is_fetched_before_it_is_needed(browser: Browser, issuer: IssuerDouble) -> None:
    browser.get("/")

    assert issuer.seen == []


def test_documents_are_fetched_once_for_many_sign_ins(app: Flask, issuer: IssuerDouble) -> None:
    for _ in range(3):
        Browser(app).sign_in()

    assert (issuer.count(DISCOVERY), issuer.count("/jwks.json")) == (1, 1)


def test_old_documents_are_fetched_again(
    browser: Browser, issuer: IssuerDouble, later: Later
) -> None:
    browser.sign_in()
    later(timedelta(minutes=5))
    browser.sign_in()

    assert (issuer.count(DISCOVERY), issuer.count("/jwks.json")) == (2, 2)


def test_a_new_key_is_found_at_once_with_one_more_fetch(
    browser: Browser, issuer: IssuerDouble
) -> None:
    browser.sign_in()
    issuer.key = make_key("second")

    assert browser.sign_in().location == "/"
    assert issuer.count("/jwks.json") == 2


def test_a_key_that_is_not_published_is_asked_for_once(
    browser: Browser, issuer: IssuerDouble
) -> None:
    browser.sign_in()
    issuer.misbehave.signed_by = make_key("never published")

    assert browser.sign_in().status_code == 400
    assert issuer.count("/jwks.json") == 2


def test_keys_of_unknown_kinds_disturb_nobody(browser: Browser, issuer: IssuerDouble) -> None:
    odd: list[Json | str] = [{"kty": "AKP", "kid": "new"}, {"kid": "no kind"}, "not a key"]
    issuer.misbehave.jwks = lambda given: {"keys": odd + given["keys"]}

    assert browser.sign_in().location == "/"


def test_a_key_for_encryption_verifies_nothing(browser: Browser, issuer: IssuerDouble) -> None:
    issuer.misbehave.jwks = lambda given: {"keys": [given["keys"][0] | {"use": "enc"}]}

    assert browser.sign_in().status_code == 400


def test_an_issuer_that_is_down_is_said_and_the_site_recovers(
    browser: Browser, issuer: IssuerDouble
) -> None:
    issuer.misbehave.status = {DISCOVERY: 500}
    assert _unavailable(browser)

    issuer.misbehave.status = {}
    assert browser.sign_in().location == "/"


def test_a_closed_port_is_said(browser: Browser, issuer: IssuerDouble) -> None:
    issuer.stop()

    assert _unavailable(browser)
    assert browser.get("/").status_code == 200


@pytest.mark.parametrize("path", ["/token", "/jwks.json", "/userinfo"])
@pytest.mark.parametrize("status", [500, 503])
def test_an_endpoint_that_fails_on_the_way_back_is_said(
    browser: Browser, issuer: IssuerDouble, path: str, status: int
) -> None:
    answer = browser.visit_issuer(browser.start())
    issuer.misbehave.status = {path: status}

    assert _unavailable(browser, answer)
    assert not browser.signed_in()


@pytest.fixture
def elsewhere() -> Iterator[IssuerDouble]:
    double = IssuerDouble()
    yield double
    double.stop()


def test_metadata_is_never_fetched_from_where_it_redirects(
    browser: Browser, issuer: IssuerDouble, elsewhere: IssuerDouble
) -> None:
    issuer.misbehave.redirect = {DISCOVERY: elsewhere.url + DISCOVERY}

    assert _unavailable(browser)
    assert elsewhere.seen == []


@pytest.mark.parametrize("path", ["/token", "/jwks.json", "/userinfo"])
def test_no_endpoint_is_followed_where_it_redirects(
    browser: Browser, issuer: IssuerDouble, elsewhere: IssuerDouble, path: str
) -> None:
    answer = browser.visit_issuer(browser.start())
    issuer.misbehave.redirect = {path: elsewhere.url + path}

    assert _unavailable(browser, answer)
    assert elsewhere.seen == []


def test_a_signed_in_member_keeps_the_site_while_the_issuer_is_down(
    browser: Browser, issuer: IssuerDouble
) -> None:
    browser.sign_in()
    issuer.stop()

    assert browser.signed_in()


@pytest.mark.parametrize(
    "change",
    [
        {"issuer": "http://other.test"},
        {"issuer": None},
        {"authorization_endpoint": None},
        {"token_endpoint": "http://elsewhere.test/token"},
        {"jwks_uri": "file:///etc/passwd"},
        {"token_endpoint": "//elsewhere.test/token"},
        {"userinfo_endpoint": "ftp://elsewhere.test"},
        {"end_session_endpoint": "https://x.test; script-src *"},
        {"authorization_endpoint": "https://user@elsewhere.test/"},
        {"authorization_endpoint": 7},
    ],
)
def test_metadata_that_cannot_be_right_is_not_used(
    browser: Browser, issuer: IssuerDouble, change: Json
) -> None:
    issuer.misbehave.metadata = lambda given: given | change

    assert _unavailable(browser)


@pytest.mark.parametrize(
    "option", [{"verify": False}, {"scope": "everything"}, {"token": {}}, {"_loaded_at": 0}]
)
def test_metadata_sets_no_option_of_the_library(
    app: Flask, browser: Browser, issuer: IssuerDouble, option: Json
) -> None:
    issuer.misbehave.metadata = lambda given: given | option
    issuer_client = app.extensions["authlib.integrations.flask_client"].mgen_connect

    assert "scope=openid+profile+email" in browser.start().replace("%20", "+")
    kept = issuer_client.server_metadata
    assert all(kept.get(name) != value for name, value in option.items())


def test_a_document_that_is_no_object_is_not_used(browser: Browser, issuer: IssuerDouble) -> None:
    issuer.misbehave.metadata = lambda given: ["odd"]  # type: ignore[arg-type, return-value]

    assert _unavailable(browser)


@pytest.fixture
def hanging(issuer: IssuerDouble) -> Iterator[threading.Event]:
    release = threading.Event()
    yield release
    release.set()


def test_an_issuer_that_hangs_holds_no_request(
    settings: Settings,
    issuer: IssuerDouble,
    hanging: threading.Event,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(oidc, "_TIMEOUTS", (0.2, 0.2))
    browser = Browser(create_app(settings))
    answer = browser.visit_issuer(browser.start())
    issuer.misbehave.hang = hanging

    assert _unavailable(browser, answer)
    assert not hanging.is_set()


def test_a_proxy_of_the_environment_is_not_asked_for_loopback(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)

    assert Browser(create_app(settings)).start()
