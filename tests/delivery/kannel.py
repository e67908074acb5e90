"""Debian's Kannel and its fake SMSC on free ports of this machine, gone at the end."""

import re
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from urllib.parse import unquote_to_bytes

from tests.delivery.relay import free_port

_BEARERBOX, _SMSBOX = Path("/usr/sbin/bearerbox"), Path("/usr/sbin/smsbox")
_FAKESMSC = Path("/usr/lib/kannel/test/fakesmsc")
_GOT = re.compile(r"Got message \d+: <(\S+) (\S+) (\S+) (.*)>$", re.MULTILINE)
_PATIENCE = 20  # seconds
_CONFIGURATION = """
group = core
admin-port = {admin}
admin-interface = 127.0.0.1
admin-password = {password}
smsbox-port = {smsbox}
smsbox-interface = 127.0.0.1

group = smsc
smsc = fake
smsc-id = fake
port = {smsc}
connect-allow-ip = 127.0.0.1

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = {sendsms}
sendsms-interface = 127.0.0.1

group = sendsms-user
username = nous
password = "{password}"
max-messages = 1

group = sms-service
keyword = default
max-messages = 0
text = ""
"""


@dataclass(frozen=True)
class Kannel:
    """A running Kannel: where it is asked, and the far end's log."""

    port: int
    log: Path

    def url(self, password: str = "un%20mot%26de%2Bpasse") -> str:
        """The setting SMS_URL."""
        return f"kannel://nous:{password}@127.0.0.1:{self.port}"

    def received(self, many: int) -> list[tuple[str, str, str, str]]:
        """From, to, kind and text of the first `many` messages at the far end, awaited."""
        wait_until(lambda: len(self._all()) >= many, f"{many} messages in {self.log}")
        return self._all()

    def _all(self) -> list[tuple[str, str, str, str]]:
        found = _GOT.findall(self.log.read_text(encoding="utf-8", errors="replace"))
        return [(sender, to, kind, _text(kind, said)) for sender, to, kind, said in found]


def _text(kind: str, said: str) -> str:
    if kind == "ucs-2":  # written as a query would be, octet by octet
        return unquote_to_bytes(said.replace("+", " ")).decode("utf-16-be")
    return said


def missing() -> list[str]:
    """The programs that are not installed."""
    return [str(path) for path in (_BEARERBOX, _SMSBOX, _FAKESMSC) if not path.exists()]


@contextmanager
def running(folder: Path) -> Iterator[Kannel]:
    """The three programs, connected to one another."""
    ports = {name: free_port() for name in ("admin", "smsbox", "smsc", "sendsms")}
    configuration = folder / "kannel.conf"
    text = _CONFIGURATION.format(**ports, password="un mot&de+passe")
    configuration.write_text(text, encoding="utf-8")
    kannel = Kannel(ports["sendsms"], folder / "fakesmsc.log")
    with ExitStack() as stack:

        def start(*command: object) -> None:
            stack.enter_context(_started([str(part) for part in command], folder))

        start(_BEARERBOX, "-v", "1", configuration)
        _await_port(ports["smsbox"])
        _await_port(ports["smsc"])
        start(_SMSBOX, "-v", "1", configuration)
        start(_FAKESMSC, "-H", "127.0.0.1", "-r", ports["smsc"], "-m", "0", "1 2 text unused")
        _await_port(ports["sendsms"])
        yield kannel


@contextmanager
def _started(command: list[str], folder: Path) -> Iterator[None]:
    log = folder / f"{Path(command[0]).name}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=folder, stdout=out, stderr=subprocess.STDOUT)
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await_port(port: int) -> None:
    def answers() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    wait_until(answers, f"port {port}")


def wait_until(holds: Callable[[], bool], what: str) -> None:
    """Return as soon as it holds; AssertionError, saying what was awaited, if it never does."""
    rest, end = threading.Event(), monotonic() + _PATIENCE
    while not holds():
        assert monotonic() < end, f"in vain: {what}"
        rest.wait(0.02)
