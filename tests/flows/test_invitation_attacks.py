"""Invitations misused: dead links, rivals on one address, guesses, what a stranger compares."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import select, update

from idp.accounts import invitations
from idp.clock import FrozenClock
from idp.models import Identity, Interaction, Invitation
from idp.models import Member as Record
from idp.oidc.clients import Registered
from idp.storage.engine import Database
from tests import factories
from tests.accounts.invitation_support import EMAIL, HOME, invited, links, member_of, run, states
from tests.fixtures import Statements
from tests.flows.conftest import sign_in
from tests.flows.differential import World, compare
from tests.flows.invitation_pages import QUESTION, SAVED, create, first_sign_in
from tests.flows.support import (
    authorize,
    count,
    is_lost,
    is_signed_in,
    person,
    with_code,
)
from tests.flows.support_b import (
    DEAD_LINK,
    FAILURE,
    Argon2Calls,
    form_token,
    post,
)
from tests.member import PASSWORD, Member

pytestmark = pytest.mark.usefixtures("at")


@pytest.fixture
def link(store: Database, at: FrozenClock) -> str:
    """The page of the only invitation."""
    run(store, invited())
    return links(store)[0]


def test_b6_a_scanner_that_opens_the_link_burns_nothing(
    member: Member, browsers: Callable[[], Member], link: str
) -> None:
    for _ in range(2):
        assert browsers().open(link).page.status_code == 200
    assert browsers().client.head(link).status_code < 500
    assert SAVED in create(member, link).text


@pytest.mark.parametrize(
    "dead", ["used", "expired", "revoked", "resent", "joined", "left", "unknown"]
)
def test_b6_one_page_for_every_dead_link(
    store: Database, at: FrozenClock, browsers: Callable[[], Member], link: str, dead: str
) -> None:
    open_form = browsers().open(link)
    if dead == "used":
        create(browsers(), link)
    elif dead == "expired":
        at.advance(days=30)
    elif dead == "unknown":
        link = link[:-1] + ("A" if link[-1] != "A" else "B")
    elif dead == "left":
        with store.writing() as session:
            session.execute(update(Record).values(status="deceased"))
    elif dead == "joined":
        identity_id = person(store, "autre@exemple.test")
        with store.writing() as session:
            session.execute(update(Record).values(identity_id=identity_id))
    else:
        act = invitations.revoke if dead == "revoked" else None
        with store.writing() as session:
            found = invitations.find(session, member_of(store).member_number)
            assert found is not None
            if act:
                act(session, found[0], by="operator")
            else:
                invitations.resend(session, *found, by="operator")
    before = factories.counts(store)
    expected = browsers().open("/invitation/x").page.get_data()
    got = browsers().open(link).page
    assert (got.status_code, got.get_data()) == (400, expected)
    if dead != "unknown":
        fields = {"email": EMAIL, "password": PASSWORD, "confirm_password": PASSWORD}
        token = open_form.forms[0].values["csrf_token"]
        answer = post(open_form, link, {**fields, "csrf_token": token})
        assert (answer.status_code, answer.get_data()) == (400, expected)
    assert factories.counts(store) == before


def test_a_link_of_another_purpose_opens_nothing(
    store: Database, member: Member, link: str
) -> None:
    token = link.rpartition("/")[2]
    for path in ("activation", "annulation"):
        assert DEAD_LINK in member.open(f"/{path}/{token}").text
    member.sign_up("claire@exemple.test")
    other = member.link("claire@exemple.test").rpartition("/")[2]
    assert DEAD_LINK in member.open(f"/invitation/{other}").text


def test_a_form_that_is_wrong_says_so_and_uses_nothing(
    store: Database, member: Member, link: str
) -> None:
    for fields, said in (
        ({"password": "abc", "confirm_password": "abc"}, "ne respecte pas les règles"),
        ({"password": PASSWORD, "confirm_password": "autre"}, "sont différents"),
        ({"email": "pas une adresse"}, "n'est pas valable"),
        ({"password": "Camille.Exemple*9", "confirm_password": "Camille.Exemple*9"}, "contient"),
    ):
        member.open(link).submit(**fields)
        assert member.page.status_code == 400
        assert said in member.text
    assert states(store) == ["open"]
    assert SAVED in create(member, link).text


def test_in_a_browser_that_somebody_is_signed_in_at(
    store: Database, site: Registered, member: Member, link: str
) -> None:
    """OTC9: the link acts on the invited person, and the session of the other goes on."""
    other = person(store, "claire@exemple.test")
    with_code(member.open(authorize(site)), "claire@exemple.test")
    create(member, link)
    assert "Un autre compte est ouvert dans ce navigateur" in member.text
    assert member_of(store).identity_id not in (None, other)
    assert is_signed_in(member, site)


def test_of_two_browsers_on_one_address_the_first_code_wins(
    store: Database, at: FrozenClock, browsers: Callable[[], Member], site: Registered
) -> None:
    run(store, invited(), invited(given_name="Dominique", email="d@ac-exemple.test"))
    hers, his = browsers(), browsers()
    sign_in(create(hers, links(store)[0], HOME).open(authorize(site)), HOME)
    code = hers.code(HOME)
    at.advance(seconds=1)
    sign_in(create(his, links(store, "d@ac-exemple.test")[0], HOME).open(authorize(site)), HOME)
    other = his.code(HOME)
    his.submit("Valider", code=other)
    assert QUESTION in his.text
    hers.submit("Valider", code=code)
    assert is_lost(hers), hers.text
    assert count(store, Identity) == 1
    assert sorted(states(store)) == ["open", "used"]


def test_the_address_taken_while_the_code_was_awaited(
    store: Database, member: Member, site: Registered, link: str
) -> None:
    """LI2: an unproved address reserves nothing; the right code then finds it taken."""
    sign_in(create(member, link, HOME).open(authorize(site)), HOME)
    person(store, HOME)
    member.submit("Valider", code=member.code(HOME))
    assert is_lost(member), member.text
    assert states(store) == ["open"]
    assert member_of(store).identity_id is None


def test_its_codes_are_counted_by_the_mailbox(
    store: Database, at: FrozenClock, browsers: Callable[[], Member], link: str
) -> None:
    """Filling the form anew brings neither more codes to a stranger nor more guesses (OTC3)."""
    sent = 0
    for _ in range(4):
        browser = create(browsers(), link, HOME) if sent < 3 else browsers()
        sign_in(browser.open("/connexion"), HOME)
        sent = len(browser.mails(HOME, "code"))
    assert sent == 3


def test_three_wrong_passwords_block_it_like_any_other(member: Member, link: str) -> None:
    create(member, link, HOME)
    for _ in range(3):
        sign_in(member.open("/connexion"), HOME, "Une+Lampe?9-Verte")
        assert FAILURE in member.text
    sign_in(member.open("/connexion"), HOME)
    assert "Votre compte est bloqué" in member.text
    assert {mail["purpose"] for mail in member.mails(HOME)} == {"invitation_waits"}


def test_one_invitation_may_ask_for_so_many_addresses(
    store: Database, browsers: Callable[[], Member], link: str
) -> None:
    for number in range(5):
        assert SAVED in create(browsers(), link, f"p{number}@maison.test").text
    assert create(browsers(), link).page.status_code == 429


@pytest.fixture
def world(app: Flask, store: Database, at: FrozenClock, monkeypatch: pytest.MonkeyPatch) -> World:
    return World(app, store, at, Argon2Calls(monkeypatch), Statements(store))


def active(world: World, email: str) -> None:
    person(world.store, email)


def disabled(world: World, email: str) -> None:
    person(world.store, email, "disabled")


def signed_up(world: World, email: str) -> None:
    world.stranger().sign_up(email)


@pytest.mark.parametrize("prepare", [active, disabled, signed_up])
def test_b3_nobody_can_tell_a_taken_address_from_a_free_one(
    world: World, prepare: Callable[[World, str], None]
) -> None:
    """EN1, EN2: the form sent with a changed address, twice, and what the link says after it."""

    def changing(world: World, email: str) -> Iterator[Member]:
        name = f"{email.partition('.')[0]}@ac-exemple.test"
        run(world.store, invited(email=name, given_name=name))
        page = links(world.store, name)[0]
        world.costs()
        browser = world.stranger()
        yield create(browser, page, email)
        yield create(world.stranger(), page, email)
        assert browser.open(page).page.status_code == 200

    compare(world, changing, prepare)


def test_b3_kept_or_taken_the_page_is_the_same(
    store: Database, browsers: Callable[[], Member]
) -> None:
    """Its holder reads that mailbox: the mail tells them; the page tells nobody."""
    taken = "d@ac-exemple.test"
    person(store, taken)
    run(store, invited(), invited(given_name="Dominique", email=taken))
    seen = []
    for email in (EMAIL, taken):
        browser = create(browsers(), links(store, email)[0], email)
        seen.append((browser.page.status_code, browser.address, browser.text))
    assert seen[0] == seen[1]
    assert [mail["purpose"] for mail in browser.mails(taken)] == ["invitation", "invitation_taken"]
    assert sorted(states(store)) == ["open", "used"]
    with store.reading() as session:
        held = session.scalars(select(Invitation.used_at)).all()
    assert held.count(None) == 1


def test_the_invitee_whose_address_signs_somebody_in_may_choose_another(
    store: Database, site: Registered, member: Member, link: str
) -> None:
    holder = person(store, EMAIL)
    create(member, link)
    create(member, link, HOME)
    first_sign_in(member.open(authorize(site)), HOME)
    assert "code" in member.answer
    assert member_of(store).identity_id not in (None, holder)


def test_the_costs_of_the_form(
    store: Database, member: Member, link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """B2: it answers fast. One hash, no verification; messages are queued."""
    argon2 = Argon2Calls(monkeypatch)
    create(member, link)
    assert len(argon2) == 1, argon2


def test_a_foreign_or_missing_form_token(member: Member, link: str) -> None:
    answer = post(
        member, link, {"email": EMAIL, "password": PASSWORD, "confirm_password": PASSWORD}
    )
    assert answer.status_code == 400
    assert form_token(member, link)
    assert SAVED in create(member, link).text


def test_the_paused_request_is_gone_with_the_rival(
    store: Database, member: Member, link: str
) -> None:
    """What hangs on an identity that lost its address goes with it; nothing is left half-way."""
    sign_in(create(member, link, HOME).open("/connexion"), HOME)
    assert count(store, Interaction) == 1
    member.open("/creer-un-compte")
    member.sign_up(HOME).open(member.link(HOME)).submit("Activer")
    assert count(store, Identity) == 1
    assert count(store, Interaction) == 0
