"""/compte/services (F6): the sites used, since when, what each receives; and taking it back."""

from collections.abc import Callable

import pytest
from flask import Flask

from idp.clock import FrozenClock
from idp.oidc import clients
from idp.oidc.clients import Registered
from idp.storage.engine import Database
from tests.fixtures import Statements
from tests.flows.partner import CONSENT_PAGE, agreed, change, events, kept, partner
from tests.flows.support import (
    DENIS,
    SESSION,
    authorize,
    exchange,
    forum,
    person,
    tab,
    token,
    with_code,
)
from tests.flows.support_b import post
from tests.member import Member

pytestmark = pytest.mark.usefixtures("at")
PAGE, TITLE = "/compte/services", "Mes services digitaux"
WITHDRAW, DONE, GONE = "Retirer mon accord", "Votre accord est retiré.", "rien à retirer"
NAME = "Les Mutuelles du Coin"
OFFLINE = {"scope": "openid email offline_access"}


@pytest.fixture
def other(store: Database) -> Registered:
    return partner(store)


@pytest.fixture
def claire(store: Database) -> str:
    return person(store)


def asking(site: Registered) -> str:
    """The page that asks before an agreement is withdrawn."""
    return f"{PAGE}/retirer?site={site.client.id}"


def userinfo(app: Flask, tokens: dict[str, str]) -> int:
    """What the access token is worth."""
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    return app.test_client().get("/userinfo", headers=bearer).status_code


def test_f6_each_site_with_its_date_and_what_it_receives(
    at: FrozenClock,
    app: Flask,
    store: Database,
    site: Registered,
    other: Registered,
    claire: str,
    member: Member,
) -> None:
    """A site of ours by its allow-list; another's by what was agreed to, with a way back."""
    forum(store)
    with_code(member.open(authorize(site)))
    exchange(app, site, member.answer["code"])
    at.advance(minutes=20)
    member.open(authorize(other)).submit("Autoriser")
    member.open(PAGE)
    assert "Espace personnel Utilisé depuis le samedi 21 novembre 2026 à 10 h 00" in member.text
    assert f"{NAME} Site partenaire. Vous lui avez donné votre accord le" in member.text
    assert "à 10 h 20" in member.text
    assert "Forum" not in member.text, "never opened"
    assert member.text.count("votre adresse e-mail") == 2
    assert "votre nom, votre prénom" not in member.text, "registered for, never agreed to"
    html = member.page.get_data(as_text=True)
    assert html.count(WITHDRAW + " à ") == html.count("/retirer?site=") == 1


def test_it_is_led_to_from_the_home_page_and_from_the_second_steps(
    site: Registered, claire: str, member: Member
) -> None:
    assert f'href="{PAGE}"' not in member.open("/").page.get_data(as_text=True)
    with_code(member.open(authorize(site)))
    for page in ("/", "/compte/deux-etapes"):
        assert f'href="{PAGE}"' in member.open(page).page.get_data(as_text=True)


def test_nobody_signed_in_signs_in_and_comes_here(claire: str, member: Member) -> None:
    with_code(member.open(PAGE))
    assert TITLE in member.text
    assert "Vous n'avez encore ouvert aucun site" in member.text


def test_gdpr_7_withdrawing_takes_a_session_and_no_second_step_of_now(
    at: FrozenClock, other: Registered, claire: str, member: Member
) -> None:
    """As easy as agreeing; a change of the account still takes one (F9)."""
    agreed(member, other)
    at.advance(minutes=20)
    assert TITLE in member.open(PAGE).text
    assert DONE in member.open(asking(other)).submit(WITHDRAW).text
    assert "Authentification renforcée" in member.open("/compte/deux-etapes").text


def test_withdrawn_every_token_of_the_site_is_worth_nothing_and_it_asks_again(
    app: Flask, store: Database, other: Registered, claire: str, member: Member
) -> None:
    """And that of other sites what it was; told in an event."""
    agreed(member, other, **OFFLINE)
    held = exchange(app, other, member.answer["code"])
    agreed_too = partner(store, client_name="Un autre", sector_identifier="autre.exemple.test")
    member.open(authorize(agreed_too)).submit("Autoriser")
    kept_on = exchange(app, agreed_too, member.answer["code"])
    assert userinfo(app, held) == userinfo(app, kept_on) == 200
    member.open(asking(other))
    assert f"{NAME} ne recevra plus rien de nous" in member.text
    assert userinfo(app, held) == 200, "asking ends nothing"
    assert DONE in member.submit(WITHDRAW).text
    assert NAME not in member.text
    assert userinfo(app, held) == 401
    refresh = {"grant_type": "refresh_token", "refresh_token": held["refresh_token"]}
    assert token(app, other, refresh)["error"] == "invalid_grant"
    assert userinfo(app, kept_on) == 200
    assert len(kept(store)) == 1
    assert events(store, "member:consent:withdrawn") == [(claire, other.client.id)]
    silent = authorize(other, prompt="none")
    assert member.open(silent).answer["error"] == "consent_required"
    assert CONSENT_PAGE in member.open(authorize(other)).text


def test_a_code_on_its_way_is_worth_nothing_either(
    app: Flask, other: Registered, claire: str, member: Member
) -> None:
    agreed(member, other)
    code = member.answer["code"]
    member.open(asking(other)).submit(WITHDRAW)
    assert exchange(app, other, code)["error"] == "invalid_grant"


def test_twice_in_another_tab_or_for_what_is_no_partner_it_says_so(
    store: Database, site: Registered, other: Registered, claire: str, member: Member
) -> None:
    agreed(member, other)
    second = tab(member).open(asking(other))
    member.open(asking(other)).submit(WITHDRAW)
    assert GONE in second.submit(WITHDRAW).text
    member.open(authorize(site))
    for wrong in (asking(other), asking(site), f"{PAGE}/retirer", f"{PAGE}/retirer?site=x"):
        assert GONE in member.open(wrong).text
        form = {"csrf_token": member.open("/deconnexion").forms[0].values["csrf_token"]}
        answer = post(member, wrong, form)
        assert answer.headers["Location"] == f"{PAGE}?message=deja"
    assert len(events(store, "member:consent:withdrawn")) == 1


def test_another_person_neither_sees_nor_withdraws_it(
    store: Database,
    other: Registered,
    claire: str,
    member: Member,
    browsers: Callable[[], Member],
) -> None:
    agreed(member, other)
    person(store, DENIS)
    denis = with_code(browsers().open(PAGE), DENIS)
    assert NAME not in denis.text
    assert GONE in denis.open(asking(other)).text
    form = {"csrf_token": denis.open("/deconnexion").forms[0].values["csrf_token"]}
    assert post(denis, asking(other), form).headers["Location"].endswith("deja")
    assert len(kept(store)) == 1


def test_the_page_of_one_person_withdraws_nothing_of_the_next(
    store: Database, other: Registered, claire: str, member: Member
) -> None:
    """Claire's page is open; Denis, who agreed too, signs in; her button is pressed."""
    agreed(member, other)
    member.open(asking(other))
    second = tab(member).open("/deconnexion").submit("déconnecter")
    person(store, DENIS)
    with_code(second.open(authorize(other)), DENIS).submit("Autoriser")
    member.submit(WITHDRAW)
    assert member.page.status_code == 400
    assert len(kept(store)) == 2


def test_wb1_it_takes_the_button_and_somebody_signed_in(
    store: Database, other: Registered, claire: str, member: Member
) -> None:
    agreed(member, other)
    page = member.open(asking(other)).address
    assert member.client.head(page).status_code == 405
    assert post(member, page, {"csrf_token": "x"}).status_code == 400
    member.client.delete_cookie(SESSION)
    fresh = {"csrf_token": member.open("/connexion").forms[0].values["csrf_token"]}
    answer = post(member, page, fresh)
    assert answer.headers["Location"].startswith("/connexion?")
    assert len(kept(store)) == 1


def test_a_site_that_is_disabled_can_still_be_taken_leave_of(
    store: Database, other: Registered, claire: str, member: Member
) -> None:
    agreed(member, other)
    with store.writing() as session:
        clients.disable(session, other.client.id)
    assert NAME in member.open(PAGE).text
    assert DONE in member.open(asking(other)).submit(WITHDRAW).text
    assert kept(store) == []


def test_a_site_that_was_ours_and_holds_a_token_can_be_stopped(
    app: Flask, other: Registered, store: Database, claire: str, member: Member
) -> None:
    change(app, other, first_party=True)
    with_code(member.open(authorize(other, **OFFLINE)))
    held = exchange(app, other, member.answer["code"])
    change(app, other, first_party=False)
    assert NAME in member.open(PAGE).text
    assert DONE in member.open(asking(other)).submit(WITHDRAW).text
    assert userinfo(app, held) == 401
    assert NAME not in member.open(PAGE).text


def test_what_the_site_may_have_no_more_is_not_said(
    app: Flask, other: Registered, claire: str, member: Member
) -> None:
    agreed(member, other)
    assert "votre adresse e-mail" in member.open(PAGE).text
    change(app, other, scope="openid")
    assert "votre adresse e-mail" not in member.open(PAGE).text


def test_the_statements_do_not_grow_with_the_sites(
    store: Database, other: Registered, claire: str, member: Member
) -> None:
    agreed(member, other)
    statements = Statements(store)
    member.open(PAGE)
    few = len(statements)
    for rank in range(3):
        name = f"Autre {rank}"
        one = partner(store, client_name=name, sector_identifier=f"autre{rank}.exemple.test")
        member.open(authorize(one)).submit("Autoriser")
    statements.clear()
    assert "Autre 2" in member.open(PAGE).text
    assert len(statements) == few
