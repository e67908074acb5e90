"""Who writes here: a `sub` and the pseudonym it chose, once and for good."""

from enum import Enum, auto

from relying_parties.common import clock
from relying_parties.common.database import Database
from relying_parties.forum.pseudonyms import skeleton

_SCHEMA = """
CREATE TABLE IF NOT EXISTS people (
    sub TEXT PRIMARY KEY,
    pseudonym TEXT NOT NULL,
    skeleton TEXT NOT NULL UNIQUE,
    chosen_at INTEGER NOT NULL
) STRICT;
"""


class Choice(Enum):
    """How the choice of a pseudonym ended."""

    CHOSEN = auto()
    TAKEN = auto()  # by somebody else, or too much like theirs
    ALREADY = auto()  # this person has one


class People:
    """The people of the forum."""

    def __init__(self, database: Database) -> None:
        self._database = database
        database.create(_SCHEMA)

    def pseudonym_of(self, sub: str) -> str | None:
        """The pseudonym of a person, None before the choice."""
        with self._database.reading() as connection:
            query = "SELECT pseudonym FROM people WHERE sub = ?"
            row = connection.execute(query, (sub,)).fetchone()
        return None if row is None else str(row["pseudonym"])

    def choose(self, sub: str, pseudonym: str) -> Choice:
        """Give a normalised pseudonym to a person: of two at once, one has it."""
        with self._database.transaction() as connection:
            row = (sub, pseudonym, skeleton(pseudonym), clock.timestamp())
            query = "INSERT OR IGNORE INTO people VALUES (?, ?, ?, ?)"
            if connection.execute(query, row).rowcount == 1:
                return Choice.CHOSEN
            known = connection.execute("SELECT 1 FROM people WHERE sub = ?", (sub,)).fetchone()
        return Choice.TAKEN if known is None else Choice.ALREADY
