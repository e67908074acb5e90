"""Sign-in as it should go, and the answers that must open nothing (OA24)."""

import logging
import sqlite3
from contextlib import closing
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from flask import Flask
from itsdangerous import URLSafeSerializer

from relying_parties.common.settings import Settings
from tests.relying_parties.browsing import BASE_URL, SESSION, Browser
from tests.relying_parties.issuer_double import CLIENT_ID, IssuerDouble


def test_a_member_signs_in_and_is_greeted(browser: Browser, issuer: IssuerDouble) -> None:
    response = browser.sign_in()

    assert (response.status_code, response.location) == (303, "/")
    home = browser.get("/").text
    assert "Bonjour" in home
    assert issuer.person["email"] in home
    assert "Me déconnecter" in home
    assert "Me connecter" not in home


def test_the_given_name_is_greeted_where_the_issuer_sends_it(
    browser: Browser, issuer: IssuerDouble
) -> None:
    issuer.person["given_name"] = "Camille"
    browser.sign_in()

    assert "Bonjour Camille" in browser.get("/").text


def test_a_visitor_is_welcomed_without_any_cookie(browser: Browser) -> None:
    home = browser.get("/")

    assert "Me connecter" in home.text
    assert "Me déconnecter" not in home.text
    assert browser.cookies() == {}


def test_the_request_holds_what_the_protocol_wants(browser: Browser, issuer: IssuerDouble) -> None:
    asked = {name: values[0] for name, values in parse_qs(urlsplit(browser.start()).query).items()}

    assert asked["response_type"] == "code"
    assert asked["client_id"] == CLIENT_ID
    assert asked["redirect_uri"] == f"{BASE_URL}/auth/callback"
    assert asked["scope"] == "openid profile email phone member membership"
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["code_challenge"]) == 43
    assert len(asked["state"]) >= 22
    assert len(asked["nonce"]) >= 20


def test_what_the_issuer_said_is_kept_for_the_session(
    browser: Browser, issuer: IssuerDouble, settings: Settings
) -> None:
    browser.sign_in()

    with closing(sqlite3.connect(settings.database)) as connection:
        row = connection.execute("SELECT sub, sid, claims, id_token FROM sessions").fetchone()
    assert row[:3] == ("subject-1", issuer.sid, '{"email": "camille@exemple.test"}')
    assert row[3].count(".") == 2


@pytest.mark.parametrize("state", ["", "unknown", "\u00e9\U0001f600", "x" * 5000])
def test_an_unknown_state_opens_nothing(browser: Browser, issuer: IssuerDouble, state: str) -> None:
    browser.start()

    response = browser.get(f"/auth/callback?code=any&iss={issuer.url}&state={quote(state)}")

    assert response.status_code == 400
    assert "n&#39;est plus valable" in response.text
    assert "Reprendre la connexion" in response.text
    assert issuer.count("/token") == 0


def test_the_state_of_another_browser_opens_nothing(app: Flask, issuer: IssuerDouble) -> None:
    attacker, victim = Browser(app), Browser(app)
    victim.start()
    answer = attacker.visit_issuer(attacker.start())

    response = victim.get(answer)

    assert response.status_code == 400
    assert issuer.count("/token") == 0
    assert not victim.signed_in()


def test_a_state_in_another_attempts_cookie_opens_nothing(
    browser: Browser, issuer: IssuerDouble
) -> None:
    first = browser.visit_issuer(browser.start())
    second = browser.visit_issuer(browser.start())
    names = [name for name in browser.cookies() if "attempt" in name]
    values = [browser.cookies()[name] for name in names]
    for name, value in zip(names, reversed(values), strict=True):
        browser.client.set_cookie(name, value, domain="localhost")

    assert [browser.get(answer).status_code for answer in (first, second)] == [400, 400]
    assert issuer.count("/token") == 0


def test_a_forged_attempt_opens_nothing(browser: Browser, issuer: IssuerDouble) -> None:
    """Somebody may write a cookie here, from a neighbour site: it must be one that we signed."""
    answer = browser.visit_issuer(browser.start())
    ((name, value),) = browser.cookies().items()
    forger = URLSafeSerializer("a key of the forger's", salt="sign-in attempt")
    _, payload = forger.loads_unsafe(value)
    browser.client.set_cookie(name, str(forger.dumps(payload)), domain="localhost")

    assert browser.get(answer).status_code == 400
    assert issuer.count("/token") == 0


def test_an_answer_is_taken_once_even_with_its_cookie_brought_back(
    browser: Browser, issuer: IssuerDouble
) -> None:
    answer = browser.visit_issuer(browser.start())
    ((name, value),) = browser.cookies().items()
    browser.get(answer)
    browser.client.delete_cookie(SESSION, domain="localhost")
    browser.client.set_cookie(name, value, domain="localhost")

    response = browser.get(answer)

    assert response.status_code == 400
    assert "n&#39;est plus valable" in response.text
    assert issuer.count("/token") == 1


def test_the_back_button_goes_home_when_signed_in(browser: Browser, issuer: IssuerDouble) -> None:
    answer = browser.visit_issuer(browser.start())
    browser.get(answer)

    response = browser.get(answer)

    assert (response.status_code, response.location) == (303, "/")
    assert issuer.count("/token") == 1
    assert browser.signed_in()


@pytest.mark.parametrize("iss", ["http://other.test", "", None])
@pytest.mark.parametrize("refusal", [False, True])
def test_an_answer_of_another_issuer_opens_nothing(
    browser: Browser, issuer: IssuerDouble, iss: str | None, refusal: bool
) -> None:
    def answer(given: dict[str, str]) -> dict[str, str]:
        kept = {"state": given["state"]} | ({"error": "access_denied"} if refusal else given)
        return kept | {"iss": iss} if iss is not None else {**kept, "iss": ""}

    issuer.misbehave.answer = answer
    path = browser.visit_issuer(browser.start())
    response = browser.get(path.replace("&iss=", "") if iss is None else path)

    assert response.status_code == 400
    assert "pas pu être vérifiée" in response.text
    assert issuer.count("/token") == 0


def test_an_issuer_that_announces_no_iss_may_leave_it_out(
    browser: Browser, issuer: IssuerDouble
) -> None:
    announced = "authorization_response_iss_parameter_supported"
    issuer.misbehave.metadata = lambda given: given | {announced: False}
    issuer.misbehave.answer = lambda given: {name: given[name] for name in ("code", "state")}

    assert browser.sign_in().location == "/"


def test_an_answer_without_code_opens_nothing(browser: Browser, issuer: IssuerDouble) -> None:
    issuer.misbehave.answer = lambda given: {name: given[name] for name in ("state", "iss")}

    response = browser.sign_in()

    assert response.status_code == 400
    assert "pas pu être vérifiée" in response.text
    assert issuer.count("/token") == 0


@pytest.mark.parametrize("name", ["code", "state", "iss"])
def test_a_repeated_parameter_opens_nothing(
    browser: Browser, issuer: IssuerDouble, name: str
) -> None:
    answer = browser.visit_issuer(browser.start())

    assert browser.get(f"{answer}&{name}=again").status_code == 400
    assert issuer.count("/token") == 0


def test_no_log_line_holds_a_code_a_verifier_or_a_token(
    browser: Browser, issuer: IssuerDouble, caplog: pytest.LogCaptureFixture
) -> None:
    verifiers: list[str] = []
    redeem = issuer.token

    def watch(form: dict[str, str], authorization: str) -> object:
        verifiers.extend([form["code_verifier"], form["code"]])
        return redeem(form, authorization)

    issuer.token = watch  # type: ignore[method-assign, assignment]
    with caplog.at_level(logging.DEBUG):
        browser.sign_in()

    assert len(verifiers) == 2
    for secret in (*verifiers, "made-up-access-token", browser.cookies()[SESSION]):
        assert secret not in caplog.text
