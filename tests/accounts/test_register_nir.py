"""NIRs in the register: one member each, never moved by a line, found by any held key (PII1)."""

import pytest
from sqlalchemy import select

from idp.accounts import members, nir, register
from idp.models import Member
from idp.settings import Settings
from idp.storage.engine import Database
from tests.accounts import register_support as support
from tests.accounts.register_support import counts, person, register_of, run

ONE, OTHER, THIRD = (support.nir(rank) for rank in (1, 2, 3))


def nirs(database: Database) -> dict[str, object]:
    """NIR by member number."""
    return {number: held["nir"] for number, held in register_of(database).items()}


def test_two_lines_with_one_nir(database: Database) -> None:
    people = (person(1, nir=ONE), person(2, nir=ONE), person(3, nir=OTHER))
    for expected in ("2 0 0 1", "0 0 2 1"):
        done = run(database, *people)
        assert counts(done) == expected
        assert done.said() == [(3, "refused", "nir", "nir_of_another_member")]
    assert nirs(database) == {"F0000001": ONE, "F0000003": OTHER}


def test_two_lines_with_one_nir_far_apart(database: Database) -> None:
    between = [person(rank) for rank in range(100, 350)]
    done = run(database, person(1, nir=ONE), *between, person(2, nir=ONE))
    assert done.said() == [(253, "refused", "nir", "nir_of_another_member")]


def test_a_nir_is_never_taken_from_another_member(database: Database) -> None:
    run(database, person(1, nir=ONE), person(2, nir=OTHER))
    for thief in (person(2, nir=ONE, city="Autreville"), person(3, nir=ONE)):
        done = run(database, thief)
        assert done.said() == [(2, "refused", "nir", "nir_of_another_member")]
        assert counts(done) == "0 0 0 1"
    assert nirs(database) == {"F0000001": ONE, "F0000002": OTHER}
    assert register_of(database)["F0000002"]["address"]["city"] == "Villefictive"


def test_two_members_do_not_swap_their_nirs(database: Database) -> None:
    run(database, person(1, nir=ONE), person(2, nir=OTHER))
    done = run(database, person(1, nir=OTHER), person(2, nir=ONE))
    assert counts(done) == "0 0 0 2"
    assert nirs(database) == {"F0000001": ONE, "F0000002": OTHER}


def test_a_corrected_nir_is_told(database: Database) -> None:
    run(database, person(1, nir=ONE))
    done = run(database, person(1, nir=OTHER))
    assert (counts(done), done.said()) == ("0 1 0 0", [(2, "noticed", "nir", "nir_changed")])
    assert nirs(database) == {"F0000001": OTHER}


@pytest.mark.parametrize("apart", [0, 250])
def test_a_nir_that_was_set_free_can_be_given(database: Database, apart: int) -> None:
    """The correction of a mix-up, in one file: never in silence."""
    between = [person(rank) for rank in range(100, 100 + apart)]
    run(database, person(1, nir=ONE), *between)
    done = run(database, person(1, nir=THIRD), *between, person(2, nir=ONE))
    assert counts(done) == f"1 1 {apart} 0"
    assert done.said() == [
        (2, "noticed", "nir", "nir_changed"),
        (3 + apart, "noticed", "nir", "nir_moved"),
    ]
    assert nirs(database)["F0000002"] == ONE


@pytest.mark.parametrize("apart", [0, 250])
def test_a_nir_that_a_later_line_sets_free_can_be_given(database: Database, apart: int) -> None:
    """The line waits for the end of the run; the same file again changes nothing."""
    between = [person(rank) for rank in range(100, 100 + apart)]
    run(database, person(1, nir=ONE), *between)
    people = (person(2, nir=ONE), *between, person(1, nir=THIRD))
    dry = run(database, *people, dry_run=True)
    done = run(database, *people)
    assert counts(done) == f"1 1 {apart} 0"
    assert sorted(done.said()) == [
        (2, "noticed", "nir", "nir_moved"),
        (3 + apart, "noticed", "nir", "nir_changed"),
    ]
    assert (dry.counts, dry.said()) == (done.counts, done.said())
    assert nirs(database) | {"F0000001": THIRD, "F0000002": ONE} == nirs(database)
    assert counts(run(database, *people)) == f"0 0 {apart + 2} 0"


def test_a_chain_of_nirs_is_followed_to_its_end(database: Database) -> None:
    run(database, person(1, nir=ONE), person(2, nir=OTHER))
    people = (person(3, nir=OTHER), person(2, nir=ONE), person(1, nir=THIRD))
    assert counts(run(database, *people)) == "1 2 0 0"
    assert nirs(database) == {"F0000001": THIRD, "F0000002": ONE, "F0000003": OTHER}
    assert counts(run(database, *people)) == "0 0 3 0"


def test_of_two_lines_that_wait_for_one_nir_the_first_has_it(database: Database) -> None:
    run(database, person(1, nir=ONE))
    people = (person(2, nir=ONE), person(3, nir=ONE), person(1, nir=THIRD), person(3, nir=OTHER))
    for expected in ("1 1 0 2", "0 0 2 2"):
        done = run(database, *people)
        assert counts(done) == expected
        assert {said for said in done.said() if said[1] == "refused"} == {
            (3, "refused", "nir", "nir_of_another_member"),
            (5, "refused", "member_number", "member_number_twice"),
        }
        assert nirs(database) == {"F0000001": THIRD, "F0000002": ONE}


def test_no_more_lines_wait_than_memory_is_meant_for(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(register, "DEFERRED", 1)
    run(database, person(1, nir=ONE), person(2, nir=OTHER))
    people = (
        person(3, nir=ONE),
        person(4, nir=OTHER),
        person(1, nir=""),
        person(2, nir=THIRD),
    )
    done = run(database, *people)
    refused = [said for said in done.said() if said[1] == "refused"]
    assert refused == [
        (3, "refused", "nir", "nir_of_another_member"),
        (2, "refused", "nir", "nir_of_another_member"),
    ]
    assert counts(run(database, *people)) == "1 0 2 1", "the next run takes it"


def test_an_empty_nir_takes_nothing_away(database: Database) -> None:
    run(database, person(1, nir=ONE))
    done = run(database, person(1, nir=""))
    assert (counts(done), done.said()) == ("0 1 0 0", [(2, "noticed", "nir", "nir_kept")])
    assert nirs(database) == {"F0000001": ONE}


def test_a_nir_may_come_with_a_later_line(database: Database) -> None:
    run(database, person(1, nir=""), person(2, nir=""))
    done = run(database, person(1, nir=ONE), person(2, nir=OTHER))
    assert (counts(done), done.said()) == ("0 2 0 0", [])
    assert nirs(database) == {"F0000001": ONE, "F0000002": OTHER}


@pytest.mark.parametrize(
    ("number", "noticed"),
    [
        (support.nir(place="2A"), []),
        (support.nir(place="2B").lower(), []),
        (support.nir(place="99"), ["born_abroad"]),
        (support.nir(sex="7"), ["provisional"]),
        (support.nir(sex="8", place="99"), ["provisional", "born_abroad"]),
        (support.nir(place="97"), []),
    ],
)
def test_corsican_foreign_and_provisional(
    database: Database, number: str, noticed: list[str]
) -> None:
    line = person(1, nir=number.upper())
    for expected in ("1 0 0 0", "0 0 1 0"):
        done = run(database, {**line, "nir": number})
        assert counts(done) == expected
        assert [said[3] for said in done.said()] == noticed
        assert done.counts.notices == len(noticed)
    with database.reading() as session:
        found = members.find_by_nir(session, nir.parse(number))
    assert found is not None
    assert found.member_number == "F0000001"


def test_a_provisional_nir_becomes_a_definite_one(database: Database) -> None:
    run(database, person(1, nir=support.nir(sex="7")))
    done = run(database, person(1, nir=ONE))
    assert done.said() == [(2, "noticed", "nir", "nir_changed")]
    assert nirs(database) == {"F0000001": ONE}


def test_pii4_a_member_is_found_while_keys_rotate(database: Database, settings: Settings) -> None:
    run(database, person(1, nir=ONE), person(2, nir=OTHER))
    rotated = {**vars(settings), "pii_keys": (b"n" * 32, *settings.pii_keys)}
    later = Database.open(Settings(**rotated))
    assert counts(run(later, person(1, nir=ONE), person(2, nir=OTHER))) == "0 0 2 0"
    done = run(later, person(3, nir=ONE), person(2, nir=OTHER, city="Autreville"))
    assert done.said() == [(2, "refused", "nir", "nir_of_another_member")]
    with later.reading() as session:
        found = members.find_by_nir(session, nir.parse(ONE))
        assert found is not None
        rekeyed = session.scalars(select(Member).where(Member.member_number == "F0000002")).one()
        assert rekeyed.nir_index == nir.nir_index(session, nir.parse(OTHER))
    later.close()
    with database.reading() as session:
        assert members.find_by_nir(session, nir.parse(ONE)) is not None
        assert members.find_by_nir(session, nir.parse(THIRD)) is None
