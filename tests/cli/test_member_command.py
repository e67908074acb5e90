"""`mgen-connect member`: an import and its report; what is shown of a member, and what never is."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from idp.cli.common import operator
from idp.models import Event, Member
from idp.settings import Settings
from idp.storage.engine import Database
from tests.accounts import register_support as support
from tests.accounts.register_support import BCRYPT, attach, lines_of, person
from tests.cli.conftest import KEYS, Command

BAD = person(9, birth_date="hier", legacy_password_hash="motdepasse")


@pytest.fixture
def database(command: Command) -> Database:
    """The database as the command opens it."""
    return Database.open(Settings.from_env({**command.environ, **KEYS}))


def file_of(folder: Path, *people: dict[str, str]) -> str:
    """A members file; its path."""
    path = folder / "members.csv"
    path.write_bytes(b"".join(lines_of(*people)))
    return str(path)


def counts(**changed: int | bool) -> dict[str, Any]:
    """What an import prints, all zero but these."""
    names = ("created", "updated", "unchanged", "refused", "notices")
    return {**dict.fromkeys(names, 0), "dry_run": False, **changed}


def test_an_import_and_again(command: Command, tmp_path: Path) -> None:
    file = file_of(tmp_path, person(1), person(2, nir=support.nir(place="99")), BAD)
    first = command("member", "import", file)
    assert first.exit_code == 0, "the good lines are kept"
    printed = " ".join(first.stdout.split())
    assert printed == "created 2 updated 0 unchanged 0 refused 1 notices 1 dry_run no"
    assert first.stderr.splitlines() == [
        "line 4: birth_date: bad_date",
        "line 4: legacy_password_hash: unknown_verifier",
    ]
    again = command.json("member", "import", file)
    assert again == counts(unchanged=2, refused=1, notices=1)


def test_from_standard_input(bare: Command, tmp_path: Path) -> None:
    bare("db", "upgrade")
    done = subprocess.run(
        [sys.executable, "-m", "idp.cli", "member", "import", "-", "--json"],
        input=b"".join(lines_of(person(1))),
        env={"PATH": "", **bare.environ},
        capture_output=True,
        check=True,
    )
    assert json.loads(done.stdout) == counts(created=1)


def test_the_report_has_numbers_and_reasons_and_no_value(command: Command, tmp_path: Path) -> None:
    report = tmp_path / "report.csv"
    people = (person(1, nir=support.nir(sex="7")), BAD, person(2, mobile="0690000001"))
    file = file_of(tmp_path, *people)
    for _ in range(2):
        result = command("member", "import", file, "--report", str(report))
        assert (result.exit_code, result.stderr) == (0, "")
        assert list(csv.reader(report.open(encoding="utf-8"))) == [
            ["line", "outcome", "field", "reason"],
            ["2", "noticed", "nir", "provisional"],
            ["3", "refused", "birth_date", "bad_date"],
            ["3", "refused", "legacy_password_hash", "unknown_verifier"],
            ["4", "noticed", "mobile", "no_sms"],
        ]
    assert report.stat().st_mode & 0o777 == 0o600
    told = report.read_text() + result.output
    assert not [
        value for fields in people for value in fields.values() if len(value) > 3 and value in told
    ]


def test_a_dry_run_changes_nothing(command: Command, tmp_path: Path) -> None:
    file = file_of(tmp_path, person(1), BAD)
    assert command.json("member", "import", file, "--dry-run") == counts(
        created=1, refused=1, dry_run=True
    )
    assert command.json("member", "list") == []


def test_the_event_names_the_operator(command: Command, database: Database, tmp_path: Path) -> None:
    command("member", "import", file_of(tmp_path, person(1)))
    with database.reading() as session:
        events = session.scalars(select(Event).where(Event.kind.like("admin:register:%"))).all()
    assert len(events) == 2
    assert all(event.detail["by"] for event in events)
    assert "F0000001" not in str([event.detail for event in events])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The header lacks: member_number, nir,"),
        (b"member_number,nir\n", "The header lacks: nir_key,"),
        (b"".join(lines_of(person(1))[1:]), "The header lacks"),
        ("caf\u00e9".encode("latin-1"), "UTF-8"),
        (b"\xff\xfe" + bytes(range(256)) * 99, "UTF-8"),
    ],
)
def test_a_file_of_something_else(
    command: Command, tmp_path: Path, content: bytes, words: str
) -> None:
    (tmp_path / "file").write_bytes(content)
    result = command("member", "import", str(tmp_path / "file"))
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: ")
    assert words in result.stderr
    assert "Fictif" not in result.output


def test_a_file_that_is_not_there_is_wrong_usage(command: Command, tmp_path: Path) -> None:
    assert command("member", "import", str(tmp_path / "nothing.csv")).exit_code == 2
    assert command("member", "import").exit_code == 2


def test_the_report_does_not_overwrite_the_file(command: Command, tmp_path: Path) -> None:
    file = file_of(tmp_path, person(1))
    os.link(file, tmp_path / "same.csv")
    for report in (file, str(tmp_path / "same.csv")):
        result = command("member", "import", file, "--report", report)
        assert result.exit_code == 2
    assert Path(file).read_bytes() == b"".join(lines_of(person(1)))
    result = command("member", "import", file, "--report", str(tmp_path / "no" / "report"))
    assert result.exit_code == 1
    assert command.json("member", "list") == []


@pytest.fixture
def register(command: Command, database: Database, tmp_path: Path) -> None:
    """One member of each access, and one more that is closed though it had a legacy password."""
    people = [
        person(1),
        person(2, legacy_password_hash=BCRYPT),
        person(3),
        person(4, status="left"),
        person(5, status="deceased", legacy_password_hash=BCRYPT),
    ]
    assert command.json("member", "import", file_of(tmp_path, *people))["created"] == 5
    attach(database, "F0000003")


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize(
    ("state", "numbers"),
    [
        ("never_created", [1]),
        ("legacy", [2]),
        ("attached", [3]),
        ("closed", [4, 5]),
        (None, [1, 2, 3, 4, 5]),
    ],
)
def test_list_by_state(command: Command, state: str | None, numbers: list[int]) -> None:
    chosen = ["--state", state] if state else []
    listed = command.json("member", "list", *chosen)
    assert [row["member_number"] for row in listed] == [f"F{number:07}" for number in numbers]
    if state:
        assert {row["access"] for row in listed} == {state}
    assert command.json("member", "list", *chosen, "--count") == {"count": len(numbers)}
    assert command("member", "list", *chosen, "--count").stdout == f"{len(numbers)}\n"
    lines = command("member", "list", *chosen).stdout.splitlines()
    assert [line.split("\t")[0] for line in lines] == [row["member_number"] for row in listed]


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize("status", ["left", "deceased"])
def test_an_attached_member_who_leaves_is_attached_no_more(
    command: Command, tmp_path: Path, status: str
) -> None:
    command("member", "import", file_of(tmp_path, person(3, status=status)))
    assert command.json("member", "list", "--state", "attached") == []
    assert "F0000003" in command("member", "list", "--state", "closed").stdout
    command("member", "import", file_of(tmp_path, person(3)))
    assert command.json("member", "list", "--state", "attached", "--count") == {"count": 1}


@pytest.mark.usefixtures("register")
def test_cl3_who_looks_at_a_member_leaves_an_event(command: Command, database: Database) -> None:
    command("member", "show", "F0000003")
    command("member", "show", "F9999999")
    with database.reading() as session:
        (event,) = session.scalars(select(Event).where(Event.kind == "admin:register:shown"))
        member = session.scalars(select(Member).where(Member.member_number == "F0000003")).one()
    assert event.identity_id == member.identity_id
    assert event.detail == {"by": operator(), "member": member.id}


@pytest.mark.usefixtures("register")
def test_what_a_list_holds(command: Command) -> None:
    row = command.json("member", "list", "--state", "legacy")[0]
    assert list(row) == ["member_number", "status", "access", "contract", "updated_at"]
    assert command("member", "list", "--state", "nonsense").exit_code == 2


@pytest.mark.usefixtures("register")
def test_show_masks_coordinates(command: Command) -> None:
    shown = command.json("member", "show", "F0000002")
    assert {name: shown[name] for name in ("status", "access", "nir_on_file", "postal_code")} == {
        "status": "active",
        "access": "legacy",
        "nir_on_file": True,
        "postal_code": "67***",
    }
    assert [(each["kind"], each["value"]) for each in shown["channels"]] == [
        ("contact_email", "*****@exemple.test"),
        ("landline", "** ** ** ** 00"),
        ("mobile", "** ** ** ** 02"),
    ]
    human = command("member", "show", "F0000002").stdout
    assert "*****@exemple.test, declared, register" in human
    who = person(2)
    for told in (json.dumps(shown), human):
        assert who["family_name"] in told
        hidden = ("nir", "birth_date", "email", "landline", "mobile", "address_line", "city")
        assert not [name for name in hidden if who[name] in told]
        assert BCRYPT not in told
        assert "+33" not in told


def test_nobody(command: Command) -> None:
    number = support.nir()
    result = command("member", "show", number)
    assert result.exit_code == 3
    assert number not in result.output, "a NIR typed by mistake is not repeated"


@pytest.mark.usefixtures("register")
def test_a_lost_key_is_a_sentence(command: Command) -> None:
    result = command("member", "show", "F0000001", PII_KEYS="e" * 43)
    assert result.exit_code == 1
    assert "PII_KEYS" in result.stderr
