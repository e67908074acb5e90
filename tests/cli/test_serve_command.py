"""`mgen-connect serve` and `worker`: refusing to start, finishing what is in hand (KE1, AV10)."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from idp.cli import serve as serving
from idp.oidc.key_files import KeyFolder
from idp.settings import PREFIX, Settings
from tests.cli.conftest import Command

DEADLINE = 20


@pytest.fixture
def no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """A refusal that is missing fails at once instead of serving for ever."""
    monkeypatch.setattr(serving, "build", lambda *_: pytest.fail("it would have listened"))


@pytest.mark.usefixtures("no_server")
def test_ke1_no_start_without_a_key(command: Command) -> None:
    result = command("serve")
    assert result.exit_code == 1
    assert "No signing key" in result.stderr


@pytest.mark.usefixtures("no_server")
@pytest.mark.parametrize("alg", ["RS256", "PS256", "ES256"])
def test_no_start_without_a_key_of_each_algorithm(command: Command, alg: str) -> None:
    for other in {"RS256", "PS256", "ES256"} - {alg}:
        assert command("key", "rotate", "--alg", other).exit_code == 0
    result = command("serve")
    assert result.exit_code == 1
    assert f"mgen-connect key rotate --alg {alg}" in result.stderr


@pytest.mark.usefixtures("no_server")
def test_ke4_no_start_when_the_secret_of_the_keys_is_gone(command: Command) -> None:
    assert command("key", "rotate").exit_code == 0
    result = command("serve", SECRET_KEYS="e" * 43)
    assert result.exit_code == 1
    assert "SECRET_KEYS does not hold" in result.stderr


@pytest.mark.usefixtures("no_server")
def test_ke1_no_start_with_a_key_that_others_can_read(command: Command, here: Settings) -> None:
    assert command("key", "rotate").exit_code == 0
    path, *_ = here.keys_dir.iterdir()
    path.chmod(0o644)
    result = command("serve")
    assert result.exit_code == 1
    assert "chmod 600" in result.stderr


class Silent:
    """A server that is never started."""

    def on_startup(self, _: object) -> None: ...

    def serve(self) -> None: ...


def test_ke1_a_start_encrypts_the_keys_under_the_newest_secret(
    command: Command, here: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "build", lambda *_: Silent())
    monkeypatch.setattr(serving.logs, "configure", lambda _: None)
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = str(free.getsockname()[1])
    kids = {row["kid"]: row["alg"] for row in command.json("key", "rotate")}
    old, new = "c" * 43, "e" * 43
    assert command("serve", "--port", port, SECRET_KEYS=f"{new} {old}").exit_code == 0
    environ = {**command.environ, f"{PREFIX}SECRET_KEYS": new}
    folder = KeyFolder(Settings.from_env(environ))
    assert all(folder.read(kid, alg) for kid, alg in kids.items())


@pytest.mark.parametrize("port", ["0", "65536", "http"])
def test_a_port_is_a_number(command: Command, port: str) -> None:
    assert command("serve", "--port", port).exit_code == 2


def test_the_server_is_bounded_and_writes_no_paths() -> None:
    server = serving.build("127.0.0.1", 8000)
    assert server.target == "idp.app:create_app"
    assert server.workers == 1
    assert server.blocking_threads <= 15
    assert server.backpressure <= 128
    assert server.backlog <= 256
    assert server.http1_settings.header_read_timeout <= 10_000
    assert server.workers_kill_timeout < 10
    assert server.log_access is False


class Running:
    """A server in a process of its own: Python with `arguments`, where {port} is a free one."""

    def __init__(self, *arguments: str, **environ: str) -> None:
        with closing(socket.create_server(("127.0.0.1", 0))) as free:
            self.port: int = free.getsockname()[1]
        self.process = subprocess.Popen(
            [sys.executable, *(part.replace("{port}", str(self.port)) for part in arguments)],
            cwd=Path(__file__).parent,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), **environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def get(self, path: str) -> bytes:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=DEADLINE)
        with closing(connection):
            connection.request("GET", path)
            return connection.getresponse().read()

    def accepts(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), DEADLINE):
            return True
        return False

    def wait_until(self, accepting: bool) -> None:
        deadline = time.monotonic() + DEADLINE
        while self.accepts() is not accepting:
            assert time.monotonic() < deadline
            assert self.process.poll() is None or not accepting


@contextmanager
def started(*arguments: str, **environ: str) -> Iterator[Running]:
    server = Running(*arguments, **environ)
    try:
        server.wait_until(accepting=True)
        yield server
    finally:
        server.process.terminate()
        server.process.communicate(timeout=DEADLINE)


@pytest.fixture
def fifo(tmp_path: Path) -> Path:
    """The pipe that /slow waits for."""
    path = tmp_path / "fifo"
    os.mkfifo(path)
    return path


@pytest.fixture
def running(fifo: Path) -> Iterator[Running]:
    """The product's server around slow_app.py."""
    source = (
        "from idp.cli.serve import build; build('127.0.0.1', {port}, 'slow_app:create_app').serve()"
    )
    with started("-c", source, FIFO=str(fifo)) as server:
        yield server


def test_av10_sigterm_finishes_the_request_in_hand(running: Running, fifo: Path) -> None:
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(running.get, "/slow")
        with fifo.open("wb") as pipe:  # opens once the app reads: it is in hand
            running.process.send_signal(signal.SIGTERM)
            running.wait_until(accepting=False)
            pipe.write(b"finished")
        assert answer.result(DEADLINE) == b"finished"
    assert running.process.wait(10) == 0


def test_sigterm_does_not_wait_for_idle_connections(running: Running) -> None:
    idle = http.client.HTTPConnection("127.0.0.1", running.port, timeout=DEADLINE)
    idle.request("GET", "/")
    assert idle.getresponse().read() == b"quick"
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(10) == 0
    idle.close()


def test_oa22_no_path_is_logged(running: Running) -> None:
    assert running.get("/activation/canary-token?code=canary-code") == b"quick"
    running.process.send_signal(signal.SIGTERM)
    said, _ = running.process.communicate(timeout=10)
    assert "canary" not in said


def test_the_product_is_served_and_stops_clean(command: Command) -> None:
    kids = [row["kid"] for row in command.json("key", "rotate")]
    arguments = ("-m", "idp.cli", "serve", "--port", "{port}")
    with started(*arguments, **command.environ) as server:
        assert [key["kid"] for key in json.loads(server.get("/jwks.json"))["keys"]] == kids
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(10) == 0


@pytest.mark.usefixtures("no_server")
def test_a_taken_port_is_a_sentence(command: Command) -> None:
    assert command("key", "rotate").exit_code == 0
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        result = command("serve", "--port", str(taken.getsockname()[1]))
    assert result.exit_code == 1
    assert "in use" in result.stderr


@pytest.mark.usefixtures("no_server")
def test_an_address_of_another_machine_is_a_sentence(command: Command) -> None:
    assert command("key", "rotate").exit_code == 0
    result = command("serve", "--host", "192.0.2.1")
    assert result.exit_code == 1
    assert "192.0.2.1" in result.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_worker_stops_when_asked(
    command: Command, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    rounds: list[bool] = []

    def sending(_database: object, _settings: object, stop: threading.Event) -> None:
        assert not stop.is_set()
        os.kill(os.getpid(), number)
        rounds.append(stop.wait(DEADLINE))

    before = {each: signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGINT)}
    monkeypatch.setattr("idp.delivery.worker.run", sending)
    try:
        assert command("worker").exit_code == 0
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
    assert rounds == [True]
