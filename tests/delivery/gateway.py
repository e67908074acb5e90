"""An SMS gateway on a free port of this machine: keeps what it is sent, and answers as told."""

import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass
class Call:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        """The fields of its query; a field given twice is an error."""
        pairs = parse_qsl(urlsplit(self.path).query, strict_parsing=True)
        assert len(dict(pairs)) == len(pairs)
        return dict(pairs)

    @property
    def json(self) -> Any:
        """The JSON that it holds."""
        return json.loads(self.body)


@dataclass
class Gateway:
    """`status` is what it answers, `location` where it redirects to, `hold` what it waits for."""

    status: int = 202
    location: str | None = None
    length: int = 0
    host: str = "127.0.0.1"
    port: int = 0
    calls: list[Call] = field(default_factory=list)
    hold: threading.Event | None = None
    came: threading.Event = field(default_factory=threading.Event)

    def kannel(self, user: str = "nous:p%40ss") -> str:
        """Its address as Kannel."""
        return f"kannel://{user}@{self.host}:{self.port}"

    def generic(self, user: str = "jeton%2B42", scheme: str = "sms+http") -> str:
        """Its address as a gateway that takes JSON."""
        return f"{scheme}://{user}@{self.host}:{self.port}/v1/messages?compte=7"


def _handler(gateway: Gateway) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            gateway.calls.append(Call(self.command, self.path, headers, body))
            gateway.came.set()
            if gateway.hold is not None:
                gateway.hold.wait(30)
            self.send_response(gateway.status)
            if gateway.location:
                self.send_header("Location", gateway.location)
            self.send_header("Content-Length", str(gateway.length))
            self.end_headers()
            with suppress(ConnectionError):
                self.wfile.write(b"0" * gateway.length)

        do_GET = do_POST  # noqa: N815  http.server's name

        def log_message(self, *_args: object) -> None:
            pass

    return Handler


@contextmanager
def answering(gateway: Gateway, tls: ssl.SSLContext | None = None) -> Iterator[Gateway]:
    """The gateway, answering until the block ends."""
    server = ThreadingHTTPServer((gateway.host, gateway.port), _handler(gateway))
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    gateway.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield gateway
    finally:
        if gateway.hold is not None:
            gateway.hold.set()
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def dripping(pause: float) -> Iterator[int]:
    """The port of a server that answers a byte each `pause` seconds, and never comes to an end."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def drip() -> None:
            client, _address = listening.accept()
            with client:
                while not over.wait(pause):
                    try:
                        client.sendall(b"H")
                    except OSError:
                        return

        thread = threading.Thread(target=drip)
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            over.set()
            thread.join()
