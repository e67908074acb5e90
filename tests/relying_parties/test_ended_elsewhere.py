"""A session that ends at the issuer: what its browser sees, and sign-ins that were on the way."""

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta

import pytest
from flask import Flask

from relying_parties.common.settings import Settings
from tests.relying_parties.browsing import SESSION, Browser
from tests.relying_parties.issuer_double import IssuerDouble, Json
from tests.relying_parties.logout_posts import tell

SENTENCE = "Vous n&#39;êtes plus connecté à ce site"


def test_the_page_says_once_why_it_is_signed_out(
    app: Flask, browser: Browser, issuer: IssuerDouble
) -> None:
    browser.sign_in()
    tell(app, issuer.logout_token())

    first, second = browser.get("/"), browser.get("/")

    assert SENTENCE in first.text
    assert "Me connecter" in first.text
    assert SENTENCE not in second.text
    assert SESSION not in browser.cookies()


def test_nobody_else_is_told_so(app: Flask, browser: Browser, issuer: IssuerDouble) -> None:
    ended = Browser(app)
    ended.sign_in()
    tell(app, issuer.logout_token())

    browser.client.set_cookie(SESSION, "invented", domain="localhost")

    assert SENTENCE not in browser.get("/").text


def test_who_signs_in_again_is_told_nothing(
    app: Flask, browser: Browser, issuer: IssuerDouble
) -> None:
    browser.sign_in()
    tell(app, issuer.logout_token())
    issuer.sid = "issuer-session-2"
    browser.sign_in()

    assert browser.signed_in()
    assert SENTENCE not in browser.get("/").text


def test_nothing_of_the_person_stays(
    app: Flask, browser: Browser, issuer: IssuerDouble, settings: Settings
) -> None:
    browser.sign_in()
    tell(app, issuer.logout_token())

    with closing(sqlite3.connect(settings.database)) as connection:
        assert connection.execute("SELECT count(*) FROM sessions").fetchone() == (0,)
        (row,) = connection.execute("SELECT * FROM ended_sessions").fetchall()
    assert [type(value) for value in row] == [str, int]  # the hash of its id, and until when


def test_the_button_of_a_page_left_open_leads_home_without_a_question(
    app: Flask, browser: Browser, issuer: IssuerDouble
) -> None:
    """The issuer would ask whether to sign out: everything is over already."""
    browser.sign_in()
    token = browser.form_token()
    tell(app, issuer.logout_token())

    answer = browser.post("/auth/logout", data={"csrf_token": token})

    assert (answer.status_code, answer.location) == (303, "/")
    assert "Vous êtes déconnecté" in browser.get("/").text


@pytest.fixture
def on_the_way(app: Flask, issuer: IssuerDouble) -> Callable[[Callable[[Json], Json]], None]:
    """Deliver a logout token between the answer of the token endpoint and the new session."""

    def deliver(change: Callable[[Json], Json]) -> None:
        def during_userinfo(about: Json) -> Json:
            assert tell(app, issuer.logout_token(change)).status_code == 200
            return about

        issuer.misbehave.userinfo = during_userinfo

    return deliver


@pytest.mark.parametrize("named", ["sid", "sub", "both"])
def test_a_sign_in_whose_session_ends_on_the_way_opens_nothing(
    browser: Browser,
    issuer: IssuerDouble,
    on_the_way: Callable[[Callable[[Json], Json]], None],
    named: str,
) -> None:
    left_out = {"sid": "sub", "sub": "sid", "both": ""}[named]
    on_the_way(lambda told: {name: told[name] for name in told if name != left_out})

    answer = browser.sign_in()

    assert answer.status_code == 400
    assert "a pris fin entre-temps" in answer.text
    assert SESSION not in browser.cookies()
    assert not browser.signed_in()


def test_somebody_elses_logout_on_the_way_disturbs_nobody(
    browser: Browser, on_the_way: Callable[[Callable[[Json], Json]], None]
) -> None:
    on_the_way(lambda told: told | {"sub": "subject-2", "sid": "issuer-session-2"})

    assert browser.sign_in().location == "/"
    assert browser.signed_in()


def test_a_sign_in_that_begins_after_the_logout_opens(
    app: Flask, browser: Browser, issuer: IssuerDouble
) -> None:
    """Even where the issuer kept its session, and with it the `sid`."""
    tell(app, issuer.logout_token())
    issuer.now = lambda: time.time() + 1

    assert browser.sign_in().location == "/"
    assert browser.signed_in()


def test_an_old_answer_opens_nothing_an_hour_long(
    app: Flask,
    browser: Browser,
    issuer: IssuerDouble,
    later: Callable[[timedelta], None],
) -> None:
    answer = browser.visit_issuer(browser.start())
    redeemed = issuer.now()
    tell(app, issuer.logout_token())
    later(timedelta(minutes=9))
    issuer.now = lambda: redeemed + 540
    other = {"sub": "subject-2", "sid": "issuer-session-2"}
    assert tell(app, issuer.logout_token(lambda told: told | other)).status_code == 200
    issuer.now = lambda: redeemed  # its id_token is of before

    assert "a pris fin entre-temps" in browser.get(answer).text
