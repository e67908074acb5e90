"""Importing the members file: streamed, in small transactions, and the same again changes nothing.

A run that was cut short is simply repeated: a line that was applied is known by the digest of its
content. Good lines are kept whatever the others are. A line that claims a NIR which a later line
sets free waits for the end of the run; DEFERRED of them are held in memory, any more are refused.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import TypeVar

from idp.accounts import register_batch
from idp.accounts.activity import Kind
from idp.accounts.import_run import ImportRun
from idp.accounts.register_batch import Effect, Plan
from idp.accounts.register_fields import Line
from idp.accounts.register_findings import Finding, Outcome, Reason
from idp.accounts.register_lines import read
from idp.storage.engine import Database, settings_of
from idp.storage.seen import Seen
from idp.storage.turns import take_turn

BATCH = 200  # lines of one transaction
DEFERRED = 1000  # lines that may wait for the end of the run

T = TypeVar("T")
Parsed = Line | list[Finding]


@dataclass(frozen=True)
class Counts:
    """Lines by what became of them; of the accepted ones, how many remarks were made."""

    created: int
    updated: int
    unchanged: int
    refused: int
    notices: int


def import_file(
    database: Database,
    lines: Iterable[bytes],
    report: Callable[[Finding], None],
    *,
    by: str | None = None,
    dry_run: bool = False,
) -> Counts:
    """Bring the register up to date with the lines of a file, header first.

    `report` hears of each bad line, and of what is odd about good ones, once its transaction is
    kept. A dry run says the same and writes nothing. Raises BadFileError before anything is done.
    """
    run = _Run(database, report, by, dry_run)
    with database.reading() as session:
        development = settings_of(session).development
    with Seen() as seen:
        parsed = read(lines, development=development)
        for batch in batches(parsed, BATCH):
            run.take(batch, seen)
        run.settle(seen)
    return run.end()


@dataclass
class _Run(ImportRun[Effect]):
    """One run over one file."""

    begun, done = Kind.MEMBERS_IMPORT_BEGUN, Kind.MEMBERS_IMPORTED

    notices: int = 0
    deferred: list[Line] = field(default_factory=list)

    def take(self, batch: list[Parsed], seen: Seen) -> None:
        """Plan a batch, write it, then report it."""
        bad = [parsed for parsed in batch if isinstance(parsed, list)]
        lines = [parsed for parsed in batch if isinstance(parsed, Line)]
        plan = self._done(lines, seen)
        room = DEFERRED - len(self.deferred)
        self.deferred += plan.deferred[:room]
        for line in plan.deferred[room:]:
            plan.refuse(line, "nir", Reason.NIR_OF_ANOTHER_MEMBER)
        self.effects[Effect.REFUSED] += len(bad)
        self._tell(plan, *bad)

    def settle(self, seen: Seen) -> None:
        """The lines that waited, as long as one of them sets free what another one waits for."""
        waiting, before = self.deferred, None
        while waiting and len(waiting) != before:
            before, still = len(waiting), list[Line]()
            for batch in batches(waiting, BATCH):
                plan = self._done(batch, seen, again=True)
                still += plan.deferred
                self._tell(plan)
            waiting = still
        last = Plan()
        for line in waiting:
            last.refuse(line, "nir", Reason.NIR_OF_ANOTHER_MEMBER)
        self._tell(last)

    def _tell(self, plan: Plan, *bad: list[Finding]) -> None:
        self.effects += plan.effects
        findings = sorted(chain(plan.findings, *bad), key=lambda finding: finding.line)
        self.notices += sum(finding.outcome is Outcome.NOTICED for finding in findings)
        for finding in findings:
            self.report(finding)

    def end(self) -> Counts:
        """The counts; they are an event too."""
        counts = {effect.value: self.effects[effect] for effect in Effect}
        return Counts(**self.finish(counts), notices=self.notices)

    def _done(self, lines: list[Line], seen: Seen, *, again: bool = False) -> Plan:
        if self.dry_run:
            with self.database.reading() as session:
                return register_batch.plan(session, lines, seen, again=again)
        with self.database.writing() as session:
            take_turn(session, "register")
            plan = register_batch.plan(session, lines, seen, again=again)
            if plan.writes():
                self.begin(session)
                register_batch.write(session, plan)
            return plan


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch
