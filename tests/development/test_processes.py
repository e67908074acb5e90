"""Children start, answer, are missed when they die, and never outlive the supervisor."""

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from idp.development import processes
from idp.development.processes import Child, ChildDiedError, Program
from tests.development.support import free_ports, running


def _server(port: int) -> Program:
    arguments = ("http.server", str(port), "--bind", "127.0.0.1")
    return Program("a server", arguments, os.environ, port)


def test_a_server_answers_then_stops_when_asked(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    with running(_server(port), tmp_path) as child:
        assert child.answers()
    assert child.process.returncode == -signal.SIGTERM
    assert not child.answers()


def test_a_death_is_told_with_the_last_lines(tmp_path: Path) -> None:
    child = Child(Program("a program", ("no_such_module",), os.environ), tmp_path)
    child.process.wait(timeout=20)
    with pytest.raises(ChildDiedError, match=r"a program has ended \(status 1\)") as told:
        child.check()
    assert "No module named no_such_module" in str(told.value)


def test_a_death_ends_the_wait_for_the_others(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    children = [Child(Program("x", ("no_such_module",), os.environ, port), tmp_path)]
    with pytest.raises(ChildDiedError):
        processes.wait_ready(children)


def test_the_log_of_the_run_before_is_kept(tmp_path: Path) -> None:
    program = Program("a program", ("no_such_module",), os.environ)
    for _ in range(2):
        Child(program, tmp_path).process.wait(timeout=20)
    assert {path.name for path in tmp_path.iterdir()} == {"a_program.log", "a_program.previous.log"}


def test_one_that_does_not_listen_is_ended_by_force(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "DRAIN_SECONDS", 0.5)
    (tmp_path / "stubborn.py").write_text(
        "import pathlib, signal, sys\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "pathlib.Path(sys.argv[1]).touch()\n"
        "signal.pause()\n"
    )
    deaf = tmp_path / "deaf"
    environ = {**os.environ, "PYTHONPATH": str(tmp_path)}
    child = Child(Program("stubborn", ("stubborn", str(deaf)), environ), tmp_path)
    while not deaf.exists():
        child.check()
        processes.stop_asked(0.05)
    processes.stop([child])
    assert child.process.returncode == -signal.SIGKILL


def test_children_end_with_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    script = (
        "import pathlib, signal, sys\n"
        "from tests.development.test_processes import _server\n"
        "from idp.development.processes import Child, wait_ready\n"
        "child = Child(_server(int(sys.argv[1])), pathlib.Path(sys.argv[2]))\n"
        "wait_ready([child])\n"
        "print(child.process.pid, flush=True)\n"
        "signal.pause()\n"
    )
    command = [sys.executable, "-c", script, str(port), str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as supervisor:
        assert supervisor.stdout is not None
        orphan = os.pidfd_open(int(supervisor.stdout.readline()))
        supervisor.kill()
    try:
        # the descriptor becomes readable when the process ends (pidfd_open(2))
        assert select.select([orphan], [], [], 20)[0]
    finally:
        os.close(orphan)
