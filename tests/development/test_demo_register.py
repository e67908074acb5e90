"""The demo members: all taken, nobody's numbers, as they have become at a later start."""

import base64
import csv
import hashlib
import stat
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, update

from idp.accounts import members, phones
from idp.accounts.legacy import is_known
from idp.accounts.nir import open_nir
from idp.development import demo_register
from idp.development.demo_register import LEGACY_PASSWORD
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
    path = demo_register.load(database, settings.state_dir)
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


def digest(name: str, raw: bytes) -> bytes:
    """As weak as the old system's."""
    return hashlib.new(name, raw).digest()


def test_each_old_password_is_the_printed_one(sheet: list[dict[str, str]]) -> None:
    forms = demo_register._VERIFIERS
    assert all(is_known(verifier) for verifier in forms.values())
    assert sum(LEGACY_PASSWORD in line["special"] for line in sheet) == len(forms) == 7
    raw = LEGACY_PASSWORD.encode()
    assert forms["MD5"] == "{MD5}" + digest("md5", raw).hex()
    assert forms["SHA-1"] == "{SHA1}" + digest("sha1", raw).hex()
    salted = base64.b64decode(forms["SSHA"].removeprefix("{SSHA}"))
    assert salted[:20] == digest("sha1", raw + salted[20:])
    rounds, salt, hashed = forms["PBKDF2"].removeprefix("{PBKDF2-SHA256}").split("$")
    derived = hashlib.pbkdf2_hmac("sha256", raw, salt.encode(), int(rounds))
    assert base64.b64decode(hashed) == derived
    assert PasswordHasher().verify(forms["Argon2id"], LEGACY_PASSWORD)


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
