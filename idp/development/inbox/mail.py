"""From the bytes of a mail (RFC 5322, MIME) to what the inbox shows."""

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser

_ADDRESS = re.compile(r"https?://[^\s<>\"]+")
_CLOSING = ".,;:!?)]}»'"


@dataclass(frozen=True)
class Mail:
    """What a mail says. `links` are the http(s) addresses of both parts, in order, once each."""

    sender: str
    subject: str
    text: str
    html: str
    links: tuple[str, ...]


class _Anchors(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        target = dict(attrs).get("href") if tag == "a" else None
        if target and target.startswith(("http://", "https://")):
            self.found.append(target)


def read(raw: bytes) -> Mail:
    """Parse a mail; LookupError if it names a character set that does not exist."""
    message = message_from_bytes(raw, policy=policy.default)
    text, html = _body(message, "plain"), _body(message, "html")
    return Mail(
        sender=str(message.get("from", "")),
        subject=str(message.get("subject", "")),
        text=text,
        html=html,
        links=links(text, html),
    )


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    # lines end in CRLF on the wire (RFC 5321 §2.3.8), in LF for whoever reads them
    return str(part.get_content()).replace("\r\n", "\n") if part else ""


def links(text: str, html: str = "") -> tuple[str, ...]:
    """The http(s) addresses of both, in order, once each."""
    anchors = _Anchors()
    anchors.feed(html)
    in_text = (match.rstrip(_CLOSING) for match in _ADDRESS.findall(text))
    return tuple(dict.fromkeys([*in_text, *anchors.found]))
