"""A machine of all ways in and back: NIR, e-mail, migration, joining, recovery, undo; a stranger.

Where test_states_machine.py foretells each page of the plain sign-in, this one lets people do
whatever the page before them offers (ways_robot.py), and holds what must never be, after each step
(ways_checks.py): two identities on one address, a record that moved or was never proved, a token
that claims more than was done, a NIR that opens after it was attached, a stranger with a session,
an owner with no way in.
"""

import atexit
import shutil
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from idp import clock
from idp.accounts import identities, lockout
from idp.accounts.lifetimes import BLOCK
from idp.app import create_app
from idp.oidc import keys
from idp.settings import Settings
from idp.storage.engine import Database
from tests.fixtures import START, migrated, sqlite_settings
from tests.flows import ways_checks as checks
from tests.flows import ways_doors as doors
from tests.flows import ways_robot as robot
from tests.flows.conftest import register
from tests.flows.ways_robot import REACHED, How, reached
from tests.flows.ways_world import BORN, OWNER, STRANGER, Browser, World

HOUR = timedelta(hours=1)
DATE = date(1985, 5, 31)
LINKS = ("activation", "migration_validate", "migration_taken", "reset")
which = st.sampled_from((0, 0, 1, 2, 2))
hers = st.sampled_from((0, 0, 1))
SCENES = (
    ("identity", "by nir"),
    ("by nir",),
    ("identity",),
    ("identity", "by nir"),
    ("identity", "never"),
    ("never",),
    (),
)
inclined = st.builds(
    How, st.booleans(), st.booleans(), st.booleans(), st.booleans(), st.integers(0, 5)
)
steps = st.sampled_from((9, 9, 9, 9, 9, 3, 2, 1))


@lru_cache
def ready() -> Settings:
    """A database with the newest schema and a signing key, once a process; copied for each walk."""
    folder = Path(mkdtemp())
    atexit.register(shutil.rmtree, folder)
    made = sqlite_settings(folder, migrated(folder / "schema"))
    database = Database.open(made)
    with clock.frozen(START - timedelta(days=1)):
        keys.ensure_signing_key(database, made)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return made


class Ways(RuleBasedStateMachine):
    """An owner in two browsers, a stranger in one, one clock."""

    @initialize(scene=st.sampled_from(SCENES), how=inclined)
    def begin(self, scene: tuple[str, ...], how: How) -> None:
        self.folder = TemporaryDirectory()
        self.frozen = clock.frozen(START)
        self.clock = self.frozen.__enter__()
        here = Path(self.folder.name)
        shutil.copytree(ready().keys_dir, here / "keys")
        copied = sqlite_settings(here, (ready().state_dir / "idp.sqlite3").read_bytes())
        self.app = create_app(copied)
        self.legacy = "never" not in scene
        site = register(self.app.extensions["idp"].database)
        self.world = World(self.app, site, legacy=self.legacy)
        usual = replace(how, elsewhere=False, join=False, target=1)
        if "identity" in scene:
            self.sign_up(1, usual)
            self.by_email(1, usual, 9)
        if "by nir" in scene:
            self.by_nir(0, replace(usual, target=0), 2 + how.target if len(scene) == 1 else 2)
        if scene == ("identity", "by nir"):  # to join, by choice or by mail
            self.go_on(self.world.browsers[0], replace(how, target=1), 2 * how.target)

    def teardown(self) -> None:
        if hasattr(self, "app"):
            self.app.extensions["idp"].database.close()
            self.frozen.__exit__(None, None, None)
            self.folder.cleanup()

    def go_on(self, browser: Browser, how: How, left: int) -> None:
        """The next `left` pages, each as it comes; a token at the end is looked at."""
        while left and robot.step(self.world, browser, how):
            left -= 1
        checks.token_claims_what_was_proved(self.world, browser)

    # what people do

    @rule(number=which, how=inclined)
    def sign_up(self, number: int, how: How) -> None:
        doors.sign_up(self.world, self.world.browsers[number], how, press=not how.join)

    @rule(number=which, how=inclined, left=steps)
    def by_email(self, number: int, how: How, left: int) -> None:
        browser = self.world.browsers[number]
        email = robot.target(self.world, browser, how)
        doors.by_email(self.world, browser, email, browser.who.password)
        if browser.trusted == email and browser.who is OWNER:
            assert "Votre compte est bloqué" not in browser.member.text, "a trusted device is heard"
        self.go_on(browser, how, left)

    @rule(number=which, how=inclined, left=steps)
    def by_nir(self, number: int, how: How, left: int) -> None:
        browser = self.world.browsers[number]
        at_code = doors.by_nir(self.world, browser, browser.who.nir, browser.who.old)
        if browser.who.nir in self.world.ever:
            assert not at_code, "C13: the NIR opens after it was attached"
            reached("a NIR that opens nothing any more")
        elif browser.who is STRANGER or self.legacy:
            told = browser.member.page.status_code
            assert at_code is not False or told in (403, 429), browser.member.text
        self.go_on(browser, how, left)

    @rule(number=which, how=inclined)
    def carry_on(self, number: int, how: How) -> None:
        self.go_on(self.world.browsers[number], how, 9)

    @rule(how=inclined, nir=st.booleans(), times=st.integers(2, 3))
    def guess(self, how: How, nir: bool, times: int) -> None:
        """The stranger tries passwords at the owner's doors."""
        browser = self.world.browsers[-1]
        for _ in range(times):
            email = OWNER.mailboxes[how.target % 2]
            doors.guess(self.world, browser, OWNER.nir if nir else None, email)

    @rule(number=which, how=inclined, by_nir=st.booleans(), born=st.sampled_from((BORN, BORN, "")))
    def recover(self, number: int, how: How, by_nir: bool, born: str) -> None:
        """The stranger asks for the owner too; she follows what reaches her."""
        browser = self.world.browsers[number]
        whom = OWNER if browser.who is OWNER or how.join else STRANGER
        identifier = whom.nir if by_nir else whom.mailboxes[how.target % len(whom.mailboxes)]
        doors.ask(self.world, browser, identifier, BORN if by_nir else born, sms=how.sms)
        if how.sms:
            doors.type_temporary(self.world, browser, identifier)
        else:
            doors.press_newest(self.world, browser, "reset")
        self.go_on(browser, how, 9)

    @rule(number=which, how=inclined, left=steps)
    def open_a_space(self, number: int, how: How, left: int) -> None:
        browser = self.world.browsers[number]
        if doors.open_a_space(self.world, browser, how):
            self.go_on(browser, how, left)
            doors.press_newest(self.world, browser, "activation")

    @rule(number=hers, back=st.integers(0, 2))
    def undo(self, number: int, back: int) -> None:
        """A notice of these days says that it was not her."""
        doors.press_newest(self.world, self.world.browsers[number], "space_attached", back=back)

    @rule(number=which, back=st.integers(0, 30))
    def press_again(self, number: int, back: int) -> None:
        """Any link that ever came is pressed once more, in any browser of who reads it."""
        browser = self.world.browsers[number]
        doors.press_newest(self.world, browser, *LINKS, back=back)
        checks.token_claims_what_was_proved(self.world, browser)

    @rule(number=which)
    def sign_out(self, number: int) -> None:
        browser = self.world.browsers[number]
        browser.member.open("/deconnexion")
        robot.sent(browser, "déconnecter")

    @rule(delta=st.sampled_from((timedelta(minutes=2), timedelta(minutes=16), HOUR, BLOCK)))
    def wait(self, delta: timedelta) -> None:
        self.clock.instant += delta

    @rule(how=inclined)
    def unblock(self, how: How) -> None:
        """An administrator."""
        with self.world.store.writing() as session:
            identity = identities.find(session, OWNER.mailboxes[how.target % 2])
            if identity is not None:
                lockout.unblock(session, identity)

    @rule(dates=st.integers(0, 6), how=inclined)
    def assail(self, dates: int, how: How) -> None:
        """The stranger uses up what can be used up of the owner's; she comes back all the same."""
        browser = self.world.browsers[-1]
        self.guess(how, nir=True, times=3)
        for born, times in ((date(1985, 5, 1), dates), (DATE, 4)):
            doors.flood(self.world, browser, OWNER.nir, born, times)
            doors.flood(self.world, browser, OWNER.mailboxes[how.target % 2], born, times)
        self.a_way_is_left(how.target % 2)

    @rule(number=hers)
    def a_way_is_left(self, number: int) -> None:
        """D10: the mailed link reaches her and opens, within the hour, whatever was used up."""
        browser = self.world.browsers[number]
        self.sign_out(number)
        before = len(self.world.letters(OWNER, "reset"))
        doors.ask(self.world, browser, OWNER.nir, BORN, sms=False)
        if len(self.world.letters(OWNER, "reset")) == before:
            reached("a way after an hour")
            self.clock.instant += HOUR + timedelta(seconds=1)
            doors.ask(self.world, browser, OWNER.nir, BORN, sms=False)
        letters = self.world.letters(OWNER, "reset")
        assert len(letters) == before + 1, f"no way in is left: {browser.member.text}"
        doors.press_newest(self.world, browser, "reset")
        assert browser.member.page.status_code < 400, browser.member.text
        assert robot.NEW not in browser.path
        self.go_on(browser, How(False, False, False, True, number), 9)

    # what must hold whatever they did

    @invariant()
    def nothing_is_wrong(self) -> None:
        if not hasattr(self, "world"):
            return
        checks.one_identity_an_address(self.world)
        checks.records_are_their_owners(self.world)
        checks.sessions_are_their_owners(self.world)
        checks.note_sessions_lost(self.world)


OFTEN = {
    "activation",
    "proved by a code of C1",
    "undone",
    "a new password",
    "a way after an hour",
    "a token, eidas0-mfa",
    "a token, eidas1",
}


class TestWays(Ways.TestCase):  # type: ignore[name-defined,misc]
    """In the gate. A walk takes a second: none is shrunk in hundreds of runs."""

    settings = settings(
        max_examples=8,
        stateful_step_count=12,
        deadline=None,
        phases=(Phase.generate,),
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )

    def runTest(self) -> None:  # noqa: N802
        """Walks that never get there would hold nothing."""
        super().runTest()
        missing = OFTEN - set(REACHED)
        assert not missing, sorted(missing)


@pytest.mark.slow
class TestManyWays(Ways.TestCase):  # type: ignore[name-defined,misc]
    """A larger profile, and longer walks."""

    settings = settings(
        max_examples=25,
        stateful_step_count=25,
        deadline=None,
        phases=(Phase.generate,),
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
