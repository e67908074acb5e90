"""Two people before one provider: an owner with two browsers, and a stranger who knows much of her.

The stranger knows NIRs, birth dates and e-mail addresses, and has a record and an old password of
his own; he reads his own mailbox, and no other mailbox or telephone. Each keeps one password for
everything. Who asked for a message is noted as it is queued: nobody presses a link that came
unasked. What was proved where is noted here too, by what was typed, never by what the app says.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy import select

from idp.delivery.outbox import LABEL, NOTHING
from idp.models import Member as Record
from idp.models import Outgoing
from idp.oidc.clients import Registered
from idp.storage.engine import Database
from tests.accounts import register_support
from tests.flows.support import authorize
from tests.member import Member

CONTACT = "contact.officiel@exemple.test"
OTHER = "nouvelle.adresse@exemple.test"
STRANGE = "curieux@exemple.test"
MOBILE = "+33612345678"
BORN = "31/05/1985"
MADE_UP = "Jamais-Le*Bon-5"


@dataclass(frozen=True)
class Somebody:
    """Who reads what, and knows which passwords; `reads` begins with the address on file."""

    name: str
    reads: tuple[str, ...]
    nir: str
    old: str
    password: str

    @property
    def mailboxes(self) -> tuple[str, ...]:
        return tuple(each for each in self.reads if "@" in each)


OWNER = Somebody(
    "owner",
    (CONTACT, OTHER, MOBILE),
    register_support.person(1)["nir"],
    "Ancien-Mot*De-Passe1",
    "Un-Cheval*7-Bleu",
)
STRANGER = Somebody(
    "stranger",
    (STRANGE,),
    register_support.person(2)["nir"],
    "Autre-Vieux*Mot-2",
    "Une+Lampe?9-Verte",
)
PEOPLE = (OWNER, STRANGER)


@dataclass(frozen=True)
class Letter:
    """A message: to whom, about what, the one thing in it that opens something, who asked."""

    to: str
    purpose: str
    holds: str
    asked_by: Somebody


@dataclass
class Browser:
    """One browser: its page, and what was proved in it since its session may have begun."""

    who: Somebody
    member: Member
    email: str = ""
    pressed: set[str] = field(default_factory=set)
    stepped: set[str] = field(default_factory=set)  # addresses whose second step was made here
    coded: set[str] = field(default_factory=set)  # NIRs whose code of C1 was typed here
    signed_in: bool = False
    trusted: str = ""
    spent: str = ""

    @property
    def path(self) -> str:
        """Of the page in front; empty once the browser has left for the site."""
        return "" if self.member.left_to else urlsplit(self.member.address).path

    def has(self, button: str) -> bool:
        """Whether the page has such a button."""
        return any(button in form.button for form in self.member.forms)


class World:
    """The people, their browsers, their post."""

    def __init__(self, app: Flask, site: Registered, *, legacy: bool) -> None:
        self.app, self.site = app, site
        self.store: Database = app.extensions["idp"].database
        self.post: list[Letter] = []
        self.proved: set[str] = set()  # NIRs: a code, or a mailed link, has come back
        self.attached: dict[str, str | None] = dict.fromkeys(p.nir for p in PEOPLE)
        self.ever: set[str] = set()  # NIRs that were attached once
        self.undone: set[str] = set()  # … or detached since the last look
        self._seen: set[str] = set()
        self.browsers = [Browser(who, Member(app)) for who in (OWNER, OWNER, STRANGER)]
        for number, browser in enumerate(self.browsers):
            browser.member.client.environ_base["REMOTE_ADDR"] = f"127.0.1.{number + 1}"
            browser.member.open("/aide")
        _register(self.store, legacy=legacy)
        self.records = _ids(self.store)

    def look(self, asker: Somebody) -> None:
        """The messages that have come since, noted as asked for by `asker`."""
        with self.store.reading() as session:
            rows = session.scalars(select(Outgoing).where(Outgoing.id.not_in(self._seen))).all()
        for row in rows:
            self._seen.add(row.id)
            if row.purpose == NOTHING or row.payload is None:
                continue
            content = json.loads(self.store.keys.open("pii", LABEL, row.payload))
            if (holds := _held(content["values"])) is not None:
                self.post.append(Letter(content["to"], row.purpose, holds, asker))

    def newest(self, who: Somebody, *purposes: str, to: str | None = None) -> Letter | None:
        """The newest message of these kinds that this person reads, and asked for."""
        mine = self.letters(who, *purposes)
        return next((each for each in reversed(mine) if to in (None, each.to)), None)

    def letters(self, who: Somebody, *purposes: str) -> list[Letter]:
        """All of them; a notice is read by whoever it reaches, a link only by who asked for it."""
        return [
            each
            for each in self.post
            if each.purpose in purposes
            and each.to in who.reads
            and (each.asked_by is who or each.purpose == "space_attached")
        ]

    def towards(self, browser: Browser) -> Browser:
        """A fresh visit to the site."""
        browser.member.open(authorize(self.site, scope="openid email"))
        return browser

    @contextmanager
    def acting(self, browser: Browser) -> Iterator[Member]:
        """What this person does now; the messages that it causes are asked for by them."""
        self.look(OWNER)
        try:
            yield browser.member
        finally:
            self.look(browser.who)


def _register(store: Database, *, legacy: bool) -> None:
    """The owner has a mobile on file, and an old password if `legacy`. The stranger has one."""
    nobody: dict[str, str] = {"mobile": "", "landline": ""}
    done = register_support.run(
        store,
        register_support.person(
            1,
            **nobody | {"mobile": "06 12 34 56 78"},
            email=CONTACT,
            legacy_password_hash=_md5(OWNER.old) if legacy else "",
        ),
        register_support.person(
            2, **nobody, email=STRANGE, legacy_password_hash=_md5(STRANGER.old)
        ),
    )
    assert not done.counts.refused, done.said()


def _md5(secret: str) -> str:
    return "{MD5}" + hashlib.md5(secret.encode(), usedforsecurity=False).hexdigest()


def _ids(store: Database) -> dict[str, str]:
    """The id of each record, by its NIR."""
    numbers = {f"F{rank:07}": who.nir for rank, who in enumerate(PEOPLE, 1)}
    with store.reading() as session:
        rows: Iterable[Any] = session.execute(select(Record.member_number, Record.id))
        return {numbers[number]: record_id for number, record_id in rows}


def _held(values: dict[str, Any]) -> str | None:
    """The code, the link or the temporary password of a message; a notice may hold none."""
    if "code_shown" in values:
        return str(values["code_shown"]).partition(" - ")[2]
    return next((str(values[n]) for n in ("link", "password_shown") if n in values), None)
