"""/activation/TOKEN (A6, A7): a button, one use, and one text for every dead link."""

import re
from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import select

from idp.accounts.states import State
from idp.clock import FrozenClock
from idp.models import Event, Identity, Link
from idp.oidc.clients import Registered
from idp.storage.engine import Database
from idp.storage.keyring import token_hash
from tests.flows.conftest import EMAIL, sign_in
from tests.flows.support import authorize
from tests.flows.support_b import (
    CODE_PAGE,
    DEAD_LINK,
    FAILURE,
    OTHER,
    SENT,
    WRONG,
    at_code,
    form_token,
    person,
    post,
    press,
    put,
    rows,
    states,
)
from tests.member import Member

Browsers = Callable[[], Member]
DONE = "Votre compte est activé"


def dead(member: Member) -> bool:
    """Whether this is the one page of dead links, with its one form."""
    assert (DEAD_LINK in member.text) is (member.page.status_code == 400)
    if DEAD_LINK in member.text:
        assert [form.names for form in member.forms] == [["csrf_token", "email"]]
    return DEAD_LINK in member.text


def test_opening_the_link_changes_nothing(store: Database, member: Member) -> None:
    """OTC7, A6: mail scanners open links, twice and with HEAD."""
    member.sign_up(EMAIL)
    events = rows(store, Event)
    for _ in range(2):
        member.open(member.link(EMAIL))
        assert "Activer mon compte" in member.text
    member.client.head(member.address)
    assert states(store) == ["pending"]
    assert rows(store, Event) == events
    member.open(member.link(EMAIL)).submit("Activer")
    assert DONE in member.text
    assert states(store) == ["active"]


def test_the_button_works_once(member: Member) -> None:
    """OTC7."""
    member.sign_up(EMAIL).open(member.link(EMAIL))
    button = member.forms[0]
    member.submit("Activer")
    assert post(member, button.action, button.values).status_code == 400
    assert dead(member.open(member.link(EMAIL)))


def test_twenty_clicks_at_once_activate_once(app: Flask, store: Database, member: Member) -> None:
    """OTC7, AV9."""
    member.sign_up(EMAIL)
    link, start, told = member.link(EMAIL), Barrier(20), []

    def click() -> None:
        browser = Member(app).open(link)
        start.wait(timeout=30)
        told.append(browser.submit("Activer").page.status_code)

    threads = [Thread(target=click) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(told) == [200] + [400] * 19
    with store.reading() as session:
        kinds = list(session.scalars(select(Event.kind)))
    assert kinds.count("member:identity:activated") == 1


def test_every_dead_link_is_the_same_page(store: Database, member: Member, at: FrozenClock) -> None:
    """The one text: expired, used, unknown, malformed, replaced, purged; GET and POST alike."""
    member.sign_up(OTHER).open(member.link(OTHER)).submit("Activer")
    used = member.link(OTHER)
    replaced = member.sign_up(EMAIL).link(EMAIL)
    member.sign_up(EMAIL)
    expired = member.link(EMAIL)
    at.advance(days=15)
    bodies = set()
    for link in (used, replaced, expired, "/activation/x", "/activation/" + "A" * 43):
        for answer in (member.client.get(link), press(member, link)):
            assert answer.status_code == 400
            body = answer.get_data(as_text=True)
            bodies.add(re.sub(r'name="csrf_token"[^>]*', "", body))
    assert len(bodies) == 1
    assert DEAD_LINK in bodies.pop()


@pytest.mark.parametrize(
    "token", ["é", "%00", "%0d%0aX:%20y", "..%5c..", "A" * 5000, "%ff", "<script>"]
)
def test_a_malformed_link_is_a_dead_link(member: Member, token: str) -> None:
    assert dead(member.open(f"/activation/{token}"))


def test_a_link_lives_fifteen_days(member: Member, at: FrozenClock) -> None:
    member.sign_up(EMAIL)
    at.advance(days=15, seconds=-1)
    member.open(member.link(EMAIL)).submit("Activer")
    assert DONE in member.text


def test_a_link_sent_again_late_lives_as_long_as_it_says(member: Member, at: FrozenClock) -> None:
    """A5: its mail speaks of fifteen days."""
    member.sign_up(EMAIL)
    at.advance(days=14)
    member.open("/activation/renvoyer").submit("Recevoir", email=EMAIL)
    at.advance(days=15, seconds=-1)
    member.open(member.link(EMAIL)).submit("Activer")
    assert DONE in member.text


def test_a_link_for_a_taken_address_is_dead(
    store: Database, member: Member, at: FrozenClock
) -> None:
    """LI1, A6: who holds the address meanwhile keeps it, and is found before a newer sign-up."""
    member.sign_up(EMAIL, WRONG)
    link = member.link(EMAIL)
    at.advance(hours=-1)
    person(store)
    at.advance(hours=1)
    assert press(member, link).status_code == 400
    assert sorted(states(store)) == ["active", "pending"]
    at_code(member)


def test_a_decoys_link_is_dead_even_if_known(store: Database, member: Member) -> None:
    """A8: what was typed for a taken address can never be activated."""
    owner = person(store)
    member.sign_up(EMAIL, WRONG)
    with store.writing() as session:
        session.scalars(select(Link)).one().token_hash = token_hash("known")
        session.get_one(Identity, owner).email_index = "moved away"
    assert press(member, "/activation/known").status_code == 400
    assert sorted(states(store)) == ["active", "pending"]


def test_the_link_of_another_purpose_is_dead(store: Database, member: Member) -> None:
    """OTC5, OTC7."""
    member.sign_up(EMAIL)
    with store.writing() as session:
        session.scalars(select(Link)).one().purpose = "reset"
    assert dead(member.open(member.link(EMAIL)))


def test_the_token_is_long_and_stored_hashed(store: Database, member: Member) -> None:
    """OTC7: 256 bits."""
    token = member.sign_up(EMAIL).link(EMAIL).rpartition("/")[2]
    assert len(token) == 43
    with store.reading() as session:
        assert session.scalars(select(Link.token_hash)).all() == [token_hash(token)]


def test_a_link_page_leaks_its_address_to_nobody(member: Member) -> None:
    """OTC8, WB3: no-referrer, nothing of another origin, good or dead, refused or not."""
    link = member.sign_up(EMAIL).link(EMAIL)
    token = form_token(member)
    for answer in (
        member.client.get(link),
        member.client.get("/activation/x"),
        member.client.post(link, data={}),
        member.client.post(link, data={"a": "b"}),
        member.client.post(
            link, data={"csrf_token": token}, headers={"Sec-Fetch-Site": "cross-site"}
        ),
        press(member, link),
        press(member, link),
    ):
        assert answer.headers["Referrer-Policy"] == "no-referrer", answer.status
        body = answer.get_data(as_text=True)
        assert not re.search(r'(?:src|href)="(?:https?:)?//', body)


@pytest.mark.parametrize(
    ("state", "purpose"),
    [
        (None, "no_account"),
        (State.PENDING, "activation"),
        (State.ACTIVE, "already_known"),
        (State.DISABLED, "already_known"),
    ],
)
def test_from_a_dead_link_one_mail_whoever_it_is(
    store: Database, member: Member, state: State | None, purpose: str
) -> None:
    """A7, EN1: the page says the same; the mail tells its reader."""
    if state is not None:
        person(store, state=state)
    member.open("/activation/x").submit("Recevoir", email=f" {EMAIL.upper()} ")
    assert SENT in member.text
    assert EMAIL not in member.text
    assert [mail["purpose"] for mail in member.mails(EMAIL)] == [purpose]


def test_the_message_of_a_dead_link_activates(member: Member, at: FrozenClock) -> None:
    """A7."""
    member.sign_up(EMAIL)
    at.advance(days=1)
    member.open("/activation/x").submit("Recevoir", email=EMAIL)
    member.open(member.link(EMAIL)).submit("Activer")
    assert DONE in member.text
    assert CODE_PAGE in at_code(member).text


def test_the_message_may_be_asked_for_without_a_link(
    site: Registered, member: Member, at: FrozenClock
) -> None:
    """A7: in a tab on its way to a site, or after that request is over."""
    member.open(authorize(site))
    tab = member.address.partition("?")[2]
    member.sign_up(EMAIL, start=f"/creer-un-compte?{tab}")
    for minutes in (0, 31):
        at.advance(minutes=minutes)
        member.open(f"/activation/renvoyer?{tab}")
        assert member.page.status_code == 200
        member.submit("Recevoir", email=EMAIL)
        assert SENT in member.text, member.text
        assert member.mails(EMAIL)[-1]["values"]["site_name"] == "Espace personnel"


def test_from_a_dead_link_nobody_is_flooded(member: Member, at: FrozenClock) -> None:
    """LK8: one budget a mailbox, with the sign-ups of the same address."""
    member.sign_up(EMAIL)
    for _ in range(2):
        member.open("/activation/x").submit("Recevoir", email=EMAIL)
    member.open("/activation/x").submit("Recevoir", email=EMAIL)
    assert member.page.status_code == 429
    assert len(member.mails(EMAIL)) == 3


def test_an_address_that_is_none_is_said_so(member: Member) -> None:
    for typed in ("", "claire", "c" * 255):
        member.open("/activation/x").submit("Recevoir", email=typed)
        assert member.page.status_code == 400
        assert 'id="email-error"' in member.page.get_data(as_text=True)


def test_a_disabled_identity_is_not_revived(store: Database, member: Member) -> None:
    """A link under way when an administrator disabled the sign-up."""
    member.sign_up(EMAIL)
    with store.reading() as session:
        identity_id = session.scalars(select(Identity.id)).one()
    put(store, identity_id, State.DISABLED)
    assert press(member, member.link(EMAIL)).status_code == 400
    assert states(store) == ["disabled"]
    sign_in(member.open("/connexion"))
    assert FAILURE in member.text
