"""Each refusal of the issuer: a page of its own in plain French, with the one useful way on."""

import logging
import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from relying_parties.common.errors import _PAGES
from relying_parties.common.refusals import ANSWERED, OTHER, REDEEMED, REFUSALS
from relying_parties.common.texts import PROBLEMS
from tests.relying_parties.browsing import Browser
from tests.relying_parties.issuer_double import IssuerDouble

OUR_FAULT = (500, "Ce site ne peut pas vous connecter", "Retour à l'accueil", None)
UNAVAILABLE = (503, "momentanément indisponible", "Reprendre la connexion", "")
# error: status, title, the first thing to press, what that asks for (None: it leads home)
EXPECTED = {
    "access_denied": (400, "Connexion interrompue", "Reprendre la connexion", ""),
    "login_required": (400, "Il faut vous connecter à nouveau", "Me connecter", ""),
    "interaction_required": (400, "Il vous reste une étape", "Continuer", ""),
    "account_selection_required": (
        400,
        "Dites quel identifiant utiliser",
        "Choisir mon identifiant",
        "account",
    ),
    "consent_required": (400, "Votre accord est nécessaire", "Voir ce qui est demandé", ""),
    "unmet_authentication_requirements": (
        403,
        "Il faut une connexion plus sûre",
        "Me connecter avec un code",
        "strong",
    ),
    "temporarily_unavailable": UNAVAILABLE,
    "server_error": UNAVAILABLE,
    "invalid_request": OUR_FAULT,
    "unauthorized_client": OUR_FAULT,
    "unsupported_response_type": OUR_FAULT,
    "invalid_scope": OUR_FAULT,
    "invalid_target": OUR_FAULT,
    "invalid_request_uri": OUR_FAULT,
    "invalid_request_object": OUR_FAULT,
    "request_not_supported": OUR_FAULT,
    "request_uri_not_supported": OUR_FAULT,
    "registration_not_supported": OUR_FAULT,
    "made_up_by_somebody": (400, "La connexion n'a pas abouti", "Reprendre la connexion", ""),
    "<script>\n\u2028": (400, "La connexion n'a pas abouti", "Reprendre la connexion", ""),
}


@pytest.fixture(params=["app", "avantage", "forum"])
def visitor(request: pytest.FixtureRequest) -> Browser:
    """A browser at each of the three sites."""
    site: Flask = request.getfixturevalue(request.param)
    return Browser(site)


def _refuse(issuer: IssuerDouble, error: str) -> None:
    issuer.misbehave.answer = lambda given: {
        "error": error,
        "error_description": "<b>words of somebody else</b>",
        "state": given["state"],
        "iss": given["iss"],
    }


def _first_way(page: TestResponse) -> tuple[str, str]:
    """Address and words of the button of a page; it has one."""
    ((address, words),) = re.findall(r'class="button" href="([^"]+)">([^<]+)<', page.text)
    return address.replace("&amp;", "&"), words


@pytest.mark.parametrize("error", EXPECTED)
def test_each_error_has_its_page_and_its_way_on(
    visitor: Browser, issuer: IssuerDouble, error: str
) -> None:
    status, title, words, want = EXPECTED[error]
    _refuse(issuer, error)

    page = visitor.sign_in()

    assert page.status_code == status
    assert f"<h1>{title}" in page.text.replace("&#39;", "'") or title in page.text
    address, pressed = _first_way(page)
    assert pressed == words
    asked = parse_qs(urlsplit(address).query)
    assert urlsplit(address).path == ("/" if want is None else "/auth/login")
    assert asked.get("want", [""]) == [want or ""]
    assert "words of somebody else" not in page.text
    assert "<script" not in page.text
    assert (page.headers.get("Retry-After") is not None) == (status == 503)
    assert issuer.count("/token") == 0
    assert not visitor.cookies()


def test_no_two_refusals_share_their_words() -> None:
    assert set(_PAGES) == set(PROBLEMS) | set(REFUSALS)
    assert not set(PROBLEMS) & set(REFUSALS)
    assert len({page.title for page in _PAGES.values()}) == len(_PAGES)
    assert len({page.lines for page in _PAGES.values()}) == len(_PAGES)


def test_every_page_is_of_some_use() -> None:
    """No page without an error that leads to it, no error that leads to no page."""
    reached = {*ANSWERED.values(), *REDEEMED.values(), OTHER}
    assert reached <= set(_PAGES)
    assert set(REFUSALS) <= reached
    assert set(EXPECTED) >= set(ANSWERED)


def test_the_way_on_keeps_where_the_member_was_going(forum: Flask, issuer: IssuerDouble) -> None:
    visitor = Browser(forum)
    _refuse(issuer, "access_denied")

    address, _ = _first_way(visitor.sign_in("?next=/sujets/nouveau"))
    issuer.misbehave.answer = lambda given: given

    assert visitor.get(visitor.visit_issuer(visitor.get(address).location)).location == (
        "/sujets/nouveau"
    )


def test_the_choice_of_an_identifier_is_asked_of_the_issuer(
    visitor: Browser, issuer: IssuerDouble
) -> None:
    _refuse(issuer, "account_selection_required")
    address, _ = _first_way(visitor.sign_in())

    asked = parse_qs(urlsplit(visitor.get(address).location).query)

    assert asked["prompt"] == ["select_account"]


@pytest.mark.parametrize("want", ["", "none", "login", "strong&want=strong", "é", "x" * 5000])
def test_no_link_makes_a_site_ask_for_anything_else(forum: Flask, want: str) -> None:
    """prompt=none least of all; and the forum keeps no level, so it asks for none."""
    response = Browser(forum).get(f"/auth/login?want={want}")

    assert response.status_code == (400 if "&" in want else 303)
    assert "prompt" not in (response.location or "")
    assert "acr" not in Browser(forum).start("?want=strong")


def test_a_member_who_cancels_stays_signed_in(browser: Browser, issuer: IssuerDouble) -> None:
    browser.sign_in()
    _refuse(issuer, "access_denied")

    assert "Connexion interrompue" in browser.sign_in().text
    assert browser.signed_in()


@pytest.mark.parametrize("door", ["the browser", "the token endpoint"])
def test_what_only_the_site_can_mend_is_told_to_its_operator(
    browser: Browser, issuer: IssuerDouble, caplog: pytest.LogCaptureFixture, door: str
) -> None:
    if door == "the browser":
        _refuse(issuer, "invalid_scope")
    else:
        issuer.token = lambda *_: (401, {"error": "invalid_client"})  # type: ignore[method-assign]

    with caplog.at_level(logging.ERROR):
        page = browser.sign_in()

    assert page.status_code == 500
    incident = re.search(r"<strong>([0-9a-f]{8})</strong>", page.text)
    assert incident
    assert incident[1] in caplog.text
    assert ("invalid_scope" if door == "the browser" else "invalid_client") in caplog.text


@pytest.mark.parametrize(
    ("error", "status", "title"),
    [
        ("invalid_grant", 400, "La connexion a pris trop de temps"),
        ("temporarily_unavailable", 503, "momentanément indisponible"),
        ("server_error", 503, "momentanément indisponible"),
        ("use_dpop_nonce", 400, "pas pu être vérifiée"),
    ],
)
def test_a_code_that_is_not_redeemed_has_its_page_too(
    browser: Browser, issuer: IssuerDouble, error: str, status: int, title: str
) -> None:
    issuer.token = lambda *_: (400, {"error": error})  # type: ignore[method-assign]

    page = browser.sign_in()

    assert page.status_code == status
    assert title in page.text
    assert _first_way(page)[1] == "Reprendre la connexion"
    assert not browser.signed_in()


def test_a_tab_left_open_comes_back_to_the_page_it_wanted(
    browser: Browser, issuer: IssuerDouble, later: Callable[..., None]
) -> None:
    """What a sign-in asked for outlives one refusal, not two pages: it is in the link."""
    _refuse(issuer, "interaction_required")

    address, _ = _first_way(browser.sign_in("?next=/coordonnees-bancaires&want=strong"))

    assert parse_qs(urlsplit(address).query) == {
        "next": ["/coordonnees-bancaires"],
        "want": ["strong"],
    }
