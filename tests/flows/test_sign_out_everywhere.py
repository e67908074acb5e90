"""/deconnexion, "partout" (E7): every browser and every token of the person, and nobody else's."""

from collections.abc import Callable

import pytest
from flask import Flask

from idp.clock import FrozenClock
from idp.models import BrowserSession, Event, LogoutNotice
from idp.oidc.clients import Registered
from idp.storage.engine import Database
from tests.flows.conftest import EMAIL, SITE, register, sign_in
from tests.flows.support import (
    DENIS,
    DEVICE,
    authorize,
    cookie,
    count,
    exchange,
    is_signed_in,
    person,
    token,
    with_code,
)
from tests.flows.test_sign_out import ASKS, DONE, out
from tests.member import Member

pytestmark = pytest.mark.usefixtures("at")

LIVE = BrowserSession.ended_at.is_(None)
OUT = "http://localhost:8001/auth/backchannel-logout"
Browsers = Callable[[], Member]


@pytest.fixture
def told(store: Database) -> Registered:
    """A site that refreshes, and wants to be told of the end."""
    return register(store, scope="openid email offline_access", backchannel_logout_uri=OUT)


def opened(browser: Member, app: Flask, site: Registered, email: str = EMAIL) -> dict[str, str]:
    """Sign in by a code; the tokens of the site."""
    with_code(browser.open(authorize(site, scope="openid email offline_access")), email)
    return exchange(app, site, browser.answer["code"])


def refreshed(app: Flask, site: Registered, given: dict[str, str]) -> bool:
    form = {"grant_type": "refresh_token", "refresh_token": given["refresh_token"]}
    return "access_token" in token(app, site, form)


def test_e7_everywhere(app: Flask, store: Database, told: Registered, browsers: Browsers) -> None:
    """Sessions of all browsers, refresh tokens of all sites; Denis is not concerned."""
    person(store)
    person(store, DENIS)
    here, there, other = browsers(), browsers(), browsers()
    given = [opened(here, app, told), opened(there, app, told)]
    kept = opened(other, app, told, DENIS)
    here.open("/deconnexion").submit("déconnecter", everywhere="yes")
    assert DONE in here.text
    assert "autres navigateurs et appareils" in here.text
    assert [refreshed(app, told, one) for one in given] == [False, False]
    assert [is_signed_in(one, told) for one in (here, there, other)] == [False, False, True]
    assert refreshed(app, told, kept)
    assert count(store, LogoutNotice) == 2


@pytest.mark.parametrize("chosen", [{}, {"everywhere": "no"}, {"everywhere": "YES"}])
def test_this_browser_only_unless_it_says_yes(
    app: Flask, store: Database, told: Registered, browsers: Browsers, chosen: dict[str, str]
) -> None:
    """Of the two choices the smaller is ticked beforehand."""
    person(store)
    here, there = browsers(), browsers()
    given = [opened(here, app, told), opened(there, app, told)]
    here.open("/deconnexion").submit("déconnecter", **chosen)
    assert DONE in here.text
    assert "autres navigateurs et appareils" not in here.text
    assert [is_signed_in(one, told) for one in (here, there)] == [False, True]
    assert [refreshed(app, told, one) for one in given] == [True, True]
    assert count(store, LogoutNotice) == 1


def test_the_choice_has_a_question_and_two_labels(
    app: Flask, store: Database, site: Registered, member: Member
) -> None:
    person(store)
    with_code(member.open(authorize(site))).open("/").open("/deconnexion")
    html = member.page.get_data(as_text=True)
    assert "<legend>" in html
    assert html.count('type="radio"') == 2
    for sentence in ("De ce navigateur seulement", "De partout"):
        assert sentence in member.text
    assert member.forms[0].values["everywhere"] == "no"
    assert [form.button for form in member.forms] == ["Me déconnecter"]


def test_a_site_may_propose_everywhere_and_the_member_decides(
    app: Flask, store: Database, told: Registered, browsers: Browsers
) -> None:
    """A good hint ends one session at once; with everywhere=yes it asks, and then goes back."""
    person(store)
    here, there = browsers(), browsers()
    hint, _ = opened(here, app, told)["id_token"], opened(there, app, told)
    after = {"post_logout_redirect_uri": f"{SITE}/", "state": "s"}
    here.open(out(id_token_hint=hint, everywhere="yes", **after))
    assert ASKS in here.text
    assert here.forms[0].values["everywhere"] == "yes"
    assert count(store, BrowserSession, LIVE) == 2
    here.submit("déconnecter")
    assert (here.left_to, here.answer) == (f"{SITE}/?state=s", {"state": "s"})
    assert count(store, BrowserSession, LIVE) == 0


def test_a_site_s_own_post_ends_nothing_everywhere(
    app: Flask, store: Database, told: Registered, browsers: Browsers
) -> None:
    """WB1: without our form token it is a request like another, and it asks."""
    person(store)
    here, there = browsers(), browsers()
    hint, _ = opened(here, app, told)["id_token"], opened(there, app, told)
    answer = here.client.post("/deconnexion", data={"id_token_hint": hint, "everywhere": "yes"})
    assert ASKS in here.open(answer.headers["Location"]).text
    assert count(store, BrowserSession, LIVE) == 2


def test_it_is_whose_browser_this_is_whatever_the_hint_says(
    app: Flask, store: Database, told: Registered, browsers: Browsers
) -> None:
    """Denis's hint in Claire's browser: all of hers, and the one session that the hint names."""
    person(store)
    person(store, DENIS)
    here, his, his_other = browsers(), browsers(), browsers()
    opened(here, app, told)
    hint = opened(his, app, told, DENIS)["id_token"]
    opened(his_other, app, told, DENIS)
    here.open(out(id_token_hint=hint)).submit("déconnecter", everywhere="yes")
    signed_in = [is_signed_in(one, told) for one in (here, his, his_other)]
    assert signed_in == [False, False, True]


def test_se5_a_sign_in_under_way_elsewhere_is_over(
    app: Flask, store: Database, told: Registered, browsers: Browsers
) -> None:
    """keycloak#49007: a password proved in another browser opens nothing any more."""
    person(store)
    here, there = browsers(), browsers()
    there.open(authorize(told)).submit("Me connecter", email=EMAIL, password="Un-Cheval*7-Bleu")
    code = there.code(EMAIL)
    opened(here, app, told)
    here.open("/deconnexion").submit("déconnecter", everywhere="yes")
    there.submit("Valider", code=code)
    assert there.left_to is None
    assert count(store, BrowserSession, LIVE) == 0


def test_trusted_devices_stay(app: Flask, store: Database, told: Registered) -> None:
    """R7: "everywhere" is about what is open; the 30 days are withdrawn one by one (F4)."""
    person(store)
    member = Member(app)
    with_code(member.open(authorize(told)), trust=True)
    device = cookie(member, DEVICE)
    member.open("/deconnexion").submit("déconnecter", everywhere="yes")
    assert cookie(member, DEVICE) == device
    member.open(authorize(told)).submit("Me connecter", email=EMAIL, password="Un-Cheval*7-Bleu")
    assert "code" in member.answer


def test_a_session_that_another_person_replaces_is_told_to_its_sites(
    app: Flask, store: Database, told: Registered, member: Member
) -> None:
    """A shared computer: Denis signs in where Claire has not signed out."""
    person(store)
    person(store, DENIS)
    opened(member, app, told)
    again = member.open(authorize(told, prompt="login"))
    with_code(again, DENIS)
    assert "code" in member.answer
    assert count(store, LogoutNotice) == 1
    ended = Event.kind == "member:session:signed_out"
    assert count(store, Event, ended) == 1


def test_nobody_signed_in_ends_nothing(store: Database, site: Registered, member: Member) -> None:
    """The button of an old page."""
    person(store)
    with_code(member.open(authorize(site))).open("/deconnexion")
    form = member.forms[0].values
    member.submit("déconnecter")
    answer = member.client.post("/deconnexion", data={**form, "everywhere": "yes"})
    assert answer.status_code in (200, 400)
    everywhere = Event.kind == "member:session:signed_out_everywhere"
    assert count(store, Event, everywhere) == 0


def test_it_is_not_said_where_the_session_had_run_out(
    member: Member, claire: str, browsers: Callable[[], Member], at: FrozenClock
) -> None:
    other = browsers()
    for browser in (other, member):
        browser.open("/connexion")
        sign_in(browser, claire).submit("Valider", code=browser.code(claire))
    member.open("/deconnexion")
    at.advance(minutes=20)
    other.open("/connexion")  # goes on being used
    at.advance(minutes=15)
    member.submit("déconnecter", everywhere="yes")
    assert "Vous êtes connecté" in other.open("/").text
    assert "sont fermées aussi" not in member.text
