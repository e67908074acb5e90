"""/deconnexion: a good hint signs out at once, anything else asks and leads nowhere."""

import base64
import json
import string
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from flask import Flask

from idp.clock import FrozenClock
from idp.models import BrowserSession, Event
from idp.oidc.clients import Registered
from idp.storage.engine import Database
from tests.flows.conftest import EMAIL, SITE, register, sign_in
from tests.flows.support import (
    DENIS,
    DEVICE,
    SESSION,
    authorize,
    cookie,
    copy,
    count,
    exchange,
    forum,
    is_signed_in,
    person,
    token,
    with_code,
)
from tests.member import Member

pytestmark = pytest.mark.usefixtures("at")

AFTER = f"{SITE}/"
ASKS = "Voulez-vous vous déconnecter ?"
DONE = "Vous êtes déconnecté"
LIVE = BrowserSession.ended_at.is_(None)


def out(**parameters: str) -> str:
    """The address that a site sends the browser to."""
    return "/deconnexion?" + urlencode(parameters)


def signed_in(browser: Member, app: Flask, site: Registered, email: str = EMAIL) -> str:
    """Sign in by a code; the id_token that the site keeps."""
    with_code(browser.open(authorize(site)), email)
    return str(exchange(app, site, browser.answer["code"])["id_token"])


def is_done(browser: Member, site: Registered) -> bool:
    """Really over: by cookie, by prompt=none, and with what the browser may have kept."""
    wiped = browser.page.headers.get("Clear-Site-Data") == '"cache", "storage"'
    return wiped and cookie(browser) is None and not is_signed_in(browser, site)


def test_a_good_hint_signs_out_and_goes_back_with_the_state(
    app: Flask, store: Database, site: Registered, member: Member
) -> None:
    """conformance A.5: 90 characters come back byte for byte, and nothing beside them."""
    person(store)
    hint = signed_in(member, app, site)
    state = string.ascii_letters[:50] + string.digits + "%&=#\"<>\\'/?!$()*,-.:@[]^_`{|}~"
    member.open(out(id_token_hint=hint, post_logout_redirect_uri=AFTER, state=state))
    assert member.page.status_code == 303
    assert str(member.left_to).startswith(AFTER + "?")
    assert member.answer == {"state": state}
    assert is_done(member, site)
    assert member.open(authorize(site, prompt="none")).answer["error"] == "login_required"


def test_without_a_state_none_comes_back(
    app: Flask, store: Database, site: Registered, member: Member
) -> None:
    """conformance no-state; a copy of the cookie is as dead as the cookie."""
    person(store)
    hint = signed_in(member, app, site)
    copied = copy(member)
    member.open(out(id_token_hint=hint, post_logout_redirect_uri=AFTER, client_id=site.client.id))
    assert member.left_to == AFTER
    assert is_done(member, site)
    assert not is_signed_in(copied, site)


def test_an_expired_hint_is_as_good(
    at: FrozenClock, app: Flask, store: Database, site: Registered, member: Member
) -> None:
    """keycloak#11915, #12680."""
    person(store)
    hint = signed_in(member, app, site)
    at.advance(minutes=25)
    assert member.open(out(id_token_hint=hint, post_logout_redirect_uri=AFTER)).left_to == AFTER
    assert is_done(member, site)


def test_a_hint_alone_ends_on_our_page_with_the_way_back(
    app: Flask, store: Database, site: Registered, member: Member
) -> None:
    """conformance no-post-logout-redirect-uri."""
    person(store)
    member.open(out(id_token_hint=signed_in(member, app, site)))
    assert DONE in member.text
    assert "Revenir sur Espace personnel" in member.text
    assert f'href="{SITE}/auth/login"' in member.page.get_data(as_text=True)
    assert is_done(member, site)


def forged(hint: str) -> list[str]:
    """Hints that are not ours: unsigned, altered, cut, of nobody."""
    header, payload, signature = hint.split(".")
    none = base64.urlsafe_b64encode(json.dumps({"alg": "none"}).encode()).decode().rstrip("=")
    body = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    other = base64.urlsafe_b64encode(json.dumps({**body, "sub": "x"}).encode()).decode().rstrip("=")
    return [
        f"{none}.{payload}.",
        f"{none}.{payload}.{signature}",
        f"{header}.{other}.{signature}",
        f"{header}.{payload}.",
        f"{header}.{payload}",
        "a.b.c",
        "\x00",
        "é" * 20_000,
    ]


def test_what_is_not_a_good_hint_asks_and_never_redirects(
    app: Flask, store: Database, site: Registered, member: Member
) -> None:
    """conformance bad-, modified-, no-id-token-hint, only-state, no-params, bad- and query-added-
    post-logout-redirect-uri (OA20): a question in French, and the session lives."""
    person(store)
    hint, other = signed_in(member, app, site), forum(store)
    there = {"post_logout_redirect_uri": AFTER, "state": "s"}
    variants = [
        {},
        {"state": "s"},
        there,
        {**there, "client_id": site.client.id},
        {**there, "id_token_hint": hint, "client_id": other.client.id},
        {**there, "id_token_hint": hint, "client_id": "unknown"},
        {"id_token_hint": hint, "post_logout_redirect_uri": f"{AFTER}?x=1"},
        {"id_token_hint": hint, "post_logout_redirect_uri": "https://evil.example/"},
        {"id_token_hint": hint, "post_logout_redirect_uri": "//evil.example"},
        *({**there, "id_token_hint": one} for one in forged(hint)),
    ]
    addresses = [out(**each) for each in variants]
    addresses.append(out(**there, id_token_hint=hint) + f"&id_token_hint={hint}")
    for address in addresses:
        member.open(address)
        assert ASKS in member.text, address
        assert (member.page.status_code, member.left_to) == (200, None), address
        assert is_signed_in(member, site), address


def test_the_button_then_signs_out_and_stays_here(
    app: Flask, store: Database, site: Registered, member: Member
) -> None:
    person(store)
    hint = signed_in(member, app, site)
    for asked in ({}, {"id_token_hint": hint, "post_logout_redirect_uri": "https://evil.example/"}):
        if not is_signed_in(member, site):
            with_code(member.open(authorize(site)))
        member.open(out(**asked)).submit("déconnecter")
        assert DONE in member.text
        assert member.left_to is None
        assert is_done(member, site)


def test_a_hint_of_somebody_else_asks_first(
    app: Flask, store: Database, site: Registered, browsers: Callable[[], Member]
) -> None:
    """SE6: a site cannot end Claire's session with Denis's token; her button ends both."""
    claire_id, denis_id = person(store), person(store, DENIS)
    hint = signed_in(browsers(), app, site, DENIS)
    member = browsers()
    signed_in(member, app, site)
    member.open(out(id_token_hint=hint, post_logout_redirect_uri=AFTER))
    assert ASKS in member.text
    assert is_signed_in(member, site)
    member.open(out(id_token_hint=hint, post_logout_redirect_uri=AFTER))
    # Chromium would stop the redirect after the button (WB2)
    assert f"form-action 'self' {SITE}" in member.page.headers["Content-Security-Policy"]
    assert member.submit("déconnecter").left_to == AFTER
    assert count(store, BrowserSession, LIVE) == 0
    ended = Event.kind == "member:session:signed_out"
    for identity_id in (claire_id, denis_id):
        assert count(store, Event, ended, Event.identity_id == identity_id) == 1


def test_a_lost_cookie_does_not_save_the_session(
    app: Flask, store: Database, site: Registered, browsers: Callable[[], Member]
) -> None:
    """SE6, keycloak CVE-2025-12390: the hint names it, wherever it comes from."""
    person(store)
    member = browsers()
    hint = signed_in(member, app, site)
    browsers().open(out(id_token_hint=hint, post_logout_redirect_uri=AFTER))
    assert count(store, BrowserSession, LIVE) == 0
    assert not is_signed_in(member, site)


def test_signed_out_already_is_no_error(site: Registered, member: Member) -> None:
    """Never an error for a missing hint, nor a question to whom there is nothing to ask."""
    for address in (out(), out(state="s"), out(id_token_hint="a.b.c")):
        member.open(address)
        assert (member.page.status_code, member.left_to) == (200, None)
        assert DONE in member.text


def test_a_site_may_post(app: Flask, store: Database, site: Registered, member: Member) -> None:
    """RP-Initiated Logout §2: as its GET, which brings the cookies that its POST does not."""
    person(store)
    hint = signed_in(member, app, site)
    fields = {"id_token_hint": hint, "post_logout_redirect_uri": AFTER, "state": "a&b"}
    bare = app.test_client().post("/deconnexion", data={**fields, "endpoint": "x", "_scheme": "y"})
    assert bare.status_code == 303
    assert bare.headers.getlist("Set-Cookie") == []
    assert is_signed_in(member, site)
    member.open(bare.headers["Location"])
    assert member.answer == {"state": "a&b"}
    assert str(member.left_to).startswith(AFTER)
    assert is_done(member, site)


def test_only_our_own_button_is_believed_without_a_hint(
    app: Flask, store: Database, site: Registered, member: Member
) -> None:
    """WB1: a form token that is missing asks, one that is not this browser's is refused."""
    person(store)
    signed_in(member, app, site)
    foreign = Member(app).open("/connexion").forms[0].values["csrf_token"]
    asked = member.client.post("/deconnexion", data={"logout": "1"})
    assert ASKS in member.open(asked.headers["Location"]).text
    for made_up in ("", "x", foreign):
        answer = member.client.post("/deconnexion", data={"csrf_token": made_up})
        assert answer.status_code == 400, made_up
    assert is_signed_in(member, site)


def test_the_question_repeats_what_came_escaped(
    app: Flask, store: Database, site: Registered, member: Member
) -> None:
    """WB6; and names of the framework's own are only names."""
    person(store)
    signed_in(member, app, site)
    names = dict.fromkeys(("state", "endpoint", "_external"), '"><script>alert(1)</script>')
    member.open(out(**names))
    assert ASKS in member.text
    assert "<script>alert" not in member.page.get_data(as_text=True)
    assert member.forms[0].action.startswith("/deconnexion?")
    assert DONE in member.submit("déconnecter").text


def test_the_trusted_device_stays(
    app: Flask, store: Database, site: Registered, member: Member
) -> None:
    """E4, R7: signing out ends a session, not the 30 days."""
    person(store)
    with_code(member.open(authorize(site)), trust=True)
    device = cookie(member, DEVICE)
    hint = str(exchange(app, site, member.answer["code"])["id_token"])
    member.open(out(id_token_hint=hint, post_logout_redirect_uri=AFTER))
    assert (cookie(member, SESSION), cookie(member, DEVICE)) == (None, device)
    sign_in(member.open(authorize(site)))
    assert "code" in member.answer


def test_a_refresh_token_has_its_own_life(app: Flask, store: Database, member: Member) -> None:
    """Signing out of the browser does not end it; "everywhere" does. A code not yet used dies."""
    person(store)
    offline = register(store, scope="openid email offline_access")
    ask = authorize(offline, scope="openid offline_access")
    with_code(member.open(ask))
    refresh = str(exchange(app, offline, member.answer["code"])["refresh_token"])
    unused = member.open(ask).answer["code"]
    member.open("/deconnexion").submit("déconnecter")
    form = {"grant_type": "refresh_token", "refresh_token": refresh}
    assert "access_token" in token(app, offline, form)
    assert exchange(app, offline, unused)["error"] == "invalid_grant"


def test_each_end_is_an_event(
    app: Flask, store: Database, site: Registered, member: Member
) -> None:
    """AU1: once, with the site that asked."""
    identity_id = person(store)
    hint = signed_in(member, app, site)
    for _ in range(2):
        member.open(out(id_token_hint=hint))
    ended = (Event.kind == "member:session:signed_out", Event.identity_id == identity_id)
    assert count(store, Event, *ended, Event.client_id == site.client.id) == 1
    assert count(store, Event, *ended) == 1
