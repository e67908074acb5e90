"""Whom a page may meet: each case is what makes it, for one address (EMAIL) and one person.

A case is prepared on a copy of one database; `unknown` is that database as it is. The person of
the register line is not in the register unless the case says so.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, update

from idp import clock
from idp.accounts import identities, letters
from idp.accounts.states import PENDING_LIFE, State
from idp.models import Identity
from idp.models import Member as Record
from tests.accounts import legacy_support, register_support
from tests.accounts.invitation_support import Import as Invite
from tests.accounts.invitation_support import invited, lines_of
from tests.fixtures import START
from tests.flows.alike import EMAIL, Stage
from tests.flows.support_b import WRONG, person, put, trusted, wrong
from tests.member import Member

OTHER = "autre.adresse@exemple.test"
MOBILE, OVERSEAS, LANDLINE = "0612345678", "0692345678", "0123456789"
EMAIL_ONLY, SMS_ONLY, BOTH = "email", "sms", "both"

Prepare = Callable[[Stage], object]


@dataclass(frozen=True)
class Case:
    """`channels`: those that the page of the code shows for the person, decoys where nobody is.

    `blocked` by wrong passwords; `opens`: PASSWORD is the right one and leads somewhere.
    """

    name: str
    prepare: Prepare
    channels: str = EMAIL_ONLY
    blocked: bool = False
    opens: bool = False


def all_of(*steps: Prepare) -> Prepare:
    """One after the other."""

    def prepare(stage: Stage) -> None:
        for step in steps:
            step(stage)

    return prepare


def nobody(_stage: Stage) -> None:
    """Nothing."""


def identity(state: State, email: str = EMAIL) -> Prepare:
    """An identity of that address."""
    return lambda stage: person(stage.store, email, state)


def invited_identity(stage: Stage) -> None:
    """One that waits for its first code, as an invitation to another address made it."""
    with stage.store.writing() as session:
        row = Identity.id == person(stage.store, state=State.INVITED, email=EMAIL)
        until = clock.now() + PENDING_LIFE
        session.execute(update(Identity).where(row).values(expires_at=until))


def elsewhere(stage: Stage) -> Member:
    """A browser whose doings are no part of a walk."""
    member = Member(stage.app)
    member.client.environ_base["REMOTE_ADDR"] = "203.0.113.9"
    return member


def signed_up(stage: Stage) -> None:
    """A sign-up that waits for its link."""
    elsewhere(stage).sign_up(EMAIL)


def rival(stage: Stage) -> None:
    """Somebody's try to sign up the address with a password of their own."""
    elsewhere(stage).sign_up(EMAIL, WRONG)


def device(stage: Stage) -> None:
    """A trusted browser, somewhere."""
    trusted(elsewhere(stage), EMAIL)


def block(stage: Stage) -> None:
    """Three wrong passwords, an hour ago."""
    stage.clock.instant = START - timedelta(hours=1)
    wrong(elsewhere(stage), EMAIL, times=3)


def disable(stage: Stage) -> None:
    """The identity is disabled now."""
    with stage.store.reading() as session:
        found = identities.find(session, EMAIL)
        assert found is not None
    put(stage.store, found.id, State.DISABLED)


def filed(**changes: str) -> Prepare:
    """The person's line in the register: an e-mail that is EMAIL, but for the changes."""
    nothing = {"email": EMAIL, "mobile": "", "landline": ""}
    return lambda stage: register_support.run(stage.store, {**stage.line, **nothing, **changes})


def later(**delta: float) -> Prepare:
    """Time goes by."""
    return lambda stage: stage.clock.advance(**delta)


def attached(state: State = State.ACTIVE, email: str = EMAIL) -> Prepare:
    """The record is attached to an identity of that address."""

    def attach(stage: Stage) -> None:
        values = {"identity_id": person(stage.store, email, state), "attached_at": clock.now()}
        with stage.store.writing() as session:
            session.execute(_record(stage).values(**values, legacy_sealed=None))

    return attach


def letter(stage: Stage) -> None:
    """A code is on its way by post."""
    with stage.store.writing() as session:
        number = stage.line["member_number"]
        member = session.scalars(select(Record).where(Record.member_number == number)).one()
        letters.issue(session, member, by="operator")


def invitation(stage: Stage) -> None:
    """The member is invited at EMAIL."""
    line = {name: stage.line[name] for name in ("member_number", "family_name", "birth_date")}
    given = stage.line["given_name"]
    done = Invite(stage.store, lines_of(invited(email=EMAIL, given_name=given, **line)))
    assert done.counts.invited == 1, done.findings


def neighbour(stage: Stage) -> None:
    """Another member of the same contact address, as couples have."""
    register_support.run(stage.store, register_support.person(998, email=EMAIL))


def _record(stage: Stage):  # noqa: ANN202
    return update(Record).where(Record.member_number == stage.line["member_number"])


LEGACY = {"legacy_password_hash": legacy_support.MD5}
UNKNOWN = Case("unknown", nobody)
PHANTOM = Case("phantom-blocked", block, blocked=True)
OF_ADDRESS = (
    PHANTOM,
    Case("pending", signed_up),
    Case("active", identity(State.ACTIVE), opens=True),
    Case("disabled", identity(State.DISABLED)),
    Case("frozen", identity(State.FROZEN)),
    Case("closing", identity(State.CLOSING)),
    Case("erased", identity(State.ERASED)),
    Case("invited", invited_identity, opens=True),
    Case("rival", all_of(identity(State.ACTIVE), rival), opens=True),
    Case("device", all_of(identity(State.ACTIVE), device), opens=True),
    Case("blocked", all_of(identity(State.ACTIVE), block), blocked=True),
    Case("blocked-pending", all_of(signed_up, block), blocked=True),
    Case("blocked-disabled", all_of(identity(State.DISABLED), block), blocked=True),
    Case("disabled-since", all_of(identity(State.ACTIVE), block, disable), blocked=True),
)
OF_PERSON = (
    Case("email-on-file", filed()),
    Case("mobile-on-file", filed(email="", mobile=MOBILE), SMS_ONLY),
    Case("both-on-file", filed(mobile=MOBILE), BOTH),
    Case("other-email-on-file", filed(email=OTHER)),
    Case("shared-email", all_of(filed(), neighbour)),
    Case("no-channel", filed(email=""), BOTH),
    Case("landline", filed(email="", landline=LANDLINE), BOTH),
    Case("overseas", filed(email="", mobile=OVERSEAS), BOTH),
    Case("email-waits", all_of(filed(email=OTHER), later(days=1), filed())),
    Case("mobile-waits", all_of(filed(), later(days=1), filed(mobile=MOBILE))),
    Case("letter", all_of(filed(email=""), letter), BOTH),
    Case("invited-member", all_of(filed(), invitation)),
    Case("left", filed(status="left")),
    Case("deceased", filed(status="deceased")),
    Case("left-legacy", filed(status="left", **LEGACY)),
    Case("legacy", filed(**LEGACY)),
    Case("legacy-both", filed(mobile=MOBILE, **LEGACY), BOTH),
)
OF_BOTH = (
    Case("not-attached", all_of(filed(), identity(State.ACTIVE)), opens=True),
    Case("legacy-and-identity", all_of(filed(**LEGACY), identity(State.ACTIVE)), opens=True),
    Case("attached", all_of(filed(), attached()), opens=True),
    Case("attached-both", all_of(filed(mobile=MOBILE), attached()), BOTH, opens=True),
    Case("attached-elsewhere", all_of(filed(), attached(email=OTHER))),
    Case("attached-frozen", all_of(filed(), attached(State.FROZEN))),
    Case("attached-left", all_of(filed(), attached(), filed(status="left")), opens=True),
    Case("attached-blocked", all_of(filed(), attached(), block), blocked=True),
)
STATES = (*OF_ADDRESS, *OF_PERSON, *OF_BOTH)
CLOSED = {"left", "left-legacy", "deceased", "attached-left"}
MATCHED = tuple(each.name for each in (*OF_PERSON, *OF_BOTH) if each.name not in CLOSED)
_SHUT = ("disabled", "frozen", "closing", "erased", "attached-frozen")
HELD = tuple(
    each.name for each in STATES if each.name in _SHUT or (each.opens and each.name != "invited")
)
BLOCKED_TOO = ("attached-blocked",)
WITH_OLD = tuple(each.name for each in STATES if "legacy" in each.name)
