"""The ways in and back, mixed by an attacker: what one page gives must not serve at another."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import event, select, update

from idp.accounts import links
from idp.accounts.legacy_door import Outcome
from idp.clock import FrozenClock
from idp.models import Identity, Recovery
from idp.models import Member as Record
from idp.oidc.clients import Registered
from idp.settings import Settings
from idp.storage.engine import Database
from tests.accounts import legacy_support
from tests.flows import association_support as association
from tests.flows.conftest import EMAIL, sign_in
from tests.flows.new_password_support import (
    DEAD,
    NEW,
    PAGE,
    ask,
    enter,
    link,
    lost,
    opens,
    save,
    temporary,
)
from tests.flows.phone_support import activated, settle
from tests.flows.support import DENIS, authorize, claims, is_signed_in, tab
from tests.member import PASSWORD, Member
from tests.migration_support import legacy_member

pytestmark = pytest.mark.usefixtures("at")
Browsers = Callable[[], Member]
THEIRS = "+33698765432"


@pytest.fixture
def here(here: Settings) -> Settings:
    """The same with hashes that cost next to nothing, and no floor to wait for."""
    return replace(here, argon2_memory_kib=8, argon2_time=1, legacy_floor=0)


# --- R8, OTC11: who has the mailbox alone


def test_otc11_a_reset_by_mail_is_no_way_round_the_telephone_at_the_next_sign_in(
    store: Database, member: Member, browsers: Browsers, site: Registered
) -> None:
    """The new password, and a code to the very mailbox that has brought it."""
    who = lost(store)
    activated(store, who.id, THEIRS)
    settle(store)
    save(browsers().open(link(browsers(), who.email)))
    sign_in(member.open(authorize(site)), EMAIL, NEW)
    assert not any("method" in form.names for form in member.forms), "there is nothing to choose"
    assert not member.mails(EMAIL, "code")
    association.posted(member, member.address.replace("/code", "/methode"), method="email")
    assert not member.mails(EMAIL, "code")
    assert not is_signed_in(member, site)


def test_r8_once_the_telephone_has_answered_there_is_a_choice_again(
    store: Database, member: Member, browsers: Browsers, site: Registered
) -> None:
    who = lost(store)
    activated(store, who.id, THEIRS)
    settle(store)
    save(browsers().open(link(browsers(), who.email)))
    sign_in(member.open(authorize(site)), EMAIL, NEW).submit("Valider", code=member.code(THEIRS))
    assert "mfa" in claims(member.app, site, member)["amr"]
    other = sign_in(browsers().open(authorize(site)), EMAIL, NEW)
    other.submit("Recevoir un code", method="email").submit("Valider", code=other.code(EMAIL))
    assert other.left_to is not None


def test_r8_an_account_without_telephone_is_not_held_up_by_one_it_activates_later(
    store: Database, member: Member, browsers: Browsers, site: Registered
) -> None:
    """Else a thief's, in an open session, would lock the owner out."""
    who = lost(store)
    save(browsers().open(link(browsers(), who.email)))
    sign_in(member.open(authorize(site)), EMAIL, NEW).submit("Valider", code=member.code(EMAIL))
    activated(store, who.id, THEIRS)
    settle(store)
    other = sign_in(browsers().open(authorize(site)), EMAIL, NEW)
    assert {"method"} <= set(other.forms[0].names)


# --- LI7, D5: the telephone of a thief, or one that is no more


def test_li7_the_telephone_of_a_thief_does_not_outlive_the_owners_new_password(
    store: Database, member: Member, browsers: Browsers, at: FrozenClock
) -> None:
    """Activated in a stolen session: 72 hours later it would bring a temporary password."""
    who, thief = lost(store), browsers()
    activated(store, who.id, THEIRS)
    save(member.open(link(member, who.email)))
    at.advance(seconds=73 * 3600)
    ask(thief, who.email).submit("Envoyer", channel="sms")
    assert not thief.mails(THEIRS, "temporary_password")


@pytest.mark.parametrize("typed", ["before", "after"])
def test_li7_a_temporary_password_dies_with_the_telephone_it_went_to(
    store: Database, member: Member, browsers: Browsers, typed: str
) -> None:
    who, thief = lost(store), browsers()
    activated(store, who.id, THEIRS)
    settle(store)
    secret = temporary(thief, who.email, to=THEIRS)
    sign_in(member.open("/compte/deux-etapes"), EMAIL)
    member.submit("Recevoir un code", method="email").submit("Valider", code=member.code(EMAIL))
    if typed == "before":
        enter(thief, who.email, secret)
        assert PAGE in thief.text
    member.submit("Retirer")
    if typed == "after":
        enter(thief, who.email, secret)
        assert PAGE not in thief.text
    else:
        save(thief)
        assert DEAD in thief.text
    assert opens(browsers(), EMAIL, PASSWORD)


# --- R9: an undo, and what was half-way by then


def test_r9_a_way_back_proved_before_an_undo_is_none_after_it(
    store: Database, member: Member, browsers: Browsers, at: FrozenClock
) -> None:
    """Of the identity alone, asked for before it had the record: with what the undo mistrusts."""
    who, thief = lost(store), browsers()
    activated(store, who.id, THEIRS)
    settle(store)
    with store.writing() as session:  # no record yet
        session.execute(update(Record).values(identity_id=None))
    at.advance(seconds=3600)
    secret = temporary(thief, who.email, to=THEIRS, born="")
    enter(thief, who.email, secret)
    assert PAGE in thief.text
    with store.writing() as session:
        record = session.scalars(select(Record)).one()
        record.identity_id = who.id
        token = links.make(session, "undo", identity_id=who.id, member_id=record.id)
    member.open(f"/annulation/{token}").submit()
    assert DEAD in save(thief).text
    with store.reading() as session:
        assert session.scalars(select(Identity.state)).one() == "frozen"


# --- EN1: what one page sends, another must not show


def test_en1_the_mail_of_c8_shows_at_no_other_door(
    store: Database, browsers: Browsers, site: Registered
) -> None:
    """Three wrong tries block known and unknown alike; the budget of a sign-up told which."""
    association.person(store, DENIS)
    seen = []
    for rank, target in enumerate((DENIS, "personne@exemple.test"), start=1):
        browser = browsers()
        record = legacy_member(store, rank=rank, email=f"adherent{rank}@exemple.test")
        handle = association.arrive(browser, store, site, record)
        for _ in range(6):
            association.choose(browser, handle, target, association.WRONG)
        doors = [browsers().sign_up(target).page.status_code]
        undated = ask(browsers(), target, born="")
        for _ in range(3):
            if any("Envoyer" in form.button for form in undated.forms):
                undated.submit("Envoyer", channel="email")
            doors.append(undated.page.status_code)
        seen.append(doors)
    assert seen[0] == seen[1]
    mails = browsers().mails(DENIS, "reset")
    assert 0 < len(mails) <= 3 + 4, "its own budget, and that of the recovery"


# --- OTC10, OA23: ids of another browser


def test_oa23_the_ids_of_another_browser_open_no_page_and_send_nothing(
    store: Database, member: Member, browsers: Browsers, site: Registered
) -> None:
    thief = browsers()
    association.person(store, DENIS)
    handle = association.arrive(member, store, site, legacy_member(store))
    ask(browsers(), DENIS, born="")
    with store.reading() as session:
        recovery = session.scalars(select(Recovery.id)).one()
    addresses = [
        f"{path}?interaction={handle}"
        for path in (
            "/connexion/nir/code",
            "/connexion/nir/code/courrier",
            "/migration",
            "/migration/message-envoye",
            "/migration/message-envoye/autre",
            "/migration/association",
            "/migration/rattachement",
            "/migration/confirmation",
            "/connexion/methode",
        )
    ]
    addresses += [
        f"{path}?recuperation={recovery}"
        for path in ("/nouveau-mot-de-passe", "/mot-de-passe-oublie/canal", "/debloquer/canal")
    ]
    fields = {"email": DENIS, "password": PASSWORD, "have_account": "yes", "channel": "sms"}
    for address in addresses:
        association.posted(thief, address, **fields)
        assert thief.page.status_code == 400, address
        assert thief.left_to is None


def test_a_reset_in_the_tab_of_a_migration_proves_nothing_for_it(
    store: Database, member: Member, site: Registered
) -> None:
    """Somebody else's way back, in the tab of a member who is proved."""
    association.person(store, DENIS)
    record = legacy_member(store)
    handle = association.arrive(member, store, site, record)
    member.open(f"/migration?interaction={handle}")
    save(member.open(link(member, DENIS, to=DENIS, born="")))
    assert not is_signed_in(tab(member), site)
    association.press(member, handle)
    assert association.attached_to(store, record) is None


# --- AV9: rows locked in one order, or two that meet lock each other for good


def test_av9_the_nir_door_locks_the_counter_before_the_member(store: Database) -> None:
    """As the end of a migration and a recovery do; on PostgreSQL they met in a deadlock."""
    door = legacy_support.ticket(store, legacy_support.member(store))
    with heard(store) as said:
        assert legacy_support.settle(store, door, right=True) is Outcome.RIGHT
    assert _first(said, "FROM lockouts") < _first(said, "FROM members")


def test_av9_a_reset_locks_the_tabs_before_what_hangs_on_them(
    store: Database, member: Member
) -> None:
    """The last button of a joining does, at the same moment."""
    member.open(link(member, lost(store).email))
    with heard(store) as said:
        save(member)
    assert _first(said, "UPDATE interactions") < _first(said, "UPDATE migrations")


@contextmanager
def heard(store: Database) -> Iterator[list[str]]:
    said: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        said.append(" ".join(statement.split()))

    event.listen(store.engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(store.engine, "before_cursor_execute", note)


def _first(said: list[str], words: str) -> int:
    return next(number for number, statement in enumerate(said) if words in statement)
