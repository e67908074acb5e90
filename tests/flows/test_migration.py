"""C2-C4, C9, C12: the e-mail that replaces the NIR, as the pages have it."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from idp.accounts import budgets, members
from idp.accounts.migrating import ProvedBy
from idp.accounts.states import State
from idp.clock import FrozenClock
from idp.models import BrowserSession, Identity, Interaction, Migration
from idp.models import Member as Record
from idp.oidc.clients import Registered
from idp.storage.engine import Database
from tests import factories
from tests.flows.conftest import EMAIL, sign_in
from tests.flows.migration_pages import (
    CHOICE,
    at_choice,
    at_code,
    choose,
    code_of,
    handle_of,
    index_of,
    link_to,
)
from tests.flows.support import authorize, claims, count, is_signed_in, person, with_code
from tests.flows.support_b import WRONG
from tests.member import Member
from tests.migration_support import CHOSEN, FILED, legacy_member, migrations, put_under_way

Browsers = Callable[[], Member]
WAITING = "/migration/message-envoye?"


@pytest.fixture(autouse=True)
def _stopped(at: FrozenClock) -> None:
    """The clock stands still."""


def test_c1_to_c4_the_address_on_file_kept(
    app: Flask, member: Member, site: Registered, store: Database
) -> None:
    at_code(member, site, store).submit("Recevoir un code")
    member.submit("Valider", code=code_of(member))
    assert f'value="{FILED}"' in member.page.text
    choose(member, FILED)
    assert member.answer["state"] == "s1"
    told = claims(app, site, member)
    assert (told["acr"], told["amr"]) == ("eidas1-mfa", ["pwd", "mail"])
    assert is_signed_in(member, site)
    with store.reading() as session:
        assert members.count(session, members.Access.ATTACHED) == 1
    assert member.mails(FILED, "migration_validate") == []


def test_c13_the_new_password_opens_and_the_nir_is_no_credential(
    browsers: Browsers, site: Registered, store: Database
) -> None:
    choose(at_choice(browsers(), site, store), FILED)
    with store.reading() as session:
        assert session.scalars(select(Record.legacy_sealed)).one() is None
    other = browsers().open(authorize(site))
    assert "code" in with_code(other, FILED).answer


@pytest.mark.parametrize(
    ("proved_by", "amr"), [(ProvedBy.RECOVERY_MAIL, "mail"), (ProvedBy.RECOVERY_SMS, "sms")]
)
def test_d7_a_recovery_counts_as_the_code_but_never_as_mfa(
    app: Flask, member: Member, site: Registered, store: Database, proved_by: ProvedBy, amr: str
) -> None:
    at_choice(member, site, store, proved_by)
    with store.writing() as session:
        session.execute(update(Migration).values(password_at=None))
    choose(member).open(link_to(member)).submit("Confirmer")
    told = claims(app, site, member)
    assert (told["acr"], told["amr"]) == ("eidas1", [amr])


def test_c2_the_address_on_file_is_not_proposed_when_another_identity_has_it(
    member: Member, site: Registered, store: Database
) -> None:
    person(store, FILED)
    at_choice(member, site, store)
    assert FILED not in member.page.text


def test_c2_an_unfinished_sign_up_of_it_is_no_obstacle(
    member: Member, site: Registered, store: Database
) -> None:
    """C6: it counts as free."""
    with store.writing() as session:
        factories.make_pending(session, FILED)
    assert f'value="{FILED}"' in at_choice(member, site, store).page.text
    assert "code" in choose(member, FILED).answer


def test_c2_nothing_is_proposed_to_whom_no_address_is_known(
    member: Member, site: Registered, store: Database
) -> None:
    at_choice(member, site, store, ProvedBy.LETTER, email="")
    assert 'id="email" name="email" ' in member.page.text


def test_c4_the_address_on_file_is_not_proved_by_a_letter(
    member: Member, site: Registered, store: Database
) -> None:
    """It is proposed, and a link goes there."""
    assert FILED in at_choice(member, site, store, ProvedBy.LETTER).page.text
    assert choose(member, FILED).address.startswith(WAITING)
    assert link_to(member, FILED)


@pytest.mark.parametrize("spelled", [FILED.upper(), f" {FILED} "])
def test_li1_however_the_address_is_spelled(
    member: Member, site: Registered, store: Database, spelled: str
) -> None:
    assert "code" in choose(at_choice(member, site, store), spelled).answer


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "pas une adresse"),
        ("email", ""),
        ("password", "court"),
        ("confirm_password", "Autre-Chose*7"),
        ("secret_answer", ""),
    ],
)
def test_c3_what_is_wrong_is_told_beside_the_field(
    member: Member, site: Registered, store: Database, field: str, value: str
) -> None:
    choose(at_choice(member, site, store), **{"email": CHOSEN, field: value})
    assert member.page.status_code == 400
    assert 'class="error"' in member.page.text
    assert migrations(store)[0]["chosen"] is None
    assert "code" in choose(member, FILED).answer, "and the form goes on"


def test_c9_a_page_says_why_an_address_is_needed(
    member: Member, site: Registered, store: Database
) -> None:
    at_choice(member, site, store)
    assert 'href="/aide/connexion#sans-adresse"' in member.page.text
    assert 'id="sans-adresse"' in member.open("/aide/connexion").page.text


@pytest.mark.parametrize("holder", ["free", *map(str, (State.PENDING, State.ACTIVE, State.FROZEN))])
def test_c5_a_taken_address_looks_as_a_free_one(
    member: Member, site: Registered, store: Database, holder: str
) -> None:
    """The harness compares the pages whole; here that only the mail tells."""
    if holder == "pending":
        with store.writing() as session:
            factories.make_pending(session, CHOSEN)
    elif holder != "free":
        person(store, CHOSEN, holder)
    choose(at_choice(member, site, store))
    assert member.address.startswith(WAITING)
    assert f"Il est parti à l'adresse {CHOSEN}" in member.text
    free = holder in ("free", "pending")
    purpose = "migration_validate" if free else "migration_taken"
    assert [mail["purpose"] for mail in member.mails(CHOSEN)] == [purpose]
    assert count(store, BrowserSession) == 0


def test_the_mailbox_has_had_enough(member: Member, site: Registered, store: Database) -> None:
    with store.writing() as session:
        for _ in range(3):
            budgets.take(session, "mail_anonymous", CHOSEN)
    choose(at_choice(member, site, store))
    assert member.page.status_code == 429
    assert migrations(store)[0]["chosen"] is None


def test_d10_the_address_on_file_can_be_kept_whatever_was_sent_there(
    member: Member, site: Registered, store: Database
) -> None:
    with store.writing() as session:
        for _ in range(3):
            budgets.take(session, "mail_anonymous", FILED)
    assert "code" in choose(at_choice(member, site, store), FILED).answer


def test_the_message_again_within_its_budget(
    member: Member, site: Registered, store: Database
) -> None:
    choose(at_choice(member, site, store))
    for _ in range(2):
        member.submit("Renvoyer le message")
        assert "une nouvelle fois" in member.text
    assert "Vous pourrez demander un nouvel envoi" in member.text
    assert "une nouvelle fois" not in member.submit("Renvoyer le message").text
    assert len(member.mails(CHOSEN, "migration_validate")) == 3


def test_another_address_and_the_first_link_is_dead(
    member: Member, site: Registered, store: Database
) -> None:
    choose(at_choice(member, site, store))
    first = link_to(member)
    member.submit("Choisir une autre adresse")
    assert member.address.startswith(f"{CHOICE}?")
    assert member.open(first).page.status_code == 400
    member.open(f"{CHOICE}?interaction={migrations(store)[0]['interaction_id']}")
    choose(member, "encore.une@exemple.test")
    assert "code" in member.open(link_to(member, "encore.une@exemple.test")).submit("Conf").answer


def test_the_waiting_page_looks_again_by_itself_and_has_a_link(
    member: Member, site: Registered, store: Database
) -> None:
    choose(at_choice(member, site, store))
    page = member.page.text
    assert f'<noscript><meta http-equiv="refresh" content="10;url={WAITING}interaction=' in page
    assert 'data-look-again="10">' in page
    assert "J'ai confirmé : continuer" in member.text
    assert member.open(member.address).address.startswith(WAITING), "nothing has happened yet"


def test_rule_3_who_signs_in_by_email_in_that_tab_leaves_it(
    app: Flask, member: Member, site: Registered, store: Database
) -> None:
    person(store)
    handle = handle_of(at_choice(member, site, store))
    sign_in(member.open(f"/connexion?interaction={handle}"), EMAIL, WRONG)
    assert member.open(f"{CHOICE}?interaction={handle}").address.startswith(CHOICE), "not by that"
    with_code(member.open(f"/connexion?interaction={handle}"))
    assert claims(app, site, member)["acr"] == "eidas0-mfa"
    with store.reading() as session:
        assert session.scalars(select(Record.identity_id)).one() is None


def test_who_is_signed_in_as_somebody_else_ends_as_the_member(
    app: Flask, member: Member, site: Registered, store: Database
) -> None:
    """One session a browser: the other's ends."""
    person(store)
    with_code(member.open(authorize(site)))
    row = {"proved_by": ProvedBy.MAIL, "index": index_of(store)}
    handle = put_under_way(member, authorize(site, prompt="login"), legacy_member(store), **row)
    told = claims(app, site, choose(member.open(f"{CHOICE}?interaction={handle}"), FILED))
    assert told["acr"] == "eidas1-mfa"
    with store.reading() as session:
        query = select(BrowserSession.identity_id).where(BrowserSession.ended_at.is_(None))
        assert session.scalars(query).one() == session.scalars(select(Record.identity_id)).one()


def test_two_tabs_choose_and_the_last_choice_counts(
    member: Member, site: Registered, store: Database
) -> None:
    at_choice(member, site, store)
    page = member.page
    choose(member)
    member.page = page
    choose(member, "encore.une@exemple.test")
    assert member.address.startswith(WAITING)
    assert CHOSEN in member.text, "the form of before is past its step"


def test_a_record_that_was_closed_meanwhile_ends_at_the_sign_in(
    member: Member, site: Registered, store: Database
) -> None:
    at_choice(member, site, store)
    with store.writing() as session:
        session.execute(update(Record).values(status="left"))
    choose(member, FILED)
    assert member.address.startswith("/connexion?")
    assert (count(store, Identity), migrations(store)[0]["done_at"]) == (0, None)


def test_posts_before_their_step_change_nothing(
    member: Member, site: Registered, store: Database
) -> None:
    at_choice(member, site, store)
    form = member.page
    with store.writing() as session:
        session.execute(update(Interaction).values(migration_id=None))
    member.page = form
    choose(member, FILED)
    assert member.address.startswith("/connexion?")
    assert (count(store, Identity), migrations(store)[0]["chosen"]) == (0, None)


def test_nothing_of_a_migration_outlives_its_member(
    member: Member, site: Registered, store: Database
) -> None:
    at_choice(member, site, store)
    with store.writing() as session:
        session.execute(delete(Record))
    assert migrations(store) == []
    assert member.open(member.address).address.startswith("/connexion?")
