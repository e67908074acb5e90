"""C1 as the page has it: which channel, the code, the letter; nothing before, nothing beside."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, update

from idp.accounts import letters
from idp.clock import FrozenClock
from idp.models import BrowserSession, Interaction, Migration
from idp.models import Member as Record
from idp.oidc.clients import Registered
from idp.storage.engine import Database
from tests.accounts import legacy_support
from tests.accounts.legacy_support import CONTACT, OLD
from tests.flows.migration_pages import CODE_PAGE, at_code, choose, code_of, handle_of, link_to
from tests.flows.support import authorize, claims, count, is_lost
from tests.member import Member
from tests.migration_support import CHOSEN, FILED, migrations

MOBILE = "+33612345678"
BY_POST = "2222222222"


@pytest.fixture(autouse=True)
def _stopped(at: FrozenClock) -> None:
    """The clock stands still."""


def letter_to(store: Database) -> str:
    """A code goes by post to the only member."""
    with store.writing() as session:
        return letters.issue(session, session.scalars(select(Record)).one(), by="conseil").secret


def test_c1_the_only_channel_is_written_to_at_once(
    member: Member, site: Registered, store: Database
) -> None:
    """By the door; with two, the page asks first."""
    nir = legacy_support.member(store)
    member.open(authorize(site))
    member.open(f"/connexion/nir?interaction={handle_of(member)}")
    member.submit("Me connecter", nir=nir.number, password=OLD)
    mail = member.mails(CONTACT, "migration_code")[-1]
    assert mail["values"]["site_name"] == "Espace personnel"
    assert CONTACT not in member.page.text, "masked"
    member.submit("Valider", code=mail["values"]["code_shown"])
    assert member.address.startswith("/migration?")


def test_c1_a_get_sends_nothing(member: Member, site: Registered, store: Database) -> None:
    at_code(member, site, store)
    assert member.mails(FILED) == []
    assert "Recevoir un code" in member.text
    assert "Valider" not in member.text


def test_c1_the_channel_is_chosen_and_the_sms_proves(
    app: Flask, member: Member, site: Registered, store: Database, at: FrozenClock
) -> None:
    at_code(member, site, store, mobile="06 12 34 56 78")
    assert "Par SMS : ** ** ** ** 78" in member.text
    member.submit("Recevoir un code", channel="sms")
    assert "par SMS au ** ** ** ** 78" in member.text
    assert member.mails(FILED) == []
    member.submit("Valider", code=code_of(member, MOBILE))
    choose(member).open(link_to(member)).submit("Confirmer")
    told = claims(app, site, member)
    assert (told["acr"], told["amr"]) == ("eidas1-mfa", ["pwd", "sms", "otp", "mfa"])


def test_c1_the_other_channel_then_both_codes_are_good(
    member: Member, site: Registered, store: Database
) -> None:
    at_code(member, site, store, mobile="06 12 34 56 78").submit("Recevoir", channel="sms")
    member.submit("Renvoyer un code", channel="email")
    assert "vers *****@" in member.text
    member.submit("Valider", code=code_of(member))
    assert member.address.startswith("/migration?")


def test_otc3_five_wrong_codes_lead_back_to_the_beginning(
    member: Member, site: Registered, store: Database
) -> None:
    at_code(member, site, store).submit("Recevoir un code")
    wrong = "111 111" if code_of(member) != "111 111" else "222 222"
    for left in (4, 3, 2, 1):
        member.submit("Valider", code=wrong)
        assert f"Essais restants : {left}" in member.text
    page = member.address
    member.submit("Valider", code=wrong)
    assert member.address.startswith("/connexion?")
    assert "message=codes-errones" in member.address
    assert member.open(page).address.startswith("/connexion?"), "over"
    with store.reading() as session:
        assert session.scalars(select(Interaction.migration_id)).one() is None


def test_r9_by_letter_then_a_second_step_is_asked(
    app: Flask, member: Member, site: Registered, store: Database
) -> None:
    """A letter proves the member; it is no second step of a sign-in (table of proofs)."""
    at_code(member, site, store, email="")
    code = letter_to(store)
    assert "ni adresse e-mail ni téléphone mobile" in member.text
    member.submit("Valider", code=BY_POST)
    assert "Essais restants : 4" in member.text
    member.submit("Valider", code=code)
    assert member.address.startswith("/migration?")
    choose(member).open(link_to(member)).submit("Confirmer")
    assert member.address.startswith("/connexion/code?")
    member.submit("Valider", code=member.code(CHOSEN))
    assert claims(app, site, member)["acr"] == "eidas1-mfa"


def test_r9_who_reads_none_of_the_channels_types_the_letter_too(
    member: Member, site: Registered, store: Database
) -> None:
    at_code(member, site, store)
    assert "Je ne reçois rien" in member.text
    member.open(f"{member.address}&courrier=oui").submit("Valider", code=letter_to(store))
    assert member.address.startswith("/migration?")


def test_r9_five_wrong_letters_lead_back(member: Member, site: Registered, store: Database) -> None:
    at_code(member, site, store, email="")
    for _ in range(5):
        member.submit("Valider", code=BY_POST)
    assert "message=codes-errones" in member.address
    assert migrations(store)[0]["ended_at"] is not None


@pytest.mark.parametrize("email", [FILED, ""])
@pytest.mark.parametrize("typed", ["", "abc", "é" * 40, "1" * 500])
def test_what_is_no_code_is_told_and_costs_no_try(
    member: Member, site: Registered, store: Database, email: str, typed: str
) -> None:
    at_code(member, site, store, email=email)
    if email:
        member.submit("Recevoir un code")
    member.submit("Valider", code=typed)
    assert member.page.status_code == 400
    assert "est à corriger" in member.text
    if email or not typed:
        assert migrations(store)[0]["letter_tries"] == 0


def test_over_budget_the_page_says_until_when(
    member: Member, site: Registered, store: Database
) -> None:
    at_code(member, site, store)
    page = member.address
    for _ in range(3):
        member.open(page).submit("un code")
    member.open(page).submit("un code")
    assert member.page.status_code == 429
    assert "Trop de messages demandés" in member.text


def test_c1_nothing_is_opened_before_the_end(
    browsers: Callable[[], Member], site: Registered, store: Database
) -> None:
    """No token, no SSO; prompt=none tells that a page can go on, in this browser only."""
    member, stranger = browsers(), browsers()
    at_code(member, site, store).submit("Recevoir un code")
    assert member.open(authorize(site, prompt="none")).answer["error"] == "interaction_required"
    assert stranger.open("/aide").open(authorize(site, prompt="none")).answer["error"] == (
        "login_required"
    )
    assert count(store, BrowserSession) == 0


def test_prompt_none_once_it_is_over(
    member: Member, site: Registered, store: Database, at: FrozenClock
) -> None:
    at_code(member, site, store)
    at.advance(hours=24)
    assert member.open(authorize(site, prompt="none")).answer["error"] == "login_required"


def test_oa23_not_in_another_browser(
    browsers: Callable[[], Member], site: Registered, store: Database
) -> None:
    member, stranger = browsers(), browsers()
    at_code(member, site, store)
    assert is_lost(stranger.open(member.address))
    assert is_lost(stranger.open(CODE_PAGE))


@pytest.mark.parametrize("address", [CODE_PAGE, "/migration", "/migration/message-envoye"])
def test_each_page_leads_to_the_one_that_is_due(
    member: Member, site: Registered, store: Database, address: str
) -> None:
    """Steps cannot be skipped."""
    at_code(member, site, store)
    member.open(f"{address}?interaction={handle_of(member)}")
    assert member.address.startswith(f"{CODE_PAGE}?")


def test_a_tab_without_a_migration_has_none_of_its_pages(member: Member, site: Registered) -> None:
    member.open(authorize(site))
    handle = handle_of(member)
    for address in (CODE_PAGE, "/migration", "/migration/message-envoye"):
        assert member.open(f"{address}?interaction={handle}").address.startswith("/connexion?")


def test_a_migration_taken_over_elsewhere_leaves_its_tab_at_the_sign_in(
    member: Member, site: Registered, store: Database
) -> None:
    at_code(member, site, store)
    with store.writing() as session:
        session.execute(update(Migration).values(ended_at=Migration.created_at))
    assert member.open(member.address).address.startswith("/connexion?")
