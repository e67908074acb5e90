"""A program of the guide while it serves its port."""

import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests.integrate.guide import Reader

_SECONDS = 30
_PAUSE = 0.05


@contextmanager
def serving(reader: Reader, *command: str) -> Iterator[None]:
    """The command, started in the reader's folder, once its port answers; ended with the block."""
    with (reader.folder / "log").open("w+") as log:
        process = subprocess.Popen(
            command,
            cwd=reader.folder,
            env=reader.environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait(reader, process)
            yield
        finally:
            process.terminate()
            process.wait(timeout=_SECONDS)
            log.seek(0)
            print(log.read())  # noqa: T201 — beside the failure, when there is one


def _wait(reader: Reader, process: "subprocess.Popen[bytes]") -> None:
    pause, deadline = threading.Event(), time.monotonic() + _SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, f"{process.args!r} has ended"
        with suppress(OSError), socket.create_connection(("localhost", reader.port), timeout=1):
            return
        pause.wait(_PAUSE)
    raise AssertionError(f"nothing answers at {reader.site}")
