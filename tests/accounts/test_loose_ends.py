"""SE5: what was sent or begun ends; what is somebody else's, or only takes away, does not."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from idp import clock
from idp.accounts import codes, links, loose_ends, subject
from idp.accounts.codes import Binding, Purpose
from idp.accounts.lifetimes import LINKS
from idp.accounts.subject import Subject
from idp.clock import FrozenClock
from idp.models import Base, Code, Link, Member, Migration, Opening, Recovery, new_id
from idp.storage.engine import Database
from tests.accounts.register_support import attach, person, run

KEPT_LINKS = {"undo", "invitation"}


def _flow(session: Session, table: type[Base], **owner: str | None) -> str:
    """A row of a journey that goes on for a while; its id."""
    fields: dict[str, object] = {
        "id": new_id(),
        "browser_hash": "b" * 64,
        "created_at": clock.now(),
        "expires_at": clock.now() + timedelta(hours=1),
        **owner,
    }
    if table is Recovery:
        fields |= {"kind": "unblock", "by_nir": False, "typed": "t" * 64, "pair": "p" * 64}
    session.add(table(**fields))
    session.flush()
    return str(fields["id"])


def _codes(session: Session, whom: Subject) -> None:
    for purpose in Purpose:
        codes.issue(session, Binding(purpose, whom, None, "c" * 64))


@pytest.fixture
def people(database: Database, at: FrozenClock) -> dict[str, tuple[str, str]]:
    """Identity and member of two persons, each in the middle of everything there is."""
    run(database, person(1), person(2))
    made = {}
    for number in ("F0000001", "F0000002"):
        identity_id = attach(database, number)
        with database.writing() as session:
            member_id = session.scalars(
                select(Member.id).where(Member.member_number == number)
            ).one()
            made[number] = (identity_id, member_id)
            for whom in (subject.identity(identity_id), subject.member(member_id)):
                _codes(session, whom)
            for purpose in LINKS:
                links.make(session, purpose, identity_id=identity_id)
                links.make(session, purpose, member_id=member_id)
            for table in (Recovery, Opening):
                _flow(session, table, identity_id=identity_id)
                _flow(session, table, member_id=member_id)
            migration = _flow(session, Migration, member_id=member_id)
            links.make(session, "migration", flow_id=migration)
    return made


def _left(database: Database) -> list[tuple[str, str]]:
    """Table and purpose of all that is still good."""
    with database.reading() as session:
        found = [
            (row.__tablename__, "")
            for table in (Recovery, Opening, Migration)
            for row in session.scalars(select(table).where(table.ended_at.is_(None)))
        ]
        found += [
            ("codes", row.purpose)
            for row in session.scalars(select(Code).where(Code.voided_at.is_(None)))
        ]
        found += [
            ("links", row.purpose)
            for row in session.scalars(select(Link).where(Link.used_at.is_(None)))
        ]
    return sorted(found)


def test_se5_all_of_the_person_and_of_their_member_ends(
    database: Database, people: dict[str, tuple[str, str]]
) -> None:
    """Of the other person everything stays, of this one what only takes away."""
    before = _left(database)
    with database.writing() as session:
        loose_ends.end_all(session, people["F0000001"][0])
    gone_on = [("links", purpose) for purpose in sorted(KEPT_LINKS) for _ in range(2)]
    assert _left(database) == sorted([*before[::2], *gone_on])
    with database.reading() as session:
        other = session.scalars(
            select(Recovery.identity_id).where(Recovery.ended_at.is_(None))
        ).all()
    assert people["F0000001"][0] not in other
    assert people["F0000002"][0] in other


def test_who_is_no_member_ends_nothing_of_nobody(database: Database, at: FrozenClock) -> None:
    """The rows of pairs that nobody is have no member either: they must not be taken for theirs."""
    run(database, person(1))
    identity_id = attach(database)
    with database.writing() as session:
        session.scalars(select(Member)).one().identity_id = None
        _flow(session, Recovery)
        _flow(session, Opening)
        links.make(session, "migration")
        _codes(session, subject.nobody(new_id()))
    before = _left(database)
    with database.writing() as session:
        loose_ends.end_all(session, identity_id)
    assert _left(database) == before != []
