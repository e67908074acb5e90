"""The link opened in another browser: its account agrees, the member has the last word (C5)."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, update

from idp.clock import FrozenClock
from idp.models import Identity, Interaction, Migration
from idp.oidc.clients import Registered
from idp.storage.engine import Database
from tests.flows.association_support import (
    HELD,
    arrive,
    attached_to,
    choose,
    code,
    follow,
    handle_of,
    mailed,
    old_password,
    person,
    posted,
    waiting,
)
from tests.flows.conftest import sign_in
from tests.flows.migration_pages import choose as choose_address
from tests.flows.support import (
    DENIS,
    authorize,
    claims,
    cookie,
    is_lost,
    is_signed_in,
    set_state,
    with_code,
)
from tests.member import Member
from tests.migration_support import CHOSEN, FILED, legacy_member

pytestmark = pytest.mark.usefixtures("at")
Browsers = Callable[[], Member]
PAGE = "/migration/confirmation"
LAST, OTHER = "Rattacher mon dossier", "Ce n'est pas mon adresse"


@pytest.fixture
def held(store: Database) -> str:
    """The identity that HELD is the address of."""
    return person(store)


@pytest.fixture
def record(store: Database) -> str:
    """A member with an old password."""
    return legacy_member(store)


@pytest.fixture
def handle(
    member: Member, store: Database, site: Registered, held: str, record: str, browsers: Browsers
) -> str:
    """Of the tab of a member who chose HELD; its account has agreed in another browser."""
    here = arrive(member, store, site, record, chosen=HELD)
    agree(browsers(), member)
    return here


def agree(other: Member, member: Member, email: str = HELD) -> Member:
    """The mailed link, in another browser, to the end."""
    code(follow(other, mailed(member, email)), email).submit("Donner mon accord")
    assert "Votre accord est enregistré" in other.text
    return other


def waits(member: Member, handle: str) -> Member:
    """The waiting page, as it looks again."""
    return member.open(f"/migration/message-envoye?interaction={handle}")


def test_li10_an_agreement_attaches_nothing_and_opens_nothing_there(
    member: Member, store: Database, site: Registered, held: str, record: str, browsers: Browsers
) -> None:
    arrive(member, store, site, record, chosen=HELD)
    other = code(follow(browsers(), mailed(member)))
    assert HELD in other.text
    there = handle_of(other)
    other.submit("Donner mon accord")
    assert "Revenez au navigateur où vous avez commencé" in other.text
    assert attached_to(store, record) is None
    assert old_password(store, record)
    assert not member.mails(FILED, "space_attached")
    assert cookie(other) is None
    assert is_lost(other.open(f"/connexion?interaction={there}"))
    assert is_lost(other.open(f"{PAGE}?interaction={there}"))
    assert not is_signed_in(other, site)


def test_c5_the_browser_that_began_has_the_last_word(
    app: Flask, member: Member, store: Database, site: Registered, record: str, handle: str
) -> None:
    """It opens nothing: nothing of that account was proved there."""
    waits(member, handle)
    assert member.address.startswith(PAGE)
    assert f"Rattacher mon dossier au compte {HELD}" in member.text
    waits(member, handle)
    assert attached_to(store, record) is None, "a page changes nothing"
    member.submit(LAST)
    assert member.address.startswith("/connexion?")
    assert "Votre dossier d'adhérent est rattaché à un compte" in member.text
    assert attached_to(store, record) is not None
    assert not old_password(store, record), "C13"
    assert waiting(store) == 0
    assert not is_signed_in(member, site), "the member alone was proved there"
    code(sign_in(member.open(f"/connexion?interaction={handle}"), HELD))
    told = claims(app, site, member)
    assert (told["acr"], told["amr"]) == ("eidas1-mfa", ["pwd", "mail"])


def test_r9_it_can_be_undone_as_any_attachment(
    member: Member, store: Database, site: Registered, held: str, record: str, handle: str
) -> None:
    waits(member, handle).submit(LAST)
    member.open(mailed(member, FILED, "space_attached")).submit("Ce n'était pas moi")
    assert "Votre dossier est détaché" in member.text
    assert attached_to(store, record) is None
    with store.reading() as session:
        assert session.get_one(Identity, held).state == "frozen"


def test_li10_the_stranger_of_a_mistyped_address_gets_nothing(
    app: Flask, member: Member, store: Database, site: Registered, record: str, browsers: Browsers
) -> None:
    """Their own account, code and agreement; the member sees the address, and chooses another."""
    person(store, DENIS)
    here = arrive(member, store, site, record, chosen=DENIS)
    stranger = agree(browsers(), member, DENIS)
    with_code(stranger.open(authorize(site)), DENIS)
    assert claims(app, site, stranger)["acr"].startswith("eidas0")
    waits(member, here)
    assert DENIS in member.text
    member.submit(OTHER)
    assert member.address.startswith("/migration?")
    assert member.open(f"{PAGE}?interaction={here}").address.startswith("/migration?")
    choose_address(member, CHOSEN).open(f"/migration?interaction={here}")
    member.open(mailed(member, CHOSEN, "migration_validate")).submit("Confirmer mon adresse")
    assert "code" in member.answer
    with store.reading() as session:
        mine = session.get_one(Identity, attached_to(store, record))
        assert mine.created_at == mine.activated_at, "the one that was made for the member"
    assert not member.mails(DENIS, "migration_done")


def test_li10_an_agreement_that_comes_after_another_choice_is_too_late(
    member: Member, store: Database, site: Registered, held: str, record: str, browsers: Browsers
) -> None:
    """Even to the same address again, whose new link is another."""
    here = arrive(member, store, site, record, chosen=HELD)
    other = code(follow(browsers(), mailed(member)))
    waits(member, here).submit("Choisir une autre adresse")
    choose_address(member, HELD)
    assert member.address.startswith("/migration/message-envoye")
    other.submit("Donner mon accord")
    assert "accord est enregistré" not in other.text
    assert waits(member, here).address.startswith("/migration/message-envoye")
    agree(browsers(), member)
    waits(member, here).submit(LAST)
    assert attached_to(store, record) == held


def test_li10_the_last_word_is_about_the_address_that_was_read(
    member: Member, store: Database, site: Registered, record: str, handle: str, browsers: Browsers
) -> None:
    """An old page, and another account has agreed since: that of a stranger, say."""
    denis = person(store, DENIS)
    waits(member, handle)
    with store.writing() as session:
        session.execute(update(Migration).values(identity_id=denis))
    member.submit(LAST)
    assert attached_to(store, record) is None
    assert f"au compte {DENIS}" in member.text
    posted(member, f"{PAGE}?interaction={handle}")
    assert attached_to(store, record) is None
    assert is_lost(posted(browsers(), f"{PAGE}?interaction={handle}", email=DENIS))
    assert attached_to(store, record) is None


def test_otc10_no_last_word_before_an_agreement(
    member: Member, store: Database, site: Registered, held: str, record: str, browsers: Browsers
) -> None:
    """Neither in the tab that waits, nor in the one where the link was opened."""
    here = arrive(member, store, site, record, chosen=HELD)
    other = code(follow(browsers(), mailed(member)))
    posted(member, f"{PAGE}?interaction={here}", email=HELD)
    posted(other, f"{PAGE}?interaction={handle_of(other)}", email=HELD)
    assert attached_to(store, record) is None
    assert waits(member, here).address.startswith("/migration/message-envoye")


def test_c12_once_the_tab_is_over_the_nir_and_its_code_lead_to_the_last_word(
    member: Member,
    store: Database,
    site: Registered,
    record: str,
    handle: str,
    browsers: Browsers,
    at: FrozenClock,
) -> None:
    """A day after the message, and not only in the browser that began."""
    at.advance(hours=23)
    assert is_lost(waits(member, handle))
    later = browsers()
    there = arrive(later, store, site, record)
    assert later.open(f"/migration?interaction={there}").address.startswith(PAGE)
    assert HELD in later.text
    later.submit(LAST)
    assert attached_to(store, record) is not None


def test_c12_an_agreement_is_no_more_once_its_link_would_not_be(
    member: Member, store: Database, site: Registered, record: str, handle: str, at: FrozenClock
) -> None:
    at.advance(hours=24)
    there = arrive(member, store, site, record)
    assert member.open(f"{PAGE}?interaction={there}").address.startswith("/migration?")
    posted(member, f"{PAGE}?interaction={there}", email=HELD)
    assert attached_to(store, record) is None


def test_an_agreement_after_half_an_hour_is_too_late(
    member: Member,
    store: Database,
    site: Registered,
    held: str,
    record: str,
    at: FrozenClock,
    browsers: Browsers,
) -> None:
    arrive(member, store, site, record, chosen=HELD)
    other = code(follow(browsers(), mailed(member)))
    at.advance(minutes=30)
    assert is_lost(other.submit("Donner mon accord"))
    with store.reading() as session:
        assert set(session.scalars(select(Migration.agreed_at))) == {None}


def test_prompt_none_is_told_that_a_page_waits(
    member: Member, store: Database, site: Registered, handle: str
) -> None:
    member.open(authorize(site, prompt="none"))
    assert member.answer["error"] == "interaction_required"


@pytest.mark.parametrize("why", ["frozen", "has a record"])
def test_lk2_one_that_takes_no_record_any_more_is_told_and_another_can_be_chosen(
    member: Member, store: Database, site: Registered, held: str, record: str, handle: str, why: str
) -> None:
    waits(member, handle)
    if why == "frozen":
        set_state(store, held, "frozen")
    else:
        other = Member(member.app)
        choose(other, arrive(other, store, site, legacy_member(store, 2)), HELD)
        code(other).submit(LAST)
    member.submit(LAST)
    assert "ne peut pas être rattaché" in member.text
    assert attached_to(store, record) is None
    assert member.submit(OTHER).address.startswith("/migration?")


def test_li10_whoever_was_known_in_the_tab_is_not_any_more(
    member: Member, store: Database, site: Registered, held: str, handle: str
) -> None:
    """It is the account that was joined whose sign-in comes next."""
    denis = person(store, DENIS)
    with store.writing() as session:
        session.execute(
            update(Interaction).where(Interaction.id == handle).values(identity_id=denis)
        )
    waits(member, handle).submit(LAST)
    with store.reading() as session:
        assert session.get_one(Interaction, handle).identity_id is None


def test_c5_the_same_account_may_agree_while_its_password_was_given_where_it_began(
    member: Member, store: Database, site: Registered, held: str, record: str, browsers: Browsers
) -> None:
    here = arrive(member, store, site, record, chosen=HELD)
    other = code(follow(browsers(), mailed(member)))
    choose(member, here, HELD)
    assert "Authentification renforcée" in member.text
    other.submit("Donner mon accord")
    member.open(f"/migration/rattachement?interaction={here}")
    assert member.address.startswith(PAGE)
    member.submit(LAST)
    assert attached_to(store, record) == held
