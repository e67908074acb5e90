"""The catalogue of errors in docs/integrate.md names what the code answers, and nothing else."""

import re
from collections.abc import Iterator

from idp.flows.policy import POLICY
from idp.texts import text
from tests.integrate import refusals
from tests.integrate.guide import GUIDE

_NAMES = re.compile(r"`([a-z0-9_]+…?)`")
_CATALOGUE = "## When it does not work"
Row = tuple[str, ...]


def tables() -> list[list[Row]]:
    """The cells of the catalogue's tables, heads and rules left out."""
    part = GUIDE.read_text(encoding="utf-8").partition(_CATALOGUE)[2].partition("\n## ")[0]
    tables = re.findall(r"(?:^\|.*\|\n)+", part, re.MULTILINE)
    cells = [
        [tuple(re.split(r" ?\| ?", row)[1:-1]) for row in each.splitlines()] for each in tables
    ]
    return [rows[2:] for rows in cells]


def _described() -> Iterator[refusals.Refusal]:
    """(error, reason) of the last table; a row without an error belongs to the one above."""
    errors: list[str] = []
    for error, reasons, _ in tables()[2]:
        errors = _NAMES.findall(error) or errors
        yield from ((each, reason) for each in errors for reason in _NAMES.findall(reasons))


def _covers(described: refusals.Refusal, answered: refusals.Refusal) -> bool:
    error, reason = described
    if reason.endswith("…"):
        return error == answered[0] and answered[1].startswith(reason[:-1])
    return described == answered


def test_the_three_tables_are_there() -> None:
    assert [len(rows) > 5 for rows in tables()] == [True] * 3


def test_every_reason_for_a_page_is_told() -> None:
    told = {name for row in tables()[0] for name in _NAMES.findall(row[1].partition(":")[0])}
    assert told == refusals.of_pages()


def test_the_pages_are_named_as_members_read_them() -> None:
    titles = {
        text(f"errors.{key}.title")
        for key in (
            *("unknown_client", "redirect_uri", "authorization", "pushed_request"),
            *("interaction_lost", "too_many"),
        )
    }
    assert {row[0].strip("« »") for row in tables()[0]} == titles


def test_every_error_that_a_site_is_sent_is_told() -> None:
    told = {name for row in tables()[1] for name in _NAMES.findall(row[0])}
    steps = {step.refusal for step in POLICY}
    assert told == refusals.of_answers() | steps | {"access_denied"}


def test_every_refusal_of_a_machine_endpoint_is_told() -> None:
    """The names are those that the log holds, so that who reads one finds the other."""
    answered, described = refusals.of_endpoints(), set(_described())
    assert len(answered) > 60
    missing = [each for each in answered if not any(_covers(row, each) for row in described)]
    assert sorted(missing) == []
    vain = [row for row in described if not any(_covers(row, each) for each in answered)]
    assert sorted(vain) == []
