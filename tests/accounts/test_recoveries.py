"""Asking for the way back: whom it is for, and that asking changes nothing (D2, D8, R5, LK6)."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from idp.accounts import joining, recoveries
from idp.accounts.identifiers import BadEmailError
from idp.accounts.nir import BadNirError, key_of
from idp.accounts.recoveries import Cause, Request
from idp.accounts.sign_in import Outcome
from idp.accounts.signup import Towards
from idp.accounts.states import State
from idp.clock import FrozenClock
from idp.errors import TooManyError
from idp.models import Base, Channel, Device, Identity, Lockout, Migration, Recovery, new_id
from idp.models import Member as Record
from idp.storage.engine import Database
from tests import factories
from tests.accounts import recovery_support as here
from tests.accounts.door import enter
from tests.accounts.recovery_support import BORN, BROWSER, FILED, MOBILE, NIR
from tests.accounts.recovery_support import OTHER_DAY as WRONG_DAY
from tests.accounts.register_support import nir
from tests.factories import EMAIL, HERE
from tests.fixtures import START

# nothing here depends on the engine; what may be used once is tested on both, in its own place
pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)

Found = tuple[str | None, str | None]
NOBODY: Found = (None, None)


def _found(database: Database, identifier: str = NIR, born: date | None = BORN) -> Found:
    recovery = here.ask(database, identifier, born)
    return recovery.identity_id, recovery.member_id


def test_a_member_by_nir_and_birth_date(database: Database, at: FrozenClock) -> None:
    member = here.on_file(database)
    assert _found(database) == (None, member)
    assert _found(database, born=WRONG_DAY) == NOBODY
    assert _found(database, nir(77)) == NOBODY
    assert _found(database, FILED) == NOBODY, "a contact address is no identifier"


@pytest.mark.parametrize(
    "spelling",
    [
        lambda n: f"{n[0]} {n[1:3]} {n[3:5]} {n[5:7]} {n[7:10]} {n[10:]}",
        lambda n: f"  {n}{key_of(n)} ",
        lambda n: f"{n[0]}.{n[1:3]}-{n[3:5]}\u00a0{n[5:]} / {key_of(n)}".replace(" /", ""),
        lambda n: "".join(chr(ord(c) + 0xFEE0) for c in n),
    ],
)
def test_pii2_a_nir_however_it_is_spelled(
    database: Database, at: FrozenClock, spelling: Callable[[str], str]
) -> None:
    member = here.on_file(database)
    assert _found(database, spelling(NIR)) == (None, member)


def test_what_is_no_identifier_is_told(database: Database) -> None:
    with database.reading() as session:
        with pytest.raises(BadNirError):
            recoveries.parse(session, "claire martin")
        with pytest.raises(BadNirError):
            recoveries.parse(session, f"{NIR}{(int(key_of(NIR)) + 1) % 100:02}")
        with pytest.raises(BadEmailError):
            recoveries.parse(session, "claire@")


def test_d8_an_identity_without_record_has_no_birth_date(
    database: Database, at: FrozenClock
) -> None:
    identity = here.identity(database)
    assert _found(database, EMAIL, None) == (identity, None)
    assert _found(database, f" {EMAIL.title()} ", None) == (identity, None)
    assert _found(database, EMAIL, BORN) == NOBODY, "its decoys change with the date as nobody's do"


def test_an_identity_and_its_record_by_either_identifier(
    database: Database, at: FrozenClock
) -> None:
    member = here.on_file(database)
    both = here.identity(database, member=member), member
    assert _found(database) == both
    assert _found(database, EMAIL) == both
    assert _found(database, EMAIL, None) == NOBODY
    assert _found(database, EMAIL, WRONG_DAY) == NOBODY


RECOVERING = {State.ACTIVE, State.CLOSING}


@pytest.mark.parametrize("state", list(State))
def test_states_md_who_recovers(database: Database, at: FrozenClock, state: State) -> None:
    """Frozen apart: an identity that nothing dates is nobody."""
    identity = here.identity(database, state)
    assert _found(database, EMAIL, None) == ((identity, None) if state in RECOVERING else NOBODY)


@pytest.mark.parametrize("state", list(State))
def test_a_record_whose_identity_may_not_recover_is_nobody(
    database: Database, at: FrozenClock, state: State
) -> None:
    member = here.on_file(database)
    identity = here.identity(database, state, member=member)
    found = (identity, member) if state in RECOVERING else NOBODY
    assert _found(database) == found
    assert _found(database, EMAIL) == found
    values = here.values(database, here.ask(database))
    assert bool(values) is (state in RECOVERING)


@pytest.mark.parametrize("status", ["left", "deceased"])
def test_a_closed_member_is_nobody_but_keeps_the_identity(
    database: Database, at: FrozenClock, status: str
) -> None:
    member = here.on_file(database)
    here.on_file(database, status=status)
    assert _found(database) == NOBODY
    identity = here.identity(database, member=member)
    assert _found(database) == (identity, member)
    assert _found(database, EMAIL) == (identity, member)


def test_r9_a_frozen_identity_recovers_if_it_was_proved_before(
    database: Database, at: FrozenClock
) -> None:
    early = here.identity(
        database,
        State.FROZEN,
        created_at=START - timedelta(days=1),
        frozen_before=START,
    )
    late = here.identity(
        database, State.FROZEN, email="tard@exemple.test", frozen_before=START - timedelta(days=1)
    )
    stroke = here.identity(
        database,
        State.FROZEN,
        email="meme@exemple.test",
        frozen_before=START + timedelta(seconds=1),
    )
    assert _found(database, EMAIL, None) == (early, None)
    assert _found(database, "tard@exemple.test", None) == NOBODY, late
    assert _found(database, "meme@exemple.test", None) == NOBODY, stroke


def test_r9_an_undo_dates_the_change_and_ends_what_was_begun(
    database: Database, at: FrozenClock
) -> None:
    """The owner recovers by the NIR, on the old channel; who joined, only if proved before."""
    member = here.on_file(database)
    identity = here.identity(database)
    at.advance(days=3)
    with database.writing() as session:
        assert joining.attach(session, identity, member, HERE, how="test")
    change = at()
    before = here.ask(database)
    with database.writing() as session:
        session.add(_migration(member))
    at.advance(hours=5)
    token = factories.mails(database)[-1]["values"]["link"].rpartition("/")[2]
    with database.writing() as session:
        assert joining.undo(session, token, HERE) == identity
    with database.reading() as session:
        frozen = session.get_one(Identity, identity)
        assert (frozen.state, frozen.frozen_before) == (State.FROZEN.value, change)
        assert session.scalars(select(Migration.ended_at)).one() == at()
        assert session.get_one(Recovery, before.id).ended_at == at()
    assert _found(database, EMAIL, None) == (identity, None)
    owner = here.ask(database)
    assert (owner.identity_id, owner.member_id) == (None, member)
    assert here.values(database, owner) == [MOBILE, FILED]


def _migration(member: str) -> Migration:
    return Migration(
        id=new_id(),
        browser_hash=BROWSER,
        member_id=member,
        created_at=START,
        expires_at=START + timedelta(days=9),
    )


def test_the_row_holds_no_nir_and_no_birth_date(database: Database, at: FrozenClock) -> None:
    """PII1."""
    here.on_file(database)
    by_nir = here.ask(database)
    here.ask(database, EMAIL)
    assert by_nir.identifier is None
    dumped = factories.dump(database)
    for secret in (NIR, EMAIL, "1985-05-31", "31/05/1985"):
        assert secret not in dumped
        assert secret.encode().hex() not in dumped


def test_lk6_a_hundred_requests_change_and_block_nothing(
    database: Database, at: FrozenClock
) -> None:
    """From everywhere, for one person, right and wrong."""
    member = here.on_file(database)
    here.identity(database, member=member)
    untouched = (Identity, Record, Channel, Lockout, Device)
    before = [_rows(database, table) for table in untouched]
    with database.writing() as session:
        for number in range(100):
            identifier = recoveries.parse(session, (NIR, EMAIL)[number % 2])
            cause, born = list(Cause)[number % 2], (BORN, WRONG_DAY)[number // 2 % 2]
            asked = Request(cause, identifier, born, BROWSER, Towards(), HERE)
            with suppress(TooManyError):
                recoveries.begin(session, asked)
    assert [_rows(database, table) for table in untouched] == before
    assert enter(database, right=True) is Outcome.RIGHT


def _rows(database: Database, table: type[Base]) -> list[tuple[object, ...]]:
    with database.reading() as session:
        return [tuple(row) for row in session.execute(select(table.__table__))]
