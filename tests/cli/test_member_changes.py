"""`mgen-connect member set-contact` and `letter-code`: typed, refused, printed once, audited."""

import json
import os
import re
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select, update

from idp.accounts import letters
from idp.cli import main, member_changes
from idp.cli.common import operator
from idp.models import Channel, Event, Member, new_id
from idp.settings import PREFIX, Settings
from idp.storage.engine import Database
from tests import factories
from tests.accounts import register_support as support
from tests.accounts.register_support import attach, person, run
from tests.cli.conftest import KEYS, Command

NEW = "Nouveau@exemple.test"
Typed = Callable[..., Result]


@pytest.fixture
def database(command: Command) -> Database:
    """The database as the command opens it, with three members."""
    opened = Database.open(Settings.from_env({**command.environ, **KEYS}))
    run(opened, person(1), person(2, status="left"), person(3, address_line=""))
    return opened


@pytest.fixture
def set_contact(command: Command, database: Database) -> Typed:
    """set_contact("typed", "--kind", "email"): of the first member, with that on standard input."""

    def invoke(typed: str, *options: str, number: str = "F0000001") -> Result:
        inherited = {name: None for name in os.environ if name.startswith(PREFIX)}
        arguments = ["member", "set-contact", number, *options]
        env = {**inherited, **command.environ}
        return CliRunner().invoke(main, arguments, input=typed, env=env, prog_name="mgen-connect")

    return invoke


def shown(command: Command) -> dict[str, Any]:
    """The channels of the first member by kind."""
    return {each["kind"]: each for each in command.json("member", "show", "F0000001")["channels"]}


@pytest.mark.parametrize(
    ("kind", "typed", "channel", "mask"),
    [
        ("email", f" {NEW}\n", "contact_email", "*****@exemple.test"),
        ("mobile", "06 00 00 00 99\n", "mobile", "** ** ** ** 99"),
        ("landline", "01 99 00 00 98", "landline", "** ** ** ** 98"),
    ],
)
def test_r9_a_channel_is_changed(
    command: Command, set_contact: Typed, kind: str, typed: str, channel: str, mask: str
) -> None:
    result = set_contact(typed, "--kind", kind)
    assert result.exit_code == 0, result.output
    assert re.fullmatch(
        rf"The {kind} is changed, and serves recovery from \S+\. Notices queued: 2\.\n",
        result.stdout,
    )
    assert typed.strip() not in result.output
    found = shown(command)[channel]
    assert (found["value"], found["standing"], found["source"]) == (mask, "declared", "adviser")


def test_a_channel_is_taken_away(command: Command, set_contact: Typed, database: Database) -> None:
    assert set_contact("", "--kind", "mobile", "--remove").stdout == (
        "The mobile is taken away. Notices queued: 2.\n"
    )
    assert set(shown(command)) == {"contact_email", "landline"}
    assert "nothing has changed" in set_contact("", "--kind", "mobile", "--remove").stdout
    assert factories.purposes(database) == ["channel_changed"] * 2


@pytest.mark.parametrize(
    ("typed", "kind", "status", "words"),
    [
        ("", "email", 2, "--remove"),
        (" \n", "mobile", 2, "--remove"),
        ("nobody", "email", 1, "no e-mail address"),
        ("0600000099\n0600000098", "mobile", 1, "no telephone number"),
        ("9" * 5000, "landline", 1, "no telephone number"),
        ("x", "fax", 2, "--kind"),
    ],
)
def test_what_cannot_be_is_refused(
    set_contact: Typed, database: Database, typed: str, kind: str, status: int, words: str
) -> None:
    result = set_contact(typed, "--kind", kind)
    assert result.exit_code == status
    assert words in result.stderr
    assert factories.purposes(database) == []


def test_nobody_has_that_number(set_contact: Typed) -> None:
    number = support.nir()
    result = set_contact(NEW, "--kind", "email", number=number)
    assert result.exit_code == 3
    assert number not in result.output


def test_what_the_person_proved_is_theirs(set_contact: Typed, database: Database) -> None:
    with database.writing() as session:
        session.execute(update(Channel).values(standing="proved"))
    for options in (("--kind", "email"), ("--kind", "email", "--remove")):
        result = set_contact(NEW, *options)
        assert (result.exit_code, result.stdout) == (1, "")
        assert "they change it themselves" in result.stderr
    assert factories.purposes(database) == []


def test_a_mobile_that_gets_no_sms_is_said(set_contact: Typed) -> None:
    result = set_contact("0690000001", "--kind", "mobile")
    assert result.exit_code == 0
    assert "no SMS" in result.stderr


def test_cl3_the_event_names_the_os_user(set_contact: Typed, database: Database) -> None:
    set_contact(NEW, "--kind", "email")
    with database.reading() as session:
        (event,) = session.scalars(select(Event).where(Event.kind.like("%contact_set")))
    assert (event.detail["by"], event.detail["channel"]) == (operator(), "contact_email")
    assert NEW.lower() not in str(event.detail).lower()


def redeemed(database: Database, code: str) -> bool:
    """Whether it is the code of the first member's letter."""
    with database.writing() as session:
        member = session.scalars(select(Member).where(Member.member_number == "F0000001")).one()
        return letters.redeem(session, member.id, new_id(), code)


def test_a_letter_is_printed_with_its_address(command: Command, database: Database) -> None:
    result = command("member", "letter-code", "F0000001")
    assert result.exit_code == 0
    assert result.stderr == "The code is not shown again.\n"
    *address, empty, code, until = result.stdout.splitlines()
    assert address == ["Prénom Fictif-B", "1, rue Imaginaire", "67000 Villefictive"]
    assert empty == ""
    assert re.fullmatch(r"until \d{4}-\d\d-\d\d", until)
    assert redeemed(database, code)


def test_a_letter_as_json_kills_the_older_one(command: Command, database: Database) -> None:
    old = command.json("member", "letter-code", "F0000001")
    new = command.json("member", "letter-code", "F0000001")
    assert list(new) == ["name", "address_line", "postal_code", "city", "code", "expires_at"]
    assert not redeemed(database, old["code"])
    assert redeemed(database, new["code"])


def test_cl2_a_letter_in_a_private_file(
    command: Command, database: Database, tmp_path: Path
) -> None:
    path = tmp_path / "letter.json"
    result = command("member", "letter-code", "F0000001", "--json", "--output", str(path))
    code = json.loads(path.read_text())["code"]
    assert code not in result.output
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    again = command("member", "letter-code", "F0000001", "--output", str(path))
    assert again.exit_code == 1, "a file is never overwritten"
    assert redeemed(database, code), "and the code in it is good still"


@pytest.mark.parametrize(
    ("number", "words"),
    [("F0000001", "account already"), ("F0000002", "has left"), ("F0000003", "no postal address")],
)
def test_for_whom_there_is_no_letter(
    command: Command, database: Database, number: str, words: str
) -> None:
    attach(database)
    result = command("member", "letter-code", number)
    assert (result.exit_code, result.stdout) == (1, "")
    assert words in result.stderr
    assert command("member", "letter-code", "F9999999").exit_code == 3


def test_every_refusal_has_its_sentence(database: Database) -> None:
    assert set(member_changes._NO_LETTER) == {"closed", "attached", "no_address"}
