"""The inbox as scripts and people meet it: real SMTP in, real HTTP out."""

import json
import smtplib
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from tests.development.support import free_ports, inbox_program, running


@dataclass(frozen=True)
class Inbox:
    port: int
    smtp_port: int
    state: Path

    def send(self, *to: str, subject: str = "Bonjour", text: str = "", html: str = "") -> None:
        message = EmailMessage()
        message["From"] = "MGEN Connect <ne-pas-repondre@mgen-connect.test>"
        message["To"] = ", ".join(to)
        message["Subject"] = subject
        message.set_content(text)
        if html:
            message.add_alternative(html, subtype="html")
        with smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=10) as client:
            client.send_message(message)

    def request(self, path: str, method: str = "GET", host: str = "") -> tuple[int, Any, str]:
        """Status, headers, body."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", method=method)
        if host:
            request.add_header("Host", host)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, answer.headers, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers, error.read().decode()

    def messages(self, query: str = "") -> list[dict[str, Any]]:
        status, _headers, body = self.request(f"/api/messages{query}")
        assert status == 200
        messages: list[dict[str, Any]] = json.loads(body)
        return messages


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inbox]:
    state = tmp_path_factory.mktemp("inbox")
    inbox = Inbox(*free_ports(2), state)
    with running(inbox_program(inbox.port, inbox.smtp_port, state), state):
        yield inbox


@pytest.fixture
def inbox(started: Inbox) -> Inbox:
    assert started.request("/api/messages", "DELETE")[0] == 204
    return started


def test_a_mail_comes_out_as_the_contract_says(inbox: Inbox) -> None:
    link = "http://localhost:8000/activation/abc_DEF-1"
    inbox.send(
        "alix@mgen-connect.test",
        subject="Activez votre accès",
        text=f"Bonjour,\n{link}\nÀ bientôt.",
        html=f'<p>Bonjour, <a href="{link}">activer</a></p>',
    )
    (message,) = inbox.messages()
    assert message.pop("id")
    assert message.pop("received_at").endswith("+00:00")
    assert message == {
        "kind": "email",
        "to": "alix@mgen-connect.test",
        "from": "MGEN Connect <ne-pas-repondre@mgen-connect.test>",
        "subject": "Activez votre accès",
        "text": f"Bonjour,\n{link}\nÀ bientôt.\n",
        "html": f'<p>Bonjour, <a href="{link}">activer</a></p>\n',
        "links": [link],
    }


def test_newest_first_by_recipient_and_limit(inbox: Inbox) -> None:
    for number in range(3):
        inbox.send("a@mgen-connect.test", subject=f"a{number}")
    inbox.send("b@mgen-connect.test", subject="b")
    subjects = [message["subject"] for message in inbox.messages("?to=A@mgen-connect.test&limit=2")]
    assert subjects == ["a2", "a1"]
    assert [message["subject"] for message in inbox.messages()] == ["b", "a2", "a1", "a0"]
    assert inbox.messages("?to=c@mgen-connect.test") == []


def test_each_recipient_has_the_message(inbox: Inbox) -> None:
    inbox.send("a@mgen-connect.test", "b@mgen-connect.test")
    recipients = {message["to"] for message in inbox.messages()}
    assert recipients == {"a@mgen-connect.test", "b@mgen-connect.test"}


@pytest.mark.parametrize("limit", ["0", "-1", "many", "1001", "", "²"])
def test_a_limit_that_is_none_is_refused(inbox: Inbox, limit: str) -> None:
    status, _headers, body = inbox.request(f"/api/messages?limit={urllib.request.quote(limit)}")
    assert status == 400
    assert "limit" in json.loads(body)["error"]


def test_delete_forgets_all(inbox: Inbox) -> None:
    inbox.send("a@mgen-connect.test")
    assert inbox.request("/api/messages", "DELETE")[0] == 204
    assert inbox.messages() == []


def test_pages_escape_what_a_mail_holds(inbox: Inbox) -> None:
    attack = "<script>alert(1)</script>"
    inbox.send("a@mgen-connect.test", subject=attack, text=attack, html=attack)
    (message,) = inbox.messages()
    for path in ("/", f"/messages/{message['id']}"):
        status, headers, body = inbox.request(path)
        assert status == 200
        assert attack not in body
        assert "&lt;script&gt;" in body
        assert "default-src 'none'" in headers["Content-Security-Policy"]


def test_html_is_shown_in_a_sandbox_that_runs_nothing(inbox: Inbox) -> None:
    inbox.send("a@mgen-connect.test", text="x", html="<p>Bonjour</p><script>alert(1)</script>")
    (message,) = inbox.messages()
    _status, headers, body = inbox.request(f"/messages/{message['id']}/html")
    policy = headers["Content-Security-Policy"]
    assert "<p>Bonjour</p>" in body
    assert policy.startswith("sandbox ")
    assert "default-src 'none'" in policy
    assert "allow-scripts" not in policy
    assert "script-src" not in policy


def test_other_host_names_are_refused(inbox: Inbox) -> None:
    inbox.send("a@mgen-connect.test")
    assert inbox.request("/api/messages", host="elsewhere.example")[0] == 400
    assert inbox.request("/api/messages", host=f"localhost:{inbox.port}")[0] == 200


def test_unknown_message_is_not_found(inbox: Inbox) -> None:
    assert inbox.request("/messages/999999")[0] == 404
    assert inbox.request("/messages/999999/html")[0] == 404


def test_a_mail_that_cannot_be_read_is_refused_to_its_sender(inbox: Inbox) -> None:
    body = "Content-Type: text/plain; charset=no-such-charset\r\n\r\nx"
    with (
        smtplib.SMTP("127.0.0.1", inbox.smtp_port, timeout=10) as client,
        pytest.raises(smtplib.SMTPDataError) as refusal,
    ):
        client.sendmail("x@mgen-connect.test", ["a@mgen-connect.test"], body)
    assert refusal.value.smtp_code == 500
    assert inbox.messages() == []


def test_a_restart_keeps_the_messages(tmp_path: Path) -> None:
    inbox = Inbox(*free_ports(2), tmp_path)
    program = inbox_program(inbox.port, inbox.smtp_port, tmp_path)
    with running(program, tmp_path):
        inbox.send("a@mgen-connect.test", subject="Avant")
    with running(program, tmp_path):
        assert [message["subject"] for message in inbox.messages()] == ["Avant"]
