"""RFC 9110, calls to addresses that sites have registered, guarded (OA13). Never inside a request.

The name is resolved once, every address it has is judged, and the connection goes to one of those
very addresses: a name that resolves otherwise a moment later changes nothing. No redirect is
followed, no proxy of the environment used, no more than 64 KiB read, 5 seconds spent in all.
Resolving has the resolver's own limits: whoever calls runs one site apart from the others.
"""

import http.client
import io
import socket
import ssl
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from functools import lru_cache
from typing import Any
from urllib.parse import SplitResult, urlencode, urlsplit

from idp.oidc import strict_json
from idp.oidc.client_uris import LOOPBACK
from idp.oidc.outbound_address import is_public

CONNECT_SECONDS = 2.0
TOTAL_SECONDS = 5.0
MAX_ANSWER = 64 * 1024

_FORM = "application/x-www-form-urlencoded"


class OutboundError(Exception):
    """No answer was had; `reason` is a stable word: address, unreachable, timeout, too_large…"""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class _Deadline:
    """How much of the five seconds is left; monotonic."""

    def __init__(self) -> None:
        self._end = time.monotonic() + TOTAL_SECONDS

    def left(self) -> float:
        """Seconds; OutboundError when there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise OutboundError("timeout")
        return left


def post_form(url: str, form: Mapping[str, str], *, development: bool) -> int:
    """POST a form; the status of the answer, whose body says nothing to us. OutboundError."""
    body = urlencode(form).encode("ascii")
    about = (f"Content-Type: {_FORM}", f"Content-Length: {len(body)}")
    with _asked(url, "POST", about, body, development=development) as response:
        # to its end, if it has one: a site that is cut short would call it a failure
        with suppress(OutboundError, OSError, http.client.HTTPException):
            response.read()
        return response.status


def get_json(url: str, *, development: bool) -> Any:
    """GET a JSON document, read strictly; OutboundError, also for any status but 200."""
    with _asked(url, "GET", ("Accept: application/json",), development=development) as response:
        if response.status != 200:
            raise OutboundError(f"status_{response.status}")
        try:
            return strict_json.parsed(response.read().decode())
        except ValueError:
            raise OutboundError("not_json") from None


@contextmanager
def _asked(
    url: str, method: str, about: Iterable[str], body: bytes = b"", *, development: bool
) -> Iterator[http.client.HTTPResponse]:
    """The answer, its body not yet read. Whatever goes wrong in the block is an OutboundError."""
    parts = urlsplit(url)
    try:
        deadline = _Deadline()
        with closing(_connected(parts, deadline, development=development)) as connection:
            connection.settimeout(deadline.left())
            connection.sendall(_request(parts, method, about) + body)
            with closing(_response(connection, deadline, method)) as response:
                response.begin()
                yield response
    except TimeoutError:
        raise OutboundError("timeout") from None
    except ssl.SSLError:
        raise OutboundError("tls") from None
    except (http.client.HTTPException, ValueError):
        raise OutboundError("malformed") from None
    except OSError:
        raise OutboundError("unreachable") from None


def _connected(parts: SplitResult, deadline: _Deadline, *, development: bool) -> socket.socket:
    host, port = str(parts.hostname), parts.port or (443 if parts.scheme == "https" else 80)
    # loopback by its own name only: a name of the DNS that leads there is an attack anywhere
    local = development and parts.netloc.removesuffix(f":{parts.port}") in LOOPBACK
    if parts.scheme != "https" and not local:
        raise OutboundError("address")
    connection = _first(_addresses(host, port, local=local), deadline)
    if parts.scheme != "https":
        return connection
    try:
        connection.settimeout(deadline.left())
        return _tls().wrap_socket(connection, server_hostname=host)
    except BaseException:
        connection.close()
        raise


def _addresses(host: str, port: int, *, local: bool) -> list[Any]:
    """What the name resolves to; OutboundError unless each of them may be called."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    if not all(is_public(str(address[0]), loopback=local) for *_, address in found):
        raise OutboundError("address")
    return found


def _first(found: list[Any], deadline: _Deadline) -> socket.socket:
    """A connection to the first address that takes one."""
    failure: OSError = OSError("no address")
    for family, kind, protocol, _, address in found:
        connection = socket.socket(family, kind, protocol)
        connection.settimeout(min(CONNECT_SECONDS, deadline.left()))
        try:
            connection.connect(address)
        except OSError as error:
            connection.close()
            failure = error
        else:
            return connection
    raise failure


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def _request(parts: SplitResult, method: str, about: Iterable[str]) -> bytes:
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lines = (
        f"{method} {target} HTTP/1.1",
        f"Host: {parts.netloc}",
        *about,
        "User-Agent: MGEN-Connect",
        "Connection: close",
    )
    return "\r\n".join((*lines, "", "")).encode("ascii")


class _Reader(io.RawIOBase):
    """The answer as it comes, under the one deadline, up to the one limit."""

    def __init__(self, connection: socket.socket, deadline: _Deadline) -> None:
        self._connection, self._deadline, self._left = connection, deadline, MAX_ANSWER

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._connection.settimeout(self._deadline.left())
        count = self._connection.recv_into(buffer)
        self._left -= count
        if self._left < 0:
            raise OutboundError("too_large")
        return count

    def makefile(self, _mode: str) -> io.BufferedReader:
        """As http.client asks it of a socket."""
        return io.BufferedReader(self)


def _response(
    connection: socket.socket, deadline: _Deadline, method: str
) -> http.client.HTTPResponse:
    reader = _Reader(connection, deadline)
    return http.client.HTTPResponse(reader, method=method)  # type: ignore[arg-type]
