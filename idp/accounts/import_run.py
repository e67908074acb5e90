"""One run over one file that an administrator brings, whatever is in it: counts and two events."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar, Generic, TypeVar

from sqlalchemy.orm import Session

from idp.accounts.activity import Kind, record
from idp.accounts.register_findings import Finding
from idp.storage.engine import Database

E = TypeVar("E")


@dataclass
class ImportRun(Generic[E]):
    """What became of the lines so far: `effects` counts them. `report` hears of each finding."""

    begun: ClassVar[Kind]
    done: ClassVar[Kind]

    database: Database
    report: Callable[[Finding], None]
    by: str | None
    dry_run: bool
    effects: Counter[E] = field(default_factory=Counter)
    changing: bool = False

    def begin(self, session: Session) -> None:
        """The event of the first change is written with it: a run may be killed before its end."""
        if not self.changing:
            record(session, self.begun, by=self.by)
            self.changing = True

    def finish(self, counts: dict[str, int]) -> dict[str, int]:
        """The same counts; they are an event too, unless nothing was to be done."""
        if not self.dry_run:
            with self.database.writing() as session:
                record(session, self.done, by=self.by, counts=counts)
        return counts
