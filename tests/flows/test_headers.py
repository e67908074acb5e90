"""The headers of every answer (WB2, WB3), and that no parameter leads away from here (WB4)."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from idp.oidc.clients import Registered
from idp.settings import Settings
from idp.storage.engine import Database
from tests.flows.conftest import CALLBACK, EMAIL, SITE, register
from tests.flows.support import FORUM, authorize, forum
from tests.flows.support_b import app_with, at_code, form_token, person, post, sign_out
from tests.member import Member

OWN = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "script-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)
EXPECTED = {
    "Content-Security-Policy": OWN,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
Asked = Callable[[Member], TestResponse]


def _too_many(member: Member) -> TestResponse:
    for _ in range(4):
        member.open("/activation/x").submit("Recevoir", email=EMAIL)
    return member.page


def _failing(member: Member, error: Exception) -> TestResponse:
    def fail(**_: object) -> str:
        raise error

    member.app.view_functions["login.page"] = fail
    return member.client.get("/connexion")


ANSWERS: dict[int, Asked] = {
    200: lambda member: member.client.get("/connexion"),
    302: lambda member: member.client.get(member.address),
    303: lambda member: post(member, "/authorize", {"client_id": "x"}),
    400: lambda member: member.client.get("/connexion?interaction=x"),
    404: lambda member: member.client.get("/nulle-part"),
    405: lambda member: member.client.delete("/connexion"),
    413: lambda member: post(member, "/connexion", {"a": "a" * 2**17}),
    415: lambda member: member.client.post("/connexion", json={}),
    429: _too_many,
    500: lambda member: _failing(member, RuntimeError("boom")),
    503: lambda member: _failing(member, OperationalError("", {}, Exception())),
}


@pytest.mark.parametrize("status", sorted(ANSWERS))
def test_every_answer_bears_the_headers(member: Member, site: Registered, status: int) -> None:
    """WB3."""
    member.address = authorize(site)
    answer = ANSWERS[status](member)
    assert answer.status_code == status
    expected = EXPECTED
    if status == 429:  # it came from the page of a link
        expected = {**EXPECTED, "Referrer-Policy": "no-referrer"}
    assert {name: answer.headers.get(name) for name in EXPECTED} == expected
    assert "Server" not in answer.headers
    assert "Strict-Transport-Security" not in answer.headers


@pytest.mark.parametrize(
    "address", ["/token", "/jwks.json", "/health/live", "/metrics", "/static/app.css"]
)
def test_machines_get_the_safe_ones_too(member: Member, address: str) -> None:
    answer = member.client.get(address)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == OWN
    assert answer.headers.getlist("Set-Cookie") == []


@pytest.mark.parametrize("address", ["/connexion", "/nulle-part", "/token", "/connexion?x=%00"])
def test_under_https_browsers_are_told_to_stay_there(here: Settings, address: str) -> None:
    """WB3."""
    with app_with(here, issuer="https://connect.exemple.test") as made:
        answer = made.test_client().get(address)
    age, subdomains = answer.headers["Strict-Transport-Security"].split("; ")
    assert int(age.removeprefix("max-age=")) >= 31536000
    assert subdomains == "includeSubDomains"


def test_signing_out_clears_what_the_browser_kept(store: Database, member: Member) -> None:
    """WB3."""
    person(store)
    at_code(member).submit("Valider", code=member.code(EMAIL))
    assert "Clear-Site-Data" in sign_out(member).page.headers


def test_only_the_site_that_waits_may_be_led_to(
    store: Database, site: Registered, member: Member
) -> None:
    """WB2: on each page of that tab, and on no other page."""
    person(store)
    other = forum(store)
    tabs = {SITE: authorize(site), "http://localhost:8002": authorize(other)}
    for origin, address in tabs.items():
        member.open(address)
        tab = member.address.partition("?")[2]
        assert policy(member) == f"{OWN} {origin}"
        assert policy(member.open(f"/creer-un-compte?{tab}")) == f"{OWN} {origin}"
        assert policy(member.submit(email="claire")) == f"{OWN} {origin}"
        member.open(f"/connexion?{tab}").submit("Me connecter", email=EMAIL, password="x")
        assert policy(member) == f"{OWN} {origin}"
    for address in ("/connexion", "/creer-un-compte", "/", "/nulle-part"):
        assert policy(member.open(address)) == OWN
    assert FORUM.startswith("http://localhost:8002/")


def test_the_code_page_may_lead_to_the_site(
    store: Database, site: Registered, member: Member
) -> None:
    """WB2: Chromium holds the policy against the redirect after the code."""
    person(store)
    member.open(authorize(site)).submit("Me connecter", email=EMAIL, password="Un-Cheval*7-Bleu")
    assert policy(member) == f"{OWN} {SITE}"
    member.submit("Valider", code=member.code(EMAIL))
    assert (member.left_to or "").startswith(CALLBACK)


def test_in_another_browser_the_site_is_not_named(
    site: Registered, member: Member, app: Flask
) -> None:
    """OA23."""
    thief = Member(app).open(member.open(authorize(site)).address)
    assert thief.page.status_code == 400
    assert policy(thief) == OWN


def policy(member: Member) -> str:
    """The content security policy of the page."""
    return member.page.headers["Content-Security-Policy"]


AWAY = [
    "//pirate.exemple.test",
    "/\\pirate.exemple.test",
    "\\\\pirate.exemple.test",
    "%2f%2fpirate.exemple.test",
    "https://pirate.exemple.test",
    "https:pirate.exemple.test",
    "///pirate.exemple.test",
    "javascript:alert(1)//pirate.exemple.test",
    "JaVaScRiPt:alert(1)//pirate.exemple.test",
    "data:text/html,pirate.exemple.test",
    "http://localhost:8000@pirate.exemple.test",
    "http://localhost:8000.pirate.exemple.test",
    "\tjavascript:pirate.exemple.test",
    ".pirate.exemple.test",
    "@pirate.exemple.test",
]
NAMES = (
    "next",
    "url",
    "redirect",
    "redirect_uri",
    "return_to",
    "post_logout_redirect_uri",
    "target_link_uri",
    "interaction",
    "suite",
    "message",
    "renvoye",
    "endpoint",
    "_external",
    "_scheme",
    "_anchor",
    "_method",
    "state",
)
GET = ("/", "/connexion", "/connexion/code", "/creer-un-compte", "/deconnexion", "/authorize")


def stays_here(answer: TestResponse) -> None:
    """No redirect but to a path of ours by GET, no address of another place in the page."""
    assert answer.status_code < 500
    assert answer.status_code not in {301, 307, 308}
    location = answer.headers.get("Location", "/")
    assert re.match(r"/(?![/\\])", location), location
    body = answer.get_data(as_text=True)
    for target in re.findall(r'(?:href|action|src|formaction)="([^"]*)', body):
        assert re.match(r"[/#](?![/\\])", target), target
    assert "http-equiv" not in body


@pytest.mark.parametrize("payload", AWAY)
def test_no_parameter_leads_away(store: Database, member: Member, payload: str) -> None:
    """WB4, out of a session and in one."""
    person(store)
    for address in GET:
        for name in NAMES:
            stays_here(member.client.get(address, query_string={name: payload}))
    at_code(member).submit("Valider", code=member.code(EMAIL))
    for address in GET:
        for name in ("next", "redirect_uri", "interaction", "_scheme"):
            stays_here(member.client.get(address, query_string={name: payload}))
    for address in ("/authorize", "/deconnexion"):
        for name in NAMES:
            stays_here(post(member, address, {name: payload, "_external": "1"}))


@pytest.mark.parametrize("payload", AWAY)
def test_a_right_password_leads_nowhere_else(store: Database, member: Member, payload: str) -> None:
    """WB4: `next` is an id on the server, and nothing posted beside the form is read."""
    person(store)
    extra = {name: payload for name in NAMES if name != "interaction"}
    token = form_token(member)
    fields = {"csrf_token": token, "email": EMAIL, "password": "Un-Cheval*7-Bleu", **extra}
    answer = member.client.post("/connexion", data=fields, query_string=extra)
    assert answer.status_code == 303
    assert re.fullmatch(r"/connexion/code\?interaction=[0-9a-f]{32}", answer.headers["Location"])


@pytest.mark.parametrize(
    "path", ["//connexion", "///connexion", "//pirate.exemple.test/", "/activation//x", "//"]
)
def test_two_slashes_are_no_way_out(member: Member, path: str) -> None:
    """WB4: a framework that merges them redirects to whatever Host was sent."""
    answer = member.client.get(
        "/", environ_overrides={"PATH_INFO": path, "HTTP_HOST": "pirate.exemple.test"}
    )
    stays_here(answer)
    assert "Location" not in answer.headers


def test_wb7_pages_are_nobody_elses_to_read(app: Flask, store: Database) -> None:
    """A registered browser app reads machine endpoints from its own origin, and no page."""
    origin = "http://localhost:8005"
    register(store, token_endpoint_auth_method="none", redirect_uris=[f"{origin}/retour"])
    http, said = app.test_client(), {"Origin": origin}
    asking = {**said, "Access-Control-Request-Method": "POST"}
    for path in ("/token", "/userinfo", "/jwks.json", "/par"):
        for answer in (http.post(path, headers=said), http.options(path, headers=asking)):
            assert answer.headers["Access-Control-Allow-Origin"] == origin
            assert "Set-Cookie" not in answer.headers
    for path in ("/authorize", "/connexion", "/deconnexion", "/compte", "/health/live", "/aide"):
        for answer in (http.get(path, headers=said), http.options(path, headers=asking)):
            named = [name for name, _ in answer.headers if name.startswith("Access-Control")]
            assert named == [], path
