"""A member in front of a browser without JavaScript: follows pages, fills forms, reads mail.

Forms are read from the HTML, so a field or button that is not on the page cannot be sent.
"""

import json
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlsplit

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from idp.delivery.outbox import LABEL, NOTHING
from idp.models import Outgoing
from idp.storage.engine import Database

PASSWORD = "Un-Cheval*7-Bleu"
ANSWER = "la rivière"
QUESTION_FIELD = "secret_question"


@dataclass
class Form:
    """One form of a page: where it goes, what it holds, what its button says."""

    action: str
    method: str
    values: dict[str, str]
    names: list[str]
    button: str = ""


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self.text: list[str] = []
        self._open: Form | None = None
        self._select: str | None = None
        self._button = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Form(at.get("action", ""), at.get("method", "get"), {}, [])
            self.found.append(self._open)
        elif self._open is not None:
            self._field(tag, at)

    def _field(self, tag: str, at: dict[str, str]) -> None:
        assert self._open is not None
        name = at.get("name")
        if tag == "select" and name:
            self._select = name
            self._open.names.append(name)
        elif tag == "option" and self._select and at.get("value"):
            self._open.values.setdefault(self._select, at["value"])
        elif tag == "button" and at.get("type", "submit") == "submit":
            self._button = True
        elif tag == "input" and name:
            self._open.names.append(name)
            if at.get("type") not in {"checkbox", "radio", "submit"} or "checked" in at:
                self._open.values[name] = at.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "select":
            self._select = None
        elif tag == "button":
            self._button = False

    def handle_data(self, data: str) -> None:
        self.text.append(data)
        if self._button and self._open is not None:
            self._open.button = (self._open.button + data).strip()


def forms_in(html: str) -> list[Form]:
    """The forms of a page, in its order."""
    parser = _Forms()
    parser.feed(html)
    return parser.found


class Member:
    """One browser. `page` is the last answer; redirects within the issuer are followed."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client = app.test_client()
        self.page: TestResponse
        self.address = "/"

    @property
    def database(self) -> Database:
        """The issuer's database, to read what was queued."""
        database: Database = self.app.extensions["idp"].database
        return database

    def open(self, address: str) -> "Member":
        """Follow an address, as typed or clicked."""
        return self._arrive(self.client.get(_local(address)), _local(address))

    def submit(self, button: str = "", **fields: str) -> "Member":
        """Fill the form whose button says `button` (the first one by default), and send it."""
        form = next(form for form in self.forms if button in form.button)
        unknown = set(fields) - set(form.names)
        assert not unknown, f"{unknown} not on the page {self.address}: {form.names}"
        target = _local(form.action or self.address)
        return self._arrive(self.client.post(target, data={**form.values, **fields}), target)

    @property
    def forms(self) -> list[Form]:
        """The forms of the page, in its order."""
        return self._parsed().found

    @property
    def text(self) -> str:
        """What the page says, spaces folded."""
        return " ".join(" ".join(self._parsed().text).split()).replace("\u00a0", " ")

    @property
    def left_to(self) -> str | None:
        """The address of a site that the last answer sent the browser to, or None."""
        where = self.page.headers.get("Location", "")
        return where if where.startswith("http") else None

    @property
    def answer(self) -> dict[str, str]:
        """The query that the site got."""
        return {k: v[0] for k, v in parse_qs(urlsplit(self.left_to or "").query).items()}

    def mails(self, to: str, purpose: str | None = None) -> list[dict[str, Any]]:
        """The mails queued for an address, oldest first: {"purpose", "to", "values"}."""
        with self.database.reading() as session:
            rows = session.scalars(
                select(Outgoing).where(Outgoing.purpose != NOTHING).order_by(Outgoing.created_at)
            ).all()
        opened = [
            {
                "purpose": row.purpose,
                **json.loads(self.database.keys.open("pii", LABEL, row.payload)),
            }
            for row in rows
            if row.payload is not None
        ]
        return [mail for mail in opened if mail["to"] == to and purpose in (None, mail["purpose"])]

    def code(self, to: str) -> str:
        """The six digits of the newest code sent to an address."""
        shown: str = self.mails(to, "code")[-1]["values"]["code_shown"]
        return shown.partition(" - ")[2]

    def link(self, to: str) -> str:
        """The newest activation link sent to an address."""
        link: str = self.mails(to, "activation")[-1]["values"]["link"]
        return link

    def sign_up(
        self, email: str, password: str = PASSWORD, start: str = "/creer-un-compte"
    ) -> "Member":
        """Fill the form of /creer-un-compte."""
        return self.open(start).submit(
            email=email, password=password, confirm_password=password, secret_answer=ANSWER
        )

    def _parsed(self) -> _Forms:
        parser = _Forms()
        parser.feed(self.page.get_data(as_text=True))
        return parser

    def _arrive(self, page: TestResponse, address: str) -> "Member":
        self.page, self.address = page, address
        while page.status_code in (302, 303) and page.headers["Location"].startswith("/"):
            self.address = page.headers["Location"]
            self.page = page = self.client.get(self.address)
        return self


def _local(address: str) -> str:
    parts = urlsplit(address)
    return parts.path + (f"?{parts.query}" if parts.query else "")
