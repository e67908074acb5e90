"""A site's own machine on loopback: what it was sent, and what it answers."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

PATIENCE = 30.0  # a test that waits this long has failed


class Listener:
    """Set `status`, `headers`, `content` or `answer` before; `arrived` is set by each request."""

    def __init__(self) -> None:
        self.status = 200
        self.headers: dict[str, str] = {}
        self.content = b""
        self.raw: list[bytes] = []
        self.endless = False
        self.silent = False
        self.requests: list[tuple[str, dict[str, str], dict[str, list[str]]]] = []
        self.arrived = threading.Event()
        self.released = threading.Event()
        self.port = 0

    @property
    def address(self) -> str:
        """Where it listens for sign-outs."""
        return f"http://127.0.0.1:{self.port}/out"

    @property
    def tokens(self) -> list[str]:
        """The logout tokens so far."""
        return [form["logout_token"][0] for _, _, form in self.requests]

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """One request."""
        length = int(handler.headers.get("Content-Length", 0))
        form = parse_qs(handler.rfile.read(length).decode())
        self.requests.append((handler.path, dict(handler.headers.items()), form))
        self.arrived.set()
        if self.silent:
            self.released.wait(PATIENCE)
            return
        if self.raw:
            self._send(handler)
            return
        handler.send_response(self.status)
        for name, value in self.headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(self.content)))
        handler.end_headers()
        handler.wfile.write(self.content)

    def _send(self, handler: BaseHTTPRequestHandler) -> None:
        for part in self.raw:
            handler.wfile.write(part)
        while self.endless and not self.released.is_set():
            handler.wfile.write(self.raw[-1])


@contextmanager
def listening(tls: ssl.SSLContext | None = None) -> Iterator[Listener]:
    """A listener on a free port; whoever it keeps waiting is let go at the end."""
    found = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.do_POST()

        def do_POST(self) -> None:
            try:
                found.answer(self)
            except OSError:
                self.close_connection = True  # the other side has hung up

        def log_message(self, *_args: object) -> None:
            """Nothing on the terminal."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a refused handshake
        found.port = server.server_address[1]
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield found
        finally:
            found.released.set()
            server.shutdown()
            thread.join()
