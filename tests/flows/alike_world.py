"""One app and one database for all walks of the harness; the database is put back before each."""

from contextlib import AbstractContextManager, suppress
from pathlib import Path

from idp.accounts import opening_member
from idp.accounts.activity import Where
from idp.accounts.birth_date import parse_birth_date
from idp.accounts.decoys import of_pair
from idp.accounts.nir import Nir
from idp.accounts.opening_member import Coordinates
from idp.app import create_app
from idp.settings import Settings
from idp.storage.engine import Database
from tests.accounts import register_support
from tests.accounts.invitation_support import Import as Invite
from tests.accounts.invitation_support import invited, lines_of
from tests.flows.alike import (
    JOINER,
    PREPARED,
    STRANGER,
    Answer,
    Difference,
    Meter,
    Stage,
    differences,
    staged,
)
from tests.flows.alike_pages import Page
from tests.flows.alike_states import BOTH, EMAIL_ONLY, PHANTOM, SMS_ONLY, UNKNOWN, Case
from tests.flows.conftest import register
from tests.flows.support_b import person

KINDS = {
    EMAIL_ONLY: {"contact_email"},
    SMS_ONLY: {"mobile"},
    BOTH: {"contact_email", "mobile"},
}


class World:
    """Walks pages in states. What is prepared or walked for `unknown` is kept."""

    def __init__(self, settings: Settings) -> None:
        self.app = create_app(settings)
        runtime = self.app.extensions["idp"]
        self.store: Database = runtime.database
        runtime.issuer.clients._max_age = 0.0  # what a site costs may not hang on the time of day
        self._meter = Meter(self.store)
        self._file = Path(str(self.store.engine.url.database))
        self.site = register(self.store)
        self.people = {channels: self._of_shape(kinds) for channels, kinds in KINDS.items()}
        with staged(self.app, self._meter, self.site, {}) as stage:
            stage.clock.instant = PREPARED
            person(self.store, JOINER)
            Invite(self.store, lines_of(invited(email=STRANGER)))
        self._made: dict[str, bytes] = {}
        self._base = self._content()
        self._walked: dict[tuple[str, str, str], list[Answer]] = {}

    def expected(self, page: Page, case: Case) -> list[Answer]:
        """The same where nobody is known: a block on nobody's address, where blocks show."""
        base = PHANTOM if page.blocks and case.blocked else UNKNOWN
        key = page.name, base.name, case.channels
        if key not in self._walked:
            self._walked[key] = self._walk(page, base, self.people[case.channels])
        return self._walked[key]

    def compared(self, page: Page, case: Case) -> list[Difference]:
        """What differs; a walk that cannot go on where that of nobody can has differed before."""
        expected = self.expected(page, case)
        with self.stage(page, case, self.people[case.channels]) as stage, suppress(StopIteration):
            page.walk(stage)
        return differences(stage.answers, expected)

    def forget(self) -> None:
        """What was walked for nobody must be walked again: the app has changed."""
        self._walked.clear()

    def put(self, case: Case, line: dict[str, str]) -> None:
        """The database is now that of the case."""
        name = f"{case.name} {line['nir']}"
        if name not in self._made:
            self._restore(self._base)
            with staged(self.app, self._meter, self.site, line) as stage:
                stage.clock.instant = PREPARED
                case.prepare(stage)
            self._made[name] = self._content()
        self._restore(self._made[name])

    def stage(self, page: Page, case: Case, line: dict[str, str]) -> AbstractContextManager[Stage]:
        """A stage in a state, to be entered."""
        self.put(case, line)
        return staged(self.app, self._meter, self.site, line, links_weigh=bool(page.links_weigh))

    def _walk(self, page: Page, case: Case, line: dict[str, str]) -> list[Answer]:
        with self.stage(page, case, line) as stage:
            page.walk(stage)
        return stage.answers

    def _content(self) -> bytes:
        with self.store.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        self.store.close()
        return self._file.read_bytes()

    def _restore(self, content: bytes) -> None:
        self.store.close()
        for name in ("-wal", "-shm"):
            self._file.with_name(self._file.name + name).unlink(missing_ok=True)
        self._file.write_bytes(content)

    def _of_shape(self, kinds: set[str]) -> dict[str, str]:
        """Somebody whose decoys are of these kinds: the page then shows as many for nobody."""
        for rank in range(1, 200):
            line = register_support.person(rank)
            if {kind.value for kind in of_pair(self.pair(line))} == kinds:
                return line
        raise AssertionError(kinds)

    def pair(self, line: dict[str, str]) -> str:
        """What the decoys of a person are drawn from; nothing is kept of the asking."""
        year, month, day = line["birth_date"].split("-")
        born = parse_birth_date(f"{day}/{month}/{year}")
        said = Coordinates(Nir(line["nir"]), line["family_name"], born)
        with self.store.reading() as session:
            return opening_member.match(session, said, Where()).pair
