"""`mgen-connect client export` and `import`: out, and in again elsewhere (CL2, CL3)."""

import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from idp.settings import Settings
from tests.cli.conftest import Command, environ_of
from tests.fixtures import sqlite_settings

NewSite = Callable[..., Any]
SITE: dict[str, Any] = {
    "client_id": "site-1",
    "client_name": "Site",
    "redirect_uris": ["https://site.example/cb"],
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file to import."""
    return tmp_path / "clients.json"


@pytest.fixture
def another(tmp_path: Path, sqlite_template: bytes) -> Command:
    """The command over another, empty database."""
    return Command(environ_of(sqlite_settings(tmp_path / "elsewhere", sqlite_template)))


def exported(command: Command, *arguments: str) -> Any:
    result = command("client", "export", *arguments)
    assert result.exit_code == 0
    return json.loads(result.stdout)


def test_what_is_exported_is_imported_and_exported_again(
    command: Command, another: Command, new_site: NewSite, file: Path
) -> None:
    secret = new_site("--first-party", "--scope", "openid email offline_access")["client_secret"]
    new_site("--auth-method", "none", "--redirect-uri", "https://site.example/2")
    app = new_site("--resource", "https://api.example/", "--contact", "equipe@site.example")
    command("client", "disable", app["client_id"])
    out = command("client", "export", "--with-hashes").stdout
    assert secret not in out
    file.write_text(out)
    done = another.json("client", "import", str(file))
    assert [item["action"] for item in done] == ["created"] * 3
    assert not any("client_secret" in item for item in done)
    assert another("client", "export", "--with-hashes").stdout == out
    again = another.json("client", "import", str(file))
    assert [(item["action"], item["changed"]) for item in again] == [("unchanged", [])] * 3


def test_cl2_no_hash_leaves_unless_it_is_asked_for(command: Command, new_site: NewSite) -> None:
    new_site()
    (entry,) = exported(command)
    assert not {"client_secret_hashes", "client_secret", "secrets_expire_at"} & entry.keys()
    assert "sha256" not in command("client", "export").stdout


def test_some_sites_only(command: Command, new_site: NewSite) -> None:
    ids = sorted(new_site()["client_id"] for _ in range(3))
    assert [entry["client_id"] for entry in exported(command, ids[2], ids[0])] == [ids[0], ids[2]]
    result = command("client", "export", "nobody")
    assert (result.exit_code, result.stdout) == (3, "")


def test_cl2_new_secrets_are_told_once(command: Command, file: Path) -> None:
    file.write_text(json.dumps([SITE]))
    (made,) = command.json("client", "import", str(file))
    assert len(made["client_secret"]) >= 43
    result = command("client", "import", str(file), "--json")
    assert made["client_secret"] not in result.stdout
    assert json.loads(result.stdout)[0]["new_secret"] is False


def test_cl2_new_secrets_may_go_to_a_private_file(
    command: Command, file: Path, tmp_path: Path
) -> None:
    secrets = tmp_path / "secrets.json"
    file.write_text(json.dumps([SITE, {**SITE, "client_id": "site-2"}]))
    arguments = ("client", "import", str(file), "--secrets-file", str(secrets))
    done = command.json(*arguments)
    kept = json.loads(secrets.read_text())
    assert list(kept) == ["site-1", "site-2"]
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o600
    assert not any(secret in json.dumps(done) for secret in kept.values())
    # a file that is there is never written over, and then nothing is imported
    file.write_text(json.dumps([{**SITE, "client_id": "site-3"}]))
    assert command(*arguments).exit_code == 1
    assert len(command.json("client", "list")) == 2


def test_a_person_reads_what_was_done(command: Command, file: Path) -> None:
    file.write_text(json.dumps(SITE))
    result = command("client", "import", str(file))
    heads, line = result.stdout.splitlines()
    assert heads.split() == ["client_id", "client_name", "action", "changed", "client_secret"]
    assert line.split()[:3] == ["site-1", "Site", "created"]
    assert "keep them now" in result.stderr
    again = command("client", "import", str(file))
    assert (again.stdout.splitlines()[1].split()[2], again.stderr) == ("unchanged", "")


def test_cl3_a_dry_run_changes_nothing(command: Command, file: Path, here: Settings) -> None:
    file.write_text(json.dumps([SITE]))
    (would,) = command.json("client", "import", str(file), "--dry-run")
    assert (would["action"], would["new_secret"]) == ("created", True)
    assert "client_secret" not in would
    assert command.json("client", "list") == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no JSON"),
        (b"\xff", "no JSON"),
        (b'[{"client_id": "a", "client_id": "b"}]', "no JSON"),
        (b'"site"', "no JSON list"),
        (b"[1]", "entry 0: entry is no JSON object"),
        (b"[{}]", "entry 0: client_id"),
        (json.dumps([SITE, SITE]).encode(), "entry 1 ('site-1'): client_id is there twice"),
        (
            json.dumps([SITE, {**SITE, "client_id": "b", "scope": "all"}]).encode(),
            "entry 1 ('b'): scope",
        ),
    ],
)
def test_cl1_a_bad_file_changes_nothing(
    command: Command, file: Path, content: bytes, words: str
) -> None:
    file.write_bytes(content)
    result = command("client", "import", str(file))
    assert (result.exit_code, words in result.stderr) == (1, True)
    assert result.stdout == ""
    assert command.json("client", "list") == []


def test_a_file_that_is_not_there_is_status_2(command: Command) -> None:
    assert command("client", "import", "nowhere.json").exit_code == 2
    assert command("client", "import").exit_code == 2
