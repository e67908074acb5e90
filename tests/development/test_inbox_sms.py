"""SMS in the inbox: the form of Kannel's sendsms in, the contract's JSON out."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

import pytest

from idp import clock
from idp.delivery.sms import Sms, send_sms
from idp.development.layout import Layout
from idp.settings import Settings
from tests.development.support import free_ports, inbox_program, running

NUMBER = "+33600000042"
TEXT = "Votre espace est relié. Ce n'est pas vous ? http://localhost:8000/annulation/abc-1"
FORM = {"username": "u", "password": "p", "from": "MGEN", "to": NUMBER, "text": TEXT}


@dataclass(frozen=True)
class Inbox:
    port: int

    def request(self, path: str, method: str, form: dict[str, str] | None) -> tuple[int, str]:
        data = urlencode(form).encode() if form is not None else None
        asked = Request(f"http://127.0.0.1:{self.port}{path}", data, method=method)
        try:
            with urlopen(asked, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def get(self, path: str) -> str:
        status, body = self.request(path, "GET", None)
        assert status == 200
        return body

    def post(self, **changes: str) -> tuple[int, str]:
        return self.request("/cgi-bin/sendsms", "POST", {**FORM, **changes})

    def messages(self, to: str | None = None) -> list[dict[str, Any]]:
        """What the JSON holds; `to` as it stands in the query, already quoted or not."""
        found: list[dict[str, Any]] = json.loads(
            self.get("/api/messages" + (f"?to={to}" if to else ""))
        )
        return found


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inbox]:
    state, (port, smtp_port) = tmp_path_factory.mktemp("inbox"), free_ports(2)
    with running(inbox_program(port, smtp_port, state), state):
        yield Inbox(port)


@pytest.fixture
def inbox(started: Inbox) -> Inbox:
    assert started.request("/api/messages", "DELETE", None)[0] == 204
    return started


def test_an_sms_comes_out_as_the_contract_says(inbox: Inbox) -> None:
    assert inbox.post(charset="utf-8") == (202, "0: Accepted for delivery")
    (message,) = inbox.messages()
    assert message.pop("id")
    assert message.pop("received_at").endswith("+00:00")
    assert message == {
        "kind": "sms",
        "to": NUMBER,
        "from": "MGEN",
        "subject": "",
        "text": TEXT,
        "html": "",
        "links": ["http://localhost:8000/annulation/abc-1"],
    }


def test_by_get_as_kannels_users_type_it(inbox: Inbox) -> None:
    assert inbox.request(f"/cgi-bin/sendsms?{urlencode(FORM)}", "GET", None)[0] == 202
    assert inbox.messages()[0]["text"] == TEXT


@pytest.mark.parametrize(
    "asked",
    [quote(NUMBER), NUMBER, "33600000042", "0600000042", "06%2000%2000%2000%2042", "0033600000042"],
)
def test_a_number_is_found_however_it_is_asked_for(inbox: Inbox, asked: str) -> None:
    inbox.post()
    inbox.post(to="+33600000043")
    assert [message["to"] for message in inbox.messages(asked)] == [NUMBER]
    page = inbox.get(f"/?to={asked}")
    assert "relié" in page
    assert "+33600000043" not in page


def test_a_number_without_its_plus_is_the_same(inbox: Inbox) -> None:
    inbox.post(to="33600000042")
    assert [message["to"] for message in inbox.messages(quote(NUMBER))] == [NUMBER]


@pytest.mark.parametrize(
    "changes", [{"to": ""}, {"to": "claire"}, {"text": ""}, {"charset": "UTF-16BE"}]
)
def test_what_kannel_could_not_send_is_refused(inbox: Inbox, changes: dict[str, str]) -> None:
    status, said = inbox.post(**changes)
    assert (status, said.endswith("rejected")) == (400, True)
    assert inbox.messages() == []


def test_pages_show_it_escaped_with_its_link(inbox: Inbox) -> None:
    inbox.post(text="<script>alert(1)</script> http://localhost:8000/annulation/abc")
    (message,) = inbox.messages()
    for path in ("/", f"/messages/{message['id']}"):
        page = inbox.get(path)
        assert "<script>" not in page
        assert "&lt;script&gt;" in page
        assert "SMS" in page
        assert NUMBER in page
    assert 'href="http://localhost:8000/annulation/abc"' in page


def test_the_call_of_production_reaches_it(inbox: Inbox) -> None:
    """What `make run` sets, and what the worker does with it."""
    layout = Layout(inbox.port - 25, Path("var"), Path("keys"))
    settings = Settings.from_env(layout.settings())
    text = "Ça marche, même accentué : 482913"
    send_sms(settings, Sms("m", NUMBER, text, clock.now() + timedelta(minutes=1)))
    (message,) = inbox.messages("0600000042")
    assert (message["text"], message["from"]) == (text, "MGEN")
