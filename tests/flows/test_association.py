"""A member who migrates joins an identity that exists: by choice and by mail (C5), C6, C7, C8."""

from collections.abc import Callable

import pytest
from flask import Flask

from idp.clock import FrozenClock
from idp.oidc.clients import Registered
from idp.storage.engine import Database
from tests.flows.association_support import (
    HELD,
    PAGE,
    WRONG,
    arrive,
    attached_to,
    choose,
    code,
    follow,
    mailed,
    old_password,
    person,
    waiting,
)
from tests.flows.support import claims, is_signed_in
from tests.member import ANSWER, PASSWORD, Member
from tests.migration_support import FILED, legacy_member

pytestmark = pytest.mark.usefixtures("at")
Browsers = Callable[[], Member]
OTHER = "Une-Jument*9-Verte"


@pytest.fixture
def held(store: Database) -> str:
    """The identity that HELD is the address of."""
    return person(store)


@pytest.fixture
def record(store: Database) -> str:
    """A member with an old password."""
    return legacy_member(store)


def test_c5_by_choice_ends_at_the_site_with_what_was_proved(
    app: Flask, member: Member, store: Database, site: Registered, held: str, record: str
) -> None:
    choose(member, arrive(member, store, site, record), HELD)
    assert "Authentification renforcée" in member.text
    code(member)
    assert f"rattaché à ce compte MGEN Connect : {HELD}" in member.text
    assert attached_to(store, record) is None, "a page changes nothing"
    member.submit("Rattacher mon dossier")
    told = claims(app, site, member)
    assert (told["acr"], told["amr"]) == ("eidas1-mfa", ["pwd", "mail"])
    assert attached_to(store, record) == held
    assert not old_password(store, record), "C13"
    assert len(member.mails(FILED, "space_attached")) == 1
    assert waiting(store) == 0


def test_c5_the_fold_of_the_choice_is_the_same_door(
    member: Member, store: Database, site: Registered, held: str, record: str
) -> None:
    handle = arrive(member, store, site, record)
    member.open(f"/migration?interaction={handle}")
    member.submit("Me connecter et continuer", email=HELD, password=WRONG)
    assert member.page.status_code == 400
    member.submit("Me connecter et continuer", email=HELD, password=PASSWORD)
    code(member).submit("Rattacher mon dossier")
    assert "code" in member.answer
    assert attached_to(store, record) == held


def test_c5_by_mail_in_the_browser_that_began(
    member: Member, store: Database, site: Registered, held: str, record: str
) -> None:
    arrive(member, store, site, record, chosen=HELD)
    link = mailed(member)
    member.open(link).open(link)
    assert HELD in member.text
    assert attached_to(store, record) is None
    follow(member, link)
    code(member).submit("Rattacher mon dossier")
    assert "code" in member.answer
    assert attached_to(store, record) == held


def test_by_mail_once_the_tab_is_over_the_account_only_agrees(
    member: Member,
    store: Database,
    site: Registered,
    held: str,
    record: str,
    at: FrozenClock,
) -> None:
    arrive(member, store, site, record, chosen=HELD)
    at.advance(minutes=31)
    code(follow(member, mailed(member))).submit("Donner mon accord")
    assert "Votre accord est enregistré" in member.text
    assert attached_to(store, record) is None
    assert not is_signed_in(member, site)


def _new_password(member: Member, **answer: str) -> None:
    """The newest reset link, in the browser that asked; it leads back to the choice of C2."""
    member.open(mailed(member, purpose="reset"))
    member.submit(new_password=OTHER, confirm_password=OTHER, **answer)
    assert member.address.startswith("/migration?")
    member.submit("Me connecter et continuer", email=HELD, password=OTHER)
    code(member)


def test_c7_the_forgotten_password_is_asked_for_under_the_form(
    member: Member, store: Database, site: Registered, held: str, record: str
) -> None:
    handle = arrive(member, store, site, record)
    member.open(f"{PAGE}?interaction={handle}")
    forgotten = f"/mot-de-passe-oublie?interaction={handle}"
    assert f'href="{forgotten}"' in member.page.get_data(as_text=True)
    member.open(forgotten).submit(identifier=HELD)
    _new_password(member, secret_answer="la riviere")
    member.submit("Rattacher mon dossier")
    assert "code" in member.answer
    assert attached_to(store, record) == held


def test_c8_of_a_blocked_one_the_page_says_that_a_link_is_coming_and_it_does(
    member: Member, store: Database, site: Registered, held: str, record: str
) -> None:
    handle = arrive(member, store, site, record)
    for _ in range(2):
        choose(member, handle, HELD, WRONG)
    assert not member.mails(HELD, "reset")
    choose(member, handle, HELD, WRONG)
    assert len(member.mails(HELD, "reset")) == 1, "the third wrong one blocks"
    choose(member, handle, HELD)
    assert "Votre compte est bloqué" in member.text
    assert "un lien part vers elle" in member.text
    _new_password(member, secret_answer="la riviere")
    member.submit("Rattacher mon dossier")
    assert "code" in member.answer
    assert attached_to(store, record) == held


def test_c6_who_never_activated_gets_a_link_that_activates_and_all_are_told_the_same(
    member: Member, store: Database, site: Registered, record: str, browsers: Browsers
) -> None:
    browsers().sign_up(HELD)
    handle = arrive(member, store, site, record)
    choose(member, handle, HELD)
    said = member.text
    assert len(member.mails(HELD, "reset")) == 1
    choose(member, handle, "personne@exemple.test")
    assert member.text == said
    assert not member.mails("personne@exemple.test")
    _new_password(member)
    member.submit(secret_answer=ANSWER)  # that of the sign-up may have been anybody's
    member.submit("Rattacher mon dossier")
    assert "code" in member.answer
    assert attached_to(store, record) is not None


def test_another_address_can_be_chosen_after_all(
    member: Member, store: Database, site: Registered, held: str, record: str
) -> None:
    choose(member, arrive(member, store, site, record), HELD)
    code(member).submit("Choisir une autre adresse")
    assert member.address.startswith("/migration?")
    assert not is_signed_in(member, site)
    assert attached_to(store, record) is None
