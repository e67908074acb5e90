"""A machine that signs up, activates, signs in, fails, trusts, waits and signs out in any order.

Beside it walks a model written only from the tables of states (idp/accounts/states.py,
lifetimes.py, budgets.py, which their own tests hold against the design): a page may show only what
the model says. Whoever adds a step of the journey adds a rule here.
"""

from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import func, select

from idp import clock
from idp.accounts import identities, lockout
from idp.accounts.lifetimes import BLOCK, CODE_TRIES, LINKS, TRUSTED_DEVICE
from idp.accounts.states import PENDING_LIFE
from idp.app import create_app
from idp.models import Identity
from tests.fixtures import START, migrated, sqlite_settings
from tests.flows.states_model import CODE_LIFE, EMAILS, PASSWORDS, Counter, Person, Tab, has_room
from tests.member import Member

who = st.sampled_from(EMAILS)
which = st.sampled_from((0, 1))


@lru_cache
def template() -> bytes:
    """A database with the newest schema, for every walk of this process."""
    with TemporaryDirectory() as folder:
        return migrated(Path(folder))


class Journeys(RuleBasedStateMachine):
    """Two addresses, two browsers, one clock."""

    @initialize()
    def begin(self) -> None:
        self.folder = TemporaryDirectory()
        self.frozen = clock.frozen(START)
        self.clock = self.frozen.__enter__()
        self.app = create_app(sqlite_settings(Path(self.folder.name), template()))
        self.members = [Member(self.app), Member(self.app)]
        for number, member in enumerate(self.members):
            member.client.environ_base["REMOTE_ADDR"] = f"127.0.1.{number + 1}"
        self.tabs = [Tab(), Tab()]
        self.people = {email: Person() for email in EMAILS}

    def teardown(self) -> None:
        if hasattr(self, "app"):
            self.app.extensions["idp"].database.close()
            self.frozen.__exit__(None, None, None)
            self.folder.cleanup()

    # what the tables say now

    @property
    def now(self) -> datetime:
        return self.clock.instant

    # what people do

    @rule(browser=which, email=who, password=st.sampled_from(PASSWORDS))
    def sign_up(self, browser: int, email: str, password: str) -> None:
        member, person = self.members[browser], self.people[email]
        member.sign_up(email, password)
        tab = self.tabs[browser]
        if not (
            has_room(tab.sign_ups, "sign_up_ip", self.now)
            and has_room(person.anonymous_mails, "mail_anonymous", self.now)
        ):
            assert member.page.status_code == 429
            return
        tab.sign_ups.append(self.now)
        assert "Un message vient d'être envoyé" in member.text
        person.anonymous_mails.append(self.now)
        if person.active is None:
            person.pending = (password, self.now + PENDING_LIFE)
            person.link = (member.link(email), self.now + LINKS["activation"])

    @rule(browser=which, email=who)
    def activate(self, browser: int, email: str) -> None:
        member, person = self.members[browser], self.people[email]
        if person.link is None:
            return
        address, until = person.link
        member.open(address)
        good = self.now < until and person.pending is not None and person.active is None
        assert (member.page.status_code == 200) is good, member.text
        assert ("Lien expiré ou invalide" in member.text) is not good
        if not good:
            return
        member.submit("Activer")
        assert "Votre compte est activé" in member.text
        event("activated")
        assert person.pending is not None
        person.active, person.pending = person.pending[0], None
        person.tries.clear()

    @rule(browser=which, email=who, password=st.sampled_from(PASSWORDS))
    def sign_in(self, browser: int, email: str, password: str) -> None:
        member, tab, person = self.members[browser], self.tabs[browser], self.people[email]
        if tab.is_signed_in(self.now):
            return
        member.open("/connexion").submit("Me connecter", email=email, password=password)
        stranger = not tab.trusts(email, self.now)  # a trusted device takes from no network
        if stranger and not has_room(tab.failures, "sign_in_failures_ip", self.now):
            assert member.page.status_code == 429
            event("network over budget")
            return
        counter = self.counter(tab, email)
        if stranger and (counter is None or password != person.active):
            tab.failures.append(self.now)
        if counter is None:
            assert "Votre compte est bloqué" in member.text
            assert member.page.status_code == 403
            event("blocked, known" if person.active else "blocked, unknown")
        elif password == person.active:
            counter.clear()
            self.right(member, tab, email)
        else:
            # the right password of an unfinished sign-up is told no more than a wrong one (A8)
            if person.unfinished(password, self.now):
                event("right password before activation")
            counter.wrong(self.now)
            assert "Identifiant ou mot de passe incorrect" in member.text

    def counter(self, tab: Tab, email: str) -> Counter | None:
        """Which counter hears this try: the person's, a trusted device's own, or none."""
        if not self.people[email].tries.blocks(self.now):
            return self.people[email].tries
        if tab.trusts(email, self.now) and not tab.device_tries.blocks(self.now):
            event("a trusted device is heard through a block")
            return tab.device_tries
        return None

    @rule(browser=which, email=who, trust=st.booleans())
    def open_a_space(self, browser: int, email: str, trust: bool) -> None:
        """The usual way in one go, so that the others often start from an open space."""
        if self.people[email].active is None:
            self.sign_up(browser, email, PASSWORDS[0])
            self.activate(browser, email)
        password = self.people[email].active
        if password is not None:
            self.sign_in(browser, email, password)
            self.answer(browser, right=True, trust=trust)

    @rule(browser=which, email=who, times=st.integers(2, 3))
    def guess(self, browser: int, email: str, times: int) -> None:
        """Somebody tries wrong passwords in a row."""
        for _ in range(times):
            self.sign_in(browser, email, "Ce-n-est-pas*5-lui")

    @rule(email=who)
    def stranger_blocks(self, email: str) -> None:
        """The owner trusts the first browser; a stranger blocks the address from the second."""
        self.sign_out(0)
        self.open_a_space(0, email, trust=True)
        self.sign_out(0)
        self.sign_out(1)
        self.guess(1, email, times=3)
        password = self.people[email].active
        if password is not None:
            self.sign_in(0, email, password)

    def right(self, member: Member, tab: Tab, email: str) -> None:
        person = self.people[email]
        if tab.trusts(email, self.now):
            assert member.address == "/"
            event("signed in by a trusted device")
            tab.sign_in(email, self.now)
            return
        assert "Authentification renforcée" in member.text
        tab.waiting, tab.paused = email, self.now
        tab.address, tab.code = member.address, None
        if has_room(person.signed_mails, "mail_signed", self.now):
            person.signed_mails.append(self.now)
            tab.code = (member.code(email), self.now + CODE_LIFE, CODE_TRIES)

    @rule(browser=which, right=st.booleans(), trust=st.booleans())
    def answer(self, browser: int, right: bool, trust: bool) -> None:
        member, tab = self.members[browser], self.tabs[browser]
        if tab.waiting is None:
            return
        member.open(tab.address)
        if not tab.waits(self.now) or tab.is_signed_in(self.now):
            assert "Authentification renforcée" not in member.text or member.page.status_code >= 400
            tab.waiting = None
            return
        if tab.code is None or self.now >= tab.code[1]:
            assert "Recevoir un code" in member.text
            return
        digits, until, left = tab.code
        typed = digits if right else f"{(int(digits.replace(' ', '')) + 1) % 10**6:06d}"
        fields = {"trust_device": "yes"} if trust else {}
        member.submit("Valider", code=typed, **fields)
        self.answered(member, tab, right, trust, (digits, until, left))

    def answered(
        self, member: Member, tab: Tab, right: bool, trust: bool, code: tuple[str, datetime, int]
    ) -> None:
        email = str(tab.waiting)
        person = self.people[email]
        if not has_room(person.wrong_codes, "wrong_codes", self.now):
            assert member.page.status_code == 429
        elif right:
            assert member.address == "/", member.text
            event("signed in by a code")
            tab.sign_in(email, self.now)
            if trust:
                tab.device = (email, self.now + TRUSTED_DEVICE)
                tab.device_tries.clear()
        else:
            person.wrong_codes.append(self.now)
            tab.code = (code[0], code[1], code[2] - 1)
            if code[2] == 1:
                assert "trop de fois" in member.text
                event("five wrong codes")
                tab.waiting = None
            else:
                assert "Ce code est incorrect" in member.text

    @rule(browser=which)
    def sign_out(self, browser: int) -> None:
        member, tab = self.members[browser], self.tabs[browser]
        member.open("/deconnexion")
        if tab.is_signed_in(self.now):
            member.submit("déconnecter")
        assert "Vous êtes déconnecté" in member.text
        tab.signed_in = None

    @rule(
        delta=st.sampled_from(
            (
                timedelta(minutes=1),
                timedelta(minutes=16),
                timedelta(minutes=31),
                BLOCK,
                timedelta(days=15),
                TRUSTED_DEVICE,
            )
        )
    )
    def wait(self, delta: timedelta) -> None:
        self.clock.instant += delta

    @rule(email=who)
    def unblock(self, email: str) -> None:
        database = self.app.extensions["idp"].database
        with database.writing() as session:
            identity = identities.find(session, email)
            if identity is None:
                return
            lockout.unblock(session, identity)
        self.people[email].tries.clear()

    # what must hold whatever they did

    @invariant()
    def home_tells_the_truth(self) -> None:
        if not hasattr(self, "tabs"):
            return
        for member, tab in zip(self.members, self.tabs, strict=True):
            member.open("/")
            assert ("Me déconnecter" in member.text) is tab.is_signed_in(self.now), member.text

    @invariant()
    def one_active_identity_an_address(self) -> None:
        if not hasattr(self, "app"):
            return
        with self.app.extensions["idp"].database.reading() as session:
            holders = session.execute(
                select(Identity.email_index, func.count())
                .where(Identity.state != "pending")
                .group_by(Identity.email_index)
            ).all()
        assert all(count == 1 for _index, count in holders)
        assert len(holders) == sum(person.active is not None for person in self.people.values())


LOOSE = settings(deadline=None, suppress_health_check=list(HealthCheck))


class TestJourneys(Journeys.TestCase):  # type: ignore[name-defined,misc]
    settings = settings(LOOSE, max_examples=6, stateful_step_count=30)


@pytest.mark.slow
class TestManyJourneys(Journeys.TestCase):  # type: ignore[name-defined,misc]
    settings = settings(LOOSE, max_examples=40, stateful_step_count=30)
