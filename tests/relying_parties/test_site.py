"""A second site beside the first: little code, and nothing that the two fight over."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Blueprint, Flask

from relying_parties.common.settings import Settings
from relying_parties.common.site import Site, create_site
from tests.relying_parties.browsing import Browser
from tests.relying_parties.issuer_double import IssuerDouble

pages = Blueprint("site", __name__)


@pages.get("/")
def home() -> str:
    return "Accueil"


@pages.get("/sujets/<int:number>")
def subject(number: int) -> str:
    return f"Sujet {number}"


SITE = Site(
    slug="salon",
    title="Salon",
    package="relying_parties.espace_personnel",
    pages=pages,
    returns=frozenset({"site.home", "site.subject"}),
)


@pytest.fixture
def second(settings: Settings, tmp_path: Path) -> Flask:
    return create_site(SITE, replace(settings, database=tmp_path / "salon.sqlite3"))


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("/sujets/12", "/sujets/12"),
        ("/sujets/0012", "/sujets/12"),
        ("/sujets/12/", "/"),
        ("/sujets/12?x=//evil.test", "/"),
        ("//sujets/12", "/sujets/12"),  # built anew: a path of this site
        ("/sujets//12", "/"),
        ("/sujets/-1", "/"),
        ("//evil.test/sujets/12", "/"),
        ("http://localhost:8001/sujets/12", "/"),
    ],
)
def test_a_sign_in_goes_on_to_the_page_that_asked(second: Flask, target: str, path: str) -> None:
    assert Browser(second).sign_in(f"?next={target}").location == path


def test_the_way_on_from_a_problem_leads_to_the_page_that_asked(
    second: Flask, issuer: IssuerDouble
) -> None:
    issuer.misbehave.answer = lambda given: given | {"error": "access_denied"}

    page = Browser(second).sign_in("?next=/sujets/12").text

    assert 'href="/auth/login?next=/sujets/12"' in page


def test_a_site_asks_and_keeps_only_what_its_code_lists(
    second: Flask, issuer: IssuerDouble
) -> None:
    browser = Browser(second)

    assert "scope=openid&" in browser.start()


def test_two_sites_share_a_jar_and_do_not_fight(app: Flask, second: Flask) -> None:
    first, other = Browser(app), Browser(second)
    first.sign_in()
    other.sign_in()

    assert set(first.cookies()).isdisjoint(other.cookies())
    for name, value in other.cookies().items():
        first.client.set_cookie(name, value, domain="localhost")
    assert first.signed_in()


def test_a_session_of_one_site_opens_no_other(app: Flask, second: Flask) -> None:
    first, other = Browser(app), Browser(second)
    other.sign_in()
    (token,) = [value for name, value in other.cookies().items() if name.endswith("session")]
    first.client.set_cookie("espace_personnel_8001_session", token, domain="localhost")

    assert not first.signed_in()
