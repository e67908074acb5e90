"""Importing the members file: streamed, in small transactions, and the same again changes nothing.

A run that was cut short is simply repeated: a line that was applied is known by the digest of its
content. Good lines are kept whatever the others are. Not told yet: a channel that a line adds or
changes waits before it serves recovery, but its member has no notice of it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import TypeVar

from sqlalchemy.orm import Session

from idp.accounts import register_batch
from idp.accounts.activity import Kind, record
from idp.accounts.register_batch import Effect, Plan
from idp.accounts.register_fields import Line
from idp.accounts.register_findings import Finding, Outcome
from idp.accounts.register_lines import read
from idp.storage.engine import Database, settings_of
from idp.storage.seen import Seen
from idp.storage.turns import take_turn

BATCH = 200  # lines of one transaction

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
        for batch in _batches(parsed, BATCH):
            run.take(batch, seen)
    return run.end()


class _Run:
    """One run over one file."""

    def __init__(
        self,
        database: Database,
        report: Callable[[Finding], None],
        by: str | None,
        dry_run: bool,
    ) -> None:
        self._database, self._report = database, report
        self._by, self._dry_run = by, dry_run
        self._effects: Counter[Effect] = Counter()
        self._notices = 0
        self._begun = False

    def take(self, batch: list[Parsed], seen: Seen) -> None:
        """Plan a batch, write it, then report it."""
        bad = [parsed for parsed in batch if isinstance(parsed, list)]
        lines = [parsed for parsed in batch if isinstance(parsed, Line)]
        plan = self._planned(lines, seen) if self._dry_run else self._written(lines, seen)
        self._effects += plan.effects
        self._effects[Effect.REFUSED] += len(bad)
        findings = sorted(chain(plan.findings, *bad), key=lambda finding: finding.line)
        self._notices += sum(finding.outcome is Outcome.NOTICED for finding in findings)
        for finding in findings:
            self._report(finding)

    def end(self) -> Counts:
        """The counts; they are an event too."""
        counts = {effect.value: self._effects[effect] for effect in Effect}
        if not self._dry_run:
            with self._database.writing() as session:
                record(session, Kind.MEMBERS_IMPORTED, by=self._by, counts=counts)
        return Counts(**counts, notices=self._notices)

    def _planned(self, lines: list[Line], seen: Seen) -> Plan:
        with self._database.reading() as session:
            return register_batch.plan(session, lines, seen)

    def _written(self, lines: list[Line], seen: Seen) -> Plan:
        with self._database.writing() as session:
            take_turn(session, "register")
            plan = register_batch.plan(session, lines, seen)
            if plan.writes():
                self._begin(session)
                register_batch.write(session, plan)
            return plan

    def _begin(self, session: Session) -> None:
        """The event of the first change is written with it: a run may be killed before its end."""
        if not self._begun:
            record(session, Kind.MEMBERS_IMPORT_BEGUN, by=self._by)
            self._begun = True


def _batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch
