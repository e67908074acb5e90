"""Sign-out: here first, then at the issuer, and only when the person asks (SE6, WB1)."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.relying_parties.browsing import BASE_URL, SESSION, Browser
from tests.relying_parties.issuer_double import CLIENT_ID, IssuerDouble

EXEMPT = {"auth.login", "auth.backchannel_logout"}


def test_signing_out_ends_both_sessions_and_says_so(browser: Browser, issuer: IssuerDouble) -> None:
    browser.sign_in()
    token = browser.cookies()[SESSION]

    response = browser.sign_out()

    assert response.status_code == 303
    assert response.location.startswith(f"{issuer.url}/deconnexion?")
    asked = {
        name: values[0] for name, values in parse_qs(urlsplit(response.location).query).items()
    }
    assert asked["id_token_hint"].count(".") == 2
    assert asked["post_logout_redirect_uri"] == f"{BASE_URL}/"
    assert asked["client_id"] == CLIENT_ID
    assert len(asked["state"]) >= 22

    home = browser.get(browser.visit_issuer(response.location))
    assert "Vous êtes déconnecté" in home.text
    assert "Me connecter" in home.text
    assert SESSION not in browser.cookies()
    browser.client.set_cookie(SESSION, token, domain="localhost")
    assert not browser.signed_in()


def test_the_farewell_is_said_once(browser: Browser) -> None:
    browser.sign_in()
    back = browser.visit_issuer(browser.sign_out().location)

    assert "Vous êtes déconnecté" in browser.get(back).text
    assert "Vous êtes déconnecté" not in browser.get(back).text


@pytest.mark.parametrize("query", ["?state=invented", "?state=", "", "?state=%C3%A9"])
def test_an_address_alone_says_no_farewell(browser: Browser, query: str) -> None:
    browser.sign_in()
    browser.sign_out()

    assert "Vous êtes déconnecté" not in browser.get(f"/{query}").text


@pytest.mark.parametrize("data", [{}, {"csrf_token": ""}, {"csrf_token": "invented"}])
def test_nobody_else_can_sign_a_member_out(browser: Browser, data: dict[str, str]) -> None:
    browser.sign_in()
    browser.form_token()

    response = browser.post("/auth/logout", data=data)

    assert response.status_code == 400
    assert "Ce formulaire" in response.text
    assert browser.signed_in()


def test_another_persons_form_token_signs_nobody_out(browser: Browser) -> None:
    stranger = Browser(browser.client.application)
    stranger.sign_in()
    browser.sign_in()
    browser.form_token()

    response = browser.post("/auth/logout", data={"csrf_token": stranger.form_token()})

    assert response.status_code == 400
    assert browser.signed_in()


def test_a_stale_form_offers_a_fresh_button(browser: Browser) -> None:
    """Another tab signed in again: its form token replaced this one's."""
    browser.sign_in()
    page = browser.post("/auth/logout", data={}).text

    assert "Me déconnecter" in page
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    assert browser.post("/auth/logout", data={"csrf_token": token}).status_code == 303
    assert not browser.signed_in()


def test_a_link_signs_nobody_out(browser: Browser) -> None:
    browser.sign_in()

    response = browser.get("/auth/logout")

    assert response.status_code == 405
    assert "POST" in response.headers["Allow"]
    assert browser.signed_in()


def test_every_form_but_the_listed_ones_wants_its_token(browser: Browser) -> None:
    """WB1: what is exempt is a list, and it is this one (the second takes no browser's word)."""
    app = browser.client.application
    exempt = app.extensions["csrf"]._exempt_views
    assert exempt == {
        "relying_parties.common.auth.login",
        "relying_parties.common.backchannel.backchannel_logout",
    }
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()) and rule.endpoint not in EXEMPT:
            assert browser.post(rule.rule).status_code == 400


def test_the_issuer_being_down_the_session_here_still_ends(
    browser: Browser, issuer: IssuerDouble, later: Callable[[timedelta], None]
) -> None:
    browser.sign_in()
    token = browser.form_token()
    issuer.stop()
    later(timedelta(minutes=10))

    response = browser.post("/auth/logout", data={"csrf_token": token})

    assert (response.status_code, response.location) == (303, "/")
    assert "MGEN Connect ne répond pas" in browser.get("/").text
    assert not browser.signed_in()


def test_an_issuer_without_sign_out_page_is_left_alone(
    browser: Browser, issuer: IssuerDouble
) -> None:
    issuer.misbehave.metadata = lambda given: given | {"end_session_endpoint": None}
    browser.sign_in()

    assert browser.sign_out().location == "/"
    assert "Vous êtes déconnecté" in browser.get("/").text


def test_after_a_long_pause_the_issuer_still_knows_whose_sign_out_it_is(
    browser: Browser, later: Callable[[timedelta], None]
) -> None:
    browser.sign_in()
    token = browser.form_token()
    later(timedelta(hours=2))

    response = browser.post("/auth/logout", data={"csrf_token": token})

    assert "id_token_hint=" in response.location
