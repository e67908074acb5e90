"""How long each entry page takes for whom it knows and whom it does not: samples, in turn.

Each variant is one form, sent again and again by a browser of its own; before each, the database
is put back to what it was. Only the answer to the POST is timed.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from statistics import median

from flask import Flask

from idp.storage.engine import Database
from tests.member import Member

SAMPLES = 200


@dataclass(frozen=True)
class Sent:
    """One form, as it is sent."""

    browser: Member
    address: str
    fields: dict[str, str]


Make = Callable[[Flask], dict[str, Sent]]
Taken = dict[str, list[tuple[float, float]]]  # seconds spent, and seconds not waited


@dataclass(frozen=True)
class Row:
    """Medians, in milliseconds, of each variant of a page."""

    page: str
    medians: dict[str, float]

    @property
    def ratio(self) -> float:
        """Of the slowest to the quickest."""
        return max(self.medians.values()) / min(self.medians.values())

    def __str__(self) -> str:
        told = "  ".join(f"{name:>18} {ms:7.1f}" for name, ms in self.medians.items())
        return f"{self.page:<26}{self.ratio:6.3f}{told}"


def form(browser: Member, button: str, **fields: str) -> Sent:
    """The form in front of a browser, filled in and not sent."""
    found = next(form for form in browser.forms if button in form.button)
    unknown = set(fields) - set(found.names)
    assert not unknown, f"{unknown} not on the page {browser.address}: {found.names}"
    return Sent(browser, found.action or browser.address, {**found.values, **fields})


def rows(app: Flask, page: str, make: Make, *, late: list[float]) -> list[Row]:
    """The page's row; another with what it would have waited, which `late` holds, and did not.

    What `make` prepares is gone afterwards.
    """
    store: Database = app.extensions["idp"].database
    with _put_back(store):
        taken = _taken(store, make(app), late)
    made = [Row(page, {name: 1000 * median(s for s, _w in taken[name]) for name in taken})]
    if any(waited for each in taken.values() for _s, waited in each):
        floored = {name: 1000 * median(s + w for s, w in taken[name]) for name in taken}
        made.append(Row(f"{page}, its floor", floored))
    return made


def _taken(store: Database, variants: dict[str, Sent], late: list[float]) -> Taken:
    taken: Taken = {name: [] for name in variants}
    with _put_back(store) as put_back:
        for number in range(SAMPLES + 2):  # the first two compile statements and pages
            for name in sorted(variants, reverse=number % 2 == 1):
                put_back()
                late.clear()
                spent = _send(variants[name])
                if number >= 2:
                    taken[name].append((spent, sum(late)))
    return taken


def _send(sent: Sent) -> float:
    begun = time.perf_counter()
    page = sent.browser.client.post(sent.address, data=sent.fields)
    spent = time.perf_counter() - begun
    assert page.status_code in (200, 302, 303, 400, 403), page.get_data(as_text=True)
    assert page.status_code != 400 or "jeton" not in page.get_data(as_text=True)
    return spent


@contextmanager
def _put_back(store: Database) -> Iterator[Callable[[], None]]:
    """What puts all rows back to what they were."""
    name = str(store.engine.url.database)
    with closing(sqlite3.connect(":memory:")) as kept, closing(sqlite3.connect(name)) as file:
        file.execute("PRAGMA synchronous = OFF")
        file.backup(kept)
        yield lambda: kept.backup(file)
        kept.backup(file)


def table(rows: list[Row]) -> list[str]:
    """What is printed."""
    head = f"{'page':<26}{'ratio':>6}  medians in ms, of {SAMPLES} samples each, in turn"
    return [head, *map(str, rows)]
