"""Ports and processes for the tests of what `make run` needs."""

import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from idp.development import processes
from idp.development.layout import CannotStartError, Layout
from idp.development.processes import Child, Program

_SLOTS = 500  # of 40 ports each


def free_ports(count: int) -> list[int]:
    """Ports of 127.0.0.1 that nobody listens on, all different."""
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


@contextmanager
def running(program: Program, log_dir: Path) -> Iterator[Child]:
    """The program while it answers."""
    child = Child(program, log_dir)
    try:
        assert processes.wait_ready([child])
        yield child
    finally:
        processes.stop([child])


def inbox_program(port: int, smtp_port: int, state: Path) -> Program:
    """The inbox as `make run` starts it."""
    ports = ("--port", str(port), "--smtp-port", str(smtp_port))
    arguments = ("idp.development.inbox", *ports, "--state", str(state))
    return Program("inbox", arguments, os.environ, port)


def free_base() -> int:
    """A PORT_BASE whose ports are all free, below those that the kernel hands out on its own.

    Else any connection that another test makes may take one of them before it is listened on. And
    above 10080, where no browser goes (Fetch §2.9, bad ports).
    """
    first = os.getpid() * 7 % _SLOTS
    for slot in range(_SLOTS):
        base = 10_100 + (first + slot) % _SLOTS * 40
        with suppress(CannotStartError):
            Layout.from_env({"PORT_BASE": str(base)}).check_ports()
            return base
    raise AssertionError("no free ports")
