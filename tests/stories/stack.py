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

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from idp import env_files
from idp.accounts import identities, invitation_import, joining, letters, register
from idp.accounts.activity import NOWHERE
from idp.development import old_passwords
from idp.development.layout import Layout
from idp.development.sites import SITES
from idp.models import Budget, Member
from idp.oidc import clients, roles
from idp.oidc.clients import Registered
from idp.settings import Settings
from idp.storage.engine import Database
from tests.accounts import invitation_support
from tests.accounts.invitation_support import invited
from tests.accounts.register_support import lines_of, person
from tests.development.support import free_base
from tests.development.test_run import Run, started

PASSWORD = "Un-Cheval*7-Bleu"
OLD_PASSWORD = "vieux-cheval"  # of who still signs in with the NIR
ANSWER = "la rivière"
_PATIENCE_SECONDS = 30
_PAUSE_SECONDS = 0.1
_FIRST_RANK = 500  # after the members that a development copy has already


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
        return self.address_of("espace_personnel")

    def address_of(self, package: str) -> str:
        """The address of a member site, without a slash at the end."""
        return next(self.layout.site_url(site) for site in SITES if site.package == package)

    @property
    def inbox(self) -> str:
        """The development inbox."""
        return f"http://localhost:{self.layout.inbox_port}"

    def new_address(self) -> str:
        """An address that nobody has used, in this copy or another."""
        return f"prenom-{next(self._numbers)}@copie-{self.layout.base}.test"

    def new_mobile(self) -> str:
        """A mobile that nobody has used in this copy."""
        return f"+3360001{next(self._numbers):04}"

    def new_member(self) -> str:
        """The address of a new active identity; its password is PASSWORD."""
        email = self.new_address()
        with self._writing() as session:
            identities.create_active(
                session, email=email, password=PASSWORD, question="first_pet", answer=ANSWER
            )
        return email

    def register(self, **metadata: object) -> Registered:
        """A new site, as `client create` makes it, by RFC 7591 names; its name is its own."""
        name = {"client_name": f"Site {next(self._numbers)}"}
        with self._writing() as session:
            return clients.create(session, {**name, **metadata}, by="a story")

    def change(self, client_id: str, **metadata: object) -> None:
        """Other metadata of a site, as `client update` does."""
        with self._writing() as session:
            clients.update(session, client_id, metadata, by="a story")

    def grant(self, email: str, site: str, role: str) -> None:
        """Give somebody a role at the site of this name, as `identity role grant` does."""
        with self._writing() as session:
            client, person = clients.find_by_name(session, site), identities.find(session, email)
            assert client is not None
            assert person is not None
            roles.grant(session, person.id, client.id, role, by="a story")

    def on_file(self, **changes: str) -> dict[str, str]:
        """A new member of the register, imported as `member import` does; the line of the file."""
        rank = _FIRST_RANK + next(self._numbers)
        given = {"given_name": "Camille", "email": self.new_address(), "mobile": "", "landline": ""}
        line = person(rank, **given | changes)
        with self._database() as database:
            register.import_file(database, lines_of(line), lambda _: None, by="a story")
        return line

    def legacy(self, **changes: str) -> dict[str, str]:
        """A new member who still signs in with the NIR and OLD_PASSWORD; the line of the file."""
        verifier = old_passwords.verifier("SSHA", OLD_PASSWORD)
        return self.on_file(legacy_password_hash=verifier, **changes)

    def attached(self, **changes: str) -> tuple[dict[str, str], str]:
        """A member of the register who has a space: the line, and the address that signs in."""
        line, email = self.on_file(**changes), self.new_member()
        with self._writing() as session:
            person = identities.find(session, email)
            assert person is not None
            joining.attach(session, person.id, self._member(session, line).id, NOWHERE, how="story")
        return line, email

    def demo(self, name: str) -> str:
        """What `make run` has printed beside this name."""
        lines = (line.partition(name) for line in self.run.table.splitlines())
        return next(rest.strip() for before, found, rest in lines if found and not before.strip())

    def minutes_pass(self) -> None:
        """Another SMS may go to a number: the count of the last one is forgotten."""
        with self._writing() as session:
            session.execute(delete(Budget).where(Budget.name == "sms_number"))

    def invite(self, **changes: str) -> str:
        """Import an invitation, as `invitation import` does; the address that it goes to."""
        email = self.new_address()
        line = invited(email=email, family_name=f"Exemple-{next(self._numbers):03}") | changes
        with self._database() as database:
            lines = invitation_support.lines_of(line)
            invitation_import.import_file(database, lines, lambda _: None, by="a story")
        return email

    def letter(self, line: dict[str, str]) -> str:
        """The code of a letter to this member, as `member letter-code` prints it."""
        with self._writing() as session:
            return letters.issue(session, self._member(session, line), by="a story").shown

    @staticmethod
    def _member(session: Session, line: dict[str, str]) -> Member:
        query = select(Member).where(Member.member_number == line["member_number"])
        return session.scalars(query).one()

    @contextmanager
    def _database(self) -> Iterator[Database]:
        settings = Settings.from_env(env_files.read(self.layout.state_dir / "idp.env"))
        database = Database.open(settings)
        try:
            yield database
        finally:
            database.close()

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        with self._database() as database, database.writing() as session:
            yield session

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

    def about(self, subject: str, to: str, holding: str = "") -> dict[str, Any]:
        """The newest mail with this subject that holds this, once there is one; "" is an SMS."""
        pause, deadline = threading.Event(), time.monotonic() + _PATIENCE_SECONDS
        while True:
            found = self.mails(to)
            right = [mail for mail in found if mail["subject"] == subject]
            if right := [mail for mail in right if holding in mail["text"]]:
                return right[0]
            assert time.monotonic() < deadline, [mail["subject"] for mail in found]
            pause.wait(_PAUSE_SECONDS)

    def code(self, to: str, number: int = 1) -> str:
        """The six digits in the `number`-th mail to an address: "671 - 482 913" → "482 913"."""
        lines: list[str] = self.mail(to, number)["text"].splitlines()
        return next(line for line in lines if line.startswith("    ")).partition(" - ")[2]

    def link(self, to: str, number: int = 1) -> str:
        """The first link in the `number`-th mail to an address."""
        link: str = self.mail(to, number)["links"][0]
        return link


@contextmanager
def running(folder: Path, sites_host: str = "localhost") -> Iterator[Stack]:
    """A copy with ports, state and keys of its own, until the block ends."""
    layout = Layout(free_base(), folder / "state", folder / "keys", sites_host)
    with started(layout) as run:
        yield Stack(layout, run)
