"""A sensitive page asks for the level it needs (RFC 9470), and opens for no other."""

from urllib.parse import parse_qs, urlsplit

import pytest

from relying_parties.espace_personnel.demonstration import ACCOUNT
from tests.relying_parties.browsing import Browser
from tests.relying_parties.issuer_double import IssuerDouble

PAGE = "/coordonnees-bancaires"
ASKING = "?next=/coordonnees-bancaires&want=strong"
WAY = "/auth/login?next=/coordonnees-bancaires&amp;want=strong"


def _given(issuer: IssuerDouble, acr: object) -> None:
    issuer.misbehave.claims = lambda given: given | {"acr": acr}


def _signs_in(browser: Browser, issuer: IssuerDouble, acr: str) -> None:
    _given(issuer, acr)
    assert browser.sign_in().location == "/"


def test_who_has_the_level_sees_the_page(browser: Browser, issuer: IssuerDouble) -> None:
    _signs_in(browser, issuer, "eidas1-mfa")

    assert ACCOUNT in browser.get(PAGE).text


@pytest.mark.parametrize("acr", ["eidas0", "eidas0-mfa", "eidas1", "eidas2-mfa", "", None, 1, True])
def test_who_has_another_is_asked_for_a_code(
    browser: Browser, issuer: IssuerDouble, acr: object
) -> None:
    _given(issuer, acr)
    browser.sign_in()

    page = browser.get(PAGE)

    assert page.status_code == 403
    assert ACCOUNT not in page.text
    assert f'class="button" href="{WAY}">Me connecter avec un code<' in page.text


def test_a_visitor_is_asked_the_same(browser: Browser) -> None:
    page = browser.get(PAGE)

    assert page.status_code == 403
    assert "Confirmez que c&#39;est bien vous" in page.text
    assert ACCOUNT not in page.text


def test_the_request_asks_for_the_level_and_the_page_opens_then(
    browser: Browser, issuer: IssuerDouble
) -> None:
    _signs_in(browser, issuer, "eidas1")
    address = browser.start(ASKING)
    assert parse_qs(urlsplit(address).query)["acr_values"] == ["eidas1-mfa"]
    _given(issuer, "eidas1-mfa")

    assert browser.get(browser.visit_issuer(address)).location == PAGE
    assert ACCOUNT in browser.get(PAGE).text


def test_an_ordinary_sign_in_asks_for_no_level(browser: Browser) -> None:
    assert "acr" not in browser.start()


def test_a_level_asked_for_and_not_given_opens_nothing_and_says_why(
    browser: Browser, issuer: IssuerDouble
) -> None:
    """acr_values is a wish: the issuer may answer with less, and no error (OIDC Core §3.1.2.1)."""
    _given(issuer, "eidas0-mfa")

    page = browser.sign_in(ASKING)

    assert page.status_code == 403
    assert "Il faut une connexion plus sûre" in page.text
    assert not browser.signed_in()
    assert browser.get(PAGE).status_code == 403


def test_the_session_of_before_stays_as_it_was(browser: Browser, issuer: IssuerDouble) -> None:
    _signs_in(browser, issuer, "eidas1")

    assert browser.sign_in(ASKING).status_code == 403
    assert browser.signed_in()


def test_who_has_no_record_is_not_sent_for_a_code_again(
    browser: Browser, issuer: IssuerDouble
) -> None:
    """No code gives them the level: the page says what is missing, and where to get it."""
    issuer.person["is_member"] = False
    _given(issuer, "eidas0-mfa")
    refused = browser.sign_in(ASKING)
    browser.sign_in()

    for page in (refused, browser.get(PAGE)):
        assert page.status_code == 403
        assert "<h1>Votre dossier d&#39;adhérent est nécessaire<" in page.text
        way = f'class="button" href="{issuer.url}/creer-mon-espace">Rattacher mon dossier'
        assert way in page.text
        assert f'href="{WAY}">C\'est déjà fait' in page.text
        assert "Me connecter avec un code" not in page.text


def test_a_record_joined_meanwhile_opens_the_page(browser: Browser, issuer: IssuerDouble) -> None:
    issuer.person["is_member"] = False
    _signs_in(browser, issuer, "eidas0-mfa")
    assert browser.get(PAGE).status_code == 403
    issuer.person["is_member"] = True
    _given(issuer, "eidas1-mfa")

    assert browser.sign_in(ASKING).location == PAGE
    assert ACCOUNT in browser.get(PAGE).text
