"""OA13 for what is fetched: a JSON document of a site, behind the same guard as what is posted."""

import json

import pytest

from idp.oidc import outbound
from idp.oidc.outbound import OutboundError, get_json
from tests.oidc.listener import Listener, listening


def refused(url: str, *, development: bool = True) -> str:
    with pytest.raises(OutboundError) as caught:
        get_json(url, development=development)
    return caught.value.reason


def test_a_document_is_read(machine: Listener) -> None:
    machine.content = '{"keys": [], "nom": "é"}'.encode()
    assert get_json(f"{machine.address}?v=1", development=True) == {"keys": [], "nom": "é"}
    [(path, headers, form)] = machine.requests
    assert (path, form) == ("/out?v=1", {})
    assert headers["Accept"] == "application/json"
    assert headers["Host"] == f"127.0.0.1:{machine.port}"
    assert not {"Cookie", "Authorization", "Content-Type", "Accept-Encoding"} & headers.keys()


def test_a_document_without_a_length_is_read_to_its_end(machine: Listener) -> None:
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    machine.raw = [chunked, b"6\r\n", b'{"a":1', b"\r\n1\r\n}\r\n0\r\n\r\n"]
    assert get_json(machine.address, development=True) == {"a": 1}
    machine.raw = [b"HTTP/1.0 200 OK\r\n\r\n", b'{"a":2}']
    assert get_json(machine.address, development=True) == {"a": 2}


def test_a_document_cut_short_is_none(machine: Listener) -> None:
    machine.raw = [b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n", b'{"a":2}']
    assert refused(machine.address) == "malformed"


def test_oa13_this_machine_is_asked_in_development_only(machine: Listener) -> None:
    for host in ("127.0.0.1", "localhost", "[::1]"):
        for scheme in ("http", "https"):
            assert refused(f"{scheme}://{host}:{machine.port}/", development=False) == "address"
    assert machine.requests == []


@pytest.mark.parametrize(
    "url",
    [
        *("https://169.254.169.254/latest/meta-data", "https://10.0.0.1/", "https://[fe80::1]/"),
        *("http://1.1.1.1/jwks", "https://[::ffff:127.0.0.1]/", "https://100.100.100.200/"),
    ],
)
@pytest.mark.parametrize("development", [True, False])
def test_oa13_nothing_private_and_nothing_in_clear(url: str, development: bool) -> None:
    assert refused(url, development=development) == "address"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_oa13_no_redirect_is_followed(machine: Listener, status: int) -> None:
    with listening() as elsewhere:
        elsewhere.content = b'{"keys":[]}'
        machine.status, machine.headers = status, {"Location": elsewhere.address}
        machine.content = b'{"keys":[]}'
        assert refused(machine.address) == f"status_{status}"
        assert elsewhere.requests == []


@pytest.mark.parametrize("status", [201, 204, 206, 304, 401, 404, 500, 503])
def test_any_other_status_is_a_failure(machine: Listener, status: int) -> None:
    machine.status, machine.content = status, b"" if status in {204, 304} else b"{}"
    assert refused(machine.address) == f"status_{status}"


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"<html>", b"{", b'{"a":1,"a":2}', b"NaN", b"\xff\xfe{\x00}\x00"),
        *('{"é":1}'.encode("latin-1"), b"\x1f\x8b\x08\x00", b"[" * 60_000),
    ],
)
def test_what_is_no_json_is_a_failure(machine: Listener, content: bytes) -> None:
    machine.content = content
    assert refused(machine.address) == "not_json"


def test_oa13_no_more_than_64_kib(machine: Listener) -> None:
    machine.content = json.dumps({"x": "y" * 60_000}).encode()
    assert get_json(machine.address, development=True)["x"]
    machine.content = json.dumps({"x": "y" * 66_000}).encode()
    assert refused(machine.address) == "too_large"
    machine.raw, machine.endless = [b"HTTP/1.1 200 OK\r\n\r\n", b" " * 8000], True
    assert refused(machine.address) == "too_large"


def test_oa13_five_seconds_in_all(machine: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbound, "TOTAL_SECONDS", 0.2)
    machine.silent = True
    assert refused(machine.address) == "timeout"


def test_oa13_a_body_that_trickles_has_no_more_time(
    machine: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The head comes at once, the document a byte at a time."""
    monkeypatch.setattr(outbound, "TOTAL_SECONDS", 0.3)
    honest = machine.answer

    def trickle(handler: object) -> None:
        machine.raw = [b"HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n"]
        honest(handler)  # type: ignore[arg-type]
        while not machine.released.wait(0.02):
            handler.wfile.write(b" ")  # type: ignore[attr-defined]

    monkeypatch.setattr(machine, "answer", trickle)
    assert refused(machine.address) == "timeout"
