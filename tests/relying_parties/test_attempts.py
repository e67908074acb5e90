"""Several tabs at once, and what a browser is given for each sign-in under way."""

import base64
import re
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask

from tests.relying_parties.browsing import SESSION, Browser
from tests.relying_parties.issuer_double import IssuerDouble

ATTEMPT = re.compile(r"espace_personnel_8001_attempt_[0-9a-f]{16}")


def test_two_tabs_both_arrive(browser: Browser) -> None:
    first, second = browser.start(), browser.start()

    answers = [browser.get(browser.visit_issuer(address)) for address in (second, first)]

    assert [answer.location for answer in answers] == ["/", "/"]
    assert browser.signed_in()


def test_two_tabs_that_start_at_once_both_arrive(app: Flask, browser: Browser) -> None:
    """Both requests leave before either answer is back: neither carries the other's cookie."""
    other = Browser(app)
    first, second = browser.start(), other.start()
    for name, value in other.cookies().items():
        browser.client.set_cookie(name, value, domain="localhost")

    answers = [browser.get(browser.visit_issuer(address)) for address in (first, second)]

    assert [answer.location for answer in answers] == ["/", "/"]


def test_an_attempt_is_a_cookie_for_the_server_alone(browser: Browser) -> None:
    (header,) = browser.get("/auth/login").headers.getlist("Set-Cookie")

    assert ATTEMPT.match(header)
    assert {"HttpOnly", "Path=/", "SameSite=Lax", "Max-Age=3600"} <= set(header.split("; "))
    assert "Domain" not in header
    assert len(header) < 1024


def test_the_answer_takes_the_cookie_away(browser: Browser) -> None:
    browser.sign_in()

    assert not [name for name in browser.cookies() if "attempt" in name]


def test_of_many_identical_answers_at_once_one_is_taken(
    app: Flask, browser: Browser, issuer: IssuerDouble
) -> None:
    """A page reloaded while it loads: the code is redeemed once."""
    answer = browser.visit_issuer(browser.start())
    ((name, value),) = browser.cookies().items()
    copies = [Browser(app) for _ in range(8)]
    for copy in copies:
        copy.client.set_cookie(name, value, domain="localhost")

    with ThreadPoolExecutor(len(copies)) as pool:
        answers = list(pool.map(lambda copy: copy.get(answer).status_code, copies))

    assert sorted(answers) == [303] + [400] * 7
    assert issuer.count("/token") == 1


def test_a_refusal_takes_the_cookie_away_too(browser: Browser, issuer: IssuerDouble) -> None:
    issuer.misbehave.answer = lambda given: given | {"error": "access_denied"}
    browser.sign_in()

    assert not [name for name in browser.cookies() if "attempt" in name]


def test_an_hour_later_the_attempt_is_over(
    browser: Browser, issuer: IssuerDouble, later: Callable[[timedelta], None]
) -> None:
    # taken away from its keeper, who might hold it for longer than its Max-Age
    answer = browser.visit_issuer(browser.start())
    later(timedelta(hours=1, seconds=1))

    assert browser.get(answer).status_code == 400
    assert issuer.count("/token") == 0


def test_just_before_the_hour_it_is_not(
    browser: Browser, later: Callable[[timedelta], None]
) -> None:
    answer = browser.visit_issuer(browser.start())
    later(timedelta(minutes=59, seconds=58))

    assert browser.get(answer).location == "/"


def test_many_tabs_do_not_swell_the_headers(
    browser: Browser, later: Callable[[timedelta], None]
) -> None:
    addresses = []
    for minute in range(10):
        later(timedelta(minutes=minute))
        addresses.append(browser.start())

    assert len([name for name in browser.cookies() if "attempt" in name]) == 6
    assert browser.get(browser.visit_issuer(addresses[-1])).location == "/"
    assert browser.get(browser.visit_issuer(addresses[4])).location == "/"


def test_nothing_personal_is_in_any_cookie(browser: Browser, issuer: IssuerDouble) -> None:
    """SE2: decoded as the libraries encode, no cookie names anybody."""
    browser.start()
    browser.sign_in()
    browser.form_token()

    assert len(browser.cookies()) == 3
    for value in browser.cookies().values():
        decoded = _decoded(value)
        for personal in (*issuer.person.values(), issuer.sid):
            assert personal.encode() not in decoded


def test_the_site_has_cookie_names_of_its_own(browser: Browser) -> None:
    """Four sites and two copies of each share one jar on localhost: the port is in the name."""
    browser.start()
    browser.sign_in()
    browser.form_token()

    names = set(browser.cookies())
    assert {SESSION, "espace_personnel_8001_forms"} < names
    assert all(name.startswith("espace_personnel_8001_") for name in names)


@pytest.mark.parametrize("value", ["", "x", "." * 50, "eyJ9.e30", "é"])
def test_a_malformed_cookie_is_no_error(browser: Browser, value: str) -> None:
    browser.client.set_cookie(SESSION, value, domain="localhost")
    browser.client.set_cookie("espace_personnel_8001_forms", value, domain="localhost")
    name = "espace_personnel_8001_attempt_" + "0" * 16
    browser.client.set_cookie(name, value, domain="localhost")

    assert browser.get("/").status_code == 200
    assert browser.sign_in().location == "/"


def _decoded(value: str) -> bytes:
    parts = [value.encode()]
    for part in value.lstrip(".").split("."):
        raw = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
        parts.append(raw)
        try:
            parts.append(zlib.decompress(raw))
        except zlib.error:
            continue
    return b"\n".join(parts)
