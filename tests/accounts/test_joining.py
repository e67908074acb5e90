"""Attaching a record is one conditional UPDATE: of many at once one wins (A6, LI5, LI10)."""

import pytest
from sqlalchemy import select, update

from idp.accounts import administered, joining
from idp.accounts.activity import NOWHERE
from idp.accounts.states import State
from idp.clock import FrozenClock
from idp.models import Identity, Link, Member
from idp.storage.engine import Database
from tests import factories
from tests.accounts.register_support import nir, person, run
from tests.at_once import at_once

COUNT = 8


def _members(database: Database, count: int) -> list[str]:
    run(database, *(person(rank, nir=nir(rank), status="active") for rank in range(1, count + 1)))
    with database.reading() as session:
        return list(session.scalars(select(Member.id).order_by(Member.member_number)))


def _identities(database: Database, count: int) -> list[str]:
    with database.writing() as session:
        return [
            factories.make_identity(session, f"personne{number}@exemple.test").id
            for number in range(count)
        ]


def _attach(
    database: Database, identity_id: str, member_id: str, *, migrating: bool = False
) -> bool:
    with database.writing() as session:
        return joining.attach(
            session, identity_id, member_id, NOWHERE, how="test", migrating=migrating
        )


def _holders(database: Database) -> list[str]:
    with database.reading() as session:
        return [each for each in session.scalars(select(Member.identity_id)) if each]


def _notices(database: Database) -> int:
    return factories.purposes(database).count("space_attached")


def test_of_many_identities_at_once_one_has_the_record(database: Database, at: FrozenClock) -> None:
    (member,), identities = _members(database, 1), _identities(database, COUNT)
    won = at_once(COUNT, lambda number: _attach(database, identities[number], member))
    assert won.count(True) == 1
    assert _holders(database) == [identities[won.index(True)]]
    assert _notices(database) == 2, "the e-mail and the mobile of the file"


def test_of_many_records_at_once_an_identity_has_one(database: Database, at: FrozenClock) -> None:
    members, (identity,) = _members(database, COUNT), _identities(database, 1)
    won = at_once(COUNT, lambda number: _attach(database, identity, members[number]))
    assert won.count(True) == 1
    assert _holders(database) == [identity]


def test_se7_only_an_active_identity_takes_a_record(database: Database, at: FrozenClock) -> None:
    (member,), (identity,) = _members(database, 1), _identities(database, 1)
    for state in set(State) - {State.ACTIVE}:
        with database.writing() as session:
            session.execute(update(Identity).values(state=state.value))
        assert not _attach(database, identity, member), state
    with database.writing() as session:
        session.execute(update(Identity).values(state=State.ACTIVE.value))
    assert _attach(database, identity, member)


def test_c13_the_old_verifier_goes_in_the_same_stroke(database: Database, at: FrozenClock) -> None:
    run(database, person(1, legacy_password_hash="$2b$12$" + "F" * 53))
    (identity,) = _identities(database, 1)
    with database.reading() as session:
        member = session.scalars(select(Member)).one()
    assert member.legacy_sealed is not None
    assert not _attach(database, identity, member.id), "led to the migration (A8)"
    assert _attach(database, identity, member.id, migrating=True)
    with database.reading() as session:
        assert session.scalars(select(Member.legacy_sealed)).one() is None


def test_each_notice_has_a_link_of_its_own(database: Database, at: FrozenClock) -> None:
    (member,), (identity,) = _members(database, 1), _identities(database, 1)
    _attach(database, identity, member)
    links = {mail["values"]["link"] for mail in factories.mails(database)}
    assert len(links) == 2
    with database.reading() as session:
        rows = session.scalars(select(Link)).all()
    assert {(row.identity_id, row.member_id, row.purpose) for row in rows} == {
        (identity, member, "undo")
    }


def test_of_two_undos_at_once_both_end_detached_and_once_frozen(
    database: Database, at: FrozenClock
) -> None:
    (member,), (identity,) = _members(database, 1), _identities(database, 1)
    _attach(database, identity, member)
    tokens = [mail["values"]["link"].rpartition("/")[2] for mail in factories.mails(database)]

    def undo(number: int) -> None:
        with database.writing() as session:
            joining.undo(session, tokens[number], NOWHERE)

    at_once(2, undo)
    assert _holders(database) == []
    assert factories.kinds(database).count("member:record:detached") == 1
    with database.reading() as session:
        assert session.scalars(select(Identity.state)).one() == State.FROZEN


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_an_undo_leaves_a_disabled_identity_shut_and_dates_it(
    database: Database, at: FrozenClock
) -> None:
    """Who enables it again sees in `identity show` that the owner of the record undid it."""
    (member,), (identity,) = _members(database, 1), _identities(database, 1)
    _attach(database, identity, member)
    attached_at, token = at(), factories.mails(database)[0]["values"]["link"].rpartition("/")[2]
    with database.writing() as session:
        session.execute(update(Identity).values(state=State.DISABLED.value))
    at.advance(hours=1)
    with database.writing() as session:
        assert joining.undo(session, token, NOWHERE) == identity
    with database.reading() as session:
        shown = administered.overview(session, session.scalars(select(Identity)).one())
    assert (shown.state, shown.frozen_before) == (State.DISABLED.value, attached_at)
