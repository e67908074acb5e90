"""A NIR and a birth date show the same channels on every page that asks for them (R6, EN1, EN2)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from idp.accounts import decoys, joining, opening_member, openings
from idp.accounts.channels import ChannelKind
from idp.accounts.nir import Nir
from idp.accounts.opening_member import Coordinates
from idp.accounts.reach import Offer
from idp.accounts.states import State
from idp.clock import FrozenClock
from idp.models import Identity, Member, Opening
from idp.storage.engine import Database
from tests import factories
from tests.accounts import recovery_support as here
from tests.accounts.recovery_support import BORN, FILED, MOBILE, NIR
from tests.accounts.register_support import person
from tests.factories import EMAIL, HERE
from tests.fixtures import START, Statements

# nothing here depends on the engine
pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)

PHONE = "+33798765432"
CHANGE = START - timedelta(days=1)
Shown = dict[ChannelKind, str]
Case = Callable[[Database], object]


def _opening(database: Database, family_name: str = person(1)["family_name"]) -> Opening:
    """/creer-mon-espace, as far as the page with the channels."""
    with database.writing() as session:
        opening_id = openings.begin(session, "b" * 64, Nir(NIR))
        mine = openings.load(session, "b" * 64, opening_id)
        said = Coordinates(Nir(NIR), family_name, BORN)
        openings.keep_match(session, mine, opening_member.match(session, said, HERE), {})
        return session.get_one(Opening, opening_id)


def _offered(database: Database, opening: Opening) -> list[Offer]:
    with database.reading() as session:
        return opening_member.offers(session, session.get_one(Opening, opening.id))


def _values(found: list[Offer]) -> Shown:
    return {offer.kind: offer.value for offer in found}


def _drawn(database: Database) -> Shown:
    """The decoys of nobody's pair: what both pages show for it."""
    with database.reading() as session:
        opening = session.scalars(select(Opening)).one()
        return decoys.of_pair(str(opening.pair))


def _attached(state: State = State.ACTIVE, **changes: object) -> Case:
    def attach(database: Database) -> str:
        owner = here.identity(database, state, member=here.on_file(database))
        with database.writing() as session:
            change = update(Identity).where(Identity.id == owner)
            session.execute(change.values(**{"frozen_before": None, **changes}))
        return owner

    return attach


def _left(database: Database) -> None:
    _attached()(database)
    here.on_file(database, status="left")


def _with_phone(serves: timedelta) -> Case:
    def attach(database: Database) -> None:
        here.phone(database, str(_attached()(database)), PHONE, START + serves)

    return attach


BOTH = {ChannelKind.MOBILE: MOBILE, ChannelKind.CONTACT_EMAIL: EMAIL}
OLD = START - timedelta(days=9)
# None: decoys
CASES: dict[str, tuple[Case, Shown | None]] = {
    "unknown": (lambda _: None, None),
    "not attached": (here.on_file, {**BOTH, ChannelKind.CONTACT_EMAIL: FILED}),
    "mobile only": (lambda d: here.on_file(d, email=""), {ChannelKind.MOBILE: MOBILE}),
    "no channel": (lambda d: here.on_file(d, email="", mobile="0123456789"), None),
    "attached": (_attached(), BOTH),
    "proved phone": (_with_phone(timedelta(0)), {**BOTH, ChannelKind.MOBILE: PHONE}),
    "phone that waits": (_with_phone(timedelta(seconds=1)), BOTH),
    "closing": (_attached(State.CLOSING), BOTH),
    "disabled": (_attached(State.DISABLED), None),
    "frozen": (_attached(State.FROZEN, activated_at=OLD, frozen_before=CHANGE), None),
    "frozen at first": (_attached(State.FROZEN, frozen_before=CHANGE), None),
    "left": (lambda d: here.on_file(d, status="left"), None),
    "left and attached": (_left, BOTH),
}
# its sign-in address dates from before the change; what the register said came after
CASES["frozen"] = (CASES["frozen"][0], {ChannelKind.CONTACT_EMAIL: EMAIL})


@pytest.mark.parametrize("name", CASES)
def test_r6_two_pages_show_the_same_channels(
    database: Database, at: FrozenClock, name: str
) -> None:
    """Only nobody's are the same on both otherwise: a difference would tell that there is one."""
    prepare, real = CASES[name]
    prepare(database)
    opening, recovery = _opening(database), here.ask(database)
    shown = _offered(database, opening)
    asked = here.offered(database, recovery)
    assert _values(shown) == _values(asked)
    assert {offer.mask for offer in shown} == {offer.mask for offer in asked}
    assert _values(shown) == (_drawn(database) if real is None else real)
    assert {offer.real for offer in (*shown, *asked)} == {real is not None}


def test_r6_with_another_name_too(database: Database, at: FrozenClock) -> None:
    """The masks of an attached member, and a code that goes nowhere."""
    _attached()(database)
    shown = _offered(database, _opening(database, "Autre"))
    assert _values(shown) == BOTH
    assert not any(offer.real for offer in shown)


def test_lk2_who_is_disabled_meanwhile_is_nobody_on_the_page_that_is_open(
    database: Database, at: FrozenClock
) -> None:
    owner = str(_attached()(database))
    opening = _opening(database)
    with database.writing() as session:
        session.get_one(Identity, owner).state = State.DISABLED.value
    shown = _offered(database, opening)
    assert _values(shown) == _drawn(database)
    with database.writing() as session:
        mine = session.get_one(Opening, opening.id)
        for offer in opening_member.offers(session, mine):
            opening_member.send(session, mine, offer, HERE)
    assert set(factories.purposes(database)) == {"nothing"}


def test_en2_the_same_number_of_statements(database: Database, at: FrozenClock) -> None:
    """Of a stranger, of an attached member with a telephone, and once that one is disabled."""
    run = Statements(database)
    nobody = _cost(database, run)
    _with_phone(timedelta(0))(database)
    assert _cost(database, run) == nobody
    with database.writing() as session:
        session.execute(update(Identity).values(state=State.DISABLED.value))
    assert _cost(database, run) == nobody


def _cost(database: Database, run: Statements) -> int:
    run.clear()
    _offered(database, _opening(database))
    return len(run)


def test_r9_a_code_attaches_nothing_of_an_attached_record(
    database: Database, at: FrozenClock
) -> None:
    """It comes back from the sign-in address, and the record stays whose it is."""
    owner = str(_attached()(database))
    opening = _opening(database)
    other = here.identity(database, email="autre@exemple.test")
    with database.writing() as session:
        mine = session.get_one(Opening, opening.id)
        offer = opening_member.offers(session, mine)[0]
        opening_member.send(session, mine, offer, HERE)
        mine.identity_id = other
    (mail,) = factories.mails(database)
    assert (mail["purpose"], mail["to"]) == ("member_code", EMAIL)
    with database.writing() as session:
        mine = session.get_one(Opening, opening.id)
        typed = mail["values"]["code_shown"]
        assert opening_member.answer(session, mine, offer, typed, HERE).answer.value == "right"
        assert not joining.attach_opening(session, mine, HERE, how="join")
        assert session.scalars(select(Member.identity_id)).one() == owner
