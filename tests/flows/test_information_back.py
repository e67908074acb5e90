"""From a help page back into the sign-in it was left for, without a refused form sent again."""

import pytest
from flask import Flask

from idp.oidc.clients import Registered
from idp.storage.engine import Database
from tests.flows.conftest import sign_in
from tests.flows.support import ISSUER, authorize, person, tab
from tests.flows.support_b import app_with, at_code, wrong
from tests.flows.test_information import hrefs
from tests.member import Member

pytestmark = pytest.mark.usefixtures("at")
HELP = "/aide/connexion"
BACK = "Reprendre là où j'en étais"
HOW = "Revenez à la page précédente de votre navigateur"


def helped(member: Member, came_from: str | None) -> Member:
    """On the help page, its link followed on a page with that address."""
    headers = {"Referer": came_from} if came_from is not None else {}
    member.page = member.client.get(HELP, headers=headers)
    assert member.page.status_code == 200
    return member


def way_back(member: Member) -> str | None:
    """Where the link back leads, None where there is none and the page says how instead."""
    assert (BACK in member.text) != (HOW in member.text)
    return hrefs(member)[1] if BACK in member.text else None


def test_a_wrong_password_then_help_then_a_fresh_form(
    store: Database, site: Registered, member: Member
) -> None:
    """The paused request goes on, and nothing was counted twice (D1)."""
    person(store)
    wrong(member.open(authorize(site)))
    member.open(authorize(site))
    paused = member.address
    sign_in(member, password="Une+Lampe?9-Verte")
    assert member.page.status_code == 400
    back = way_back(helped(tab(member), f"{ISSUER}{paused}"))
    assert back == paused
    sign_in(member.open(back))
    assert "Authentification renforcée" in member.text


def test_from_the_code_and_from_signing_up(
    store: Database, site: Registered, member: Member
) -> None:
    person(store)
    at_code(member)
    assert way_back(helped(tab(member), f"{ISSUER}{member.address}")) == member.address
    member.open(f"/creer-un-compte?{authorize(site).partition('?')[2]}")
    assert way_back(helped(tab(member), f"{ISSUER}/creer-un-compte?a=b")) == "/creer-un-compte"
    member.sign_up("denis@exemple.test")
    assert "suite=" in member.address
    assert way_back(helped(tab(member), f"{ISSUER}{member.address}")) == member.address


def test_only_what_the_page_needs_is_carried(member: Member) -> None:
    """No notice of before, nothing that came along."""
    came_from = f"{ISSUER}/connexion?message=compte-active&interaction=abc&x=%3Cscript%3E"
    assert way_back(helped(member, came_from)) == "/connexion?interaction=abc"
    came_from = f'{ISSUER}/connexion?interaction="><script>'
    assert way_back(helped(member, came_from)) == "/connexion?interaction=%22%3E%3Cscript%3E"


@pytest.mark.parametrize(
    "came_from",
    [
        None,
        "",
        "about:blank",
        ISSUER,
        f"{ISSUER}/",
        f"{ISSUER}/aide",
        f"{ISSUER}/nulle-part",
        f"{ISSUER}/activation/un-secret",
        f"{ISSUER}/deconnexion?id_token_hint=x",
        f"{ISSUER}/connexion/code/renvoyer",
        f"{ISSUER}.pirate.test/connexion",
        "http://localhost:80001/connexion",
        "http://localhost:8001/connexion",
        "https://localhost:8000/connexion",
        "https://pirate.test/connexion",
        "//pirate.test/connexion",
        "http://[/connexion",
        "/connexion",
        "\u00e9\u00ff",
    ],
)
def test_from_anywhere_else_the_browser_goes_back(member: Member, came_from: str | None) -> None:
    """WB4: and no secret of a link's address comes into a page."""
    assert way_back(helped(member, came_from)) is None
    assert "pirate" not in member.page.get_data(as_text=True)
    assert "un-secret" not in member.page.get_data(as_text=True)


def test_under_another_address_it_is_that_one(app: Flask, here: object) -> None:
    with app_with(here, issuer="https://connect.exemple.test") as made:  # type: ignore[arg-type]
        member = Member(made)
        assert way_back(helped(member, "https://connect.exemple.test/connexion")) == "/connexion"
        assert way_back(helped(member, f"{ISSUER}/connexion")) is None
