"""Names and birth dates are compared without being opened; what is ignored and what is not (A4)."""

from datetime import date

import pytest
from sqlalchemy import select

from idp.accounts import civil
from idp.accounts.civil import Address, Civil
from idp.accounts.spelling import letters
from idp.models import Member
from idp.storage.engine import Database
from tests.accounts.register_support import person, run

SAME = [
    ("Dupré-Fictif", "DUPRE FICTIF"),
    ("Dupré-Fictif", "dupré\u00a0fictif"),
    ("Dupré-Fictif", "Dupre\u0301‑Fictif"),
    ("Dupré-Fictif", "ＤＵＰＲＥ ＦＩＣＴＩＦ"),
    ("D'Imaginaire", "d’imaginaire"),
    ("D'Imaginaire", "DIMAGINAIRE"),
    ("Lœuvre", "LOEUVRE"),
    ("Læti", "Laeti"),
    ("Weiß", "WEISS"),
    ("Łódź", "lodz"),
    ("Brûlé", "BRULE"),
    ("Çelebi", "celebi"),
    ("Iñés", "ines"),
]
DIFFERENT = [
    ("Dupré-Fictif", "Dupré"),
    ("Dupré-Fictif", "Fictif-Dupré"),
    ("Dupré-Fictif", "Dupré-Fictifs"),
    ("Dupré-Fictif", ""),
    ("Dupré-Fictif", "-"),
    ("Martin 2", "Martin"),
]


@pytest.fixture
def member(database: Database) -> Member:
    run(database, person(1, family_name="Dupré-Fictif", birth_name="Née Ailleurs"))
    with database.reading() as session:
        return session.scalars(select(Member)).one()


@pytest.mark.parametrize(("kept", "typed"), SAME)
def test_spellings_of_one_name(kept: str, typed: str) -> None:
    assert letters(kept) == letters(typed) != ""


@pytest.mark.parametrize(("kept", "typed"), DIFFERENT)
def test_another_name(kept: str, typed: str) -> None:
    assert letters(kept) != letters(typed)


def test_a4_the_name_in_use_or_the_birth_name(database: Database, member: Member) -> None:
    with database.reading() as session:
        for typed in ("dupre fictif", "NEE-AILLEURS"):
            assert civil.name_matches(session, member, typed)
        for typed in ("", "Prénom", "dupre", "Née", "Dupré-Fictif Née-Ailleurs"):
            assert not civil.name_matches(session, member, typed)


def test_a4_no_birth_name_matches_no_empty_name(database: Database) -> None:
    run(database, person(1, birth_name=""))
    with database.reading() as session:
        member = session.scalars(select(Member)).one()
        assert member.birth_name_key is None
        assert not civil.name_matches(session, member, "")
        assert not civil.name_matches(session, member, "'")


def test_a4_the_birth_date(database: Database, member: Member) -> None:
    with database.reading() as session:
        assert civil.birth_date_matches(session, member, date(1985, 5, 31))
        assert not civil.birth_date_matches(session, member, date(1985, 5, 30))


def test_pii8_rows_do_not_tell_who_shares_a_name_or_a_birth_date(database: Database) -> None:
    run(database, person(1), person(2, family_name=person(1)["family_name"]))
    with database.reading() as session:
        one, other = session.scalars(select(Member)).all()
    for column in ("family_name_key", "birth_name_key", "birth_date_key", "civil_sealed"):
        assert getattr(one, column) != getattr(other, column)
        assert getattr(one, column)


def test_sealed_and_opened(database: Database) -> None:
    who = Civil('Fic"tif', "", "Zoé", date(1950, 1, 2))
    where = Address("1, rue\\Imaginaire", "2A000", "Ajaccio-Fictif")
    with database.reading() as session:
        assert civil.open_civil(session, civil.seal_civil(session, who)) == who
        assert civil.open_address(session, civil.seal_address(session, where)) == where
    for shown in (repr(who), repr(where)):
        assert "Fic" not in shown
        assert "Imaginaire" not in shown
