"""OA13: whom the worker may call, how long it waits, and what it never follows or reads."""

import datetime as dt
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from idp.oidc import outbound
from idp.oidc.outbound import OutboundError, post_form
from idp.oidc.outbound_address import is_public
from tests.fixtures import START
from tests.oidc.listener import Listener, listening

FORBIDDEN = [
    *("127.0.0.1", "127.1.2.3", "0.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1"),
    *("169.254.169.254", "100.64.0.1", "100.100.100.200", "192.0.0.192", "168.63.129.16"),
    *("198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "203.0.113.9"),
    *("::1", "::", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "fe80::1%1"),
    *("fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "2001:db8::1", "2002:7f00:1::1", "3fff::1"),
    *("64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "localhost", "", "1.2.3"),
]
LOOPBACK = {"127.0.0.1", "127.1.2.3", "::1"}
LOOPBACK |= {"::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::1"}  # the same, wrapped


@pytest.mark.parametrize("address", FORBIDDEN)
def test_oa13_an_address_that_is_not_public(address: str) -> None:
    assert not is_public(address)
    assert is_public(address, loopback=True) is (address in LOOPBACK)


@pytest.mark.parametrize(
    "address",
    ["1.1.1.1", "93.184.215.14", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"],
)
def test_oa13_an_address_that_is(address: str) -> None:
    assert is_public(address)


@pytest.fixture
def site() -> Iterator[Listener]:
    with listening() as found:
        yield found


def refused(url: str, *, development: bool = True) -> str:
    with pytest.raises(OutboundError) as caught:
        post_form(url, {"a": "b"}, development=development)
    return caught.value.reason


def test_a_form_arrives_and_its_status_comes_back(site: Listener) -> None:
    site.status = 204
    assert post_form(f"{site.address}?tenant=1", {"a": "é&="}, development=True) == 204
    [(path, headers, form)] = site.requests
    assert (path, form) == ("/out?tenant=1", {"a": ["é&="]})
    assert headers["Host"] == f"127.0.0.1:{site.port}"
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert not {"Cookie", "Authorization"} & headers.keys()


def test_oa13_this_machine_is_called_in_development_only(site: Listener) -> None:
    for host in ("127.0.0.1", "localhost", "[::1]"):
        for scheme in ("http", "https"):
            assert refused(f"{scheme}://{host}:{site.port}/out", development=False) == "address"
    assert post_form(f"http://localhost:{site.port}/", {}, development=True) == 200
    assert len(site.requests) == 1


@pytest.mark.parametrize("development", [True, False])
@pytest.mark.parametrize(
    "url",
    ["https://169.254.169.254/", "https://10.0.0.1/", "https://[fe80::1]/", "http://1.1.1.1/"],
)
def test_oa13_elsewhere_nothing_private_and_nothing_in_clear(url: str, development: bool) -> None:
    assert refused(url, development=development) == "address"


@pytest.mark.parametrize("development", [True, False])
def test_oa13_a_name_that_leads_here_is_refused_whole(
    site: Listener, monkeypatch: pytest.MonkeyPatch, development: bool
) -> None:
    """One bad address among good ones spoils the name; nothing is connected to."""
    here = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", site.port))
    good = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("1.1.1.1", site.port))
    answers = [[here], [good, here], [here, good]]
    for answer in answers:
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, _r=answer, **_k: _r)
        assert refused("https://site.exemple.fr/out", development=development) == "address"
    assert site.requests == []


def test_oa13_the_address_judged_is_the_address_called(
    site: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that would resolve otherwise the second time is not asked a second time."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def resolve(host: str, *rest: Any, **more: Any) -> Any:
        asked.append(host)
        return real("127.0.0.1" if len(asked) == 1 else "192.0.2.1", *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    assert post_form(f"http://localhost:{site.port}/", {}, development=True) == 200
    assert asked == ["localhost"]


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_oa13_no_redirect_is_followed(site: Listener, status: int) -> None:
    with listening() as elsewhere:
        site.status, site.headers = status, {"Location": elsewhere.address}
        assert post_form(site.address, {"a": "b"}, development=True) == status
        assert elsewhere.requests == []


def test_oa13_no_proxy_of_the_environment(site: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    with listening() as proxy:
        for name in ("http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.setenv(name, proxy.address)
        assert post_form(site.address, {}, development=True) == 200
        assert proxy.requests == []


def test_oa13_five_seconds_in_all(site: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (outbound.CONNECT_SECONDS, outbound.TOTAL_SECONDS) == (2.0, 5.0)
    monkeypatch.setattr(outbound, "TOTAL_SECONDS", 0.2)
    site.silent = True
    assert refused(site.address) == "timeout"


def test_oa13_an_answer_that_trickles_has_no_more_time(
    site: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each byte comes in time, all of them do not."""
    monkeypatch.setattr(outbound, "TOTAL_SECONDS", 0.3)
    answer = site.answer

    def trickle(handler: Any) -> None:
        site.raw = [b"HTTP/1.1 200 OK\r\nX: "]
        answer(handler)
        while not site.released.wait(0.02):
            handler.wfile.write(b"x")

    monkeypatch.setattr(site, "answer", trickle)
    assert refused(site.address) == "timeout"


def test_oa13_no_more_than_64_kib_is_read(site: Listener) -> None:
    site.endless = True
    site.raw = [b"HTTP/1.1 200 OK\r\n", b"X: " + b"x" * 8000 + b"\r\n"]
    assert refused(site.address) == "too_large"
    site.raw = [b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", b"x" * 8000]
    assert post_form(site.address, {}, development=True) == 200


@pytest.mark.parametrize("answer", [b"nonsense\r\n\r\n", b"HTTP/1.1 2x0 OK\r\n\r\n", b"\x16\x03"])
def test_what_is_no_answer_is_a_failure(site: Listener, answer: bytes) -> None:
    site.raw = [answer]
    assert refused(site.address) == "malformed"


def test_nobody_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    assert refused(f"http://127.0.0.1:{port}/") == "unreachable"


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for localhost that nobody has signed but itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
        .not_valid_after(START + dt.timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path = tmp_path / "localhost.pem"
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


def test_a_certificate_is_verified_and_so_is_its_name(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with listening(tls=context) as site:
        outbound._tls.cache_clear()
        assert refused(f"https://localhost:{site.port}/") == "tls"
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        outbound._tls.cache_clear()
        assert post_form(f"https://localhost:{site.port}/", {}, development=True) == 200
        assert refused(f"https://127.0.0.1:{site.port}/") == "tls"
    outbound._tls.cache_clear()
    assert len(site.requests) == 1
