"""What the commands that import a file share: the report of its lines, and long lists."""

import csv
import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import click

from idp.accounts.register_findings import Finding, Outcome

Note = Callable[[Finding], None]

to_report = click.option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write line, outcome, field and reason of each remark to this CSV (0600), never a value.",
)
dry_run = click.option("--dry-run", is_flag=True, help="Say what would happen and change nothing.")


@contextmanager
def reporting(
    path: Path | None, file: BinaryIO, *more: str, loud: Callable[[Finding], bool] | None = None
) -> Iterator[Note]:
    """Where remarks go: a CSV file; or stderr, refusals and those that are `loud` only.

    `more` names further attributes of a finding, a column each. UsageError when the report would
    overwrite `file`.
    """
    if path is None:
        yield lambda found: _complain(found, more, loud)
        return
    if _is_same(file, path):
        raise click.UsageError("The report would overwrite the file.")
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="ascii", newline="") as report:
        writer = csv.writer(report)
        writer.writerow(("line", "outcome", "field", "reason", *more))
        yield lambda found: writer.writerow(_cells(found, more))


def print_all(found: Iterable[dict[str, Any]], as_json: bool) -> None:
    """One line each, printed as it is read: there may be millions."""
    separator = "["
    for shown in found:
        if as_json:
            click.echo(separator + json.dumps(shown, ensure_ascii=False), nl=False)
            separator = ",\n "
        else:
            click.echo("\t".join(value or "-" for value in shown.values()))
    if as_json:
        click.echo("[]" if separator == "[" else "]")


def _is_same(file: BinaryIO, report: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), report.stat())
    except OSError:  # there is no report yet, or no real file behind the input
        return False


def _cells(found: Finding, more: Iterable[str]) -> list[object]:
    said = [found.line, found.outcome.value, found.field, found.reason.value]
    return [*said, *(getattr(found, name, "") for name in more)]


def _complain(found: Finding, more: Iterable[str], loud: Callable[[Finding], bool] | None) -> None:
    if found.outcome is Outcome.REFUSED or (loud is not None and loud(found)):
        line, _outcome, field, *said = _cells(found, more)
        words = " ".join(str(each) for each in said if each)
        click.echo(f"line {line}: {field}: {words}", err=True)
