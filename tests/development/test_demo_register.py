"""The demo members: all taken, nobody's numbers, as they have become at a later start."""

import csv
import stat
from pathlib import Path

import pytest
from sqlalchemy import select, update

from idp.accounts import legacy, members, phones
from idp.accounts.legacy import is_known
from idp.accounts.nir import open_nir
from idp.accounts.passwords import Hasher
from idp.development import demo_register
from idp.development.old_passwords import FORMS
from idp.models import Channel, Event, Member
from idp.settings import Settings
from idp.storage.engine import Database
from tests.accounts.register_support import register_of
from tests.fixtures import sqlite_settings


@pytest.fixture
def settings(tmp_path: Path, sqlite_template: bytes) -> Settings:
    """A development copy's."""
    return sqlite_settings(tmp_path, sqlite_template)


@pytest.fixture
def sheet(database: Database, settings: Settings) -> list[dict[str, str]]:
    """The lines of the sheet."""
    path = demo_register.load(database, settings.state_dir).sheet
    assert path == settings.state_dir / "demo_members.csv"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_thirty_members_as_the_sheet_says(database: Database, sheet: list[dict[str, str]]) -> None:
    found = register_of(database)
    assert len(sheet) == len(found) == 30
    for line in sheet:
        held = found[line["member_number"]]
        assert held["nir"] == line["nir"]
        civil = held["civil"]
        assert isinstance(civil, dict)
        assert civil["family_name"] == line["family_name"]
        assert str(civil["birth_date"]) == line["birth_date"]
    with database.reading() as session:
        access = [row.access for row in members.listing(session)]
    assert {each: access.count(each) for each in access} == {
        "never_created": 21,
        "legacy": 7,
        "closed": 2,
    }


def test_every_sort_is_there(database: Database, sheet: list[dict[str, str]]) -> None:
    held = [values["channels"] for values in register_of(database).values()]
    kinds = [frozenset(each) for each in held if isinstance(each, dict)]
    for only in (set(), {"mobile"}, {"landline"}, {"contact_email"}):
        assert frozenset(only) in kinds
    emails = [each["contact_email"] for each in held if "contact_email" in each]  # type: ignore[operator,index]
    assert sorted(emails.count(each) for each in set(emails))[-1] == 2
    with database.reading() as session:
        nirs = [open_nir(session, each) for each in session.scalars(select(Member.nir_sealed))]
    assert {nir.number[5:7] for nir in nirs} == {"75", "2A", "2B", "99"}
    assert {nir.number[0] for nir in nirs} == {"1", "2", "7", "8"}
    assert any(nir.provisional and nir.born_abroad for nir in nirs)


def test_nobody_real_is_meant(database: Database, sheet: list[dict[str, str]]) -> None:
    assert {line["nir"][7:10] for line in sheet} == {"999"}
    assert all(line["family_name"].startswith("Exemple-") for line in sheet)
    with database.reading() as session:
        for channel in session.scalars(select(Channel)):
            value = database.keys.open("pii", "channel.value", channel.value_sealed)
            assert value.endswith("@exemple.test") or value[3:-2] in {
                "6000000",
                "1990000",
                "69000000",
                "06900000",
            }
            if channel.kind == "mobile":
                assert phones.takes_sms(value) == value.startswith("+336000000")


def test_each_old_password_is_the_printed_one(
    database: Database, settings: Settings, sheet: list[dict[str, str]]
) -> None:
    told = demo_register.load(database, settings.state_dir)
    assert told.old_nirs == tuple(
        line["nir"] for line in sheet if "old password" in line["special"]
    )
    assert sum(told.old_password in line["special"] for line in sheet) == len(FORMS) == 7
    found, hasher = register_of(database), Hasher.of(settings)
    for line in sheet:
        verifier = found[line["member_number"]]["verifier"]
        assert (verifier is not None) is (line["nir"] in told.old_nirs)
        if verifier is not None:
            assert is_known(str(verifier))
            assert legacy.verify(hasher, str(verifier), told.old_password)


def test_an_old_password_is_random_and_comes_again_where_it_was_lost(
    database: Database, settings: Settings, sheet: list[dict[str, str]]
) -> None:
    first = demo_register.load(database, settings.state_dir).old_password
    file = settings.state_dir / "demo_old.env"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.unlink()
    second = demo_register.load(database, settings.state_dir)
    assert second.old_password != first
    held = register_of(database)[sheet[-4]["member_number"]]["verifier"]
    assert legacy.verify(Hasher.of(settings), str(held), second.old_password)


def test_a_later_start_leaves_them_as_they_have_become(
    database: Database, settings: Settings, sheet: list[dict[str, str]]
) -> None:
    with database.writing() as session:
        gone = session.scalars(select(Member).where(Member.member_number == "EX000002")).one()
        session.delete(gone)
        left = update(Member).where(Member.member_number == "EX000001")
        session.execute(left.values(status="left", line_digest="of another file"))
    for _ in range(2):
        demo_register.load(database, settings.state_dir)
    with database.reading() as session:
        assert members.count(session) == 30
        assert session.scalars(select(Member.status).order_by(Member.member_number)).first() == (
            "left"
        )
        imports = [kind for kind in session.scalars(select(Event.kind)) if "imported" in kind]
    assert len(imports) == 2, "the third start had nothing to do"
