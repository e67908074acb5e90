"""`mgen-connect invitation`: a file and its report, the list, sending again, taking back."""

import csv
import json
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from idp.cli.common import operator
from idp.models import Event
from idp.settings import Settings
from idp.storage.engine import Database
from tests import factories
from tests.accounts.invitation_support import EMAIL, invited, lines_of, member_of, tokens
from tests.accounts.register_support import attach
from tests.cli.conftest import KEYS, Command

BAD = invited(birth_date="hier", given_name="Dominique")


@pytest.fixture
def database(command: Command) -> Database:
    """The database as the command opens it."""
    return Database.open(Settings.from_env({**command.environ, **KEYS}))


@pytest.fixture
def file(tmp_path: Path) -> str:
    """A file of one good line and a bad one; its path."""
    path = tmp_path / "invitations.csv"
    path.write_bytes(b"".join(lines_of(invited(), BAD)))
    return str(path)


@pytest.fixture
def number(command: Command, file: str, database: Database) -> str:
    """The member number that the import gave."""
    command("invitation", "import", file)
    return member_of(database).member_number


def test_an_import_and_again(command: Command, file: str, database: Database) -> None:
    first = command("invitation", "import", file)
    assert first.exit_code == 0, "the good lines are kept"
    printed = " ".join(first.stdout.split())
    assert printed == "invited 1 unchanged 0 has_identity 0 refused 1 members 1 dry_run no"
    number = member_of(database).member_number
    assert first.stderr.splitlines() == [
        f"line 2: member_number: number_given {number}",
        "line 3: birth_date: bad_date",
    ]
    again = command.json("invitation", "import", file)
    assert again == {
        "invited": 0,
        "unchanged": 1,
        "has_identity": 0,
        "refused": 1,
        "members": 0,
        "dry_run": False,
    }
    assert factories.purposes(database) == ["invitation"]


def test_the_report_bears_reasons_and_numbers_and_no_value(
    command: Command, file: str, tmp_path: Path, database: Database
) -> None:
    report = tmp_path / "report.csv"
    assert command("invitation", "import", file, "--report", str(report)).stderr == ""
    assert list(csv.reader(report.open())) == [
        ["line", "outcome", "field", "reason", "member_number"],
        ["2", "noticed", "member_number", "number_given", member_of(database).member_number],
        ["3", "refused", "birth_date", "bad_date", ""],
    ]
    assert report.stat().st_mode & 0o777 == 0o600
    over = command("invitation", "import", file, "--report", file)
    assert over.exit_code == 2
    assert Path(file).read_bytes().startswith(b"email")


def test_a_dry_run(command: Command, file: str, database: Database) -> None:
    assert command.json("invitation", "import", file, "--dry-run")["invited"] == 1
    assert factories.counts(database)["invitations"] == 0
    assert factories.kinds(database) == []


def test_a_file_that_is_none(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "members.csv"
    path.write_text("nom;prenom\n")
    result = command("invitation", "import", str(path))
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: The header lacks: email, given_name")


def test_the_list_masks_the_address(command: Command, number: str) -> None:
    shown = command.json("invitation", "list")
    (one,) = shown
    assert one["member_number"] == number
    assert (one["state"], one["email"]) == ("open", "*****@ac-exemple.test")
    assert (one["employer"], one["contract"]) == ("Académie de l'Exemple", "Prévoyance Exemple")
    assert datetime.fromisoformat(one["expires_at"]) > datetime.fromisoformat(one["sent_at"])
    assert (one["used_at"], one["revoked_at"]) == (None, None)
    plain = command("invitation", "list").stdout
    assert number in plain
    for output in (plain, json.dumps(shown)):
        assert "camille" not in output.lower()
        assert "1990" not in output
    assert command.json("invitation", "list", "--state", "used") == []
    assert command("invitation", "list", "--state", "nothing").exit_code == 2


def test_sent_again_by_number_or_id(command: Command, number: str, database: Database) -> None:
    (one,) = command.json("invitation", "list")
    assert command("invitation", "resend", number).stdout == "Sent again.\n"
    assert command.json("invitation", "resend", one["id"])["id"] == one["id"]
    assert len(set(tokens(database, EMAIL))) == 3
    command("invitation", "resend", number)
    full = command("invitation", "resend", number)
    assert full.exit_code == 1
    assert full.stderr.startswith("Error: This mailbox has had too many messages. Again from: 2")
    assert len(tokens(database, EMAIL)) == 4


def test_taken_back(command: Command, number: str) -> None:
    assert command.json("invitation", "revoke", number)["state"] == "revoked"
    assert [one["state"] for one in command.json("invitation", "list")] == ["revoked"]
    for verb in ("revoke", "resend"):
        result = command("invitation", verb, number)
        assert (result.exit_code, result.stderr) == (
            1,
            "Error: This invitation is used or revoked, or its member has joined.\n",
        )


def test_who_has_joined_is_not_written_to(
    command: Command, number: str, database: Database
) -> None:
    attach(database, number)
    assert command("invitation", "resend", number).exit_code == 1


@pytest.mark.parametrize("verb", ["resend", "revoke"])
def test_one_that_is_not_there(command: Command, verb: str) -> None:
    result = command("invitation", verb, "I0")
    assert result.exit_code == 3
    assert "There is no invitation" in result.stderr


def test_cl3_each_command_is_an_event_with_the_os_user(
    command: Command, number: str, database: Database
) -> None:
    command("invitation", "resend", number)
    command("invitation", "revoke", number)
    with database.reading() as session:
        events = session.execute(select(Event.kind, Event.detail)).all()
    assert {kind for kind, _ in events} == {
        "admin:invitation:import_begun",
        "admin:invitation:imported",
        "admin:invitation:resent",
        "admin:invitation:revoked",
    }
    assert {detail["by"] for _, detail in events} == {operator()}


def test_the_member_that_it_created(command: Command, number: str, tmp_path: Path) -> None:
    shown = command.json("member", "show", number)
    assert (shown["access"], shown["nir_on_file"]) == ("never_created", False)
    assert shown["contract"] == "Prévoyance Exemple"
