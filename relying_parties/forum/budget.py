"""How much one person may write: counted in the transaction that writes."""

import sqlite3
from datetime import timedelta

from relying_parties.common import clock

LIMITS = ((5, timedelta(minutes=10)), (40, timedelta(hours=24)))


class BudgetSpentError(Exception):
    """This person wrote a lot; `wait` is how many seconds until the next post is taken."""

    def __init__(self, wait: int) -> None:
        super().__init__(f"{wait} seconds to wait")
        self.wait = wait


def check(connection: sqlite3.Connection, sub: str) -> None:
    """Raise BudgetSpentError where one more post would be too many."""
    now = clock.timestamp()
    for most, period in LIMITS:
        # the most-th newest must have left the window
        query = "SELECT created_at FROM posts WHERE sub = ? ORDER BY id DESC LIMIT 1 OFFSET ?"
        row = connection.execute(query, (sub, most - 1)).fetchone()
        free_at = 0 if row is None else row["created_at"] + int(period.total_seconds())
        if free_at > now:
            raise BudgetSpentError(free_at - now)
