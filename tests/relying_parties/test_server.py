"""The process: it starts, serves real HTTP, shares nothing with a second copy, stops when told."""

import os
import re
import select
import signal
from pathlib import Path

import pytest
import requests

from relying_parties.common import server
from relying_parties.espace_personnel.app import create_app
from tests.relying_parties.issuer_double import IssuerDouble
from tests.relying_parties.running import (
    Running,
    environ_of,
    free_port,
    launch,
    running_site,
)


def _sign_in(site: Running) -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    home = session.get(f"{site.url}/auth/login", timeout=10)
    assert "Bonjour" in home.text
    return session


def test_a_member_signs_in_and_out_over_real_http(issuer: IssuerDouble, tmp_path: Path) -> None:
    with running_site(issuer.url, tmp_path / "site.sqlite3") as site:
        session = _sign_in(site)
        page = session.get(site.url, timeout=10)
        token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
        assert token

        farewell = session.post(
            f"{site.url}/auth/logout", data={"csrf_token": token[1]}, timeout=10
        )

        assert "Vous êtes déconnecté" in farewell.text
        assert not re.search(r"\d", page.headers.get("Server", ""))


def test_two_copies_in_one_browser_do_not_fight(issuer: IssuerDouble, tmp_path: Path) -> None:
    with (
        running_site(issuer.url, tmp_path / "one.sqlite3") as one,
        running_site(issuer.url, tmp_path / "two.sqlite3") as two,
    ):
        session = _sign_in(one)
        assert "Bonjour" in session.get(f"{two.url}/auth/login", timeout=10).text
        assert "Bonjour" in session.get(one.url, timeout=10).text


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_clean_and_starts_again_with_its_sessions(
    issuer: IssuerDouble, tmp_path: Path, how: signal.Signals
) -> None:
    database = tmp_path / "site.sqlite3"
    with running_site(issuer.url, database) as site:
        _sign_in(site)
        assert site.stop(how) == 0
        assert site.process.stdout
        assert "Traceback" not in site.process.stdout.read()

    assert database.exists()
    assert database.with_name("site.sqlite3.key").stat().st_mode & 0o777 == 0o600


def test_a_killed_parent_leaves_no_worker_behind(issuer: IssuerDouble, tmp_path: Path) -> None:
    with running_site(issuer.url, tmp_path / "site.sqlite3") as site:
        pid = site.process.pid
        (worker,) = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        descriptor = os.pidfd_open(int(worker))
        site.stop(signal.SIGKILL)

        # a process's descriptor becomes readable when it ends
        ended, _, _ = select.select([descriptor], [], [], 10)
        if not ended:
            signal.pidfd_send_signal(descriptor, signal.SIGKILL)
        os.close(descriptor)
    assert ended


def test_no_secret_and_no_code_is_printed(issuer: IssuerDouble, tmp_path: Path) -> None:
    with running_site(issuer.url, tmp_path / "site.sqlite3") as site:
        _sign_in(site)
        requests.get(f"{site.url}/auth/callback?code=secret-code&state=x", timeout=10)
        site.stop()
        assert site.process.stdout
        printed = site.process.stdout.read()

    assert "secret-code" not in printed
    assert environ_of("", tmp_path)["CLIENT_SECRET"] not in printed


def test_a_port_in_use_is_refused(issuer: IssuerDouble, tmp_path: Path) -> None:
    """The server would share the port without a word, and answer every second request."""
    with running_site(issuer.url, tmp_path / "one.sqlite3") as site:
        port = int(site.url.rpartition(":")[2])
        second = launch(environ_of(issuer.url, tmp_path / "two.sqlite3"), port)
        printed, _ = second.communicate(timeout=10)

    assert second.returncode == 2
    assert "in use" in printed


@pytest.mark.parametrize("name", ["ISSUER", "DATABASE"])
def test_a_setting_of_no_use_is_told_in_a_sentence(tmp_path: Path, name: str) -> None:
    environ = environ_of("http://localhost:8000", tmp_path / "site.sqlite3")
    environ[name] = {"ISSUER": "http://connect.example", "DATABASE": "/dev/null/site"}[name]
    process = launch(environ, free_port())
    printed, _ = process.communicate(timeout=10)

    assert process.returncode == 2
    assert "Traceback" not in printed
    assert "error:" in printed


def test_the_server_inherits_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Granian copies the environment of its process into every request."""
    environ = environ_of("http://localhost:8000", tmp_path / "site.sqlite3")
    for name, value in (environ | {"SECRET_KEY": "k" * 40}).items():
        monkeypatch.setenv(name, value)
    inherited: dict[str, str] = {}

    class Watched(server.Granian):  # type: ignore[misc, valid-type]
        def serve(self, **options: object) -> None:
            inherited.update(os.environ)

    monkeypatch.setattr(server, "Granian", Watched)
    server.main("Espace personnel", create_app, ["--port", str(free_port())])

    assert "ISSUER" in inherited
    assert inherited.keys().isdisjoint({"CLIENT_SECRET", "SECRET_KEY"})
