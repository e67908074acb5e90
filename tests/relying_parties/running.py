"""The site as a process of its own, started as an operator starts it."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.relying_parties.issuer_double import CLIENT_ID, CLIENT_SECRET

ROOT = Path(__file__).parents[2]
_STOP_SECONDS = 10
TITLES = {"espace_personnel": "Espace personnel", "avantage": "MGEN Avantage", "forum": "Forum"}


@dataclass(frozen=True, slots=True)
class Running:
    """A running site: its address, its process and its database."""

    url: str
    process: "subprocess.Popen[str]"
    database: Path

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Stop it and return its exit status."""
        self.process.send_signal(how)
        return self.process.wait(_STOP_SECONDS)


def free_port() -> int:
    """A port that nobody has just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def launch(
    environ: dict[str, str], port: int, package: str = "espace_personnel"
) -> "subprocess.Popen[str]":
    """Start `python -m relying_parties.PACKAGE` with these settings alone."""
    return subprocess.Popen(
        [sys.executable, "-m", f"relying_parties.{package}", "--port", str(port)],
        env={"PATH": os.environ["PATH"], **environ},
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def environ_of(issuer: str, database: Path) -> dict[str, str]:
    """The least settings that a site needs."""
    return {
        "ISSUER": issuer,
        "CLIENT_ID": CLIENT_ID,
        "CLIENT_SECRET": CLIENT_SECRET,
        "DATABASE": str(database),
    }


@contextmanager
def running_site(
    issuer: str, database: Path, package: str = "espace_personnel"
) -> Iterator[Running]:
    """A site that listens, stopped at the end of the block."""
    port = free_port()
    process = launch(environ_of(issuer, database), port, package)
    assert process.stdout
    try:
        first = process.stdout.readline()
        assert first == f"{TITLES[package]} : http://localhost:{port}\n", first
        yield Running(f"http://localhost:{port}", process, database)
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(_STOP_SECONDS)
        process.stdout.close()
