"""The channels of a recovery: which, what goes there, how often; nobody alike (D4-D6, D10, EN4)."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from idp.accounts import codes, decoys, opening_member, reach, recovery_channels
from idp.accounts.activity import Where
from idp.accounts.channels import ChannelKind
from idp.accounts.nir import Nir
from idp.accounts.opening_member import Coordinates
from idp.accounts.reach import Offer
from idp.accounts.states import State
from idp.accounts.subject import SubjectKind
from idp.clock import FrozenClock
from idp.models import Channel, Code, Identity, Link, Recovery
from idp.storage.engine import Database
from tests import factories
from tests.accounts import recovery_support as here
from tests.accounts.recovery_support import BORN, FILED, MOBILE, NIR, OTHER_DAY
from tests.accounts.register_support import person
from tests.factories import EMAIL
from tests.fixtures import START

# nothing here depends on the engine; what may be used once is tested on both, in its own place
pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)

PHONE, OVERSEAS = "+33798765432", "0692345678"
ELSEWHERE = Where(address="198.51.100.9", browser="Firefox sur Linux")


def _values(database: Database, identifier: str = NIR, born: date | None = BORN) -> list[str]:
    return here.values(database, here.ask(database, identifier, born))


def test_d4_what_is_on_file_of_a_member(database: Database, at: FrozenClock) -> None:
    here.on_file(database)
    assert _values(database) == [MOBILE, FILED]
    assert _values(database, born=OTHER_DAY) == []


@pytest.mark.parametrize("number", [OVERSEAS, "0123456789", "0700123456", "+32470123456"])
def test_lk9_no_other_number_is_ever_offered(
    database: Database, at: FrozenClock, number: str
) -> None:
    here.on_file(database, mobile=number)
    assert _values(database) == [FILED]


def test_a_channel_that_waits_is_not_offered(database: Database, at: FrozenClock) -> None:
    """R9: 72 hours, to the second."""
    here.on_file(database)
    here.on_file(database, mobile="0611111111", email="autre@exemple.test")
    at.advance(hours=72, seconds=-1)
    assert _values(database) == []
    at.advance(seconds=1)
    assert _values(database) == ["+33611111111", "autre@exemple.test"]


def test_the_link_goes_to_the_sign_in_address(database: Database, at: FrozenClock) -> None:
    """Of the two addresses of a person; the other may be a couple's."""
    member = here.on_file(database)
    here.identity(database, member=member)
    assert _values(database) == [MOBILE, EMAIL]
    assert _values(database, EMAIL) == [MOBILE, EMAIL]


def test_a_couple_with_one_contact_address(database: Database, at: FrozenClock) -> None:
    here.on_file(database)
    here.on_file(database, 2, mobile="0622222222")
    first, second = here.ask(database), here.ask(database, person(2)["nir"])
    assert first.member_id != second.member_id
    assert here.values(database, first) == [MOBILE, FILED]
    assert here.values(database, second) == ["+33622222222", FILED]
    here.send(database, second, 1)
    with database.reading() as session:
        assert session.scalars(select(Link.member_id)).one() == second.member_id


@pytest.mark.parametrize(
    ("waits", "offered"), [(timedelta(0), PHONE), (timedelta(seconds=1), MOBILE), (None, MOBILE)]
)
def test_a_proved_phone_once_it_serves(
    database: Database, at: FrozenClock, waits: timedelta | None, offered: str
) -> None:
    owner = here.identity(database, member=here.on_file(database))
    here.phone(database, owner, PHONE, None if waits is None else at() + waits)
    assert _values(database) == [offered, EMAIL]


def test_a_frozen_identity_keeps_what_was_proved_before(
    database: Database, at: FrozenClock
) -> None:
    old = START - timedelta(days=9)
    change = START - timedelta(days=1)
    owner = here.identity(database, State.FROZEN, frozen_before=change, created_at=old)
    here.phone(database, owner, PHONE, at())  # since START: after the change
    assert _values(database, EMAIL, None) == [EMAIL]
    with database.writing() as session:
        session.execute(update(Channel).values(since=change - timedelta(days=1)))
    assert _values(database, EMAIL, None) == [PHONE, EMAIL]


def test_nothing_goes_to_who_was_disabled_since(database: Database, at: FrozenClock) -> None:
    """LK2: between the form and the button."""
    owner = here.identity(database, member=here.on_file(database))
    recovery = here.ask(database)
    with database.writing() as session:
        session.get_one(Identity, owner).state = State.DISABLED.value
    for number in range(len(here.offered(database, recovery))):
        here.send(database, recovery, number)
    assert set(factories.purposes(database)) == {"nothing"}


def test_decoys_are_stable_and_of_the_address_typed(database: Database, at: FrozenClock) -> None:
    """R6: the link of who types an address goes to that address, known or not."""
    shown = here.offered(database, here.ask(database))
    assert not any(offer.real for offer in shown)
    at.advance(days=3)
    assert here.offered(database, here.ask(database)) == shown
    by_mail = here.offered(database, here.ask(database, "personne@orange.fr"))[-1]
    assert by_mail == Offer(ChannelKind.CONTACT_EMAIL, "personne@orange.fr", real=False)
    assert by_mail.mask == "*****@orange.fr"


def test_some_strangers_without_a_birth_date_seem_to_have_a_telephone(
    database: Database, at: FrozenClock
) -> None:
    """Else a telephone would tell at sight that the account exists."""
    with database.reading() as session:
        drawn = [
            len(recovery_channels.offers(session, _stranger(session, f"x{n}@exemple.test")))
            for n in range(200)
        ]
    assert 10 < drawn.count(2) < 60


def _stranger(session: Session, email: str) -> Recovery:
    return Recovery(
        pair=reach.pairs(session, email, None)[0],
        identifier=recovery_channels.seal_identifier(session, email),
        mail_only=False,
    )


def test_the_decoys_of_a_pair_are_those_of_an_opening(database: Database, at: FrozenClock) -> None:
    """Other masks on another page would be nobody's."""
    recovery = here.ask(database)
    shown = {offer.kind: offer.value for offer in here.offered(database, recovery)}
    with database.reading() as session:
        said = Coordinates(Nir(NIR), "Martin", BORN)
        assert shown == decoys.of_pair(opening_member.match(session, said, Where()).pair)


def test_d6_the_link(database: Database, at: FrozenClock) -> None:
    """OTC8: its host is the issuer's; it says how long it lives."""
    owner = here.identity(database, member=here.on_file(database))
    recovery = here.ask(database)
    here.send(database, recovery, 1)
    (mail,) = factories.mails(database)
    assert (mail["purpose"], mail["to"]) == ("reset", EMAIL)
    assert mail["values"]["link"].startswith("http://localhost:8000/nouveau-mot-de-passe/")
    assert mail["values"]["minutes"] == 30
    with database.reading() as session:
        link = session.scalars(select(Link)).one()
        assert link.expires_at - link.created_at == timedelta(minutes=30)
        assert (link.flow_id, link.identity_id) == (recovery.id, owner)
        assert (link.interaction_id, link.client_id) == ("i" * 32, "site")
        mine = session.get_one(Recovery, recovery.id)
        assert (mine.sent_by, mine.sent_at) == ("email", at())


def test_d5_the_temporary_password(database: Database, at: FrozenClock) -> None:
    member = here.on_file(database)
    recovery = here.ask(database)
    here.send(database, recovery)
    (sms,) = factories.mails(database)
    assert (sms["purpose"], sms["to"]) == ("temporary_password", MOBILE)
    shown = sms["values"]["password_shown"]
    assert len(shown.replace(" ", "")) == 10
    with database.writing() as session:
        code = session.scalars(select(Code)).one()
        assert code.subject == f"member:{member}"
        assert code.expires_at - code.created_at == timedelta(minutes=15)
        binding = recovery_channels.binding(session.get_one(Recovery, recovery.id))
        assert codes.attempt(session, binding, shown.lower()).answer is codes.Answer.RIGHT
        assert codes.attempt(session, binding, shown).answer is codes.Answer.DEAD


def test_nobody_is_never_right(database: Database, at: FrozenClock) -> None:
    """And no code of somebody counts for a pair with another date."""
    here.on_file(database)
    wrong = here.ask(database, born=OTHER_DAY)
    with database.reading() as session:
        asked = recovery_channels.subject_of(session.get_one(Recovery, wrong.id))
    assert asked.kind is SubjectKind.NOBODY
    for number in range(len(here.offered(database, wrong))):
        here.send(database, wrong, number)
    assert set(factories.purposes(database)) == {"nothing"}
