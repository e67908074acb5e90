"""The issuer ends a session at the site: Back-Channel Logout 1.0 §2.5 to §2.8 (E7, OA11, OA21)."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from relying_parties.common.settings import Settings
from relying_parties.espace_personnel.app import create_app
from tests.relying_parties.browsing import Browser
from tests.relying_parties.issuer_double import IssuerDouble, Json, make_key
from tests.relying_parties.logout_posts import PATH, is_refused, tell, without

Later = Callable[[timedelta], None]


def test_the_session_that_is_named_ends(app: Flask, browser: Browser, issuer: IssuerDouble) -> None:
    browser.sign_in()

    answer = tell(app, issuer.logout_token())

    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    assert not browser.signed_in()


def test_only_the_session_that_is_named_ends(app: Flask, issuer: IssuerDouble) -> None:
    """`sid` names one browser; the same person stays signed in in another."""
    first, second = Browser(app), Browser(app)
    first.sign_in()
    issuer.sid = "issuer-session-2"
    second.sign_in()

    tell(app, issuer.logout_token())

    assert first.signed_in()
    assert not second.signed_in()


def test_a_token_without_sid_ends_every_session_of_the_person(
    app: Flask, issuer: IssuerDouble
) -> None:
    theirs = [Browser(app), Browser(app)]
    for number, browser in enumerate(theirs):
        issuer.sid = f"issuer-session-{number}"
        browser.sign_in()
    issuer.person["sub"] = "subject-2"
    neighbour = Browser(app)
    neighbour.sign_in()

    answer = tell(
        app, issuer.logout_token(lambda told: without(told, "sid") | {"sub": "subject-1"})
    )

    assert answer.status_code == 200
    assert [browser.signed_in() for browser in theirs] == [False, False]
    assert neighbour.signed_in()


def test_a_token_with_sid_alone_will_do(app: Flask, browser: Browser, issuer: IssuerDouble) -> None:
    browser.sign_in()

    assert tell(app, issuer.logout_token(lambda told: without(told, "sub"))).status_code == 200
    assert not browser.signed_in()


def test_a_sid_with_somebody_elses_sub_ends_nothing(
    app: Flask, browser: Browser, issuer: IssuerDouble
) -> None:
    browser.sign_in()

    tell(app, issuer.logout_token(lambda told: told | {"sub": "subject-2"}))

    assert browser.signed_in()


def test_a_logout_of_nobody_here_is_done(app: Flask, issuer: IssuerDouble) -> None:
    """§2.7: somebody who has already left is no error."""
    assert tell(app, issuer.logout_token()).status_code == 200


@pytest.mark.parametrize("raw", ["", "x", "a.b", "a.b.c", "e30.e30.e30", "é", "x" * 20_000])
def test_what_is_no_token_ends_nothing(app: Flask, browser: Browser, raw: str) -> None:
    browser.sign_in()

    assert is_refused(tell(app, raw))
    assert browser.signed_in()


def test_a_token_is_sent_one_way_only(app: Flask, browser: Browser, issuer: IssuerDouble) -> None:
    """§2.5: in the body, as a form; not by an address, nor as JSON, nor twice."""
    browser.sign_in()
    client, token = app.test_client(use_cookies=False), issuer.logout_token()

    assert is_refused(client.post(f"{PATH}?logout_token={token}"))
    assert is_refused(client.post(PATH, json={"logout_token": token}))
    assert is_refused(client.post(PATH, data={"logout_token": [token, token]}))
    multipart = "multipart/form-data"
    assert is_refused(client.post(PATH, data={"logout_token": token}, content_type=multipart))
    assert is_refused(client.post(PATH, data={"logout_token": token, "x": "y" * 70_000}))
    assert client.get(f"{PATH}?logout_token={token}").status_code == 405
    assert browser.signed_in()
    assert client.post(PATH, data={"logout_token": token, "other": "ignored"}).status_code == 200


def test_a_token_is_taken_once(app: Flask, browser: Browser, issuer: IssuerDouble) -> None:
    """Who recorded it cannot sign the person out again and again."""
    token = issuer.logout_token(lambda told: without(told, "sid"))
    assert tell(app, token).status_code == 200
    issuer.now = lambda: time.time() + 2  # the issuer's next second: a sign-in after the logout
    browser.sign_in()

    assert is_refused(tell(app, token))
    assert browser.signed_in()


def test_of_many_deliveries_at_once_one_is_taken(app: Flask, issuer: IssuerDouble) -> None:
    token = issuer.logout_token()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: tell(app, token).status_code, range(8)))

    assert sorted(answers) == [200] + [400] * 7


def test_a_token_stays_known_for_as_long_as_it_would_be_good(
    app: Flask, issuer: IssuerDouble, later: Later
) -> None:
    token = issuer.logout_token(lambda told: told | {"exp": told["iat"] + 12 * 3600})
    assert tell(app, token).status_code == 200

    later(timedelta(hours=12))  # within the leeway
    assert tell(app, issuer.logout_token(lambda told: told | _dated(43_200))).status_code == 200
    assert is_refused(tell(app, token))


def _dated(after: int) -> Json:
    now = int(time.time()) + after
    return {"iat": now, "exp": now + 120}


def test_an_issuer_that_is_down_is_asked_to_try_again(
    app: Flask, browser: Browser, issuer: IssuerDouble, later: Later
) -> None:
    browser.sign_in()
    token = issuer.logout_token(lambda told: told | _dated(600))
    issuer.misbehave.status = {"/jwks.json": 503}
    later(timedelta(minutes=10))

    answer = tell(app, token)
    assert (answer.status_code, answer.json["error"]) == (503, "temporarily_unavailable")
    assert answer.headers["Retry-After"] == "30"

    issuer.misbehave.status = {}
    assert tell(app, token).status_code == 200  # it was not used up
    assert not browser.signed_in()


def test_a_site_with_another_client_id_is_not_concerned(
    settings: Settings, issuer: IssuerDouble
) -> None:
    other = create_app(replace(settings, client_id="another-site"))

    assert is_refused(tell(other, issuer.logout_token()))


def test_invented_keys_make_the_site_ask_once_in_a_while(
    app: Flask, issuer: IssuerDouble, later: Later
) -> None:
    """Anybody can post a token that names a key: the issuer is not asked for each (OA11)."""
    for number in range(5):
        assert is_refused(tell(app, issuer.logout_token(header={"kid": f"invented-{number}"})))
    assert issuer.count("/jwks.json") == 2

    later(timedelta(seconds=31))
    tell(app, issuer.logout_token(header={"kid": "invented"}))
    assert issuer.count("/jwks.json") == 3


def test_a_new_key_is_found_for_a_logout_too(
    app: Flask, browser: Browser, issuer: IssuerDouble
) -> None:
    browser.sign_in()
    issuer.key = make_key("second")

    assert tell(app, issuer.logout_token()).status_code == 200
    assert not browser.signed_in()
