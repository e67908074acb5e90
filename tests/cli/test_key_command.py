"""`mgen-connect key`: the calendar as an operator reads and moves it."""

from datetime import datetime, timedelta

import pytest
from joserfc.jwk import RSAKey

from idp.oidc import key_files
from idp.settings import Settings
from tests.cli.conftest import Command
from tests.fixtures import START


@pytest.fixture(autouse=True)
def quick_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorter keys than in earnest: these tests are about words and dates."""
    monkeypatch.setattr(key_files, "RSA_BITS", 2048)


@pytest.mark.usefixtures("at")
def test_rotate_then_list(command: Command) -> None:
    assert command.json("key", "list") == []
    first = command.json("key", "rotate")
    second = command.json("key", "rotate")
    assert (first["state"], second["state"]) == ("active", "next")
    assert second["active_from"] == (START + timedelta(hours=24)).isoformat()
    listed = command.json("key", "list")
    assert [row["kid"] for row in listed] == [first["kid"], second["kid"]]
    names = "kid alg state created_at active_from published_until held"
    assert {" ".join(row) for row in listed} == {names}
    until = datetime.fromisoformat(listed[0]["published_until"])
    assert until == START + timedelta(hours=25, minutes=10)


def test_rotate_now(command: Command) -> None:
    command("key", "rotate")
    urgent = command.json("key", "rotate", "--now")
    assert urgent["state"] == "active"
    states = {row["kid"]: row["state"] for row in command.json("key", "list")}
    assert sorted(states.values()) == ["active", "retiring"]
    assert states[urgent["kid"]] == "active"


def test_a_missing_file_is_seen(command: Command, here: Settings) -> None:
    kid = command.json("key", "rotate")["kid"]
    (here.keys_dir / f"{kid}.pem").unlink()
    assert command.json("key", "list")[0]["held"] is False
    assert command("key", "list").stdout.splitlines()[1].endswith("no")


def test_no_private_half_is_printed(command: Command, here: Settings) -> None:
    said = command("key", "rotate").stdout + command("key", "list").stdout
    said += command("key", "list", "--json").stdout
    (path,) = here.keys_dir.iterdir()
    private = RSAKey.import_key(path.read_bytes()).as_dict(private=True)
    assert path.stem in said
    assert not [name for name in "dpq" if str(private[name]) in said]


def test_a_key_folder_that_cannot_be_is_a_sentence(command: Command, here: Settings) -> None:
    here.keys_dir.write_text("a file, no folder")
    result = command("key", "rotate")
    assert result.exit_code == 1
    assert str(here.keys_dir) in result.stderr
    here.keys_dir.unlink()
    assert command.json("key", "list") == []
