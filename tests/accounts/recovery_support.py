"""Asking for the way back, without a page: who asks, what is offered, what goes."""

from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy import select, update

from idp import clock
from idp.accounts import channels, decoys, reach, recoveries, recovery_channels
from idp.accounts.activity import Where
from idp.accounts.channels import ChannelKind, Source, Standing
from idp.accounts.reach import Offer
from idp.accounts.recoveries import Cause, Request
from idp.accounts.signup import Towards
from idp.accounts.states import State
from idp.models import Channel, Member, Recovery, new_id
from idp.storage.engine import Database
from tests import factories
from tests.accounts.register_support import nir, person, run
from tests.factories import HERE

BORN, OTHER_DAY = date(1985, 5, 31), date(1985, 5, 30)
BROWSER, OTHER_BROWSER = "b" * 64, "c" * 64
FILED, MOBILE = "officielle@exemple.test", "+33612345678"
NIR = person(1)["nir"]


def on_file(database: Database, rank: int = 1, **changes: str) -> str:
    """A member of the register, with an e-mail and a mobile; the id."""
    line = person(rank, **{"email": FILED, "mobile": MOBILE, "landline": "", **changes})
    run(database, line)
    with database.reading() as session:
        query = select(Member.id).where(Member.member_number == line["member_number"])
        return str(session.scalars(query).one())


def identity(
    database: Database,
    state: State = State.ACTIVE,
    *,
    member: str | None = None,
    email: str = factories.EMAIL,
    frozen_before: datetime | None = None,
    created_at: datetime | None = None,
) -> str:
    """An identity, which may have a record; the id."""
    with database.writing() as session:
        made = factories.make_identity(session, email, state=state, created_at=created_at)
        made.frozen_before = frozen_before
        attached = update(Member).where(Member.id == (member or ""))
        session.execute(attached.values(identity_id=made.id, attached_at=clock.now()))
        return made.id


def phone(database: Database, owner: str, number: str, serves_from: datetime | None) -> None:
    """A telephone that the person has proved here."""
    with database.writing() as session:
        session.add(
            Channel(
                id=new_id(),
                identity_id=owner,
                kind=ChannelKind.MOBILE.value,
                **channels.said(session, number, source=Source.PERSON)
                | {"standing": Standing.PROVED.value, "serves_recovery_from": serves_from},
            )
        )


def ask(
    database: Database,
    identifier: str = NIR,
    born: date | None = BORN,
    *,
    cause: Cause = Cause.FORGOTTEN,
    browser: str = BROWSER,
    where: Where = HERE,
) -> Recovery:
    """A recovery begins."""
    with database.writing() as session:
        typed = recoveries.parse(session, identifier)
        asked = Request(cause, typed, born, browser, Towards("i" * 32, "site", None), where)
        return recoveries.begin(session, asked)


def offered(database: Database, recovery: Recovery) -> list[Offer]:
    """What the page shows."""
    with database.reading() as session:
        return recovery_channels.offers(session, recovery)


def values(database: Database, recovery: Recovery) -> list[str]:
    """The real addresses and numbers behind it; none where nobody is."""
    return [offer.value for offer in offered(database, recovery) if offer.real]


def send(database: Database, recovery: Recovery, number: int = 0, where: Where = HERE) -> Offer:
    """Send to the channel of that place on the page."""
    with database.writing() as session:
        mine = session.get_one(Recovery, recovery.id)
        offer = recovery_channels.offers(session, mine)[number]
        recovery_channels.send(session, mine, offer, where)
        return offer


def sent(database: Database) -> list[tuple[str, str]]:
    """Purpose and address of what was queued, in its order."""
    return [(mail["purpose"], mail["to"]) for mail in factories.mails(database)]


def of_kinds(database: Database, *kinds: str, of: Callable[[int], str] = nir) -> str:
    """A NIR whose decoys are of these kinds."""
    with database.reading() as session:
        for number in map(of, range(1, 400)):
            drawn = decoys.of_pair(reach.pairs(session, number, BORN)[0])
            if {kind.value for kind in drawn} == set(kinds):
                return number
    raise AssertionError(kinds)
