"""The signed-in browser: its cookie, its clocks, its end; and another person in the same one."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from idp.clock import FrozenClock
from idp.models import BrowserSession
from idp.oidc.clients import Registered
from idp.storage.engine import Database
from tests.flows.conftest import EMAIL, sign_in
from tests.flows.support import (
    BROWSER,
    DENIS,
    SESSION,
    authorize,
    cookie,
    copy,
    count,
    email_at,
    exchange,
    is_signed_in,
    person,
    set_state,
    tab,
    trusted,
    with_code,
)
from tests.member import Member

pytestmark = pytest.mark.usefixtures("at")

CODE_PAGE = "Authentification renforcée"
LIVE = BrowserSession.ended_at.is_(None)


def test_the_session_has_an_id_that_nobody_has_seen_before(
    at: FrozenClock, store: Database, site: Registered, browsers: Callable[[], Member]
) -> None:
    """SE1, fixation: what was planted before the sign-in is worth nothing after it."""
    person(store)
    planted = "planted-by-somebody-else-0123456789abcdefghij"
    member, attacker = browsers(), browsers()
    for one in (member, attacker):
        one.client.set_cookie(SESSION, planted)
    with_code(member.open(authorize(site)))
    assert cookie(member) not in (None, planted)
    assert len(str(cookie(member))) >= 43  # 256 bits
    assert not is_signed_in(attacker, site)
    assert is_signed_in(member, site)


def test_a_new_id_at_each_crossing_and_the_old_one_is_refused(
    at: FrozenClock, store: Database, site: Registered, member: Member
) -> None:
    """SE1: re-authentication and step-up renew the cookie of the one session; SSO does not."""
    person(store)
    trusted(member, site)
    seen, running = {cookie(member)}, count(store, BrowserSession)
    at.advance(minutes=2)
    assert is_signed_in(member, site)
    assert {cookie(member)} == seen
    for asked in ({"acr_values": "eidas0-mfa"}, {"prompt": "login"}):
        before = copy(member)
        at.advance(minutes=20)  # within the budget of mails
        member.open(authorize(site, **asked))
        if CODE_PAGE in member.text:
            member.submit("Recevoir un code")
        else:
            sign_in(member)
        member.submit("Valider", code=member.code(EMAIL))
        assert "code" in member.answer, asked
        assert cookie(member) not in seen
        seen.add(cookie(member))
        assert not is_signed_in(before, site)
        assert is_signed_in(member, site)
    assert count(store, BrowserSession) == running


def test_after_sign_out_the_cookie_is_gone_and_its_copy_dead(
    at: FrozenClock, store: Database, site: Registered, member: Member
) -> None:
    """SE1, SE6."""
    person(store)
    with_code(member.open(authorize(site)))
    stolen = copy(member)
    member.open("/deconnexion").submit("déconnecter")
    assert cookie(member) is None
    assert not is_signed_in(stolen, site)
    assert "Me déconnecter" not in stolen.open("/").text


@pytest.mark.parametrize(("idle", "lives"), [(1799, True), (1800, False)])
def test_thirty_minutes_idle(
    at: FrozenClock, store: Database, site: Registered, member: Member, idle: int, lives: bool
) -> None:
    """SE3: counted from the last answer to a site."""
    person(store)
    with_code(member.open(authorize(site)))
    at.advance(minutes=25)
    assert is_signed_in(member, site)
    at.advance(seconds=idle)
    assert ("Me déconnecter" in member.open("/").text) is lives
    assert is_signed_in(member, site) is lives


def test_twelve_hours_whatever_is_done(
    at: FrozenClock, store: Database, site: Registered, member: Member
) -> None:
    """SE3: absolute; only a re-authentication starts it again."""
    person(store)
    with_code(member.open(authorize(site)))
    end = at.instant + timedelta(hours=12)
    while at.instant < end - timedelta(minutes=20):
        at.advance(minutes=20)
        assert is_signed_in(member, site), at.instant
    at.instant = end - timedelta(seconds=1)
    assert is_signed_in(member, site)
    at.instant = end
    assert not is_signed_in(member, site)


def test_a_new_password_starts_the_twelve_hours_again(
    at: FrozenClock, store: Database, site: Registered, member: Member
) -> None:
    person(store)
    with_code(member.open(authorize(site)))
    for _ in range(25):
        at.advance(minutes=28)
        assert is_signed_in(member, site)
    with_code(member.open(authorize(site, prompt="login")))
    at.advance(minutes=29)
    assert is_signed_in(member, site)


@pytest.mark.parametrize("state", ["disabled", "frozen", "erased"])
def test_a_disabled_person_is_out_at_the_next_request(
    at: FrozenClock, store: Database, site: Registered, member: Member, state: str
) -> None:
    """SE7: the session, a sign-in under way, and the device."""
    identity_id = person(store)
    with_code(member.open(authorize(site)), trust=True)
    half = tab(member).open(authorize(site, prompt="login"))
    sign_in(half)
    set_state(store, identity_id, state)
    assert member.open(authorize(site, prompt="none")).answer["error"] == "login_required"
    assert "Me déconnecter" not in member.open("/").text
    half.submit("Valider", code=half.code(EMAIL))
    assert half.left_to is None
    assert half.page.status_code == 400
    sign_in(member.open(authorize(site)))
    assert "Identifiant ou mot de passe incorrect" in member.text
    assert count(store, BrowserSession) == 1


def test_somebody_elses_session_lends_nothing(
    at: FrozenClock, app: Flask, store: Database, site: Registered, member: Member
) -> None:
    """TD2, SE6: Denis is signed in with a code, on his trusted device; Claire starts at nought."""
    person(store)
    person(store, DENIS)
    with_code(member.open(authorize(site)), DENIS, trust=True)
    at.advance(seconds=1)
    other = tab(member).open(authorize(site, max_age="0"))  # not login: an old code would do
    sign_in(other)
    assert CODE_PAGE in other.text
    assert "cla*****@exemple.test" in other.text
    # until Claire is done, this browser is Denis's
    assert email_at(app, site, member.open(authorize(site))) == DENIS
    assert CODE_PAGE in other.open(other.address).text
    other.submit("Valider", code=other.code(DENIS))
    assert other.page.status_code == 400
    at.advance(seconds=1)
    other.submit("Valider", code=other.code(EMAIL))
    assert email_at(app, site, other) == EMAIL


def test_nor_does_their_trusted_device(
    at: FrozenClock, app: Flask, store: Database, site: Registered, browsers: Callable[[], Member]
) -> None:
    """TD2: a hint brings Claire to the form while Denis's session would have been enough."""
    person(store)
    person(store, DENIS)
    of_claire = exchange(app, site, with_code(browsers().open(authorize(site))).answer["code"])
    member = trusted(browsers(), site, DENIS)
    sign_in(member.open(authorize(site, id_token_hint=of_claire["id_token"])))
    assert CODE_PAGE in member.text
    sign_in(member.open("/connexion?" + member.address.partition("?")[2]))
    assert CODE_PAGE in member.text


def test_one_browser_holds_one_person(
    at: FrozenClock, app: Flask, store: Database, site: Registered, member: Member
) -> None:
    """SE6: who signs in over somebody's session ends it, everywhere that its cookie was copied."""
    person(store)
    person(store, DENIS)
    with_code(member.open(authorize(site)), DENIS)
    left = copy(member)
    with_code(member.open(authorize(site, prompt="login")))
    assert count(store, BrowserSession, LIVE) == 1
    assert not is_signed_in(left, site)
    assert email_at(app, site, member.open(authorize(site, prompt="none"))) == EMAIL


def test_who_types_second_in_a_tab_inherits_nothing_of_the_first(
    at: FrozenClock, app: Flask, store: Database, site: Registered, member: Member
) -> None:
    """OTC5: neither the password proved there before, nor the code sent for it."""
    person(store)
    person(store, DENIS)
    start = member.open(authorize(site)).address
    sign_in(member)
    sign_in(member.open(start), DENIS)
    member.submit("Valider", code=member.code(EMAIL))
    assert member.page.status_code == 400
    member.submit("Valider", code=member.code(DENIS))
    assert email_at(app, site, member) == DENIS


def test_a_sign_in_changes_the_secret_of_the_forms_too(
    at: FrozenClock, store: Database, site: Registered, member: Member
) -> None:
    """WB1: a form token taken before the sign-in is refused after it."""
    person(store)
    form = tab(member).open("/connexion")
    before, kept = form.forms[0].values["csrf_token"], cookie(member, BROWSER)
    with_code(member.open(authorize(site)))
    assert cookie(member, BROWSER) == kept
    answer = member.client.post("/deconnexion", data={"csrf_token": before})
    assert answer.status_code == 400
    assert is_signed_in(member, site)
