"""An SMS on its way: what each gateway is sent, what its answers mean, what is never told."""

import base64
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from time import monotonic

import pytest

from idp.clock import FrozenClock
from idp.delivery import sms
from idp.delivery.failures import DelayedError, RefusedError
from idp.delivery.sms import Sms, render_sms, send_sms
from idp.settings import Settings
from tests.delivery.gateway import Gateway, answering, dripping
from tests.delivery.relay import certificate, free_port
from tests.fixtures import START

TO = "+33600000042"
SHOWN = (
    "482913 est votre code MGEN Connect (message 671), valable 15 minutes. "
    "Ne le donnez à personne : un conseiller ne le demande jamais."
)
MESSAGE = Sms("m-1", TO, SHOWN, START + timedelta(minutes=15))
DRIVERS = pytest.mark.parametrize("driver", ["kannel", "generic"])


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with answering(Gateway()) as answers:
        yield answers


def _settings(gateway: Gateway, driver: str) -> Settings:
    return Settings(sms_url=getattr(gateway, driver)())


def test_kannel_gets_the_form_of_sendsms(gateway: Gateway, at: FrozenClock) -> None:
    send_sms(_settings(gateway, "kannel"), MESSAGE)
    (call,) = gateway.calls
    assert (call.method, call.path.partition("?")[0]) == ("GET", "/cgi-bin/sendsms")
    assert "authorization" not in call.headers
    assert call.body == b""
    assert call.form == {
        "username": "nous",
        "password": "p@ss",
        "from": "MGEN",
        "to": TO,
        "text": SHOWN,
        "charset": "UTF-8",
        "validity": "15",
    }


@pytest.mark.parametrize(
    ("text", "coding"), [("é è à ù €", None), ("fenêtre", "2"), ("ça", "2"), ("a\u00a0b", "2")]
)
def test_kannel_is_told_when_the_seven_bit_alphabet_does_not_do(
    gateway: Gateway, at: FrozenClock, text: str, coding: str | None
) -> None:
    send_sms(_settings(gateway, "kannel"), replace(MESSAGE, text=text))
    (call,) = gateway.calls
    assert (call.form["text"], call.form.get("coding")) == (text, coding)


@pytest.mark.parametrize(("seconds", "minutes"), [(899, "14"), (59, "1"), (1, "1"), (7200, "120")])
def test_av4_kannel_is_told_how_long_the_message_is_worth_delivering(
    gateway: Gateway, at: FrozenClock, seconds: int, minutes: str
) -> None:
    expires_at = START + timedelta(seconds=seconds)
    send_sms(_settings(gateway, "kannel"), replace(MESSAGE, expires_at=expires_at))
    assert gateway.calls[0].form["validity"] == minutes


@pytest.mark.parametrize(
    ("user", "header"),
    [
        ("jeton%2B42", "Bearer jeton+42"),
        ("nous:p%40ss%3A", "Basic " + base64.b64encode(b"nous:p@ss:").decode()),
    ],
)
def test_the_generic_gateway_gets_json(
    gateway: Gateway, at: FrozenClock, user: str, header: str
) -> None:
    send_sms(Settings(sms_url=gateway.generic(user), sms_from="Nous"), MESSAGE)
    (call,) = gateway.calls
    assert (call.method, call.path) == ("POST", "/v1/messages?compte=7")
    assert call.headers["content-type"] == "application/json"
    assert call.headers["authorization"] == header
    assert call.json == {"to": TO, "from": "Nous", "text": SHOWN, "id": "m-1"}


@DRIVERS
@pytest.mark.parametrize("status", [202, 200, 201, 204])
def test_only_its_own_word_is_kannels_acceptance(
    gateway: Gateway, at: FrozenClock, driver: str, status: int
) -> None:
    gateway.status = status
    if driver == "generic" or status == 202:
        send_sms(_settings(gateway, driver), MESSAGE)
    else:
        with pytest.raises(DelayedError, match=str(status)):
            send_sms(_settings(gateway, driver), MESSAGE)
    assert len(gateway.calls) == 1


@DRIVERS
@pytest.mark.parametrize("status", [400, 404, 410, 422])
def test_refused_for_good(gateway: Gateway, at: FrozenClock, driver: str, status: int) -> None:
    gateway.status = status
    with pytest.raises(RefusedError, match=str(status)):
        send_sms(_settings(gateway, driver), MESSAGE)


@DRIVERS
@pytest.mark.parametrize("status", [500, 502, 503, 504, 401, 403, 407, 408, 425, 429, 307])
def test_not_the_fault_of_this_message(
    gateway: Gateway, at: FrozenClock, driver: str, status: int
) -> None:
    """A password of ours that is wrong for an hour must lose nobody's message."""
    gateway.status = status
    with pytest.raises(DelayedError, match=str(status)):
        send_sms(_settings(gateway, driver), MESSAGE)


@DRIVERS
def test_oa13_no_redirect_is_followed(gateway: Gateway, at: FrozenClock, driver: str) -> None:
    with answering(Gateway()) as other:
        gateway.status, gateway.location = 307, f"http://127.0.0.1:{other.port}/"
        with pytest.raises(DelayedError, match="307"):
            send_sms(_settings(gateway, driver), MESSAGE)
        assert other.calls == []


@DRIVERS
def test_no_proxy_of_the_environment_hears_of_it(
    gateway: Gateway, at: FrozenClock, monkeypatch: pytest.MonkeyPatch, driver: str
) -> None:
    with answering(Gateway()) as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "https_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        monkeypatch.delenv("no_proxy", raising=False)
        send_sms(_settings(gateway, driver), MESSAGE)
        assert (len(gateway.calls), proxy.calls) == (1, [])


def test_an_endless_answer_is_not_read(gateway: Gateway, at: FrozenClock) -> None:
    gateway.length = 50 * 1024 * 1024
    send_sms(_settings(gateway, "kannel"), MESSAGE)


def test_nobody_listens(at: FrozenClock) -> None:
    url = f"kannel://nous:secret@127.0.0.1:{free_port()}"
    with pytest.raises(DelayedError, match=r"^ConnectionRefusedError$"):
        send_sms(Settings(sms_url=url), MESSAGE)


@pytest.mark.parametrize("pause", [60, 0.02])
def test_av4_a_gateway_that_never_finishes_is_left_in_time(
    at: FrozenClock, monkeypatch: pytest.MonkeyPatch, pause: float
) -> None:
    """It says nothing at all, or drips: each byte would begin a time-out anew."""
    monkeypatch.setattr(sms, "_IN_ALL", 0.3)
    began = monotonic()
    with dripping(pause) as port, pytest.raises(DelayedError):
        send_sms(Settings(sms_url=f"kannel://u:p@127.0.0.1:{port}"), MESSAGE)
    assert monotonic() - began < 4


def test_five_seconds_in_all() -> None:
    assert (sms._CONNECTING, sms._IN_ALL) == (2, 5)


@pytest.mark.parametrize("scheme", ["kannels", "sms+https"])
def test_by_https_the_certificate_is_verified(
    at: FrozenClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    path, context = certificate(tmp_path, "127.0.0.1")
    with answering(Gateway(), tls=context) as gateway:
        settings = Settings(sms_url=f"{scheme}://u:p@127.0.0.1:{gateway.port}")
        with pytest.raises(DelayedError, match=r"^SSLCertVerificationError$"):
            send_sms(settings, MESSAGE)
        assert gateway.calls == []
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
        send_sms(settings, MESSAGE)
        assert len(gateway.calls) == 1


def test_a_value_that_is_missing_is_an_error() -> None:
    with pytest.raises(KeyError):
        render_sms("code", {"code_shown": "671 - 482 913"})
