"""The whole of `make run` for the stories: its addresses, its inbox, people who can sign in."""

import json
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from idp import env_files
from idp.accounts import identities
from idp.development.layout import Layout
from idp.settings import Settings
from idp.storage.engine import Database
from tests.development.support import free_base
from tests.development.test_run import Run, started

PASSWORD = "Un-Cheval*7-Bleu"
ANSWER = "la rivière"
_PATIENCE_SECONDS = 30
_PAUSE_SECONDS = 0.1


@dataclass
class Stack:
    """One running copy. Every test signs in people of its own: budgets count by person."""

    layout: Layout
    run: Run
    _numbers: Iterator[int] = field(default_factory=count)

    @property
    def idp(self) -> str:
        """The issuer's address, without a slash at the end."""
        return f"http://localhost:{self.layout.idp_port}"

    @property
    def site(self) -> str:
        """The espace personnel."""
        return f"http://localhost:{self.layout.espace_port}"

    @property
    def inbox(self) -> str:
        """The development inbox."""
        return f"http://localhost:{self.layout.inbox_port}"

    def new_address(self) -> str:
        """An address that nobody has used, in this copy or another."""
        return f"prenom-{next(self._numbers)}@copie-{self.layout.base}.test"

    def new_member(self) -> str:
        """The address of a new active identity; its password is PASSWORD."""
        email = self.new_address()
        settings = Settings.from_env(env_files.read(self.layout.state_dir / "idp.env"))
        database = Database.open(settings)
        try:
            with database.writing() as session:
                identities.create_active(
                    session, email=email, password=PASSWORD, question="first_pet", answer=ANSWER
                )
        finally:
            database.close()
        return email

    def mails(self, to: str) -> list[dict[str, Any]]:
        """What has reached an address, newest first."""
        query = urllib.parse.urlencode({"to": to})
        with urllib.request.urlopen(f"{self.inbox}/api/messages?{query}", timeout=10) as answer:
            found: list[dict[str, Any]] = json.load(answer)
        return found

    def mail(self, to: str, number: int = 1) -> dict[str, Any]:
        """The `number`-th mail to an address, once it is there; it must be the newest."""
        pause, deadline = threading.Event(), time.monotonic() + _PATIENCE_SECONDS
        while len(found := self.mails(to)) < number and time.monotonic() < deadline:
            pause.wait(_PAUSE_SECONDS)
        assert len(found) == number, [mail["subject"] for mail in found]
        return found[0]

    def code(self, to: str, number: int = 1) -> str:
        """The six digits in the `number`-th mail to an address: "671 - 482 913" → "482 913"."""
        lines: list[str] = self.mail(to, number)["text"].splitlines()
        return next(line for line in lines if line.startswith("    ")).partition(" - ")[2]

    def link(self, to: str, number: int = 1) -> str:
        """The first link in the `number`-th mail to an address."""
        link: str = self.mail(to, number)["links"][0]
        return link


@contextmanager
def running(folder: Path) -> Iterator[Stack]:
    """A copy with ports, state and keys of its own, until the block ends."""
    layout = Layout(free_base(), folder / "state", folder / "keys")
    with started(layout) as run:
        yield Stack(layout, run)
