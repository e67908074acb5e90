"""`mgen-connect key`: the calendar as an operator reads and moves it."""

import json
from datetime import timedelta

import pytest

from idp.oidc.key_files import KeyFolder
from idp.settings import Settings
from tests.cli.conftest import Command
from tests.fixtures import START

ALGORITHMS = ["RS256", "PS256", "ES256"]


def states(command: Command) -> dict[str, str]:
    return {row["kid"]: row["state"] for row in command.json("key", "list")}


@pytest.mark.usefixtures("at")
def test_rotate_then_list(command: Command) -> None:
    assert command.json("key", "list") == []
    first = command.json("key", "rotate")
    second = command.json("key", "rotate")
    assert [row["alg"] for row in first] == [row["alg"] for row in second] == ALGORITHMS
    assert {row["state"] for row in first} == {"active"}
    assert {row["state"] for row in second} == {"next"}
    assert {row["active_from"] for row in second} == {(START + timedelta(hours=24)).isoformat()}
    listed = command.json("key", "list")
    assert {row["kid"] for row in listed} == {row["kid"] for row in (*first, *second)}
    names = "kid alg state created_at active_from published_until held"
    assert {" ".join(row) for row in listed} == {names}
    until = {row["published_until"] for row in listed if row["state"] == "active"}
    assert until == {(START + timedelta(hours=25, minutes=10)).isoformat()}


@pytest.mark.usefixtures("at")
def test_rotate_one_algorithm_now(command: Command) -> None:
    before = {row["alg"]: row["kid"] for row in command.json("key", "rotate")}
    (urgent,) = command.json("key", "rotate", "--alg", "ES256", "--now")
    assert urgent["active_from"] == (START + timedelta(seconds=10)).isoformat()
    assert set(states(command)) == {*before.values(), urgent["kid"]}
    assert command("key", "rotate", "--alg", "HS256").exit_code == 2


def test_retire_takes_the_key_and_its_file(command: Command, here: Settings) -> None:
    """KE2."""
    leaked = command.json("key", "rotate", "--alg", "ES256")[0]["kid"]
    last = command("key", "retire", leaked)
    assert (last.exit_code, "rotate --alg ES256 --now" in last.stderr) == (1, True)
    assert states(command)[leaked] == "active"
    urgent = command.json("key", "rotate", "--alg", "ES256", "--now")[0]["kid"]
    assert command("key", "retire", leaked).exit_code == 0
    assert states(command) == {leaked: "retired", urgent: "active"}
    assert [path.stem for path in here.keys_dir.iterdir()] == [urgent]
    assert command("key", "retire", leaked).exit_code == 0
    nobody = command("key", "retire", "nobody")
    assert (nobody.exit_code, nobody.stderr) == (3, "Error: There is no key 'nobody'.\n")


def test_export_prints_what_sites_may_see(command: Command, here: Settings) -> None:
    kids = [row["kid"] for row in command.json("key", "rotate")]
    published = json.loads(command("key", "export").stdout)["keys"]
    assert [(jwk["kid"], jwk["alg"]) for jwk in published] == list(
        zip(kids, ALGORITHMS, strict=True)
    )
    assert json.loads(command("key", "export", kids[2]).stdout)["keys"] == published[2:]
    assert command("key", "export", "nobody").exit_code == 3
    command("key", "rotate", "--alg", "ES256", "--now")
    command("key", "retire", kids[2])
    now = json.loads(command("key", "export").stdout)["keys"]
    assert kids[2] not in {jwk["kid"] for jwk in now}
    assert json.loads(command("key", "export", kids[2]).stdout)["keys"] == published[2:]


@pytest.mark.parametrize("verb", ["retire", "export"])
@pytest.mark.parametrize("kid", ["-abc", "--abc", "-"])
def test_a_kid_may_begin_with_a_dash(command: Command, verb: str, kid: str) -> None:
    result = command("key", verb, kid)
    assert (result.exit_code, result.stderr) == (3, f"Error: There is no key '{kid}'.\n")


def test_a_missing_file_is_seen(command: Command, here: Settings) -> None:
    kid = command.json("key", "rotate", "--alg", "ES256")[0]["kid"]
    (here.keys_dir / f"{kid}.pem").unlink()
    assert command.json("key", "list")[0]["held"] is False
    assert command("key", "list").stdout.splitlines()[1].endswith("no")


def test_no_private_half_is_printed(command: Command, here: Settings) -> None:
    said = "".join(
        command("key", *arguments).stdout
        for arguments in (("rotate",), ("list",), ("list", "--json"), ("export",))
    )
    folder = KeyFolder(Settings.from_env(command.environ))
    for row in command.json("key", "list"):
        key = folder.read(row["kid"], row["alg"])
        assert key is not None
        assert key.kid in said
        private = key.as_dict(private=True)
        assert not [name for name in ("d", "p", "q") if str(private.get(name, "absent")) in said]


def test_a_key_folder_that_cannot_be_is_a_sentence(command: Command, here: Settings) -> None:
    here.keys_dir.write_text("a file, no folder")
    result = command("key", "rotate")
    assert result.exit_code == 1
    assert str(here.keys_dir) in result.stderr
    here.keys_dir.unlink()
    assert command.json("key", "list") == []


def test_ke4_no_key_without_a_secret(command: Command, here: Settings) -> None:
    result = command("key", "rotate", SECRET_KEYS="")
    assert (result.exit_code, "SECRET_KEYS is not set" in result.stderr) == (1, True)
    assert command.json("key", "list") == []
