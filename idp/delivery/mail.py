"""A mail from its template to the relay: text and HTML, no image, no tracking."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid, parseaddr
from functools import lru_cache
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from email_validator import validate_email
from jinja2 import Environment, PackageLoader

from idp import clock
from idp.delivery.failures import DelayedError, RefusedError
from idp.settings import Settings
from idp.texts import text
from idp.texts.environment import install

_TIMEOUT = 10.0


@dataclass(frozen=True)
class Mail:
    """One rendered mail."""

    subject: str
    text: str
    html: str


def render_mail(name: str, values: dict[str, Any]) -> Mail:
    """The mail `name` with its values; instants are dated for a French reader."""
    ready = {key: _instant(value) for key, value in values.items()}
    pages = _environment()
    return Mail(
        subject=text(f"mail.{name}.subject"),
        text=pages.get_template(f"mail/{name}.txt").render(ready),
        html=pages.get_template(f"mail/{name}.html").render(ready),
    )


def send_mail(settings: Settings, to: str, mail: Mail) -> None:
    """Hand it to the relay. RefusedError when that is for good, DelayedError for all else.

    Only a recipient is refused for good (RFC 5321 §4.2.1: 5yz); a 4yz may be greylisting.
    """
    try:
        with relay(settings) as smtp:
            smtp.send_message(message(settings, to, mail))
    except (OSError, smtplib.SMTPException) as error:
        refused = error.recipients if isinstance(error, smtplib.SMTPRecipientsRefused) else {}
        for_good = any(code >= 500 for code, _text in refused.values())
        raise (RefusedError if for_good else DelayedError)(type(error).__name__) from error


@contextmanager
def relay(settings: Settings) -> Iterator[smtplib.SMTP]:
    """An open conversation with the mail relay; OSError or SMTPException when it will not talk.

    The certificate is verified. In clear only on this machine, or where the relay offers no TLS;
    a password then stays here.
    """
    parts = urlsplit(settings.smtp_url)
    smtp = _connected(parts)
    try:
        _introduce(smtp, parts)
        yield smtp
    finally:
        with suppress(OSError, smtplib.SMTPException):
            smtp.quit()  # what the relay accepted is sent, whatever it answers to this


def _connected(parts: SplitResult) -> smtplib.SMTP:
    host = parts.hostname or ""
    if parts.scheme == "smtps":
        tls = ssl.create_default_context()
        return smtplib.SMTP_SSL(host, parts.port or 465, timeout=_TIMEOUT, context=tls)
    return smtplib.SMTP(host, parts.port or 25, timeout=_TIMEOUT)


def _introduce(smtp: smtplib.SMTP, parts: SplitResult) -> None:
    here = parts.hostname in {"localhost", "127.0.0.1", "::1"}
    smtp.ehlo_or_helo_if_needed()  # before it, no extension is known
    if parts.scheme == "smtp" and smtp.has_extn("starttls") and not here:
        smtp.starttls(context=ssl.create_default_context())
    if parts.username:
        if not isinstance(smtp.sock, ssl.SSLSocket) and not here:
            raise smtplib.SMTPNotSupportedError("no TLS: the password is not sent")
        smtp.login(unquote(parts.username), unquote(parts.password or ""))


def message(settings: Settings, to: str, mail: Mail) -> EmailMessage:
    """The MIME message: multipart/alternative, dated, marked as automatic (RFC 3834 §5)."""
    built = EmailMessage()
    built["From"] = settings.mail_from
    built["To"] = _ascii(to)
    built["Subject"] = mail.subject
    built["Date"] = format_datetime(clock.now())
    built["Message-ID"] = make_msgid(domain=parseaddr(settings.mail_from)[1].rpartition("@")[2])
    built["Auto-Submitted"] = "auto-generated"
    built.set_content(mail.text)
    built.add_alternative(mail.html, subtype="html")
    return built


def _ascii(address: str) -> str:
    """The address with its domain in IDNA's ASCII form: a relay need not know SMTPUTF8."""
    found = validate_email(address, check_deliverability=False, test_environment=True)
    return found.ascii_email or address


def _instant(value: Any) -> Any:
    if isinstance(value, dict) and set(value) == {"instant"}:
        return datetime.fromisoformat(value["instant"])
    return value


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(loader=PackageLoader("idp"), autoescape=True)
    install(environment)
    return environment
