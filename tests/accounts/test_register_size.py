"""Large files: read as a stream, in small transactions; one cut in the middle is repeated."""

import gc
import tracemalloc
from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from idp.accounts import members, register, register_batch
from idp.accounts.register import BATCH
from idp.accounts.register_fields import Line
from idp.models import Event, Member
from idp.storage.engine import Database
from tests.accounts import register_support as support
from tests.accounts.register_support import (
    BCRYPT,
    Import,
    counts,
    person,
    register_of,
    stream_of,
)


class CutError(Exception):
    """The run is killed."""


def people(count: int) -> Iterator[dict[str, str]]:
    """So many lines; some are bad, some members have an old password."""
    for rank in range(count):
        odd = {"birth_date": "hier"} if rank % 50 == 7 else {}
        yield person(rank, legacy_password_hash=BCRYPT if rank % 3 == 0 else "", **odd)


def cut_after(lines: Iterator[bytes], count: int) -> Iterator[bytes]:
    """The first `count` lines, then the end of the process."""
    for number, line in enumerate(lines):
        if number == count:
            raise CutError
        yield line


def kept(database: Database) -> int:
    """How many members there are."""
    with database.reading() as session:
        return members.count(session)


def test_lines_are_kept_while_the_file_is_still_read(database: Database) -> None:
    """However long the file, no more than a batch or two of it is in memory."""
    held, waiting = [], []

    def watched() -> Iterator[bytes]:
        for number, line in enumerate(stream_of(person(rank) for rank in range(5 * BATCH))):
            if number and number % BATCH == 0:
                held.append(sum(isinstance(each, Line) for each in gc.get_objects()))
                waiting.append(number - kept(database))
            yield line

    assert counts(Import(database, watched())) == f"{5 * BATCH} 0 0 0"
    assert len(held) == 5
    assert max(held) <= 2 * BATCH
    assert max(waiting) <= BATCH


@pytest.mark.parametrize(
    "cut",
    [
        *(1, BATCH, BATCH + 1, 3 * BATCH),
        *(pytest.param(n, marks=pytest.mark.slow) for n in (2, BATCH + 2, 2 * BATCH + 57)),
    ],
)
def test_av5_a_file_cut_in_the_middle_is_run_again(database: Database, cut: int) -> None:
    total = 3 * BATCH - 20
    with pytest.raises(CutError):
        Import(database, cut_after(stream_of(people(total + 100)), cut))
    before = kept(database)
    assert before <= cut - 1
    assert cut - 1 - before <= BATCH + cut // 50 + 1
    again = Import(database, stream_of(people(total)))
    bad = len(range(7, total, 50))
    assert again.counts.created == total - bad - before
    assert again.counts.unchanged == before
    assert again.counts.refused == bad
    assert kept(database) == total - bad


def test_av5_cut_and_repeated_is_the_same_as_run_at_once(database: Database) -> None:
    with pytest.raises(CutError):
        Import(database, cut_after(stream_of(people(450)), 333))
    Import(database, stream_of(people(450)))
    repeated = register_of(database)
    with database.writing() as session:
        for member in session.scalars(select(Member)):
            session.delete(member)
    Import(database, stream_of(people(450)))
    assert register_of(database) == repeated


def test_av5_a_batch_whose_write_fails_leaves_nothing_of_itself(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = register_batch.write, []

    def failing(*arguments: object) -> None:
        real(*arguments)  # type: ignore[arg-type]
        calls.append(1)
        if len(calls) == 2:
            raise CutError

    monkeypatch.setattr(register_batch, "write", failing)
    with pytest.raises(CutError):
        Import(database, stream_of(person(rank) for rank in range(3 * BATCH)))
    assert kept(database) == BATCH
    with database.reading() as session:
        kinds = session.scalars(select(Event.kind)).all()
    assert kinds == ["admin:register:import_begun"], "what was kept has its event"


def test_a_report_of_a_batch_comes_once_it_is_kept(database: Database) -> None:
    lines = list(stream_of(people(2 * BATCH)))
    seen: list[tuple[int, int]] = []
    register.import_file(database, lines, lambda found: seen.append((found.line, kept(database))))
    good = BATCH - len(range(7, BATCH, 50))
    assert {held for line, held in seen if line - 2 < BATCH} == {good}
    assert {held for line, held in seen if line - 2 >= BATCH} == {2 * good}


@pytest.mark.slow
def test_twenty_thousand_lines_in_bounded_memory(database: Database) -> None:
    """Keycloak dies at 16,000 (#34364, #38043)."""

    def peak(count: int) -> int:
        tracemalloc.start()
        kept_back = gc.get_threshold()
        gc.set_threshold(700, 10, 10)  # as in a command: the tests' own wait longer (quick.py)
        try:
            Import(database, stream_of(person(rank) for rank in range(count)))
            return tracemalloc.get_traced_memory()[1]
        finally:
            gc.set_threshold(*kept_back)
            tracemalloc.stop()

    peak(2 * BATCH)  # what is loaded once
    small, large = peak(5 * BATCH), peak(20_000)
    assert kept(database) == 20_000
    assert large < small + 2_000_000
    with database.reading() as session:
        per_state = select(Member.status, func.count()).group_by(Member.status)
        assert [tuple(row) for row in session.execute(per_state)] == [("active", 20_000)]
    assert len(support.rows_of(database)) == 80_000
