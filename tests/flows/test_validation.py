"""C4, C12: the link to the address chosen; GET shows a button, POST ends the migration, once."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from idp.accounts.migrating import ProvedBy
from idp.clock import FrozenClock
from idp.models import BrowserSession, Event, Identity, Interaction
from idp.models import Member as Record
from idp.oidc.clients import Registered
from idp.storage.engine import Database
from tests import factories
from tests.flows.conftest import EMAIL
from tests.flows.migration_pages import at_choice, choose, code_of, handle_of, link_to
from tests.flows.support import (
    authorize,
    claims,
    cookie,
    count,
    email_at,
    is_signed_in,
    person,
    tab,
    with_code,
)
from tests.member import Member
from tests.migration_support import CHOSEN, legacy_member, migrations, put_under_way

Browsers = Callable[[], Member]
WAITING = "/migration/message-envoye?"
CONFIRM = "Confirmer"
DEAD = "Lien expiré ou invalide"


@pytest.fixture(autouse=True)
def _stopped(at: FrozenClock) -> None:
    """The clock stands still."""


def holder(store: Database) -> str | None:
    """Who has the record."""
    with store.reading() as session:
        return session.scalars(select(Record.identity_id)).one()


def is_dead(member: Member) -> bool:
    """The one page of every bad link."""
    return member.page.status_code == 400 and DEAD in member.text


def test_c4_another_address_in_the_same_browser(
    app: Flask, member: Member, site: Registered, store: Database
) -> None:
    choose(at_choice(member, site, store))
    assert CHOSEN in member.text
    member.open(link_to(member)).submit(CONFIRM)
    assert member.answer["state"] == "s1"
    assert claims(app, site, member)["acr"] == "eidas1-mfa"


def test_otc7_opening_the_link_changes_nothing(
    browsers: Browsers, site: Registered, store: Database
) -> None:
    """A scanner of mail, any number of times."""
    member = browsers()
    choose(at_choice(member, site, store))
    before = factories.counts(store)
    for _ in range(3):
        assert browsers().open(link_to(member)).page.status_code == 200
    assert factories.counts(store) == before
    assert holder(store) is None


def test_c4_li10_in_another_browser_it_opens_nothing_and_the_first_goes_on(
    app: Flask, browsers: Browsers, site: Registered, store: Database
) -> None:
    first, second = browsers(), browsers()
    choose(at_choice(first, site, store))
    waiting = first.address
    second.open(link_to(first)).submit(CONFIRM)
    assert "Votre nouvel identifiant est prêt" in second.text
    assert "Ici, vous n'êtes pas connecté" in second.text
    assert f'href="{site.client.initiate_login_uri}"' in second.page.text
    assert (second.left_to, cookie(second)) == (None, None)
    assert count(store, BrowserSession) == 0
    assert not is_signed_in(second, site)
    assert first.open(waiting).answer["state"] == "s1", "by itself, with the next look"
    assert claims(app, site, first)["acr"] == "eidas1-mfa"


def test_c4_when_nothing_waits_for_an_answer_any_more(
    member: Member, site: Registered, store: Database, at: FrozenClock
) -> None:
    """After half an hour the link still ends it; the site's own start address is offered."""
    choose(at_choice(member, site, store))
    link = link_to(member)
    at.advance(minutes=31)
    member.open(link).submit(CONFIRM)
    assert f'href="{site.client.initiate_login_uri}"' in member.page.text
    assert "dans un autre navigateur" not in member.text
    assert count(store, BrowserSession) == 0
    assert holder(store) is not None
    assert "code" in with_code(member.open(authorize(site)), CHOSEN).answer


def test_c4_twice_and_after_the_other_browser(
    browsers: Browsers, site: Registered, store: Database
) -> None:
    first, second = browsers(), browsers()
    choose(at_choice(first, site, store))
    link = link_to(first)
    second.open(link)
    form = second.page
    first.open(link).submit(CONFIRM)
    assert "code" in first.answer
    second.page = form
    assert is_dead(second.submit(CONFIRM))
    assert is_dead(first.open(link))


def test_otc7_expired_by_a_second(
    member: Member, site: Registered, store: Database, at: FrozenClock
) -> None:
    choose(at_choice(member, site, store))
    link = link_to(member)
    member.open(link)
    at.advance(hours=24)
    assert is_dead(member.submit(CONFIRM))
    assert is_dead(member.open(link))
    assert (holder(store), count(store, Identity)) == (None, 0)


@pytest.mark.parametrize("token", ["x", "é", "a" * 43, "%00"])
def test_one_page_for_all_bad_links(member: Member, token: str) -> None:
    assert is_dead(member.open(f"/validation/{token}"))


def test_a_link_of_another_purpose(member: Member, site: Registered, store: Database) -> None:
    """OTC5: the association's, an activation's."""
    person(store, CHOSEN)
    choose(at_choice(member, site, store))
    taken = member.mails(CHOSEN, "migration_taken")[-1]["values"]["link"]
    token = taken.rpartition("/")[2]
    assert is_dead(member.open(f"/validation/{token}"))
    assert member.open(f"/activation/{token}").page.status_code == 400


def test_c5_taken_between_the_sending_and_the_click(
    member: Member, site: Registered, store: Database
) -> None:
    """Nothing half-made; the browser that began chooses another address."""
    choose(at_choice(member, site, store))
    member.open(link_to(member))
    other = person(store, CHOSEN)
    assert is_dead(member.submit(CONFIRM))
    assert holder(store) is None
    with store.reading() as session:
        assert list(session.scalars(select(Identity.id))) == [other]
    way = f"{WAITING}interaction={migrations(store)[0]['interaction_id']}"
    assert f'href="{way}"' in member.page.text
    member.open(way).submit("Choisir une autre adresse")
    choose(member, "encore.une@exemple.test")
    assert "code" in member.open(link_to(member, "encore.une@exemple.test")).submit(CONFIRM).answer


def test_taken_between_says_nothing_of_the_way_elsewhere(
    browsers: Browsers, site: Registered, store: Database
) -> None:
    first, second = browsers(), browsers()
    choose(at_choice(first, site, store))
    second.open(link_to(first))
    person(store, CHOSEN)
    assert is_dead(second.submit(CONFIRM))
    assert "message-envoye" not in second.page.text


def test_otc9_whoever_is_signed_in_where_the_link_is_opened(
    browsers: Browsers, site: Registered, store: Database
) -> None:
    """It acts on the one it was made for, and leaves that session alone."""
    first, second = browsers(), browsers()
    somebody = person(store)
    with_code(second.open(authorize(site)))
    before = cookie(second)
    choose(at_choice(first, site, store))
    second.open(link_to(first)).submit(CONFIRM)
    assert holder(store) not in (None, somebody)
    assert cookie(second) == before
    with store.reading() as session:
        assert session.scalars(select(BrowserSession.identity_id)).one() == somebody


def test_a_tab_that_went_on_as_somebody_else_is_not_led_back(
    app: Flask, member: Member, site: Registered, store: Database
) -> None:
    """Rule 3: they signed in by e-mail there, half-way; the link still ends the migration."""
    person(store)
    choose(at_choice(member, site, store))
    handle, link = handle_of(member), link_to(member)
    member.open(f"/connexion?interaction={handle}")
    member.submit("Me connecter", email=EMAIL, password="Un-Cheval*7-Bleu")
    member.open(link).submit(CONFIRM)
    assert holder(store) is not None
    assert "Votre nouvel identifiant est prêt" in member.text
    with store.reading() as session:
        kept = session.scalars(select(Interaction.identity_id)).one()
    assert kept != holder(store)


def test_c12_left_half_way_and_resumed_from_another_browser(
    app: Flask, browsers: Browsers, site: Registered, store: Database, at: FrozenClock
) -> None:
    """After the code, the same waiting page; the link of before ends it here."""
    first, second = browsers(), browsers()
    choose(at_choice(first, site, store))
    waiting, link = first.address, link_to(first)
    at.advance(hours=2)
    with store.reading() as session:
        who = session.scalars(select(Record.id)).one()
    handle = put_under_way(second, authorize(site), who)
    second.open(f"/connexion/nir/code?interaction={handle}").submit("Recevoir un code")
    second.submit("Valider", code=code_of(second))
    assert second.address.startswith(WAITING)
    assert CHOSEN in second.text
    first.open(waiting)
    assert first.page.status_code == 400, "its request is over, and so is its migration"
    assert "code" in second.open(link).submit("Confirmer").answer
    assert claims(app, site, second)["acr"] == "eidas1-mfa"
    assert count(store, Identity) == 1


def test_the_site_was_disabled_meanwhile(member: Member, site: Registered, store: Database) -> None:
    """The end is kept, whatever becomes of the request that waited."""
    from idp.oidc import clients

    choose(at_choice(member, site, store))
    member.open(link_to(member))
    with store.writing() as session:
        clients.disable(session, site.client.id)
    member.app.extensions["idp"].issuer.clients._max_age = 0.0
    member.submit(CONFIRM)
    assert member.page.status_code == 400
    assert holder(store) is not None


def test_pii3_no_event_and_no_log_holds_the_address(
    member: Member, site: Registered, store: Database, caplog: pytest.LogCaptureFixture
) -> None:
    choose(at_choice(member, site, store)).open(link_to(member)).submit(CONFIRM)
    with store.reading() as session:
        told = str([(one.kind, one.detail) for one in session.scalars(select(Event))])
    assert CHOSEN not in told + caplog.text
    assert "member:migration:done" in told


def test_li10_two_members_in_two_tabs_of_one_browser(
    app: Flask, member: Member, site: Registered, store: Database
) -> None:
    """A couple at one computer: each link goes on with its own tab, as its own member."""
    choose(at_choice(member, site, store), "l.une@exemple.test")
    other = tab(member)
    who = legacy_member(store, 2, email="autre.contact@exemple.test")
    start = authorize(site, state="s2")
    handle = put_under_way(other, start, who, proved_by=ProvedBy.MAIL)
    choose(other.open(f"/migration?interaction={handle}"), "l.autre@exemple.test")
    waiting = member.address
    tab(member).open(link_to(member, "l.autre@exemple.test")).submit(CONFIRM)
    assert other.open(other.address).page.status_code == 400, "answered, in the tab of the link"
    assert member.open(waiting).address.startswith(WAITING)
    member.open(link_to(member, "l.une@exemple.test")).submit(CONFIRM)
    assert member.answer["state"] == "s1"
    assert email_at(app, site, member) == "l.une@exemple.test"
