"""/annulation/TOKEN: whoever is told of an attachment can undo it for 72 hours (R9, LI4)."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from idp.clock import FrozenClock
from idp.models import BrowserSession, Device, Identity
from idp.models import Member as Record
from idp.storage.engine import Database
from tests.flows.opening_support import (
    FILED,
    TYPED,
    code_of,
    holder_of,
    on_file,
    reach_code,
    states,
)
from tests.member import PASSWORD, Member


@pytest.fixture
def line(member: Member, store: Database, at: FrozenClock) -> dict[str, str]:
    """A record that `member` has just attached and signed in with."""
    line = on_file(store)
    reach_code(member, line).submit("Valider", code=code_of(member))
    member.open(member.link(TYPED)).submit("Activer")
    member.open("/connexion").submit("Me connecter", email=TYPED, password=PASSWORD)
    member.submit("Valider", code=member.code(TYPED), trust_device="yes")
    assert holder_of(store, line)
    return line


def _link(member: Member) -> str:
    link: str = member.mails(FILED, "space_attached")[-1]["values"]["link"]
    return link


def test_otc7_opening_the_link_changes_nothing(
    member: Member, store: Database, line: dict[str, str], browsers: Callable[[], Member]
) -> None:
    other = browsers()
    for _ in range(2):
        other.open(_link(member))
    assert "Ce n'était pas vous" in other.text
    assert holder_of(store, line)


def test_r9_it_detaches_freezes_and_ends_everything(
    member: Member, store: Database, line: dict[str, str], browsers: Callable[[], Member]
) -> None:
    other = browsers()
    other.open(_link(member)).submit("Ce n'était pas moi")
    assert "Votre dossier est détaché" in other.text
    assert holder_of(store, line) is None
    assert states(store) == ["frozen"]
    with store.reading() as session:
        assert all(session.scalars(select(BrowserSession.ended_at)))
        assert all(session.scalars(select(Device.revoked_at)))
    member.open("/")
    assert "Vous êtes connecté" not in member.text
    member.open("/connexion").submit("Me connecter", email=TYPED, password=PASSWORD)
    assert "Identifiant ou mot de passe incorrect" in member.text
    other.open("/")
    assert "Vous êtes connecté" not in other.text


def test_it_works_once_and_for_72_hours(
    member: Member, store: Database, line: dict[str, str], at: FrozenClock
) -> None:
    link = _link(member)
    at.advance(hours=72, seconds=1)
    member.open(link)
    assert member.page.status_code == 400
    at.advance(hours=-1)
    member.open(link).submit("Ce n'était pas moi")
    assert "Votre dossier est détaché" in member.text
    member.open(link)
    assert member.page.status_code == 400


def test_an_old_link_does_not_touch_a_record_attached_anew(
    member: Member, store: Database, line: dict[str, str], browsers: Callable[[], Member]
) -> None:
    """Detached by an adviser, say, and taken by another identity: the first's link is idle."""
    other, link = browsers(), _link(member)
    with store.writing() as session:
        record = session.scalars(select(Record)).one()
        record.identity_id = None
    reach_code(other, line, "autre@exemple.test").submit("Valider", code=code_of(other))
    other.open(other.link("autre@exemple.test")).submit("Activer")
    holder = holder_of(store, line)
    assert holder
    other.open(link).submit("Ce n'était pas moi")
    assert holder_of(store, line) == holder
    with store.reading() as session:
        query = select(Identity.state).where(Identity.id == holder)
        assert session.scalars(query).one() == "active"
