"""`make run` as a developer lives it: first use, Ctrl-C, restart with its data, a dead child."""

import os
import signal
import stat
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from idp import env_files
from idp.development.layout import Layout
from idp.development.sites import SITES
from tests.development.support import free_base


@dataclass
class Run:
    process: subprocess.Popen[str]
    table: str

    def end(self, number: int = signal.SIGINT) -> tuple[int, str]:
        """Exit status and what it said on stderr after this signal."""
        self.process.send_signal(number)
        _said, errors = self.process.communicate(timeout=60)
        return self.process.returncode, errors


@contextmanager
def started(layout: Layout) -> Iterator[Run]:
    """A run of this layout, once it has shown its table."""
    places = {"STATE_DIR": str(layout.state_dir), "KEYS_DIR": str(layout.keys_dir)}
    process = subprocess.Popen(
        [sys.executable, "-m", "idp.development"],
        env={
            **os.environ,
            **places,
            "PORT_BASE": str(layout.base),
            "SITES_HOST": layout.sites_host,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield Run(process, _table(process))
    finally:
        process.terminate()
        process.communicate(timeout=60)


def _table(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith("  commands"):
            return "".join(lines)
    assert process.stderr is not None
    raise AssertionError(process.stderr.read())


def _opens(port: int, path: str = "/") -> bool:
    with urllib.request.urlopen(f"http://localhost:{port}{path}", timeout=10) as answer:
        return bool(answer.status == 200)


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(free_base(), tmp_path / "state", tmp_path / "keys")


def test_first_use_serves_everything_and_stops_clean(layout: Layout) -> None:
    with started(layout) as run:
        assert _opens(layout.idp_port, "/.well-known/openid-configuration")
        assert _opens(layout.idp_port, "/health/ready")
        for site in SITES:
            assert _opens(layout.site_port(site))
            assert f"{site.name:<18} {layout.site_url(site)}" in run.table
        assert _opens(layout.inbox_port)
        demo = env_files.read(layout.state_dir / "demo.env")
        assert demo["PASSWORD"] in run.table
        assert run.end() == (0, "")
    layout.check_ports()  # nobody was left behind
    files = [path for path in layout.state_dir.rglob("*") if path.is_file()]
    files += list(layout.keys_dir.glob("*.pem"))
    assert len(files) > 5
    assert [path for path in files if stat.S_IMODE(path.stat().st_mode) & 0o077] == []


@pytest.mark.slow
def test_a_restart_keeps_its_data_and_may_move_its_ports(layout: Layout) -> None:
    names = ("secrets.env", "demo.env", *(f"{site.package}.env" for site in SITES))
    with started(layout) as run:
        assert run.end(signal.SIGTERM) == (0, "")
    before = [env_files.read(layout.state_dir / name) for name in names]
    moved = Layout(free_base(), layout.state_dir, layout.keys_dir)
    with started(moved):
        assert [env_files.read(layout.state_dir / name) for name in names] == before
        for site in SITES:
            assert _opens(moved.site_port(site))


def test_a_dead_child_stops_the_run_and_is_named(layout: Layout) -> None:
    with started(layout) as run:
        children = Path(f"/proc/{run.process.pid}/task/{run.process.pid}/children").read_text()
        worker = next(
            int(pid)
            for pid in children.split()
            if "worker" in Path(f"/proc/{pid}/cmdline").read_text().split("\0")
        )
        os.kill(worker, signal.SIGKILL)
        _said, errors = run.process.communicate(timeout=60)
        assert run.process.returncode == 1
        assert "worker has ended (status -9)" in errors
    layout.check_ports()
