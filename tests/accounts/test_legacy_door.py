"""What NIR and old password are worth, in each state of a member, and what they count (C1, D1)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update

from idp.accounts import legacy_door, lockout
from idp.accounts.legacy_door import Outcome
from idp.accounts.nir import Nir, parse
from idp.accounts.sign_in import Blocked
from idp.accounts.sign_in import Outcome as ByEmail
from idp.accounts.states import State
from idp.clock import FrozenClock
from idp.errors import TooManyError
from idp.models import Member
from idp.storage.engine import Database
from tests import factories
from tests.accounts import door
from tests.accounts import legacy_support as support
from tests.accounts.legacy_support import CONTACT, MD5, NOBODY, enter
from tests.at_once import at_once
from tests.factories import EMAIL
from tests.fixtures import START, Statements

DAY = timedelta(hours=24)


def attached(database: Database, state: State = State.ACTIVE, **changes: str) -> Nir:
    """A member who has moved to EMAIL."""
    nir = support.member(database, MD5, **changes)
    with database.writing() as session:
        identity_id = factories.make_identity(session, state=state).id
    support.attach(database, nir, identity_id)
    return nir


def left(database: Database) -> Nir:
    """A member with an old password who is none any more."""
    return support.member(database, MD5, status="left")


NOBODYS: dict[str, Callable[[Database], Nir]] = {
    "unknown": lambda _database: NOBODY,
    "never-created": lambda database: support.member(database, ""),
    "attached": attached,
    "attached-frozen": lambda database: attached(database, State.FROZEN),
    "attached-disabled": lambda database: attached(database, State.DISABLED),
    "attached-left": lambda database: attached(database, status="left"),
    "left-never-created": lambda database: support.member(database, "", status="left"),
}
SOMEBODYS: dict[str, Callable[[Database], Nir]] = {
    "legacy": support.member,
    "legacy-no-channel": lambda database: support.member(database, email=""),
    "left": left,
    "deceased": lambda database: support.member(database, MD5, status="deceased"),
}
ANYBODYS = {**NOBODYS, **SOMEBODYS}


@pytest.mark.parametrize("made", NOBODYS.values(), ids=NOBODYS)
def test_c10_c11_who_has_no_old_password_is_verified_against_nobody(
    database: Database, at: FrozenClock, made: Callable[[Database], Nir]
) -> None:
    claimed = support.ticket(database, made(database))
    assert claimed.verifier is None
    assert support.settle(database, claimed, right=False) is Outcome.WRONG


def test_c1_the_old_password_of_a_member_is_right(database: Database, at: FrozenClock) -> None:
    nir = support.member(database)
    assert support.ticket(database, nir).verifier == MD5
    assert enter(database, nir, right=True) is Outcome.RIGHT


@pytest.mark.parametrize("status", ["left", "deceased"])
def test_who_is_closed_learns_it_by_the_right_password_only(
    database: Database, at: FrozenClock, status: str
) -> None:
    nir = support.member(database, MD5, status=status)
    assert enter(database, nir, right=False) is Outcome.WRONG
    assert enter(database, nir, right=True) is Outcome.CLOSED


@pytest.mark.parametrize("made", ANYBODYS.values(), ids=ANYBODYS)
def test_en2_four_wrong_tries_cost_alike_whoever_it_is(
    database: Database, at: FrozenClock, made: Callable[[Database], Nir]
) -> None:
    nir = made(database)
    seen = []
    enter(database, Nir("1850575999902"), right=False)  # the budget of the network has its row
    for one in (Nir("1850575999901"), nir):
        before, statements = factories.counts(database), Statements(database)
        told = [enter(database, one, right=False) for _ in range(4)]
        assert told == [*3 * [Outcome.WRONG], Blocked(START + DAY)]
        run = [" ".join(each.split()[:3]) for each in statements]
        after = factories.counts(database)
        seen.append((run, {name: after[name] - before[name] for name in after}))
    assert seen[1] == seen[0]


@pytest.mark.parametrize("known", [True, False])
def test_lk1_of_twenty_tries_at_once_three_are_evaluated(
    database: Database, at: FrozenClock, *, known: bool
) -> None:
    nir = support.member(database) if known else NOBODY
    claimed = at_once(20, lambda _number: support.claim(database, nir))
    assert sum(not isinstance(each, Blocked) for each in claimed) == 3


def test_d1_one_counter_for_the_nir_and_the_e_mail_of_one_person(
    database: Database, at: FrozenClock
) -> None:
    nir = attached(database)
    assert enter(database, nir, right=False) is Outcome.WRONG
    assert door.enter(database, right=False) is ByEmail.WRONG
    assert enter(database, nir, right=False) is Outcome.WRONG
    assert door.enter(database, right=True) == Blocked(START + DAY)
    assert enter(database, nir, right=False) == Blocked(START + DAY)
    at.advance(hours=24)
    assert door.enter(database, right=True) is ByEmail.RIGHT
    assert enter(database, nir, right=False) is Outcome.WRONG


def test_d1_a_contact_address_is_no_sign_in_address(database: Database, at: FrozenClock) -> None:
    """Somebody's identity may have the address that the register has of a member (couples)."""
    with database.writing() as session:
        factories.make_identity(session, CONTACT)
    nir = support.member(database)
    for _ in range(3):
        enter(database, nir, right=False)
    assert isinstance(enter(database, nir, right=True), Blocked)
    assert door.enter(database, CONTACT, right=True) is ByEmail.RIGHT


def test_lk3_a_right_one_starts_the_row_again(database: Database, at: FrozenClock) -> None:
    nir = support.member(database)
    for _ in range(3):
        enter(database, nir, right=False)
        enter(database, nir, right=False)
        assert enter(database, nir, right=True) is Outcome.RIGHT


def test_lk1_the_owner_is_told_once_at_the_contact_address(
    database: Database, at: FrozenClock
) -> None:
    nir = support.member(database)
    for _ in range(5):
        enter(database, nir, right=False)
    told = [each for each in factories.mails(database) if each["purpose"] == "blocked"]
    assert [each["to"] for each in told] == [CONTACT]


@pytest.mark.parametrize(
    ("made", "to"),
    [
        (attached, [EMAIL]),
        (NOBODYS["attached-disabled"], []),
        (left, []),
        (NOBODYS["never-created"], []),
        (SOMEBODYS["legacy-no-channel"], []),
    ],
)
def test_lk1_whom_a_block_by_nir_is_told(
    database: Database, at: FrozenClock, made: Callable[[Database], Nir], to: list[str]
) -> None:
    nir = made(database)
    for _ in range(3):
        enter(database, nir, right=False)
    assert [m["to"] for m in factories.mails(database) if m["purpose"] == "blocked"] == to


@pytest.mark.parametrize(
    "change", [{"legacy_sealed": None}, {"legacy_sealed": b"other"}, {"status": "left"}]
)
def test_what_changed_while_the_password_was_looked_at_is_looked_at_again(
    database: Database, at: FrozenClock, change: dict[str, object]
) -> None:
    nir = support.member(database)
    for _ in range(4):
        claimed = support.ticket(database, nir)
        with database.writing() as session:
            session.execute(update(Member).values(**change))
        assert support.settle(database, claimed, right=True) is Outcome.CHANGED
        with database.writing() as session:
            kept = claimed.member
            assert kept is not None
            was = {"legacy_sealed": kept.legacy_sealed, "status": kept.status}
            session.execute(update(Member).values(**was))
    assert enter(database, nir, right=True) is Outcome.RIGHT


def test_c13_attached_while_the_password_was_looked_at_opens_nothing(
    database: Database, at: FrozenClock
) -> None:
    nir = support.member(database)
    claimed = support.ticket(database, nir)
    with database.writing() as session:
        identity_id = factories.make_identity(session).id
        session.execute(update(Member).values(identity_id=identity_id))  # and nothing else
    assert support.settle(database, claimed, right=True) is Outcome.CHANGED
    assert support.ticket(database, nir).verifier is None


def test_lk4_failures_count_for_the_network_and_right_ones_do_not(
    database: Database, at: FrozenClock
) -> None:
    nir = support.member(database)
    for _ in range(3):
        assert enter(database, nir, right=True) is Outcome.RIGHT
    for number in range(20):
        enter(database, Nir(f"18505759999{number:02}"), right=False)
    with pytest.raises(TooManyError) as full:
        support.claim(database, nir)
    assert full.value.budget == "sign_in_failures_ip"
    with pytest.raises(TooManyError):
        door.claim(database)
    at.advance(minutes=11)
    assert enter(database, nir, right=True) is Outcome.RIGHT, "a refused try is not counted"


def test_av1_what_could_not_be_looked_at_is_not_counted(
    database: Database, at: FrozenClock
) -> None:
    nir = support.member(database)
    for _ in range(4):
        claimed = support.ticket(database, nir)
        with database.writing() as session:
            legacy_door.abandon(session, claimed)
    assert enter(database, nir, right=True) is Outcome.RIGHT


def test_pii2_all_spellings_of_a_nir_are_one_counter(database: Database) -> None:
    with database.reading() as session:
        keys = {
            lockout.key_for_nir(session, parse(typed))
            for typed in ("1850575999901", "1 85 05 75 999 901", "1.85.05.75.999.901")
        }
    assert len(keys) == 1


def test_pii3_a_ticket_shows_nothing_of_whom_it_is(database: Database) -> None:
    shown = repr(support.ticket(database, support.member(database)))
    assert MD5 not in shown
    assert "sealed" not in shown
