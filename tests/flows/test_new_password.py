"""The page of a new password: by the link, by the SMS, here and elsewhere (D3, D5-D9, C6, C11)."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select, update

from idp import clock
from idp.accounts import recoveries
from idp.accounts.channels import ChannelKind
from idp.accounts.declared import declare
from idp.accounts.signup import Towards
from idp.accounts.states import PENDING_LIFE
from idp.clock import FrozenClock
from idp.models import Channel, Client, Identity, Recovery
from idp.oidc.clients import Registered
from idp.settings import Settings
from idp.storage.engine import Database
from tests.accounts.register_support import nir
from tests.factories import HERE
from tests.flows.conftest import EMAIL, SITE, sign_in
from tests.flows.new_password_support import (
    NEW,
    PAGE,
    UNBLOCK,
    ask,
    detach,
    enter,
    link,
    lost,
    newest_link,
    opens,
    save,
    temporary,
)
from tests.flows.opening_support import FILED, MOBILE, give_nir, states
from tests.flows.support import authorize, claims, is_signed_in, person, tab
from tests.member import PASSWORD, Member

pytestmark = pytest.mark.usefixtures("at")
Browsers = Callable[[], Member]
NOT_BLOCKED = "n'est pas bloqué"
QUESTION = "premier animal de compagnie"


@pytest.fixture
def here(here: Settings) -> Settings:
    """The same with hashes that cost next to nothing, and no floor to wait for."""
    return replace(here, argon2_memory_kib=8, argon2_time=1, legacy_floor=0)


def test_d6_d7_by_mail_in_the_browser_that_asked_on_into_the_site(
    app: Flask, store: Database, member: Member, site: Registered
) -> None:
    who = lost(store)
    mailed = link(member.open(authorize(site)), who.email)
    save(member.open(mailed))
    told = claims(app, site, member)
    assert (told["acr"], told["amr"]) == ("eidas1", ["mail"])
    assert member.mails(EMAIL, "password_changed")
    assert member.mails(FILED, "password_changed")


def test_d7_in_another_browser_it_is_changed_and_nothing_is_opened(
    store: Database, member: Member, browsers: Browsers, site: Registered
) -> None:
    who, other = lost(store), browsers()
    mailed = link(member.open(authorize(site)), who.email)
    save(other.open(mailed))
    assert "est enregistré" in other.text
    assert f"{SITE}/auth/login" in other.page.get_data(as_text=True)
    assert not is_signed_in(other, site)
    assert not is_signed_in(member, site)
    assert opens(browsers(), EMAIL, NEW)
    assert not opens(browsers(), EMAIL, PASSWORD)


@pytest.mark.parametrize("by_nir", [False, True])
def test_d5_by_sms_in_the_browser_that_asked(
    app: Flask, store: Database, member: Member, site: Registered, *, by_nir: bool
) -> None:
    """The tab where it is typed goes on, though it was asked for without any site."""
    who = lost(store)
    typed = who.nir if by_nir else who.email
    secret = temporary(member, typed)
    member.open(authorize(site))
    if by_nir:
        member.open(f"/connexion/nir?{member.address.partition('?')[2]}")
        member.submit("Me connecter", nir=typed, password=secret)
    else:
        sign_in(member, typed, secret)
    assert PAGE in member.text
    assert not is_signed_in(member, site), "the temporary password alone opened a session"
    member.open(f"/nouveau-mot-de-passe?recuperation={_recovery(store)}")
    save(member)
    assert claims(app, site, member)["amr"] == ["sms"]


def _recovery(store: Database) -> str:
    with store.reading() as session:
        return session.scalars(select(Recovery.id)).one()


def test_d5_in_another_browser(store: Database, member: Member, browsers: Browsers) -> None:
    who, other = lost(store), browsers()
    secret = temporary(member, who.nir)
    save(enter(other, who.nir, secret))
    assert "est enregistré" in other.text
    assert opens(browsers(), EMAIL, NEW)
    assert not opens(browsers(), who.email, secret)


def test_d5_at_the_door_of_an_opening_too(store: Database, member: Member) -> None:
    """LK2: every page that asks for the password hears it, and it opens nothing of that page."""
    who = lost(store)
    secret = temporary(member, who.email)
    give_nir(member, nir(7))
    member.submit("Me connecter", have_account="yes", email=who.email, password=secret)
    assert PAGE in member.text


def test_d1_d5_it_passes_the_block_and_the_block_only_it(
    store: Database, member: Member, browsers: Browsers
) -> None:
    """keycloak#45388: with the new password the block is over, at both doors."""
    who, other = lost(store), browsers()
    secret = temporary(member, who.email)
    for _ in range(3):
        enter(other, who.email, "Faux-Mot*De-Passe1")
    assert "est bloqué" in enter(other, who.email, PASSWORD).text
    assert "est bloqué" in enter(other, who.nir, PASSWORD).text
    assert PAGE in enter(other, who.email, secret).text
    assert NOT_BLOCKED not in other.text
    assert "est bloqué" in enter(browsers(), who.email, PASSWORD).text
    other.open(f"/nouveau-mot-de-passe?recuperation={_recovery(store)}")
    save(other)
    assert opens(browsers(), EMAIL, NEW)


def test_d3_not_blocked_is_told_after_the_proof_alone(store: Database, member: Member) -> None:
    who = lost(store)
    ask(member, who.email, start=UNBLOCK)
    assert NOT_BLOCKED not in member.text
    member.submit("Envoyer", channel="email")
    assert NOT_BLOCKED not in member.text
    assert NOT_BLOCKED in member.open(newest_link(member)).text


def test_d2_c10_who_came_with_a_nir_sees_the_address_in_full(
    store: Database, member: Member
) -> None:
    who = lost(store)
    assert EMAIL in member.open(link(member, who.nir)).text
    assert who.nir not in member.page.get_data(as_text=True), "PII3"
    assert EMAIL not in member.open(link(member, who.email)).text


@pytest.mark.parametrize("way", ["email", "sms"])
def test_d7_c11_a_member_without_identity_lands_on_the_choice_of_an_address(
    store: Database, member: Member, way: str
) -> None:
    """Any browser: its proof counts as the code of C1."""
    who = lost(store)
    detach(store)
    if way == "sms":
        enter(member, who.nir, temporary(member, who.nir))
    else:
        member.open(link(member, who.nir, to=FILED))
    assert PAGE not in member.text
    member.submit("Continuer")
    assert member.address.startswith("/migration?")
    assert FILED in member.page.get_data(as_text=True)


def test_c6_the_link_of_an_association_activates_too(
    app: Flask, store: Database, member: Member, browsers: Browsers
) -> None:
    identity_id = person(store, EMAIL, "pending")
    with store.writing() as session:
        later = clock.now() + PENDING_LIFE
        session.execute(update(Identity).values(expires_at=later))
        recoveries.mail_reset_link(session, EMAIL, identity_id, Towards(), "0" * 64, HERE)
    save(member.open(newest_link(member)))
    assert "est enregistré" in member.text
    assert states(store) == ["active"]
    assert opens(browsers(), EMAIL, NEW)


def _phone(store: Database, identity_id: str) -> None:
    with store.writing() as session:
        declare(session, identity_id, {ChannelKind.MOBILE: MOBILE})
        proved = {"standing": "proved", "serves_recovery_from": clock.now()}
        session.execute(update(Channel).where(Channel.identity_id == identity_id).values(**proved))


def test_r8_otc11_after_a_mail_the_phone_is_asked(
    app: Flask, store: Database, member: Member, site: Registered
) -> None:
    """And nothing else: there is no other code to choose."""
    who = lost(store)
    _phone(store, who.id)
    save(member.open(link(member.open(authorize(site)), who.email)))
    assert member.left_to is None
    assert not is_signed_in(tab(member), site)
    assert not member.mails(EMAIL, "code")
    code = member.mails(MOBILE, "code")[-1]["values"]["code_shown"]
    member.submit("Valider", code=code)
    assert claims(app, site, member)["amr"] == ["mail", "sms", "otp", "mfa"]


def test_r8_after_an_sms_straight_on(
    app: Flask, store: Database, member: Member, site: Registered
) -> None:
    who = lost(store)
    _phone(store, who.id)
    secret = temporary(member.open(authorize(site)), who.email)
    save(sign_in(member.open(authorize(site)), who.email, secret))
    assert claims(app, site, member)["amr"] == ["sms"]


def test_a_frozen_identity_comes_back(
    store: Database, member: Member, browsers: Browsers, at: FrozenClock
) -> None:
    who = lost(store)
    at.advance(seconds=3600)
    with store.writing() as session:
        frozen = {"state": "frozen", "frozen_before": clock.now()}
        session.execute(update(Identity).values(**frozen))
    save(member.open(link(member, who.email)))
    assert states(store) == ["active"]
    assert opens(browsers(), EMAIL, NEW)


@pytest.mark.parametrize("why", ["expired", "site disabled"])
def test_the_way_back_is_gone_but_the_password_is_changed(
    app: Flask,
    store: Database,
    member: Member,
    browsers: Browsers,
    site: Registered,
    why: str,
    at: FrozenClock,
) -> None:
    who = lost(store)
    member.open(authorize(site))
    at.advance(seconds=29 * 60)
    mailed = link(member, who.email)
    if why == "expired":
        at.advance(seconds=2 * 60)
    else:
        with store.writing() as session:
            session.execute(update(Client).values(disabled_at=clock.now()))
        app.extensions["idp"].issuer.clients._max_age = 0.0  # what is remembered of it is too old
    save(member.open(mailed))
    assert "est enregistré" in member.text
    assert opens(browsers(), EMAIL, NEW)
