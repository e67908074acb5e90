"""The mail of an address that is taken, attacked: used once, by its identity alone (OTC7, OTC9)."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from idp.clock import FrozenClock
from idp.models import Migration
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
    handle_of,
    mailed,
    person,
    posted,
    press,
    waiting,
)
from tests.flows.conftest import sign_in
from tests.flows.support import (
    DENIS,
    is_lost,
    is_signed_in,
    set_state,
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


def test_otc9_the_link_asks_for_the_password_of_its_own_identity(
    member: Member, store: Database, site: Registered, held: str, record: str, browsers: Browsers
) -> None:
    """Another's password, another's address in the form, another's session open."""
    person(store, DENIS, password=OTHERS)
    arrive(member, store, site, record, chosen=HELD)
    other = sign_in(browsers().open("/connexion"), DENIS, OTHERS)
    other.submit("Valider", code=other.code(DENIS))
    link = mailed(member)
    assert DENIS not in other.open(link).text
    posted(other, urlsplit(link).path, email=DENIS, password=OTHERS)
    assert "Identifiant ou mot de passe incorrect" in other.text
    code(follow(other, link)).submit("Donner mon accord")
    with store.reading() as session:
        agreed = session.scalars(select(Migration).where(Migration.agreed_at.is_not(None))).one()
        assert agreed.identity_id == held
    other.open("/")
    assert is_signed_in(other, site), "the session of the other person is as it was"


def test_otc9_a_link_is_not_for_who_has_the_address_by_now(
    member: Member, store: Database, site: Registered, held: str, record: str
) -> None:
    """Whoever holds it today is somebody else than the link was made for."""
    arrive(member, store, site, record, chosen=HELD)
    set_state(store, held, "pending")
    other = person(store, password=OTHERS)
    follow(member, mailed(member), OTHERS)
    assert "Lien expiré ou invalide" in member.text
    with store.reading() as session:
        assert other not in session.scalars(select(Migration.identity_id))


def test_c8_wrong_tries_do_not_use_up_the_mail_that_unblocks(
    member: Member, store: Database, site: Registered, held: str, record: str
) -> None:
    """The third, which blocks, still sends one: tries count apart from other mail (EN1)."""
    arrive(member, store, site, record, chosen=HELD)
    for _ in range(2):
        follow(member, mailed(member), WRONG)
    assert not member.mails(HELD, "reset")
    for _ in range(4):
        follow(member, mailed(member), WRONG)
    assert len(member.mails(HELD, "reset")) == 1, "then it has had enough"


def test_otc7_the_link_is_used_once(
    member: Member, store: Database, site: Registered, held: str, record: str, browsers: Browsers
) -> None:
    arrive(member, store, site, record, chosen=HELD)
    link = mailed(member)
    follow(member, link)
    assert "Lien expiré ou invalide" in browsers().open(link).text
    code(member).submit("Rattacher mon dossier")
    assert member.open(link).page.status_code == 400
    assert waiting(store) == 0


@pytest.mark.parametrize("ending", ["other address", "attached", "late", "unknown", "other kind"])
def test_a_dead_link_says_one_thing_whatever_it_died_of(
    member: Member,
    store: Database,
    site: Registered,
    held: str,
    record: str,
    at: FrozenClock,
    ending: str,
) -> None:
    handle = arrive(member, store, site, record, chosen=HELD)
    link, sent = mailed(member), f"/migration/message-envoye?interaction={handle}"
    if ending == "other address":
        member.open(sent).submit("Choisir une autre adresse")
    elif ending == "attached":
        person(store, DENIS)
        choose(member, handle, DENIS)
        code(member, DENIS).submit("Rattacher mon dossier")
    elif ending == "late":
        at.advance(hours=24)
    else:
        link = f"{PAGE}/x" if ending == "unknown" else link.replace(PAGE, "/activation")
    member.open(link)
    assert member.page.status_code == 400
    assert "Lien expiré ou invalide" in member.text
    assert attached_to(store, record) != held


def test_li10_what_a_link_brings_to_another_browser_is_for_its_identity_alone(
    member: Member, store: Database, site: Registered, held: str, record: str, browsers: Browsers
) -> None:
    """There the member's side is neither a choice of address nor of another identity."""
    denis = person(store, DENIS)
    arrive(member, store, site, record, chosen=HELD)
    other = follow(browsers(), mailed(member))
    handle = handle_of(other)
    for page in (PAGE, "/migration", "/migration/message-envoye", "/connexion/nir/code"):
        other.open(f"{page}?interaction={handle}")
        assert other.address.startswith("/connexion/code"), page
    fold = {"have_account": "yes", "email": DENIS, "password": PASSWORD}
    for page in (PAGE, "/migration", "/migration/message-envoye/autre"):
        posted(other, f"{page}?interaction={handle}", **fold)
        assert other.address.startswith("/connexion/code"), page
    with store.reading() as session:
        aimed = set(session.scalars(select(Migration.identity_id)))
    assert aimed == {None, held}
    sign_in(other.open(f"/connexion?interaction={handle}"), DENIS)
    other.submit("Valider", code=other.code(DENIS))
    press(other, handle)
    assert attached_to(store, record) not in (held, denis)


def test_li10_there_a_refusal_ends_it_and_opens_nothing(
    member: Member, store: Database, site: Registered, held: str, record: str, browsers: Browsers
) -> None:
    handle = arrive(member, store, site, record, chosen=HELD)
    other = code(follow(browsers(), mailed(member)))
    there = handle_of(other)
    other.submit("Ne pas donner mon accord")
    assert is_lost(other.open(f"/connexion?interaction={there}"))
    assert not is_signed_in(other, site)
    assert waiting(store) == 1, "the first browser still waits"
    member.open(f"/migration/message-envoye?interaction={handle}")
    assert member.page.status_code == 200
