"""Joining by a migration, attacked: neither side is ever a way into the other (LI5, LI10)."""

from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from idp.accounts import migrating
from idp.accounts.states import State
from idp.clock import FrozenClock
from idp.models import Interaction, Link, Migration, Outgoing, Recovery
from idp.oidc.clients import Registered
from idp.storage.engine import Database
from tests.flows.association_support import (
    CONFIRM,
    HELD,
    PAGE,
    WRONG,
    arrive,
    attached_to,
    choose,
    code,
    follow,
    mailed,
    person,
    posted,
    press,
)
from tests.flows.conftest import sign_in
from tests.flows.support import (
    DENIS,
    count,
    is_lost,
    set_state,
    tab,
    with_code,
)
from tests.member import PASSWORD, Member
from tests.migration_support import legacy_member

pytestmark = pytest.mark.usefixtures("at")
Browsers = Callable[[], Member]
OTHERS = "Une-Jument*9-Verte"


@pytest.fixture
def held(store: Database) -> str:
    """The identity that HELD is the address of."""
    return person(store)


@pytest.fixture
def record(store: Database) -> str:
    """A member with an old password."""
    return legacy_member(store)


def test_li4_a_member_who_is_not_proved_can_name_no_identity(
    member: Member, store: Database, site: Registered, held: str, record: str
) -> None:
    handle = arrive(member, store, site, record, proved=False)
    member.open(f"{PAGE}?interaction={handle}")
    assert member.address.startswith("/connexion/nir/code")
    posted(member, f"{PAGE}?interaction={handle}", email=HELD, password=PASSWORD)
    assert member.address.startswith("/connexion/nir/code")
    with store.reading() as session:
        row = session.scalars(select(Migration)).one()
    assert migrating.stage_of(row) is migrating.Stage.CODE
    assert row.identity_id is None


def test_li5_no_button_joins_an_identity_whose_password_was_not_given(
    member: Member, store: Database, site: Registered, held: str, record: str
) -> None:
    """A row that names it is not enough: neither with nobody known here, nor with its session."""
    handle = arrive(member, store, site, record)
    press(member, handle)
    with store.writing() as session:
        session.execute(update(Migration).values(identity_id=held))
    press(member, handle)
    with_code(tab(member).open("/connexion"), HELD)
    press(member, handle)
    with store.writing() as session:
        session.execute(update(Interaction).values(identity_id=held))
    press(member, handle)
    assert member.address.startswith(PAGE), "its password is asked for here"
    assert attached_to(store, record) is None


def test_li10_who_signs_in_as_somebody_else_on_the_way_joins_nobody(
    member: Member, store: Database, site: Registered, held: str, record: str
) -> None:
    denis = person(store, DENIS)
    handle = arrive(member, store, site, record)
    choose(member, handle, HELD)
    sign_in(member.open(f"/connexion?interaction={handle}"), DENIS)
    member.submit("Valider", code=member.code(DENIS))
    assert "code" in member.answer, "he leaves the migration"
    press(member, handle)
    assert attached_to(store, record) not in (held, denis)


def test_otc10_the_second_step_cannot_be_stepped_over(
    member: Member, store: Database, site: Registered, held: str, record: str
) -> None:
    handle = arrive(member, store, site, record)
    choose(member, handle, HELD)
    member.open(f"{CONFIRM}?interaction={handle}")
    assert member.address.startswith("/connexion/code")
    press(member, handle)
    assert attached_to(store, record) is None


def test_td3_a_trusted_device_does_not_stand_in_for_it(
    member: Member, store: Database, site: Registered, held: str, record: str
) -> None:
    with_code(member.open("/connexion"), HELD, trust=True).open("/deconnexion").submit("déconn")
    choose(member, arrive(member, store, site, record), HELD)
    assert "Authentification renforcée" in member.text


def test_f9_a_second_step_of_a_while_ago_does_not_either(
    member: Member, store: Database, site: Registered, held: str, record: str, at: FrozenClock
) -> None:
    with_code(member.open("/connexion"), HELD)
    at.advance(minutes=6)
    choose(member, arrive(member, store, site, record, prompt="login"), HELD)
    assert "Authentification renforcée" in member.text


def test_li10_the_pages_are_nothing_in_another_browser(
    member: Member,
    store: Database,
    site: Registered,
    held: str,
    record: str,
    browsers: Browsers,
) -> None:
    """The address of somebody else's migration, with one's own right password."""
    handle = arrive(member, store, site, record)
    other = browsers().open("/connexion")
    assert is_lost(other.open(f"{PAGE}?interaction={handle}"))
    assert is_lost(posted(other, f"{PAGE}?interaction={handle}", email=HELD, password=PASSWORD))
    assert is_lost(press(other, handle))
    assert attached_to(store, record) is None


@pytest.mark.parametrize("state", ["disabled", "frozen", "closing"])
def test_an_identity_that_is_not_open_is_a_wrong_password(
    member: Member, store: Database, site: Registered, held: str, record: str, state: str
) -> None:
    set_state(store, held, state)
    choose(member, arrive(member, store, site, record), HELD)
    assert "Identifiant ou mot de passe incorrect" in member.text
    assert not member.mails(HELD)


def test_lk2_one_that_is_disabled_on_the_way_takes_no_record(
    member: Member, store: Database, site: Registered, held: str, record: str
) -> None:
    choose(member, arrive(member, store, site, record), HELD)
    code(member)
    set_state(store, held, "frozen")
    member.submit("Rattacher mon dossier")
    assert "ne peut pas être rattaché" in member.text
    assert attached_to(store, record) is None


def test_one_that_has_a_record_is_told_so_after_its_proofs(
    member: Member, store: Database, site: Registered, held: str, record: str
) -> None:
    first = legacy_member(store, 2)
    choose(member, arrive(member, store, site, first), HELD)
    code(member).submit("Rattacher mon dossier")
    browser = Member(member.app)
    handle = arrive(browser, store, site, record)
    choose(browser, handle, HELD)
    assert "déjà rattaché" not in browser.text
    code(browser)
    assert "Un dossier d'adhérent est déjà rattaché à ce compte" in browser.text
    press(browser, handle)
    assert browser.page.status_code == 400
    assert (attached_to(store, first), attached_to(store, record)) == (held, None)
    browser.submit("Choisir une autre adresse")
    assert browser.address.startswith("/migration?")
    with store.reading() as session:
        assert session.get_one(Interaction, handle).identity_id is None, "nobody is known there"


def test_lk2_one_counter_with_the_sign_in(
    member: Member, store: Database, site: Registered, held: str, record: str
) -> None:
    handle = arrive(member, store, site, record, chosen=HELD)
    choose(member, handle, HELD, WRONG)
    follow(member, mailed(member), WRONG)
    sign_in(Member(member.app).open("/connexion"), HELD, WRONG)
    choose(member, handle, HELD)
    assert "Votre compte est bloqué" in member.text
    follow(member, mailed(member))
    assert "Votre compte est bloqué" in member.text


def test_a_mail_to_who_needs_help_weighs_the_same_for_nobody(
    member: Member, store: Database, site: Registered, record: str
) -> None:
    handle = arrive(member, store, site, record)

    def rows() -> list[int]:
        return [count(store, table) for table in (Link, Outgoing, Recovery)]

    before = rows()
    choose(member, handle, "personne@exemple.test")
    nobody = [after - now for after, now in zip(rows(), before, strict=True)]
    person(store, state=State.PENDING)
    before = rows()
    choose(member, handle, HELD)
    assert [after - now for after, now in zip(rows(), before, strict=True)] == nobody
