"""The harness of EN1 and EN2: what a walk shows, costs, writes and queues, answer by answer.

Nobody may learn from a page who is known. Each walk of alike_pages.py is walked once for each
state of alike_states.py, over the same database but for that state, and must be recorded as it is
for an address and a NIR that nobody has. test_alike.py compares; how to add to it:
- a page: its walk, and one line in PAGES (a POST address that no walk reaches fails a test);
- a state: what makes it, and one line in STATES (a state of the tables without a line fails too).
"""

import difflib
import json
import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from argon2 import PasswordHasher, extract_parameters
from flask import Flask
from sqlalchemy import event

from idp import clock
from idp.accounts import codes
from idp.clock import FrozenClock
from idp.delivery.outbox import LABEL
from idp.oidc.clients import Registered
from idp.storage.engine import Database
from tests.fixtures import START
from tests.member import Member

# whose state changes, and two who stand before the pages: what is mailed to them they can read
EMAIL = "concernee@exemple.test"
STRANGER, JOINER = "passante@exemple.test", "voisine@exemple.test"
READ = (STRANGER, JOINER)
CODE, WRONG_CODE = "000007", "111111"  # codes are not drawn here: they are all this one
PREPARED = START - timedelta(days=2)

Answer = dict[str, tuple[str, ...]]  # aspect: its lines
ASPECTS = (
    "asked",
    "status",
    "headers",  # cookies' names and attributes too
    "jar",
    "page",  # all of the HTML: text, forms, their fields, hidden ones too
    "argon2",
    "statements",
    "rows",  # inserted, by table
    "queued",
)
Walk = Callable[["Stage"], None]
_VARYING = (
    (re.compile(r'(name="csrf_token"[^>]*value=")[^"]*'), r"\1"),
    (re.compile(r"(suite=)[\w-]+"), r"\1"),
    (re.compile(r"((?:interaction|dossier|recuperation)=)[0-9a-f]{32,}"), r"\1"),
    (re.compile(r"/(activation|invitation|annulation|validation)/[\w-]{30,}"), r"/\1/"),
    (re.compile(r"((?:code|state)=)[\w-]{30,}"), r"\1"),
    # the form of a mask is for everybody, its value differs by design (R6)
    (re.compile(r"\*{5}@(?:\*{5}\.?|[\w.-]+)"), "*****@domain"),
    (re.compile(r"(\*\* ){4}\d\d"), "** ** ** ** dd"),
)
# the first taking of a budget inserts the row that later ones update
_BUDGET = re.compile(r"^(INSERT INTO|UPDATE) budgets .*")
_QUEUED = re.compile(r"^INSERT INTO (links|outbox) .*")


def plain(text: str) -> str:
    """Without what is random by design."""
    for pattern, bare in _VARYING:
        text = pattern.sub(bare, text)
    return text


@dataclass
class Meter:
    """What one answer costs; it counts while `on`."""

    store: Database
    on: bool = False
    statements: list[str] = field(default_factory=list)
    hashing: list[str] = field(default_factory=list)
    written: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        event.listen(self.store.engine, "before_cursor_execute", self._before)
        event.listen(self.store.engine, "after_cursor_execute", self._after)

    def _before(self, _c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if self.on and not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK")):
            self.statements.append(" ".join(statement.split()))

    def _after(self, _c: object, cursor: Any, statement: str, *_rest: object) -> None:
        words = statement.split(maxsplit=3)
        if self.on and (words[:2] == ["INSERT", "INTO"] or words[:2] == ["UPDATE", "budgets"]):
            self.written[words[2] if words[0] == "INSERT" else words[1]] += cursor.rowcount

    @contextmanager
    def counting(self) -> Iterator[None]:
        """From nought, until the block ends."""
        self.statements, self.hashing, self.written = [], [], Counter()
        self.on = True
        try:
            yield
        finally:
            self.on = False

    def install(self, patch: pytest.MonkeyPatch) -> None:
        """Count what Argon2 does, below every hasher; and draw every code alike."""
        verify, hashing = PasswordHasher.verify, PasswordHasher.hash

        def verifying(hasher: PasswordHasher, stored: str, secret: str) -> bool:
            cost = extract_parameters(stored)
            self.hashing.append(f"verify m={cost.memory_cost} t={cost.time_cost}")
            return bool(verify(hasher, stored, secret))

        def hashed(hasher: PasswordHasher, secret: str) -> str:
            self.hashing.append("hash")
            return hashing(hasher, secret)

        patch.setattr(PasswordHasher, "verify", verifying)
        patch.setattr(PasswordHasher, "hash", hashed)
        patch.setattr(codes.secrets, "randbelow", lambda limit: 7 % limit)


@dataclass
class Stage:
    """A walk under way: who is walked for, and what was recorded so far.

    `line` is the register's line of the person, whether the register has it here or not.
    """

    app: Flask
    meter: Meter
    site: Registered
    clock: FrozenClock
    line: dict[str, str]
    outbox: sqlite3.Connection
    links_weigh: bool = False
    email: str = EMAIL
    answers: list[Answer] = field(default_factory=list)
    _seen: int = 0
    _networks: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def store(self) -> Database:
        """The app's database."""
        return self.meter.store

    def __post_init__(self) -> None:
        self._new_messages()  # those of before

    def browser(self) -> Member:
        """A browser of nobody, on a network of its own, whose every answer is recorded."""
        member = _Browser(self.app)
        member.client = _Watched(member.client, self._note)
        member.client.environ_base["REMOTE_ADDR"] = f"198.51.100.{next(self._networks)}"
        return member

    def network(self, browser: Member) -> str:
        """Where it is."""
        address: str = browser.client.environ_base["REMOTE_ADDR"]
        return address

    def _note(self, method: str, address: str, ask: Callable[[], Any], client: Any) -> Any:
        with self.meter.counting():
            page = ask()
        assert page.status_code < 500, f"{method} {address}: {page.get_data(as_text=True)}"
        self.answers.append(
            {
                "asked": (plain(f"{method} {address}"),),
                "status": (str(page.status_code),),
                "headers": tuple(_headers(page)),
                "jar": tuple(sorted(str(key) for key in client._cookies)),
                "page": tuple(plain(page.get_data(as_text=True)).split("\n")),
                "argon2": tuple(self.meter.hashing),
                "statements": tuple(map(self._weighed, self.meter.statements)),
                "rows": tuple(self._rows()),
                "queued": tuple(self._new_messages()),
            }
        )
        return page

    def _weighed(self, statement: str) -> str:
        statement = _BUDGET.sub("COUNT", statement)
        return _QUEUED.sub("QUEUE", statement) if self.links_weigh else statement

    def _rows(self) -> Iterator[str]:
        written = Counter(self.meter.written)
        if self.links_weigh:
            written["outbox"] += written.pop("links", 0)
        yield from (f"{table}: {rows}" for table, rows in sorted(written.items()))

    def _new_messages(self) -> list[str]:
        """Each row of the outbox since last time; whole, if one of the two here can read it."""
        query = "SELECT rowid, channel, purpose, payload FROM outbox WHERE rowid > ? ORDER BY rowid"
        found = self.outbox.execute(query, (self._seen,)).fetchall()
        self._seen = max([self._seen, *(row[0] for row in found)])
        said = [self._said(*row[1:]) for row in found]
        return [each for each in said if each or not self.links_weigh]

    def _said(self, channel: str, purpose: str, payload: bytes) -> str:
        told = json.loads(self.store.keys.open("pii", LABEL, payload))
        if told["to"] not in READ:
            return ""  # a message to somebody, or to nobody: a row
        return plain(f"{channel} {purpose} to {told['to']}: {json.dumps(told['values'])}")


class _Browser(Member):
    """Reads each page once, however often it is asked for its forms."""

    _read: tuple[Any, Any] = (None, None)

    def _parsed(self) -> Any:
        if self._read[0] is not self.page:
            self._read = self.page, super()._parsed()
        return self._read[1]


class _Watched:
    """A test client that has every answer noted."""

    def __init__(self, client: Any, note: Callable[..., Any]) -> None:
        self._client, self._note = client, note

    def get(self, address: str, **more: Any) -> Any:
        return self._note("GET", address, lambda: self._client.get(address, **more), self._client)

    def post(self, address: str, **more: Any) -> Any:
        return self._note("POST", address, lambda: self._client.post(address, **more), self._client)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)


def _headers(page: Any) -> Iterator[str]:
    """In order; a cookie without its value, and no length: masks and tokens have many."""
    for name, value in sorted(page.headers):
        if name == "Set-Cookie":
            yield f"{name}: {re.sub('=[^;]*', '=', value, count=1)}"
        elif name not in {"Content-Length", "Date"}:
            yield f"{name}: {plain(value)}"


@contextmanager
def staged(
    app: Flask, meter: Meter, site: Registered, line: dict[str, str], *, links_weigh: bool = False
) -> Iterator[Stage]:
    """A stage at START, its codes known beforehand."""
    file = sqlite3.connect(str(meter.store.engine.url.database))
    with pytest.MonkeyPatch.context() as patch, clock.frozen(START) as at, closing(file):
        meter.install(patch)
        yield Stage(app, meter, site, at, line, file, links_weigh)


@dataclass(frozen=True)
class Difference:
    """One line of one aspect of an answer that is not as expected; `+` is there too much."""

    asked: str
    aspect: str
    line: str

    def __str__(self) -> str:
        return f"{self.asked}: {self.aspect}: {self.line}"


def differences(found: list[Answer], expected: list[Answer]) -> list[Difference]:
    """What of the answers is not as expected, in their order."""
    said = []
    for number, (left, right) in enumerate(zip(found, expected, strict=False), 1):
        for aspect in ASPECTS:
            if left[aspect] != right[aspect]:
                lines = difflib.ndiff(right[aspect], left[aspect])
                changed = [line for line in lines if line.startswith(("+", "-"))]
                said += [Difference(f"{number} {right['asked'][0]}", aspect, c) for c in changed]
    if len(found) != len(expected):
        said.append(Difference("walk", "asked", f"{len(found)} answers, not {len(expected)}"))
    return said
