"""A mail on its way: every template, its headers, and how the relay is spoken to."""

from dataclasses import replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from smtplib import SMTPNotSupportedError
from ssl import SSLCertVerificationError
from typing import Any

import pytest

from idp.clock import FrozenClock
from idp.delivery import outbox
from idp.delivery.mail import Mail, message, relay, render_mail
from idp.delivery.worker import run_once
from idp.settings import Settings
from idp.storage.engine import Database
from idp.texts import mail as texts
from tests.delivery.relay import Relay, certificate, free_port, running
from tests.fixtures import START

HOST = "127.0.0.2"  # this machine under a name that is not taken for it
VALUES: dict[str, Any] = {
    "link": "https://connect.test/activation/q9V0m3hT8uS2xKfWc7Ld5Rb1Jn6Ez4Ya-PgXoQiUvA",
    "sign_in_url": "https://connect.test/connexion",
    "sign_up_url": "https://connect.test/creer-un-compte",
    "site_name": "L'espace <b>personnel</b>",
    "code_shown": "671 - 482 913",
    "minutes": 15,
    "until": START,
    "at": START,
    "browser": "Firefox sur Linux",
    "mask": "** ** ** ** 08",
    "given_name": "Camille",
    "employer": "Lycée Exemple",
    "contract": "Prévoyance Exemple",
    "changed": "adresse e-mail de contact, numéro de mobile",
    "removed": "numéro de téléphone fixe",
    "serves_from": START,
    "asks_question": True,
}
PLAIN = Mail("Objet", "Bonjour", "<p>Bonjour</p>")


def _values(name: str) -> dict[str, Any]:
    return {key: VALUES[key] for key in texts.VARIABLES[name]}


def _deliver(settings: Settings) -> None:
    with relay(settings) as smtp:
        smtp.send_message(message(settings, "claire@exemple.test", PLAIN))


@pytest.mark.parametrize("name", sorted(texts.VARIABLES))
def test_each_mail_arrives_as_text_and_html(
    database: Database, settings: Settings, at: FrozenClock, name: str
) -> None:
    with database.writing() as session:
        outbox.queue_mail(session, name, "claire@exemple.test", **_values(name))
    server = Relay()
    with running(server):
        run_once(database, replace(settings, smtp_url=server.url))
    (mail,) = server.mails
    plain, html = (mail.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert html is not None
    for key, value in _values(name).items():
        if value is True:  # whether a sentence stands there
            continue
        shown = "samedi 21 novembre 2026" if isinstance(value, datetime) else str(value)
        assert shown in " ".join(plain.get_content().replace("\u00a0", " ").split())
        if key != "site_name":
            assert shown in " ".join(html.get_content().replace("\u00a0", " ").split())
    assert "<b>" not in html.get_content()


def test_the_headers_date_it_and_call_it_automatic(at: FrozenClock) -> None:
    built = message(Settings(), "claire@exemple.test", PLAIN)
    assert parsedate_to_datetime(built["Date"]) == START
    assert built["Auto-Submitted"] == "auto-generated"
    assert built["From"] == "MGEN Connect <ne-pas-repondre@mgen-connect.test>"
    assert built["Message-ID"].endswith("@mgen-connect.test>")
    assert built.get_content_type() == "multipart/alternative"


@pytest.mark.parametrize(
    ("canonical", "written"),
    [
        ("claire@exemple.fr", "claire@exemple.fr"),
        ("claire@société.fr", "claire@xn--socit-esab.fr"),
        ("claire@faß.de", "claire@xn--fa-hia.de"),
        ("claire@exemple.test", "claire@exemple.test"),
    ],
)
def test_an_accented_domain_is_written_as_every_relay_reads_it(
    at: FrozenClock, canonical: str, written: str
) -> None:
    server = Relay()
    settings = Settings(smtp_url=server.url)
    with running(server), relay(settings) as smtp:
        smtp.send_message(message(settings, canonical, PLAIN))
    assert server.recipients == [written]
    assert server.mails[0]["To"] == written


@pytest.mark.parametrize("to", ["a@exemple.fr\nBcc: b@exemple.fr", "a@exemple.fr, b@exemple.fr"])
def test_a_header_cannot_be_forged(at: FrozenClock, to: str) -> None:
    with pytest.raises(ValueError):
        message(Settings(), to, PLAIN)


def test_the_code_is_in_no_subject() -> None:
    for name in texts.VARIABLES:
        subject = render_mail(name, _values(name)).subject
        assert not any(str(value) in subject for value in _values(name).values())


def test_a_relay_that_offers_tls_is_spoken_to_in_tls(
    at: FrozenClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, context = certificate(tmp_path, HOST)
    server = Relay(HOST, free_port(HOST))
    with running(server, tls_context=context):
        with pytest.raises(SSLCertVerificationError):
            _deliver(Settings(smtp_url=server.url))
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
        _deliver(Settings(smtp_url=server.url))
    assert server.encrypted == [True]


def test_smtps_is_tls_from_the_start_with_a_verified_certificate(
    at: FrozenClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, context = certificate(tmp_path, HOST)
    server = Relay(HOST, free_port(HOST))
    settings = Settings(smtp_url=f"smtps://{HOST}:{server.port}")
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    with running(server, ssl_context=context):
        _deliver(settings)
        monkeypatch.delenv("SSL_CERT_FILE")
        with pytest.raises(SSLCertVerificationError):
            _deliver(settings)
    assert len(server.mails) == 1


def test_a_password_never_leaves_this_machine_in_clear(at: FrozenClock) -> None:
    server = Relay(HOST, free_port(HOST))
    settings = Settings(smtp_url=f"smtp://user:p%40ss@{HOST}:{server.port}")
    options = {"auth_require_tls": False, "authenticator": server.authenticate}
    with running(server, **options), pytest.raises(SMTPNotSupportedError):
        _deliver(settings)
    assert (server.passwords, server.mails) == ([], [])


@pytest.mark.parametrize("tls", [False, True])
def test_the_relay_is_given_the_password_of_its_address(
    at: FrozenClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, tls: bool
) -> None:
    host = HOST if tls else "127.0.0.1"
    path, context = certificate(tmp_path, host)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    server = Relay(host, free_port(host))
    options = {"tls_context": context} if tls else {"auth_require_tls": False}
    with running(server, authenticator=server.authenticate, **options):
        _deliver(Settings(smtp_url=f"smtp://user:p%40ss@{host}:{server.port}"))
    assert server.passwords == [b"p@ss"]
    assert server.encrypted == [tls]


def test_nobody_listens(at: FrozenClock) -> None:
    with pytest.raises(ConnectionRefusedError):
        _deliver(Settings(smtp_url=f"smtp://127.0.0.1:{free_port()}"))
