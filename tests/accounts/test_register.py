"""Importing the register: members come, change, leave; the same file twice changes nothing."""

from datetime import date

import pytest
from sqlalchemy import select

from idp.accounts import civil, members
from idp.accounts.members import Access
from idp.clock import FrozenClock
from idp.models import Event, Member
from idp.storage.engine import Database
from tests import factories
from tests.accounts import register_support as support
from tests.accounts.register_support import (
    BCRYPT,
    Import,
    attach,
    counts,
    lines_of,
    person,
    register_of,
    run,
)
from tests.at_once import at_once


def access(database: Database, number: str = "F0000001") -> Access:
    """What the access of a member is worth."""
    with database.reading() as session:
        member = members.find(session, number)
        assert member is not None
        return members.access_of(session, member)


def test_a_line_makes_a_member(database: Database) -> None:
    done = run(database, person(1, legacy_password_hash=BCRYPT))
    assert (counts(done), done.said()) == ("1 0 0 0", [])
    assert register_of(database) == {
        "F0000001": {
            "status": "active",
            "nir": support.nir(2, year=0),
            "civil": {
                "family_name": "Fictif-B",
                "birth_name": "Née-Ailleurs",
                "given_name": "Prénom",
                "birth_date": date(1985, 5, 31),
            },
            "address": {
                "line": "1, rue Imaginaire",
                "postal_code": "67000",
                "city": "Villefictive",
            },
            "contract": "Prévoyance",
            "verifier": BCRYPT,
            "channels": {
                "contact_email": "fictif1@exemple.test",
                "mobile": "+33600000001",
                "landline": "+33100000000",
            },
        }
    }


def test_only_number_name_and_birth_date_are_required(database: Database) -> None:
    bare = {"member_number": "F1", "family_name": "Fictif", "birth_date": "1985-05-31"}
    assert counts(run(database, bare)) == "1 0 0 0"
    with database.reading() as session:
        member = session.scalars(select(Member)).one()
        assert members.channels_of(session, member) == []
    kept = (member.nir_sealed, member.nir_index, member.legacy_sealed, member.contract)
    assert kept == (None, None, None, None)
    assert access(database, "F1") is Access.NEVER_CREATED


def test_the_same_file_twice_changes_nothing(database: Database, at: FrozenClock) -> None:
    people = [person(rank, legacy_password_hash=BCRYPT) for rank in range(7)]
    people += [person(8, nir=""), person(9, email="", mobile="", landline=""), person(3, city="X")]
    assert counts(run(database, *people)) == "9 0 0 1"
    before = support.rows_of(database)
    at.advance(days=1)
    assert counts(run(database, *people)) == "0 0 9 1"
    assert support.rows_of(database) == before


def test_another_spelling_of_a_line_is_the_same_line(database: Database) -> None:
    run(database, person(1, nir="1850575999001"))
    before = support.rows_of(database)
    other = person(
        1,
        nir="1 85 05 75 999 001 50",
        nir_key="50",
        mobile="+33 6 00 00 00 01",
        email="FICTIF1@exemple.test",
        family_name="  Fictif-B ",
        status="",
        address_line="1,\u00a0rue  Imaginaire\t",
    )
    assert counts(run(database, other)) == "0 0 1 0"
    assert support.rows_of(database) == before


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("family_name", "Nouveau-Fictif"),
        ("birth_name", ""),
        ("given_name", "Autre"),
        ("birth_date", "1985-06-01"),
        ("email", "nouveau@exemple.test"),
        ("mobile", "0600000099"),
        ("landline", ""),
        ("address_line", ""),
        ("postal_code", "2A000"),
        ("city", "Autreville"),
        ("contract", ""),
        ("status", "left"),
        ("legacy_password_hash", BCRYPT),
    ],
)
def test_every_field_of_a_later_line_counts(database: Database, field: str, value: str) -> None:
    first = person(1)
    run(database, first)
    with database.reading() as session:
        before = session.scalars(select(Member)).one()
    changed = {**first, field: value}
    assert counts(run(database, changed)) == "0 1 0 0"
    with database.reading() as session:
        after = session.scalars(select(Member)).one()
    assert (after.id, after.created_at) == (before.id, before.created_at)
    updated = register_of(database)
    with database.writing() as session:
        session.delete(session.merge(after))
    run(database, changed)
    assert register_of(database) == updated, "updated and imported anew are the same"


def test_what_is_compared_follows_the_line(database: Database) -> None:
    run(database, person(1))
    run(database, person(1, family_name="Nouveau", birth_name="", birth_date="1985-06-01"))
    with database.reading() as session:
        member = session.scalars(select(Member)).one()
        assert civil.name_matches(session, member, "nouveau")
        assert not civil.name_matches(session, member, "Fictif-B")
        assert not civil.name_matches(session, member, "Née-Ailleurs")
        assert civil.birth_date_matches(session, member, date(1985, 6, 1))


@pytest.mark.parametrize("status", ["left", "deceased", "LEFT"])
def test_who_left_or_died_is_closed_and_may_come_back(database: Database, status: str) -> None:
    run(database, person(1, legacy_password_hash=BCRYPT), person(2))
    assert access(database) is Access.LEGACY
    assert counts(run(database, person(1, status=status))) == "0 1 0 0"
    assert access(database) is Access.CLOSED
    assert access(database, "F0000002") is Access.NEVER_CREATED
    run(database, person(1))
    assert access(database) is Access.LEGACY


def test_an_attached_member_is_attached_until_it_is_closed(database: Database) -> None:
    run(database, person(1, legacy_password_hash=BCRYPT))
    attach(database)
    assert access(database) is Access.ATTACHED
    run(database, person(1, status="left"))
    assert access(database) is Access.CLOSED


def test_an_empty_verifier_takes_nothing_away(database: Database) -> None:
    run(database, person(1, legacy_password_hash=BCRYPT))
    run(database, person(1, city="Autreville"))
    assert register_of(database)["F0000001"]["verifier"] == BCRYPT
    assert register_of(database)["F0000001"]["address"]["city"] == "Autreville"


def test_c13_an_import_brings_no_verifier_back(database: Database) -> None:
    run(database, person(1))
    identity = attach(database)
    assert counts(run(database, person(1, legacy_password_hash=BCRYPT))) == "0 1 0 0"
    with database.reading() as session:
        member = session.scalars(select(Member)).one()
    assert member.legacy_sealed is None
    assert member.identity_id == identity


def test_with_its_identity_gone_a_member_is_there_still(database: Database) -> None:
    run(database, person(1))
    identity = attach(database)
    with database.writing() as session:
        session.delete(session.get_one(factories.Identity, identity))
    assert access(database) is Access.NEVER_CREATED


def test_a_member_number_twice_in_a_file(database: Database) -> None:
    """The first line holds, however far behind the second one is."""
    people = [person(1), *(person(rank) for rank in range(2, 403)), person(1, city="Autreville")]
    done = run(database, *people)
    assert counts(done) == "402 0 0 1"
    assert done.said() == [(404, "refused", "member_number", "member_number_twice")]
    assert register_of(database)["F0000001"]["address"]["city"] == "Villefictive"


def test_a_dry_run_says_the_same_and_writes_nothing(database: Database) -> None:
    run(database, *(person(rank) for rank in range(3)))
    before = factories.dump(database)
    people = [person(0), person(1, city="Autreville"), *(person(rank) for rank in range(3, 250))]
    people += [person(251, nir=person(5)["nir"]), person(4), person(252, birth_date="hier")]
    dry = run(database, *people, dry_run=True)
    assert factories.dump(database) == before
    real = run(database, *people)
    assert (dry.counts, dry.said()) == (real.counts, real.said())
    assert counts(real) == "247 1 1 3"


def test_cl3_a_run_is_an_event_with_counts_and_operator(database: Database) -> None:
    run(database, person(1), person(2), person(2), {})
    run(database, person(1), person(2))
    with database.reading() as session:
        events = session.scalars(select(Event).order_by(Event.at)).all()
    assert [event.kind.rpartition(":")[2] for event in events] == [
        "import_begun",
        "imported",
        "imported",
    ]
    assert {event.detail["by"] for event in events} == {"operator"}
    assert [event.detail["counts"] for event in events[1:]] == [
        {"created": 2, "updated": 0, "unchanged": 0, "refused": 2},
        {"created": 0, "updated": 0, "unchanged": 2, "refused": 0},
    ]


def test_two_imports_of_one_file_at_once(database: Database) -> None:
    lines = lines_of(*(person(rank) for rank in range(250)))

    def one(number: int) -> Import:
        mine = [lines[0], *reversed(lines[1:])] if number else lines
        return Import(database, mine)

    first, second = at_once(2, one)
    assert first.counts.created + second.counts.created == 250
    assert first.counts.unchanged + second.counts.unchanged == 250
    assert len(register_of(database)) == 250
