"""An SMS from its text to the gateway: Kannel's sendsms form, or a generic JSON call.

Which of the two, and its credentials, are read from the setting SMS_URL. The status of the answer
decides; its body is not read, so that no answer is too long.
"""

import base64
import json
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Timer
from time import monotonic
from typing import Any
from urllib.parse import SplitResult, unquote, urlencode, urlsplit

from idp import clock
from idp.delivery.failures import DelayedError, RefusedError
from idp.delivery.gsm import is_gsm
from idp.settings import Settings
from idp.texts import NO_BREAK_SPACE, text

_CONNECTING, _IN_ALL = 2.0, 5.0  # seconds, as for every call to others (OA13)
# our own credentials, or too much at once: nothing that this one message could help
_OURS_TO_MEND = frozenset({401, 403, 407, 408, 425, 429})


@dataclass(frozen=True)
class Sms:
    """One SMS on its way; `id` is the same at each try, so that a gateway can tell a repeat."""

    id: str
    to: str
    text: str
    expires_at: datetime


@dataclass(frozen=True)
class _Call:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes | None
    accepted: Callable[[int], bool]


def render_sms(name: str, values: dict[str, Any]) -> str:
    """The text of the SMS `name`; KeyError when a value is missing."""
    prefix, _dash, digits = str(values.get("code_shown", "")).partition(" - ")
    found = text(f"sms.{name}", **values, prefix=prefix, digits=digits.replace(" ", ""))
    return found.replace(NO_BREAK_SPACE, " ")  # which the alphabet of SMS lacks


def send_sms(settings: Settings, sms: Sms) -> None:
    """Hand it to the gateway. RefusedError when that is for good, DelayedError for all else."""
    parts = urlsplit(settings.sms_url)
    driver = _kannel if parts.scheme.startswith("kannel") else _generic
    call = driver(parts, settings.sms_from, sms)
    try:
        status = _status(parts, call)
    except (OSError, HTTPException, ValueError) as error:  # ValueError: SMS_URL is odd
        raise DelayedError(type(error).__name__) from error
    if call.accepted(status):
        return
    if 400 <= status < 500 and status not in _OURS_TO_MEND:
        raise RefusedError(str(status))
    raise DelayedError(str(status))


def _kannel(parts: SplitResult, sender: str, sms: Sms) -> _Call:
    """Kannel's user guide, "Using the HTTP interface to send SMS messages": the form goes by GET.

    Kannel 1.4.5 refuses it as the body of a POST, "Invalid content-type".
    """
    minutes_left = int((sms.expires_at - clock.now()).total_seconds()) // 60
    form = {
        "username": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "from": sender,
        "to": sms.to,
        "text": sms.text,
        "charset": "UTF-8",
        "validity": str(max(minutes_left, 1)),  # a telephone that was off gets no dead code
    }
    if not is_gsm(sms.text):
        form["coding"] = "2"  # UCS-2
    # any other 2xx is not Kannel's word: something else answers there
    path = f"/cgi-bin/sendsms?{urlencode(form)}"
    return _Call("GET", path, {}, None, lambda status: status == 202)


def _generic(parts: SplitResult, sender: str, sms: Sms) -> _Call:
    content = {"to": sms.to, "from": sender, "text": sms.text, "id": sms.id}
    headers = {"Content-Type": "application/json", **_authorization(parts)}
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    body = json.dumps(content, ensure_ascii=False).encode()
    return _Call("POST", path, headers, body, lambda status: 200 <= status < 300)


def _authorization(parts: SplitResult) -> dict[str, str]:
    """Basic (RFC 7617) when there is a password, else the user is a bearer token (RFC 6750)."""
    user = unquote(parts.username or "")
    if parts.password is not None:
        pair = f"{user}:{unquote(parts.password)}".encode()
        return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}
    return {"Authorization": f"Bearer {user}"} if user else {}


def _status(parts: SplitResult, call: _Call) -> int:
    """The status of the answer. No redirect is followed, no proxy of the environment is used."""
    began, connection = monotonic(), _connection(parts)
    try:
        connection.connect()
        with _cut_after(connection.sock, _IN_ALL - (monotonic() - began)):
            connection.request(call.method, call.path, call.body, call.headers)
            return connection.getresponse().status
    finally:
        connection.close()


def _connection(parts: SplitResult) -> HTTPConnection:
    host = parts.hostname or ""
    if parts.scheme in {"kannels", "sms+https"}:
        tls = ssl.create_default_context()
        return HTTPSConnection(host, parts.port or 443, timeout=_CONNECTING, context=tls)
    return HTTPConnection(host, parts.port or 80, timeout=_CONNECTING)


@contextmanager
def _cut_after(sock: socket.socket, seconds: float) -> Iterator[None]:
    """End the conversation then: a time-out alone begins anew with each byte that drips in."""
    sock.settimeout(_IN_ALL)
    timer = Timer(max(seconds, 0), _cut, (sock,))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _cut(sock: socket.socket) -> None:
    with suppress(OSError):  # closed meanwhile
        sock.shutdown(socket.SHUT_RDWR)
