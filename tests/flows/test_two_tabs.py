"""Two tabs of one browser do not fight: each ends on the site that it was opened for."""

from collections.abc import Callable

import pytest
from flask import Flask

from idp.clock import FrozenClock
from idp.models import Identity
from idp.oidc.clients import Registered
from idp.storage.engine import Database
from tests.flows.conftest import CALLBACK, EMAIL, sign_in
from tests.flows.support import (
    DENIS,
    FORUM,
    authorize,
    claims,
    count,
    email_at,
    forum,
    is_signed_in,
    person,
    tab,
    with_code,
)
from tests.member import ANSWER, PASSWORD, Member

pytestmark = pytest.mark.usefixtures("at")

Tabs = tuple[Member, Member]


@pytest.fixture
def other(store: Database) -> Registered:
    """The second site."""
    return forum(store)


@pytest.fixture
def tabs(at: FrozenClock, site: Registered, other: Registered, member: Member) -> Tabs:
    """Both at the sign-in page, the first for `site`, the second for `other`."""
    second = tab(member).open(authorize(other, state="of-the-forum"))
    return member.open(authorize(site, state="of-the-space")), second


def on_its_own_site(one: Member, address: str, state: str) -> bool:
    """Whether this tab was sent to that site with a code and its own state."""
    sent = str(one.left_to).startswith(address + "?")
    return sent and "code" in one.answer and one.answer["state"] == state


def test_signed_in_in_one_the_other_is_reloaded(store: Database, tabs: Tabs) -> None:
    """keycloak#12406, #24112."""
    person(store)
    with_code(tabs[0])
    assert on_its_own_site(tabs[0], CALLBACK, "of-the-space")
    tabs[1].open(tabs[1].address)
    assert on_its_own_site(tabs[1], FORUM, "of-the-forum")


def test_signed_in_in_one_the_other_is_sent(store: Database, tabs: Tabs) -> None:
    """keycloak#21451: its form is older than the session, and still it lands."""
    person(store)
    with_code(tabs[1])
    sign_in(tabs[0])
    assert on_its_own_site(tabs[0], CALLBACK, "of-the-space")
    assert on_its_own_site(tabs[1], FORUM, "of-the-forum")


def test_both_at_their_code_page(
    at: FrozenClock, app: Flask, store: Database, site: Registered, other: Registered, tabs: Tabs
) -> None:
    """Each has a code of its own; the first to be right signs in, the second then just lands."""
    person(store)
    mine = sign_in(tabs[0]).code(EMAIL)
    at.advance(seconds=3)
    others = sign_in(tabs[1]).code(EMAIL)
    tabs[0].submit("Valider", code=others)
    assert tabs[0].page.status_code == 400  # OTC5: of another sign-in
    tabs[0].submit("Valider", code=mine)
    assert on_its_own_site(tabs[0], CALLBACK, "of-the-space")
    tabs[1].submit("Valider", code=others)
    assert on_its_own_site(tabs[1], FORUM, "of-the-forum")
    first, second = claims(app, site, tabs[0]), claims(app, other, tabs[1])
    assert first["auth_time"] < second["auth_time"] == first["auth_time"] + 3
    assert first["sub"] != second["sub"]  # H3


def test_two_tabs_of_one_site(site: Registered, store: Database, tabs: Tabs) -> None:
    person(store)
    third = tab(tabs[0]).open(authorize(site, state="again"))
    with_code(tabs[0])
    third.open(third.address)
    assert on_its_own_site(third, CALLBACK, "again")


def test_signing_up_in_one_and_in_in_the_other(store: Database, tabs: Tabs) -> None:
    """What is typed in the old form is not used: the person is signed in, and lands."""
    person(store)
    tabs[0].open(tabs[0].address.replace("/connexion", "/creer-un-compte"))
    with_code(tabs[1])
    tabs[0].submit(email=DENIS, password=PASSWORD, confirm_password=PASSWORD, secret_answer=ANSWER)
    assert on_its_own_site(tabs[0], CALLBACK, "of-the-space")
    assert count(store, Identity) == 1


def test_a_link_is_for_its_own_person_whoever_is_signed_in(
    app: Flask, store: Database, site: Registered, tabs: Tabs
) -> None:
    """OTC9: it activates Denis in a browser where Claire has signed in since, and opens nothing."""
    person(store)
    tabs[0].sign_up(DENIS, start=tabs[0].address.replace("/connexion", "/creer-un-compte"))
    with_code(tabs[1])
    tab(tabs[0]).open(tabs[0].link(DENIS)).submit("Activer")
    assert count(store, Identity, Identity.state == "active") == 2
    assert email_at(app, site, tabs[0].open(authorize(site, prompt="none"))) == EMAIL


def test_an_old_form_without_a_site_says_that_it_is_old(
    at: FrozenClock, store: Database, site: Registered, member: Member
) -> None:
    person(store)
    old = tab(member).open("/connexion")
    with_code(member.open(authorize(site)))
    sign_in(old)
    assert old.page.status_code == 400
    assert "La page a expiré" in old.text
    assert is_signed_in(member, site)


def test_signed_out_in_one_the_other_must_sign_in(
    at: FrozenClock, store: Database, site: Registered, other: Registered, member: Member
) -> None:
    """Its page is old then; loaded again, it works."""
    person(store)
    with_code(member.open(authorize(site)))
    waiting = tab(member).open(authorize(other, prompt="login"))
    member.open("/deconnexion").submit("déconnecter")
    address = waiting.address
    sign_in(waiting)
    assert "La page a expiré" in waiting.text
    at.advance(seconds=1)
    with_code(waiting.open(address))
    assert str(waiting.left_to).startswith(FORUM)


def test_asked_again_in_one_while_the_other_signs_in(
    at: FrozenClock, store: Database, site: Registered, other: Registered, member: Member
) -> None:
    """prompt=login is owed by its own tab: a sign-in elsewhere does not pay it, nor break it."""
    person(store)
    owing = member.open(authorize(site, prompt="login"))
    at.advance(seconds=1)
    with_code(tab(member).open(authorize(other)))
    owing.open(owing.address)
    assert owing.left_to is None
    assert "Me connecter" in owing.text
    at.advance(seconds=1)
    with_code(owing)
    assert "code" in owing.answer


def test_a_code_page_that_is_older_than_the_session_comes_back(
    at: FrozenClock, store: Database, site: Registered, other: Registered, member: Member
) -> None:
    """The password of this tab is not asked twice, and its code is still good."""
    person(store)
    owing = sign_in(member.open(authorize(site, prompt="login")))
    digits = owing.code(EMAIL)
    at.advance(seconds=1)
    with_code(tab(member).open(authorize(other)))
    owing.submit("Valider", code=digits)
    assert "Authentification renforcée" in owing.text
    owing.submit("Valider", code=digits)
    assert "code" in owing.answer


def test_each_tab_keeps_its_own_person_until_it_is_done(
    at: FrozenClock, app: Flask, store: Database, site: Registered, other: Registered, tabs: Tabs
) -> None:
    """Claire's password in one, Denis's whole sign-in in the other: two people, never a mixture."""
    person(store)
    person(store, DENIS)
    sign_in(tabs[0])
    with_code(tabs[1], DENIS)
    assert email_at(app, other, tabs[1]) == DENIS
    tabs[0].open(tabs[0].address)
    assert "Authentification renforcée" in tabs[0].text
    tabs[0].submit("Valider", code=tabs[0].code(EMAIL))
    assert email_at(app, site, tabs[0]) == EMAIL


def test_a_post_of_another_site_leaves_the_tabs_alone(
    app: Flask, store: Database, tabs: Tabs, browsers: Callable[[], Member]
) -> None:
    """It brings no cookie (SameSite=Lax); an answer that set one would orphan every tab."""
    for path in ("/authorize", "/deconnexion", "/connexion", "/creer-un-compte", "/nowhere"):
        answer = browsers().client.post(path, data={"client_id": "x"})
        assert answer.headers.getlist("Set-Cookie") == [], path


def test_activating_beside_somebody_else_s_session_goes_nowhere_as_them(
    store: Database, tabs: Tabs
) -> None:
    """Denis's link, clicked where Claire has signed in meanwhile, must not land him as Claire."""
    person(store)
    tabs[0].sign_up(DENIS, start=tabs[0].address.replace("/connexion", "/creer-un-compte"))
    with_code(tabs[1])
    tabs[0].open(tabs[0].link(DENIS)).submit("Activer")
    assert tabs[0].left_to is None
    assert "Votre compte est activé" in tabs[0].text
