"""Where a sign-in may lead: pages of this site, never an address that somebody sent (WB4)."""

from urllib.parse import parse_qs, quote, urlsplit

import pytest

from tests.relying_parties.browsing import BASE_URL, Browser
from tests.relying_parties.issuer_double import IssuerDouble

HOSTILE = [
    "//evil.test",
    "///evil.test",
    "/\\evil.test",
    "\\\\evil.test",
    "/%2f%2fevil.test",
    "/%5cevil.test",
    "%2f%2fevil.test",
    "https://evil.test",
    "http:evil.test",
    "http:/evil.test",
    "https:\\\\evil.test",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "/\t/evil.test",
    "/\n/evil.test",
    "\t//evil.test",
    " //evil.test",
    "/.//evil.test",
    "/..//evil.test",
    "/@evil.test",
    "@evil.test",
    ".evil.test",
    "?next=//evil.test",
    "#//evil.test",
    "/?x=//evil.test",
    "/auth/logout",
    "/auth/login",
    "/auth/login?next=//evil.test",
    "/auth/callback?code=x",
    "/static/tokens.css",
    "/nowhere",
    "http://localhost:8001@evil.test/",
    "http://localhost:8001.evil.test/",
    "http://localhost:80010/",
    "http://localhost:8001//evil.test",
    "http://localhost:8001/\\evil.test",
    "\u2028//evil.test",
    "/" + "a" * 4000,
    "",
]


@pytest.mark.parametrize("target", HOSTILE)
@pytest.mark.parametrize("name", ["next", "target_link_uri"])
def test_a_hostile_target_leads_home(browser: Browser, name: str, target: str) -> None:
    response = browser.sign_in(f"?{name}={quote(target, safe='')}")

    assert (response.status_code, response.location) == (303, "/")


@pytest.mark.parametrize("query", ["?next=/", f"?target_link_uri={quote(BASE_URL + '/')}"])
def test_a_listed_page_is_gone_on_to(browser: Browser, query: str) -> None:
    assert browser.sign_in(query).location == "/"


def test_the_way_on_from_a_problem_keeps_no_hostile_target(
    browser: Browser, issuer: IssuerDouble
) -> None:
    issuer.misbehave.answer = lambda given: given | {"error": "access_denied"}

    assert "evil" not in browser.sign_in("?next=//evil.test").text


def test_a_sign_in_may_be_started_from_elsewhere(browser: Browser, issuer: IssuerDouble) -> None:
    """OIDC Core §4: by GET or POST, with iss, login_hint and target_link_uri."""
    given = {"iss": issuer.url, "login_hint": "camille@exemple.test", "target_link_uri": "x"}

    response = browser.post("/auth/login", data=given)

    assert response.status_code == 303
    asked = parse_qs(urlsplit(response.location).query)
    assert asked["login_hint"] == ["camille@exemple.test"]
    assert browser.get(browser.visit_issuer(response.location)).location == "/"


def test_a_sign_in_at_another_issuer_is_not_started(browser: Browser, issuer: IssuerDouble) -> None:
    response = browser.get("/auth/login?iss=http://other.test")

    assert response.status_code == 400
    assert "Demande incomprise" in response.text
    assert browser.cookies() == {}


@pytest.mark.parametrize("hint", ["a" * 255, "a%0d%0aSet-Cookie:%20x=1", "a%00", "%E2%80%A8"])
def test_an_odd_hint_is_left_out(browser: Browser, hint: str) -> None:
    address = browser.start(f"?login_hint={hint}")

    assert "login_hint" not in parse_qs(urlsplit(address).query)


@pytest.mark.parametrize("host", ["127.0.0.1:8001", "[::1]:8001"])
def test_another_name_of_this_machine_starts_under_the_right_one(
    browser: Browser, host: str
) -> None:
    """The issuer leads back to BASE_URL, where a cookie set under another name is not sent."""
    response = browser.client.get("/auth/login?next=%2F", base_url=f"http://{host}")

    assert response.location == f"{BASE_URL}/auth/login?next=%2F"
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize("host", ["evil.test", "[", "localhost:8001@evil.test", ""])
def test_a_host_header_decides_nothing(browser: Browser, host: str) -> None:
    response = browser.client.get("/auth/login", headers={"Host": host})

    asked = parse_qs(urlsplit(response.location).query)
    assert asked["redirect_uri"] == [f"{BASE_URL}/auth/callback"]
