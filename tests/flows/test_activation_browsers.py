"""An activation link in the browser that asked, in another, behind a lying Host (OTC8, OTC9)."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from idp.accounts import links
from idp.accounts.states import State
from idp.clock import FrozenClock
from idp.models import BrowserSession, Event
from idp.oidc.clients import Registered
from idp.settings import Settings
from idp.storage.engine import Database
from tests.flows.conftest import CALLBACK, EMAIL, SITE, sign_in
from tests.flows.support import authorize
from tests.flows.support_b import (
    OTHER,
    app_with,
    at_code,
    is_signed_in,
    person,
    post,
    rows,
    states,
)
from tests.member import ANSWER, PASSWORD, Member

Browsers = Callable[[], Member]
DONE = "Votre compte est activé"
START = f"{SITE}/auth/login"
EVIL = "http://pirate.exemple.test"


def towards(member: Member, site: Registered) -> Member:
    """Sign up on the way to a site."""
    member.open(authorize(site))
    return member.sign_up(EMAIL, start="/creer-un-compte?" + member.address.partition("?")[2])


def test_in_another_browser_the_link_opens_nothing(
    store: Database, site: Registered, browsers: Browsers
) -> None:
    """LI10, A6: it makes its one change, and offers the start address of the site."""
    asked, phone = towards(browsers(), site), browsers()
    phone.open(asked.link(EMAIL)).submit("Activer")
    assert DONE in phone.text
    assert f'href="{START}"' in phone.page.get_data(as_text=True)
    assert "Continuer vers Espace personnel" in phone.text
    assert phone.client.get_cookie("mgen_connect_8000_session") is None
    assert rows(store, BrowserSession) == 0
    assert not is_signed_in(phone)
    assert not is_signed_in(asked)


def test_in_the_same_browser_the_paused_request_goes_on(site: Registered, member: Member) -> None:
    """A6: to the sign-in of that tab, and from there to the site."""
    towards(member, site).open(member.link(EMAIL)).submit("Activer")
    assert member.address.startswith("/connexion?interaction=")
    assert "Votre compte est activé. Vous pouvez maintenant vous connecter." in member.text
    sign_in(member).submit("Valider", code=member.code(EMAIL))
    assert (member.left_to or "").startswith(CALLBACK)


def test_once_the_request_has_expired_the_site_is_offered(
    site: Registered, member: Member, at: FrozenClock
) -> None:
    towards(member, site)
    at.advance(minutes=30)
    member.open(member.link(EMAIL)).submit("Activer")
    assert f'href="{START}"' in member.page.get_data(as_text=True)


def test_without_a_site_it_leads_to_our_own_sign_in(browsers: Browsers) -> None:
    asked = browsers().sign_up(EMAIL)
    asked.open(asked.link(EMAIL)).submit("Activer")
    assert DONE in asked.text
    assert 'href="/connexion"' in asked.page.get_data(as_text=True)


def test_the_link_acts_on_its_own_identity_whoever_is_signed_in(
    store: Database, browsers: Browsers
) -> None:
    """OTC9: and whatever is posted with it."""
    victim_id = person(store, OTHER)
    attacker, victim = browsers(), browsers()
    attacker.sign_up(EMAIL)
    at_code(victim, OTHER).submit("Valider", code=victim.code(OTHER))
    button = victim.open(attacker.link(EMAIL)).forms[0]
    post(victim, button.action, {**button.values, "email": OTHER, "identity": victim_id})
    assert states(store) == ["active", "active"]
    assert is_signed_in(victim)
    with store.reading() as session:
        (event,) = session.scalars(select(Event).where(Event.kind.contains("activated")))
    assert event.identity_id != victim_id


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-Host": "pirate.exemple.test"},
        {"Forwarded": "host=pirate.exemple.test;proto=https"},
        {"X-Forwarded-Proto": "https", "X-Forwarded-Port": "1"},
        {"X-Original-URL": EVIL, "X-Rewrite-URL": EVIL},
    ],
    ids=str,
)
@pytest.mark.parametrize("hops", [0, 1])
def test_a_poisoned_host_reaches_no_mail(
    here: Settings, app: Flask, headers: dict[str, str], hops: int
) -> None:
    """OTC8: links are made from the issuer's address alone."""
    with app_with(here, trusted_proxies=hops) as made:
        member = Member(made)
        client = member.client
        page = client.get("/creer-un-compte", base_url=EVIL, headers=headers)
        token = re.findall(r'name="csrf_token"[^>]*value="([^"]*)', page.get_data(as_text=True))[0]
        fields = {
            "csrf_token": token,
            "email": EMAIL,
            "password": PASSWORD,
            "confirm_password": PASSWORD,
            "secret_question": "first_pet",
            "secret_answer": ANSWER,
        }
        answer = client.post("/creer-un-compte", base_url=EVIL, headers=headers, data=fields)
        assert answer.headers["Location"].startswith("/creer-un-compte/message-envoye?")
        assert member.link(EMAIL).startswith("http://localhost:8000/activation/")


def test_under_https_the_button_works_without_a_referer(here: Settings, store: Database) -> None:
    """WB3: no Referer and a null Origin come with it; a cross-site post is refused."""
    with app_with(here, issuer="https://connect.exemple.test") as made:
        member = Member(made)
        identity_id = person(store, state=State.PENDING)
        with store.writing() as session:
            token = links.make(session, "activation", identity_id=identity_id)
        home, link = "https://connect.exemple.test", f"/activation/{token}"
        page = member.client.get(link, base_url=home).get_data(as_text=True)
        found = re.findall(r'name="csrf_token"[^>]*value="([^"]*)', page)
        for site, status in (("cross-site", 400), ("same-origin", 200)):
            answer = member.client.post(
                link,
                base_url=home,
                data={"csrf_token": found[0]},
                headers={"Origin": "null", "Sec-Fetch-Site": site},
            )
            assert answer.status_code == status
    assert states(store) == ["active"]
