"""Child processes: start, ask whether they answer, notice a death, stop without orphans."""

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from idp.development.layout import HOST

STOP_SIGNALS = frozenset({signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
DRAIN_SECONDS = 10.0
START_SECONDS = 30.0
_PAUSE = 0.1


@dataclass(frozen=True)
class Program:
    """One thing to run: `python -m MODULE ARGUMENTS`, ready when `path` on `port` answers."""

    name: str
    arguments: tuple[str, ...]
    environ: Mapping[str, str]
    port: int | None = None
    path: str = "/"


class ChildDiedError(Exception):
    """A child ended by itself; the text names it and shows its last lines."""


class Child:
    """A started Program, leader of its own process group, its output in a log file."""

    def __init__(self, program: Program, log_dir: Path) -> None:
        self.program = program
        self.log = log_dir / f"{program.name.replace(' ', '_')}.log"
        if self.log.exists():
            self.log.replace(self.log.with_suffix(".previous.log"))
        leash = [sys.executable, "-m", "idp.development.leash", str(os.getpid())]
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [*leash, sys.executable, "-m", *program.arguments],
                env=dict(program.environ),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C reaches the supervisor only, which drains
            )

    def check(self) -> None:
        """ChildDiedError if it has ended."""
        status = self.process.poll()
        if status is not None:
            lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-20:]
            said = "\n".join(f"  | {line}" for line in lines)
            raise ChildDiedError(
                f"{self.program.name} has ended (status {status}). Its last lines, "
                f"from {self.log}:\n{said}"
            )

    def answers(self) -> bool:
        """Whether its page comes, and is no server error."""
        if self.program.port is None:
            return True
        connection = http.client.HTTPConnection(HOST, self.program.port, timeout=2)
        with closing(connection), suppress(OSError, http.client.HTTPException):
            host = {"Host": f"localhost:{self.program.port}"}
            connection.request("GET", self.program.path, headers=host)
            return connection.getresponse().status < 500
        return False

    def signal_group(self, number: int) -> None:
        """Signal whatever is left of its process group."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)


def stop_asked(seconds: float) -> bool:
    """Wait up to `seconds` for Ctrl-C or a termination signal; say whether one came."""
    return signal.sigtimedwait(STOP_SIGNALS, seconds) is not None


def wait_ready(children: Iterable[Child]) -> bool:
    """True once all answer, False if asked to stop before; ChildDiedError otherwise."""
    waiting = list(children)
    deadline = time.monotonic() + START_SECONDS
    while waiting:
        for child in waiting:
            child.check()
        waiting = [child for child in waiting if not child.answers()]
        if waiting and time.monotonic() > deadline:
            late = ", ".join(child.program.name for child in waiting)
            raise ChildDiedError(f"No answer after {START_SECONDS:.0f} seconds from: {late}")
        if waiting and stop_asked(_PAUSE):
            return False
    return True


def stop(children: Iterable[Child]) -> None:
    """Ask all to finish what they do, then end what is left after DRAIN_SECONDS, or at once
    when asked to stop a second time."""
    children = list(children)
    for child in children:
        if child.process.poll() is None:
            child.process.terminate()
    deadline = time.monotonic() + DRAIN_SECONDS
    while any(child.process.poll() is None for child in children):
        if time.monotonic() > deadline or stop_asked(_PAUSE):
            break
    for child in children:
        child.signal_group(signal.SIGKILL)
        child.process.wait()
