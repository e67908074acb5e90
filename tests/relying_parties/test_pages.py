"""Headers of every answer, a page for every error, claims as text (WB2, WB3, WB6, WB8)."""

import logging
import re
import sqlite3
from dataclasses import replace

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from relying_parties.common import services
from relying_parties.common.settings import Settings
from relying_parties.espace_personnel.app import create_app
from tests.relying_parties.browsing import Browser
from tests.relying_parties.issuer_double import IssuerDouble

XSS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "{{ 7 * 7 }}",
    "</strong><iframe src=//evil.test>",
    "&lt;b&gt;",
    "\u202ereversed",
]
PATHS = ["/", "/nowhere", "/auth/login", "/auth/callback", "/auth/logout", "/static/tokens.css"]


def _crawl(browser: Browser) -> dict[str, TestResponse]:
    answers = {path: browser.get(path) for path in PATHS}
    browser.sign_in()
    return answers | {"signed in": browser.get("/"), "refused form": browser.post("/auth/logout")}


def test_every_answer_carries_the_headers(browser: Browser, issuer: IssuerDouble) -> None:
    answers = _crawl(browser)

    assert {answer.status_code for answer in answers.values()} == {200, 303, 400, 404, 405}
    for answer in answers.values():
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "Strict-Transport-Security" not in answer.headers


def test_the_policy_allows_our_own_files_and_no_script(
    browser: Browser, issuer: IssuerDouble
) -> None:
    for answer in _crawl(browser).values():
        policy = answer.headers["Content-Security-Policy"]
        rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
        assert rules == {
            "default-src": "'none'",
            "style-src": "'self'",
            "img-src": "'self'",
            "base-uri": "'none'",
            "frame-ancestors": "'none'",
            "form-action": f"'self' {issuer.url}",
        }


def test_a_sign_out_page_on_another_host_is_allowed_to_follow_the_form(
    browser: Browser, issuer: IssuerDouble
) -> None:
    elsewhere = {"end_session_endpoint": "https://sortie.example:8443/fin?x=1"}
    issuer.misbehave.metadata = lambda given: given | elsewhere
    browser.sign_in()

    policy = browser.get("/").headers["Content-Security-Policy"]

    assert policy.endswith(f"form-action 'self' {issuer.url} https://sortie.example:8443")


def test_no_page_is_kept_by_the_browser(browser: Browser) -> None:
    for path, answer in _crawl(browser).items():
        expected = "no-cache" if path.startswith("/static") else "no-store"
        assert answer.headers["Cache-Control"] == expected


def test_https_is_asked_for_from_then_on(settings: Settings) -> None:
    client = create_app(replace(settings, base_url="https://espace.example")).test_client()

    header = client.get("/").headers["Strict-Transport-Security"]

    assert header == "max-age=31536000; includeSubDomains"


def test_pages_hold_no_script_no_inline_style_and_nothing_from_elsewhere(
    browser: Browser, issuer: IssuerDouble
) -> None:
    for path, answer in _crawl(browser).items():
        if answer.mimetype != "text/html" or path == "/auth/login":
            continue
        assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:", answer.text), path
        for name, address in re.findall(r'(src|href|action)="([^"]+)"', answer.text):
            pages = ("/creer-mon-espace", "/compte/deux-etapes", "/compte/services")
            out = {f"{issuer.url}{page}" for page in pages}
            link_out = name == "href" and address in out
            assert re.match(r"/(?!/)|#", address) or link_out, address


@pytest.mark.parametrize("text", XSS)
@pytest.mark.parametrize("claim", ["given_name", "email"])
def test_a_claim_is_shown_as_text(
    browser: Browser, issuer: IssuerDouble, claim: str, text: str
) -> None:
    issuer.person[claim] = text
    browser.sign_in()

    home = browser.get("/").text.replace(issuer.url, "")

    assert not re.search(r"<(script|img|iframe)|\sonmouseover='", home)
    assert "49" not in re.sub(r'value="[^"]*"', "", home)  # a form token is random
    assert "Bonjour" in home


@pytest.mark.parametrize(
    ("method", "path", "status", "title"),
    [
        ("GET", "/nowhere", 404, "Page introuvable"),
        ("GET", "/commun/../../app.py", 404, "Page introuvable"),
        ("GET", "/static/%2e%2e/app.py", 404, "Page introuvable"),
        ("POST", "/", 405, "ne s&#39;ouvre pas ainsi"),
        ("DELETE", "/", 405, "ne s&#39;ouvre pas ainsi"),
        ("TRACE", "/", 405, "ne s&#39;ouvre pas ainsi"),
        ("GET", "/auth/callback", 400, "plus valable"),
    ],
)
def test_an_error_is_a_french_page_with_a_way_on(
    browser: Browser, method: str, path: str, status: int, title: str
) -> None:
    response = browser.client.open(path, method=method)

    assert response.status_code == status
    assert title in response.text
    assert '<html lang="fr">' in response.text
    assert "Retour à l'accueil" in response.text


@pytest.mark.parametrize("body", [b"x" * (1024 * 1024), b"csrf_token=" + b"x" * (70 * 1024)])
def test_a_huge_body_is_refused_in_french(browser: Browser, body: bytes) -> None:
    kind = "application/x-www-form-urlencoded"
    response = browser.post("/auth/logout", data=body, content_type=kind)

    assert response.status_code == 413
    assert "trop volumineux" in response.text


def test_an_unforeseen_error_tells_a_reference_and_nothing_else(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise RuntimeError("detail for the log")

    browser.sign_in()
    app = browser.client.application
    monkeypatch.setitem(app.view_functions, "site.home", fail)

    with caplog.at_level(logging.ERROR):
        response = browser.get("/")

    assert response.status_code == 500
    assert "detail for the log" not in response.text
    assert "Traceback" not in response.text
    match = re.search(r"<strong>([0-9a-f]{8})</strong>", response.text)
    assert match
    assert match[1] in caplog.text
    assert "detail for the log" in caplog.text


def test_a_database_that_fails_is_a_page_that_says_to_try_again(
    app: Flask, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(token: str) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    browser.sign_in()
    parts = app.extensions[services.EXTENSION]
    monkeypatch.setattr(type(parts.sessions), "find", lambda self, token: fail(token))

    response = browser.get("/")

    assert response.status_code == 503
    assert response.headers["Retry-After"] == "30"
    assert "disk I/O error" not in response.text
