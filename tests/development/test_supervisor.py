"""What the supervisor hands to whom, and when it refuses to begin."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from idp.development.layout import Layout
from idp.development.programs import programs, welcome
from idp.development.sites import SITES, MemberSite
from idp.development.supervisor import idp_settings
from idp.settings import PREFIX, Settings
from tests.development.support import free_base

CREDENTIALS = {
    site.package: {"CLIENT_ID": f"id-{site.offset}", "CLIENT_SECRET": f"secret-{site.offset}"}
    for site in SITES
}
NAMES = {"Espace personnel", "MGEN Avantage", "Forum"}


@pytest.fixture
def layout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Layout:
    monkeypatch.chdir(tmp_path)  # where a `.env` would be
    return Layout(9000, tmp_path, tmp_path / "keys")


def test_settings_of_a_run_are_sound(layout: Layout) -> None:
    settings = Settings.from_env(idp_settings(layout, {}))
    settings.check()
    assert settings.issuer == "http://localhost:9000"


def test_environment_wins_over_dotenv_wins_over_defaults(layout: Layout) -> None:
    Path(".env").write_text(f"{PREFIX}LOG_LEVEL=DEBUG\n{PREFIX}MAIL_FROM=a@mgen-connect.test\n")
    values = idp_settings(layout, {f"{PREFIX}LOG_LEVEL": "ERROR", "OTHER": "x"})
    assert values[f"{PREFIX}LOG_LEVEL"] == "ERROR"
    assert values[f"{PREFIX}MAIL_FROM"] == "a@mgen-connect.test"
    assert values[f"{PREFIX}ENVIRONMENT"] == "development"
    assert "OTHER" not in values


def test_folders_of_the_layout_stand(layout: Layout) -> None:
    values = idp_settings(layout, {f"{PREFIX}STATE_DIR": "elsewhere"})
    assert values[f"{PREFIX}STATE_DIR"] == str(layout.state_dir)


def test_sites_and_inbox_see_no_secret_of_the_idp(layout: Layout) -> None:
    environ = {"PATH": "/bin", f"{PREFIX}SECRET_KEYS": "asked"}
    values = idp_settings(layout, environ)
    run = {program.name: program for program in programs(layout, environ, values, CREDENTIALS)}
    assert set(run) == {"inbox", "identity provider", "worker", *NAMES}
    for name in ("inbox", *NAMES):
        assert not [key for key in run[name].environ if key.startswith(PREFIX)]
    assert run["worker"].environ[f"{PREFIX}SECRET_KEYS"] == "asked"
    assert "CLIENT_SECRET" not in run["identity provider"].environ


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.package)
def test_each_site_gets_what_a_site_needs_and_nothing_of_another(
    layout: Layout, site: MemberSite
) -> None:
    values = idp_settings(layout, {})
    asked = {"PATH": "/bin", "SECRET_KEY": "one-for-all"}
    run = {each.name: each for each in programs(layout, asked, values, CREDENTIALS)}
    program = run[site.name]
    assert program.environ == {
        "PATH": "/bin",
        "ISSUER": "http://localhost:9000",
        "DATABASE": str(layout.state_dir / f"{site.package}.sqlite3"),
        "BASE_URL": f"http://localhost:{9000 + site.offset}",
        "SECRET_KEY": "",
        **CREDENTIALS[site.package],
    }
    assert program.port == 9000 + site.offset
    assert program.arguments[0] == f"relying_parties.{site.package}"


def test_the_table_names_every_address_and_the_demo(layout: Layout) -> None:
    demo = {
        "EMAIL": "demo@mgen-connect.test",
        "PASSWORD": "Xy-1",
        "OLD_NIRS": "1850575999001, 2850575999002",
        "OLD_PASSWORD": "Zw-2",
        "MEMBERS": "/a/sheet.csv",
    }
    table = welcome(layout, demo)
    for port in (9000, 9001, 9002, 9003, 9025):
        assert f"http://localhost:{port}" in table
    assert "127.0.0.1:9026" in table
    assert "demo@mgen-connect.test" in table
    assert "Xy-1" in table
    assert "1850575999001, 2850575999002" in table
    assert "Zw-2" in table
    assert "/a/sheet.csv" in table


def _start(**environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "idp.development"],
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_bad_port_base_is_told_in_a_sentence(tmp_path: Path) -> None:
    ended = _start(PORT_BASE="80", STATE_DIR=str(tmp_path / "state"))
    assert ended.returncode == 1
    assert "PORT_BASE=80" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not (tmp_path / "state").exists()


def test_two_runs_do_not_share_a_folder(tmp_path: Path) -> None:
    with (tmp_path / "run.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ended = _start(PORT_BASE=str(free_base()), STATE_DIR=str(tmp_path))
    assert ended.returncode == 1
    assert "Another run uses" in ended.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["run.lock"]
