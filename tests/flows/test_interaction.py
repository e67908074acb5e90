"""The paused request of one tab: whose it is, how long, how often, and what it opens half-way."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from idp.clock import FrozenClock
from idp.models import AuthorizationCode, BrowserSession, Interaction, Proof
from idp.oidc import clients
from idp.oidc.clients import Registered
from idp.storage.engine import Database
from tests.flows.conftest import CALLBACK, EMAIL, SITE, sign_in
from tests.flows.support import (
    authorize,
    cookie,
    count,
    exchange,
    forum,
    is_lost,
    person,
    verified,
)
from tests.member import PASSWORD, Member

pytestmark = pytest.mark.usefixtures("at")

CODE_PAGE = "Authentification renforcée"


def handle(browser: Member) -> str:
    """The id of the paused request in the address."""
    return parse_qs(urlsplit(browser.address).query)["interaction"][0]


def test_the_id_is_worth_nothing_in_another_browser(
    at: FrozenClock, store: Database, site: Registered, browsers: Callable[[], Member]
) -> None:
    """OA23: at the start and half-way, by GET and POST; the one who began goes on."""
    person(store)
    mine, theirs = browsers().open(authorize(site)), browsers().open(authorize(site))
    address, foreign = mine.address, theirs.forms[0].values
    typed = {**foreign, "email": EMAIL, "password": PASSWORD}
    for _ in ("before", "after the password"):
        assert is_lost(browsers().open(address))
        theirs.page = theirs.client.post(address, data=typed)
        assert is_lost(theirs)
        for path in ("/connexion", "/connexion/code"):
            assert is_lost(theirs.open(f"{path}?interaction={handle(mine)}")), path
        # a form begun long ago is still good, but leads to no site of somebody else's
        theirs.open(f"/creer-un-compte?interaction={handle(mine)}")
        assert "Espace personnel" not in theirs.text
        assert handle(mine) not in theirs.page.get_data(as_text=True)
        if CODE_PAGE not in mine.text:
            sign_in(mine)
    code = {**foreign, "code": mine.code(EMAIL)}
    theirs.page = theirs.client.post(f"/connexion/code?interaction={handle(mine)}", data=code)
    assert is_lost(theirs)
    resend = f"/connexion/code/renvoyer?interaction={handle(mine)}"
    theirs.page = theirs.client.post(resend, data=foreign)
    assert is_lost(theirs)
    mine.submit("Valider", code=mine.code(EMAIL))
    assert "code" in mine.answer


@pytest.mark.parametrize(("after", "lives"), [(1799, True), (1801, False)])
def test_it_lives_thirty_minutes(
    at: FrozenClock, store: Database, site: Registered, member: Member, after: int, lives: bool
) -> None:
    """states.md, lifetimes; later, the page leads to the start address of the site."""
    person(store)
    member.open(authorize(site))
    at.advance(seconds=after)
    sign_in(member)
    assert is_lost(member) is not lives
    if not lives:
        assert f'href="{SITE}/auth/login"' in member.page.get_data(as_text=True)
        assert count(store, Proof) == 0


def test_the_back_button_after_the_end(
    at: FrozenClock, store: Database, site: Registered, member: Member
) -> None:
    """Completed once: neither page of it gives a second code, by GET or POST."""
    person(store)
    first = member.open(authorize(site)).address
    sign_in(member)
    second, form = member.address, member.forms[0].values
    digits = member.code(EMAIL)
    member.submit("Valider", code=digits)
    for address in (first, second):
        assert is_lost(member.open(address)), address
        assert f'href="{SITE}/auth/login"' in member.page.get_data(as_text=True)
    # the old page is sent again: its form token was the one of before the sign-in
    member.client.post(second, data={**form, "code": digits})
    member.open("/deconnexion").submit("déconnecter")
    for address in (first, second):
        assert is_lost(member.open(address)), address
    assert count(store, AuthorizationCode) == 1
    assert count(store, BrowserSession) == 1


def test_half_a_sign_in_opens_nothing(
    at: FrozenClock, app: Flask, store: Database, site: Registered, member: Member
) -> None:
    """SE4: the password was right, the code is pending; every door is tried."""
    person(store)
    sign_in(member.open(authorize(site)))
    here = handle(member)
    for address in (
        "/",
        "/connexion",
        f"/connexion?interaction={here}",
        "/connexion/code",
        f"/connexion/code?interaction={here}",
        f"/creer-un-compte?interaction={here}",
        f"/?interaction={here}",
        authorize(site),
        authorize(site) + f"&interaction={here}",
        authorize(forum(store)),
        authorize(site, max_age="10000"),
        authorize(site, acr_values="eidas0"),
        "/userinfo",
        "/deconnexion",
    ):
        member.open(address)
        assert "code=" not in str(member.left_to), address
        assert "Me déconnecter" not in member.text, address
        assert cookie(member) is None, address
    assert member.open(authorize(site, prompt="none")).answer["error"] == "login_required"
    for code in (here, "", cookie(member, "mgen_connect_8000_browser") or ""):
        assert exchange(app, site, code)["error"] in {"invalid_grant", "invalid_request"}
    assert count(store, BrowserSession) == count(store, AuthorizationCode) == 0


def test_the_next_step_cannot_be_skipped_nor_done_first(
    at: FrozenClock, store: Database, site: Registered, member: Member
) -> None:
    """OTC10: each step checks its own proof; the address of another only leads back."""
    person(store)
    start = member.open(authorize(site)).address
    member.open(start.replace("/connexion", "/connexion/code"))
    assert member.address == start
    token = member.forms[0].values["csrf_token"]
    for path in ("/connexion/code", "/connexion/code/renvoyer"):
        data = {"csrf_token": token, "code": "000000"}
        back = member.client.post(start.replace("/connexion", path), data=data)
        assert (back.status_code, back.headers["Location"]) == (303, start), path
    assert member.mails(EMAIL) == []


def test_nothing_in_a_form_changes_what_the_site_asked(
    at: FrozenClock, app: Flask, store: Database, site: Registered, member: Member
) -> None:
    """WB5: no hidden field but the form token, and others sent along are not looked at."""
    person(store)
    evil = forum(store)
    tampered = {
        "client_id": evil.client.id,
        "redirect_uri": evil.client.redirect_uris[0],
        "scope": "openid email offline_access",
        "state": "evil",
        "nonce": "evil",
        "code_challenge": "e" * 43,
        "acr_values": "eidas1-mfa",
        "identity_id": "f" * 32,
        "next": "//evil.example/",
    }
    query = "".join(f"&{name}={value}" for name, value in tampered.items())
    member.open(authorize(site))
    assert member.forms[0].names == ["csrf_token", "email", "password"]
    typed = {**member.forms[0].values, "email": EMAIL, "password": PASSWORD, **tampered}
    after = member.client.post(member.address + query, data=typed)
    member.open(after.headers["Location"])
    assert member.forms[0].names == ["csrf_token", "code", "trust_device"]
    typed = {**member.forms[0].values, "code": member.code(EMAIL), **tampered}
    member.page = member.client.post(member.address + query, data=typed)
    assert str(member.left_to).startswith(CALLBACK + "?")
    assert member.answer["state"] == "s1"
    tokens = exchange(app, site, member.answer["code"])
    assert (tokens["scope"], verified(app, tokens["id_token"])["nonce"]) == ("openid email", "n1")


def test_a_site_disabled_meanwhile_gets_no_code(
    at: FrozenClock,
    app: Flask,
    store: Database,
    site: Registered,
    member: Member,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """CL4."""
    monkeypatch.setattr(app.extensions["idp"].issuer.clients, "_max_age", 0)
    person(store)
    sign_in(member.open(authorize(site)))
    with store.writing() as session:
        clients.disable(session, site.client.id)
    assert is_lost(member.submit("Valider", code=member.code(EMAIL)))
    assert count(store, AuthorizationCode) == count(store, BrowserSession) == 0


def test_a_page_opened_without_a_site_ends_at_home(
    at: FrozenClock, store: Database, member: Member
) -> None:
    """Nothing is paused before the password; then a row of its own, worth as little elsewhere."""
    person(store)
    member.open("/connexion")
    assert count(store, Interaction) == 0
    sign_in(member)
    assert count(store, Interaction) == 1
    member.submit("Valider", code=member.code(EMAIL))
    assert member.address == "/"
    assert member.left_to is None
    assert "Me déconnecter" in member.text
    assert member.open("/connexion").address == "/"
