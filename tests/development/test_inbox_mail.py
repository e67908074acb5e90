"""Reading a mail, and keeping no more of them than we say."""

from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp import clock
from idp.development.inbox import mail
from idp.development.inbox.mail import Mail
from idp.development.inbox.store import Store


def _raw(text: str, html: str = "") -> bytes:
    message = EmailMessage()
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    return message.as_bytes()


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("Voir http://localhost:8000/a.", ("http://localhost:8000/a",)),
        ("(https://x.test/?a=1&b=2)", ("https://x.test/?a=1&b=2",)),
        ("« https://x.test/é »", ("https://x.test/é",)),
        ("<https://x.test/a> https://x.test/a", ("https://x.test/a",)),
        ("ftp://x.test javascript:alert(1)", ()),
    ],
)
def test_links_of_the_text(text: str, links: tuple[str, ...]) -> None:
    assert mail.read(_raw(text)).links == links


def test_links_of_the_html_come_after_and_once() -> None:
    html = (
        '<a href="https://x.test/1?a=1&amp;b=2">un</a> <a href="https://x.test/2">deux</a>'
        '<a href="javascript:alert(1)">trois</a> <a name="x">quatre</a>'
    )
    links = mail.read(_raw("https://x.test/2", html)).links
    assert links == ("https://x.test/2", "https://x.test/1?a=1&b=2")


@pytest.mark.fuzz
@given(
    text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"), max_size=60)
)
def test_whatever_text_was_sent_is_read(text: str) -> None:
    assert mail.read(_raw(text)).text == f"{text}\n"


def _mail(subject: str) -> Mail:
    return Mail(sender="", subject=subject, text="", html="", links=())


def test_the_oldest_make_room(tmp_path: Path) -> None:
    store = Store(tmp_path / "inbox.sqlite3", kept=3)
    for number in range(5):
        store.add_mail("a@mgen-connect.test", _mail(str(number)))
    assert [message["subject"] for message in store.newest(10)] == ["4", "3", "2"]


def test_an_id_is_never_given_twice(tmp_path: Path) -> None:
    store = Store(tmp_path / "inbox.sqlite3")
    store.add_mail("a@mgen-connect.test", _mail("1"))
    (first,) = store.newest(1)
    store.clear()
    store.add_mail("a@mgen-connect.test", _mail("2"))
    (second,) = store.newest(1)
    assert first["id"] != second["id"]
    assert store.get(int(first["id"])) is None


def test_dates_come_from_the_one_clock(tmp_path: Path) -> None:
    store = Store(tmp_path / "inbox.sqlite3")
    with clock.frozen(datetime(2026, 3, 1, 8, 30, tzinfo=UTC)):
        store.add_mail("a@mgen-connect.test", _mail("1"))
    assert store.newest(1)[0]["received_at"] == "2026-03-01T08:30:00.000+00:00"
