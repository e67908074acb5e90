"""Importing an invitations file: streamed, in small transactions, and again it sends nothing twice.

A run that was cut short is simply repeated: a line that was taken is known by the digest of its
content. Good lines are kept whatever the others are.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from operator import attrgetter

from idp.accounts import invitation_batch
from idp.accounts.activity import Kind
from idp.accounts.import_run import ImportRun
from idp.accounts.invitation_batch import Effect, Plan
from idp.accounts.invitation_lines import Line, read
from idp.accounts.register import BATCH, batches
from idp.accounts.register_findings import Finding
from idp.storage.engine import Database, settings_of
from idp.storage.seen import Seen
from idp.storage.turns import take_turn


@dataclass(frozen=True)
class Counts:
    """Lines by what became of them, and the members that they created."""

    invited: int
    unchanged: int
    has_identity: int
    refused: int
    members: int


def import_file(
    database: Database,
    lines: Iterable[bytes],
    report: Callable[[Finding], None],
    *,
    by: str | None = None,
    dry_run: bool = False,
) -> Counts:
    """Invite the people of a file, header first.

    `report` hears of each bad line, and of the number of each member whose line bears none, once
    its transaction is kept. A dry run says the same, with numbers that will be others, and does
    nothing. Raises BadFileError before anything is done.
    """
    run = _Run(database, report, by, dry_run)
    with database.reading() as session:
        development = settings_of(session).development
    with Seen() as seen:
        for batch in batches(read(lines, development=development), BATCH):
            run.take(batch, seen)
    return run.end()


@dataclass
class _Run(ImportRun[Effect]):
    """One run over one file."""

    begun, done = Kind.INVITATIONS_IMPORT_BEGUN, Kind.INVITATIONS_IMPORTED

    members: int = 0

    def take(self, batch: list[Line | list[Finding]], seen: Seen) -> None:
        """Plan a batch, write it, then report it."""
        good = [parsed for parsed in batch if isinstance(parsed, Line)]
        bad = [finding for parsed in batch if isinstance(parsed, list) for finding in parsed]
        made = self._done(good, seen)
        self.effects += made.effects
        self.effects[Effect.REFUSED] += len(batch) - len(good)
        self.members += len(made.members)
        for finding in sorted([*made.findings, *bad], key=attrgetter("line")):
            self.report(finding)

    def end(self) -> Counts:
        """The counts; they are an event too."""
        counts = {effect.value: self.effects[effect] for effect in Effect}
        return Counts(**self.finish(counts), members=self.members)

    def _done(self, lines: list[Line], seen: Seen) -> Plan:
        if self.dry_run:
            with self.database.reading() as session:
                return invitation_batch.plan(session, lines, seen)
        with self.database.writing() as session:
            take_turn(session, "register")  # it may create members, as the register does
            made = invitation_batch.plan(session, lines, seen)
            if made.invited:
                self.begin(session)
            invitation_batch.write(session, made)
            return made
