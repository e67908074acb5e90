"""Requests at /authorize, through the whole app: who goes on, who gets a page, what a site is told.

OA1, OA2, OA3, OA7, OA8, OA12, OA22.
"""

from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from authlib.oauth2.base import invalid_error_characters
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.member import forms_in
from tests.oidc.corpora.conftest import Sites
from tests.oidc.corpora.corpus import Case, cases
from tests.oidc.world import CHALLENGE, ONE_ENGINE

pytestmark = ONE_ENGINE

FILES = ("redirect_uris", "scopes", "prompts", "responses", "claims_parameter", "requests")
WAYS = ("GET", pytest.param("POST", marks=pytest.mark.slow))
ISSUER = "http://localhost:8000"
TOLD = {"error", "error_description", "state", "iss"}


def asked(case: Case, sites: Sites) -> dict[str, str]:
    """A good request, changed as the case says."""
    client = sites(case.get("client", "web")).client
    good = {
        "client_id": client.id,
        "redirect_uri": client.redirect_uris[0],
        "response_type": "code",
        "scope": "openid",
        "state": "etat&=%",
        "nonce": "une-fois",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    changes = dict(case.get("set", {}))
    if "redirect_uri" in case:
        changes["redirect_uri"] = case["redirect_uri"]
    gone = {*case.get("drop", ()), *(name for name, value in changes.items() if value is None)}
    return {name: value for name, value in {**good, **changes}.items() if name not in gone}


def sent(browser: FlaskClient, way: str, request: dict[str, str]) -> TestResponse:
    """What /authorize answers, by GET or by the POST that leads to it."""
    if way == "GET":
        return browser.get("/authorize", query_string=urlencode(request))
    posted = browser.post("/authorize", data=request)
    return browser.get(posted.location) if posted.status_code == 303 else posted


def outcome(browser: FlaskClient, request: dict[str, str], answer: TestResponse) -> str:
    """`on`, `page`, or what the site is told."""
    if answer.location is None:
        assert "<html" in answer.text
        # by POST a server may refuse the length before it reads anything
        return "page" if answer.status_code in {400, 413} else f"status {answer.status_code}"
    assert answer.status_code in {302, 303}
    where = urlsplit(answer.location)
    if where.path == "/authorize/reponse":
        return told(request, posted(browser, request, answer.location))
    if where.scheme == "" or answer.location.startswith(f"{ISSUER}/"):
        # of what was asked, the page shows this
        shown = "login_hint" not in request or browser.get(answer.location).status_code == 200
        return "on" if shown else "a broken page"
    address, _, _ = answer.location.partition("?")
    assert address == request["redirect_uri"].partition("?")[0]
    return told(request, dict(parse_qsl(where.query, keep_blank_values=True)))


def posted(browser: FlaskClient, request: dict[str, str], address: str) -> dict[str, str]:
    """The members of the form that goes to the site."""
    (form,) = (one for one in forms_in(browser.get(address).text) if one.method == "post")
    assert form.action == request["redirect_uri"]
    assert request["response_mode"] == "form_post"
    return form.values


def told(request: dict[str, str], members: dict[str, str]) -> str:
    """The error, once the answer is what RFC 6749 §4.1.2.1 and RFC 9207 want (OA8)."""
    own = dict(parse_qsl(urlsplit(request["redirect_uri"]).query))
    assert set(members) - set(own) <= TOLD, members
    assert members["iss"] == ISSUER
    assert not invalid_error_characters(members.get("error_description", ""))
    state = request.get("state", "")
    well_formed = state.isascii() and state.isprintable() and len(state) <= 2048
    assert members.get("state", "") == (state if well_formed else "")
    return members["error"]


def different(front: Flask, sites: Sites, name: str, way: str) -> Iterator[str]:
    """The cases of a file that are answered otherwise."""
    browser = front.test_client()
    for case in cases(name):
        request = asked(case, sites)
        try:
            found = outcome(browser, request, sent(browser, way, request))
        except AssertionError as failure:
            found = f"an odd answer: {failure}"
        if found != case["expect"]:
            yield f"{case['why']}: {found}, not {case['expect']}"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", FILES)
def test_every_request_is_answered_as_it_should_be(
    front: Flask, sites: Sites, name: str, way: str
) -> None:
    assert not list(different(front, sites, name, way))


def test_no_parameter_comes_twice(front: Flask, sites: Sites) -> None:
    """OA7: any of them, and only `resource` may. Of two states none is echoed."""
    browser, found = front.test_client(), {}
    for case in cases("repeated"):
        if case["at"] == "/authorize":
            request, pairs = doubled(case, sites)
            answer = browser.get("/authorize", query_string=urlencode(pairs))
            found[case["why"]] = (outcome(browser, request, answer), case["expect"])
    assert len(found) >= 60
    assert {why: got for why, (got, due) in found.items() if got != due} == {}


def doubled(case: Case, sites: Sites) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """What an answer may echo of a good request, and that request with one parameter twice."""
    name, good = case["name"], asked(case, sites)
    value = good[name] if name == "client_id" else case["value"]
    rest = {given: text for given, text in good.items() if given != name}
    second = value if case["second"] is None else case["second"]
    first, last = (second, value) if second == "" else (value, second)
    pairs = [*rest.items(), (name, first), (name, last)]
    return rest if name == "state" else good, pairs
