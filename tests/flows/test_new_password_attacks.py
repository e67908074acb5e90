"""What an attacker tries to come to the page of a new password (OTC5, OTC9, OTC10, LK2)."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from idp.accounts import codes, links, subject
from idp.accounts.codes import Binding, Purpose
from idp.clock import FrozenClock
from idp.models import Identity, Recovery
from idp.oidc.clients import Registered
from idp.settings import Settings
from idp.storage.engine import Database
from tests.flows.conftest import EMAIL
from tests.flows.new_password_support import (
    DEAD,
    FORGOTTEN,
    NEW,
    PAGE,
    UNBLOCK,
    ask,
    enter,
    link,
    lost,
    opens,
    save,
    temporary,
)
from tests.flows.support import (
    DENIS,
    authorize,
    is_signed_in,
    person,
    tab,
    with_code,
)
from tests.member import PASSWORD, Member

pytestmark = pytest.mark.usefixtures("at")
Browsers = Callable[[], Member]
WRONG = "2222222222"


@pytest.fixture
def here(here: Settings) -> Settings:
    """The same with hashes that cost next to nothing, and no floor to wait for."""
    return replace(here, argon2_memory_kib=8, argon2_time=1, legacy_floor=0)


def _recovery(store: Database) -> str:
    with store.reading() as session:
        query = select(Recovery.id).order_by(Recovery.created_at.desc())
        return session.scalars(query.limit(1)).one()


# --- a link is good for its person, purpose and time alone


def test_otc9_it_acts_on_its_own_account_whatever_session_is_open(
    store: Database, member: Member, browsers: Browsers, site: Registered
) -> None:
    """authentik CVE-2023-26481."""
    who, victim, asker = lost(store), browsers(), browsers()
    person(store, DENIS)
    mailed = link(asker, who.email)
    with_code(victim.open(authorize(site)), DENIS)
    save(victim.open(mailed))
    assert is_signed_in(victim, site), "the session of somebody else is left alone"
    assert opens(browsers(), DENIS, PASSWORD)
    assert opens(browsers(), EMAIL, NEW)


def test_otc9_posting_names_of_others_changes_nothing(
    store: Database, member: Member, browsers: Browsers
) -> None:
    who = lost(store)
    person(store, DENIS)
    member.open(link(member, who.email))
    form = next(each for each in member.forms if "Enregistrer" in each.button)
    fields = {"email": DENIS, "identifier": DENIS, "identity_id": DENIS}
    data = {**form.values, "new_password": NEW, "confirm_password": NEW, **fields}
    member.client.post(form.action, data=data)
    assert opens(browsers(), DENIS, PASSWORD)
    assert opens(browsers(), EMAIL, NEW)


@pytest.mark.parametrize("purpose", ["activation", "undo", "invitation", "migration"])
def test_otc5_a_link_of_another_purpose_is_dead_here(
    store: Database, member: Member, purpose: str
) -> None:
    """CVE-2026-4282: one store of tokens, a purpose on each."""
    who = lost(store)
    link(member, who.email)
    with store.writing() as session:
        made = links.make(session, purpose, identity_id=who.id, flow_id=_recovery(store))
    assert DEAD in member.open(f"/nouveau-mot-de-passe/{made}").text


@pytest.mark.parametrize("address", ["/activation/", "/annulation/", "/validation/"])
def test_otc5_the_reset_link_is_dead_elsewhere(
    store: Database, member: Member, address: str
) -> None:
    mailed = link(member, lost(store).email).rpartition("/")[2]
    member.open(f"{address}{mailed}")
    assert member.page.status_code == 400


@pytest.mark.parametrize("purpose", [each for each in Purpose if each is not Purpose.TEMPORARY])
def test_otc5_a_code_of_another_purpose_is_no_temporary_password(
    store: Database, member: Member, purpose: Purpose
) -> None:
    who = lost(store)
    temporary(member, who.email)
    with store.writing() as session:
        typed = session.scalars(select(Recovery.typed)).one()
        issued = codes.issue(session, Binding(purpose, subject.identity(who.id), None, typed))
    assert PAGE not in enter(member, who.email, issued.secret).text


def test_otc2_the_link_is_dead_at_the_very_second(
    store: Database, member: Member, browsers: Browsers, at: FrozenClock
) -> None:
    member.open(link(member, lost(store).email))
    at.advance(seconds=30 * 60 - 1)
    tab(member).open(member.address)
    at.advance(seconds=1)
    assert DEAD in save(member).text
    assert opens(browsers(), EMAIL, PASSWORD)


# --- CVE-2026-18963: the way to the page, walked, and left for the page at each step


def _wrong(member: Member, who: str) -> None:
    temporary(member, who)
    enter(member, who, WRONG)


def _another_way(member: Member, who: str) -> None:
    temporary(member, who)
    ask(member, who, start=UNBLOCK)
    member.submit("Envoyer", channel="email")


def _opened(member: Member, who: str) -> None:
    """GET of the link proves nothing, or a scanner of mails would."""
    member.open(link(member, who))


def _walked(member: Member, store: Database) -> None:
    """From where the browser is, straight to the page: by its address, and by its form."""
    recovery_id = _recovery(store)
    for start in ("/nouveau-mot-de-passe", f"{FORGOTTEN}/canal", f"{UNBLOCK}/canal"):
        assert PAGE not in member.open(f"{start}?recuperation={recovery_id}").text
    address = f"/nouveau-mot-de-passe?recuperation={recovery_id}"
    assert DEAD in member.open(address).text
    member.open("/connexion")
    data = {**member.forms[0].values, "new_password": NEW, "confirm_password": NEW}
    answer = member.client.post(address, data=data)
    assert answer.status_code == 400
    assert DEAD in answer.get_data(as_text=True)


@pytest.mark.parametrize("walk", [ask, link, temporary, _wrong, _another_way, _opened])
def test_otc10_the_page_is_never_reached_without_its_proof(
    store: Database, member: Member, walk: Callable[[Member, str], object]
) -> None:
    walk(member, lost(store).email)
    _walked(member, store)
    assert opens(tab(member), EMAIL, PASSWORD)


def test_otc10_nor_by_who_is_nobody(store: Database, member: Member) -> None:
    ask(member, "personne@exemple.test").submit("Envoyer", channel="sms")
    _walked(member, store)


def test_otc10_proved_in_one_browser_it_is_open_in_no_other(
    store: Database, member: Member, browsers: Browsers
) -> None:
    """Not even in the one that asked."""
    who, other = lost(store), browsers()
    enter(other, who.email, temporary(member, who.email))
    assert PAGE in other.text
    address = f"/nouveau-mot-de-passe?recuperation={_recovery(store)}"
    assert DEAD in member.open(address).text
    assert PAGE in other.open(address).text


def test_the_tries_at_a_temporary_password_end_it_and_the_link_stays(
    store: Database, member: Member, browsers: Browsers
) -> None:
    """D10: whatever is used up, the mailed link is left."""
    who = lost(store)
    secret = temporary(member, who.email)
    for _ in range(5):
        enter(browsers(), who.email, WRONG)
    assert "est bloqué" in enter(member, who.email, secret).text
    assert PAGE in member.open(link(member, who.email)).text


def test_lk2_disabled_since_both_ways_are_dead(
    store: Database, member: Member, browsers: Browsers
) -> None:
    who, other = lost(store), browsers()
    mailed = link(member, who.email)
    secret = temporary(other, who.nir)
    member.open(mailed)
    with store.writing() as session:
        session.execute(update(Identity).values(state="disabled"))
    assert DEAD in save(member).text
    enter(other, who.nir, secret)
    assert PAGE not in other.text
