"""The session of a site: where it lives, how long, and what ends it (SE1, SE2, SE3)."""

import hashlib
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from relying_parties.common.settings import Settings
from relying_parties.espace_personnel.app import create_app
from tests.relying_parties.browsing import SESSION, Browser
from tests.relying_parties.issuer_double import IssuerDouble

Later = Callable[[timedelta], None]


def _rows(settings: Settings) -> list[sqlite3.Row]:
    with closing(sqlite3.connect(settings.database)) as connection:
        return connection.execute("SELECT * FROM sessions").fetchall()


def test_a_planted_session_is_not_the_one_that_is_opened(browser: Browser) -> None:
    """Fixation: whoever knows the id from before knows nothing afterwards."""
    attacker = Browser(browser.client.application)
    attacker.sign_in()
    planted = attacker.cookies()[SESSION]
    browser.client.set_cookie(SESSION, planted, domain="localhost")

    browser.sign_in()

    assert browser.cookies()[SESSION] != planted
    assert browser.signed_in()
    assert not attacker.signed_in()


def test_an_invented_id_is_never_taken_up(browser: Browser) -> None:
    browser.client.set_cookie(SESSION, "invented", domain="localhost")
    browser.sign_in()

    assert browser.cookies()[SESSION] != "invented"


def test_signing_in_again_changes_the_form_token(browser: Browser) -> None:
    browser.sign_in()
    before = browser.form_token()
    browser.sign_in()

    assert browser.post("/auth/logout", data={"csrf_token": before}).status_code == 400
    assert browser.signed_in()


def test_the_database_holds_only_the_hash_of_the_id(browser: Browser, settings: Settings) -> None:
    browser.sign_in()
    token = browser.cookies()[SESSION]

    assert len(token) >= 43
    assert _rows(settings)[0][0] == hashlib.sha256(token.encode()).hexdigest()
    files = settings.database.parent.glob(settings.database.name + "*")
    assert not any(token.encode() in file.read_bytes() for file in files)


def test_the_session_cookie_is_for_the_server_alone(browser: Browser) -> None:
    headers = browser.sign_in().headers.getlist("Set-Cookie")
    (header,) = [header for header in headers if header.startswith(SESSION)]

    assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= set(header.split("; "))
    assert "Domain" not in header
    assert "Max-Age" not in header
    assert "Secure" not in header


def test_the_form_cookie_is_for_the_server_alone(browser: Browser) -> None:
    browser.sign_in()
    (header,) = browser.get("/").headers.getlist("Set-Cookie")

    assert header.startswith("espace_personnel_8001_forms=")
    assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= set(header.split("; "))


def test_https_makes_every_cookie_a_host_cookie(settings: Settings) -> None:
    app = create_app(replace(settings, base_url="https://espace.example"))
    client = app.test_client()
    headers = client.get("/auth/login", base_url="https://espace.example").headers
    (header,) = headers.getlist("Set-Cookie")

    assert header.startswith("__Host-espace_personnel_443_attempt_")
    assert "Secure" in header.split("; ")
    assert app.config["SESSION_COOKIE_NAME"] == "__Host-espace_personnel_443_forms"
    assert app.config["SESSION_COOKIE_SECURE"] is True


@pytest.mark.parametrize(("minutes", "alive"), [(29, True), (31, False)])
def test_half_an_hour_of_silence_ends_it(
    browser: Browser, later: Later, minutes: int, alive: bool
) -> None:
    browser.sign_in()
    later(timedelta(minutes=minutes))

    assert browser.signed_in() is alive


def test_a_page_read_starts_the_half_hour_again(browser: Browser, later: Later) -> None:
    browser.sign_in()
    for minutes in (20, 40, 60):
        later(timedelta(minutes=minutes))
        assert browser.signed_in()


def test_eight_hours_end_it_whatever_happens(browser: Browser, later: Later) -> None:
    browser.sign_in()
    for minutes in range(20, 480, 20):
        later(timedelta(minutes=minutes))
        assert browser.signed_in()
    later(timedelta(minutes=481))

    assert not browser.signed_in()


def test_old_rows_go_when_somebody_signs_in(
    browser: Browser, settings: Settings, later: Later
) -> None:
    Browser(browser.client.application).sign_in()
    later(timedelta(hours=2))
    browser.sign_in()

    assert len(_rows(settings)) == 1
    with closing(sqlite3.connect(settings.database)) as connection:
        (answered,) = connection.execute("SELECT count(*) FROM answered_attempts").fetchone()
    assert answered == 1


def test_the_files_are_their_owners_alone(browser: Browser, settings: Settings) -> None:
    with closing(sqlite3.connect(settings.database)) as connection:
        connection.execute("SELECT 1 FROM sessions")
        browser.sign_in()
        files: list[Path] = list(settings.database.parent.iterdir())

        assert len(files) == 3  # the database, its WAL and the index of it
        assert [file.stat().st_mode & 0o077 for file in files] == [0, 0, 0]


def test_a_restart_keeps_people_signed_in(
    browser: Browser, settings: Settings, issuer: IssuerDouble
) -> None:
    browser.sign_in()
    restarted = Browser(create_app(settings))
    restarted.client.set_cookie(SESSION, browser.cookies()[SESSION], domain="localhost")

    assert restarted.signed_in()
