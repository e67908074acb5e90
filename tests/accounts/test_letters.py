"""The code of a letter: for whom there is one, once, and nothing for whom nobody is (R9)."""

import pytest
from sqlalchemy import select

from idp.accounts import letters, members
from idp.accounts.codes import Issued
from idp.accounts.letters import NoLetterError
from idp.clock import FrozenClock
from idp.models import Code, Event, Member, new_id
from idp.storage.engine import Database
from tests import factories
from tests.accounts.register_support import attach, person, run
from tests.at_once import at_once
from tests.fixtures import Statements


def issue(database: Database, number: str = "F0000001") -> Issued:
    """A letter to that member."""
    with database.writing() as session:
        member = members.find(session, number)
        assert member is not None
        return letters.issue(session, member, by="conseil")


def redeem(database: Database, typed: str, member_id: str | None) -> bool:
    """Type it, in some browser."""
    with database.writing() as session:
        return letters.redeem(session, member_id, new_id(), typed)


@pytest.fixture
def members_id(database: Database) -> str:
    """One member of the register."""
    run(database, person(1))
    with database.reading() as session:
        return session.scalars(select(Member.id)).one()


def test_r9_ten_characters_thirty_days_any_browser_once(
    database: Database, at: FrozenClock, members_id: str
) -> None:
    issued = issue(database)
    assert len(issued.secret) == 10
    at.advance(days=29, hours=23)
    assert not redeem(database, "7" * 10, members_id)
    assert redeem(database, issued.shown.lower(), members_id)
    assert not redeem(database, issued.secret, members_id)
    late = issue(database)
    at.advance(days=30, seconds=1)
    assert not redeem(database, late.secret, members_id)


def test_otc4_a_new_letter_kills_the_older_one(database: Database, members_id: str) -> None:
    old, new = issue(database), issue(database)
    assert not redeem(database, old.secret, members_id)
    assert redeem(database, new.secret, members_id)


def test_otc5_it_is_of_one_member(database: Database, members_id: str) -> None:
    run(database, person(1), person(2))
    mine, other = issue(database), issue(database, "F0000002")
    assert not redeem(database, other.secret, members_id)
    assert not redeem(database, mine.secret, None)
    with database.writing() as session:
        assert not letters.redeem(session, None, members_id, mine.secret), "whatever the flow"
    assert redeem(database, mine.secret, members_id)


def test_en2_nobody_costs_the_same(database: Database, members_id: str) -> None:
    issued = issue(database)
    seen = []
    for member_id in (members_id, None):
        statements = Statements(database)
        assert not redeem(database, "7" * 10, member_id)
        seen.append(list(statements))
    assert seen[0] == seen[1] != []
    assert redeem(database, issued.secret, members_id)


@pytest.mark.parametrize(
    ("changes", "detail"),
    [
        ({"status": "left"}, "closed"),
        ({"status": "deceased"}, "closed"),
        ({"address_line": ""}, "no_address"),
        ({"city": ""}, "no_address"),
    ],
)
def test_for_whom_there_is_no_letter(
    database: Database, changes: dict[str, str], detail: str
) -> None:
    run(database, person(1, **changes))
    with pytest.raises(NoLetterError) as refused:
        issue(database)
    assert refused.value.detail == detail


def test_none_for_who_is_attached(database: Database, members_id: str) -> None:
    attach(database)
    with pytest.raises(NoLetterError) as refused:
        issue(database)
    assert refused.value.detail == "attached"
    with database.reading() as session:
        assert session.scalars(select(Code)).all() == []


def test_cl3_otc6_the_event_and_no_trace_of_the_code(database: Database, members_id: str) -> None:
    issued = issue(database)
    with database.reading() as session:
        event = session.scalars(select(Event).where(Event.kind == "admin:letter:issued")).one()
    assert event.detail == {"by": "conseil", "member": members_id}
    kept = factories.dump(database)
    assert [each for each in (issued.secret, issued.shown) if each in kept] == []


def test_otc4_of_twenty_at_once_one_has_it(database: Database, members_id: str) -> None:
    issued = issue(database)
    won = at_once(20, lambda _number: redeem(database, issued.secret, members_id))
    assert sum(won) == 1
