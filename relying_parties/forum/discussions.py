"""Topics and posts: what is shown, and the few ways to change it."""

import sqlite3
from dataclasses import dataclass

from relying_parties.common import clock
from relying_parties.common.database import Database
from relying_parties.forum import budget

TOPICS_A_PAGE = 20
POSTS_A_PAGE = 30
_AGAIN_SECONDS = 600  # the same words in the same topic so soon are one click too many
_SCHEMA = """
CREATE TABLE IF NOT EXISTS topics (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    title TEXT NOT NULL,
    last_post_at INTEGER NOT NULL,
    locked_by TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS topics_by_last_post ON topics (last_post_at, id);
CREATE TABLE IF NOT EXISTS posts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    topic_id INTEGER NOT NULL REFERENCES topics (id),
    sub TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    opening INTEGER NOT NULL,
    hidden_by TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS posts_by_topic ON posts (topic_id, id);
CREATE INDEX IF NOT EXISTS posts_by_sub ON posts (sub, id);
"""
# whoever hides the opening post hides the title with it
_TOPICS = """
SELECT topics.id, title, last_post_at, locked_by IS NOT NULL AS locked, pseudonym,
    hidden_by IS NOT NULL AS hidden,
    (SELECT count(*) - 1 FROM posts AS every WHERE every.topic_id = topics.id) AS answers
FROM topics
JOIN posts ON posts.topic_id = topics.id AND posts.opening = 1
JOIN people ON people.sub = posts.sub
"""
_POSTS = """
SELECT posts.id, body, created_at, pseudonym, hidden_by IS NOT NULL AS hidden
FROM posts JOIN people ON people.sub = posts.sub
WHERE topic_id = ? ORDER BY posts.id LIMIT ? OFFSET ?
"""


class LockedError(Exception):
    """The topic takes no answer: it was locked, or there is no such topic."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic as it is listed; times in epoch seconds."""

    id: int
    title: str
    last_post_at: int
    locked: bool
    pseudonym: str
    hidden: bool
    answers: int


@dataclass(frozen=True, slots=True)
class Post:
    """One post; the first of its topic opens it."""

    id: int
    body: str
    created_at: int
    pseudonym: str
    hidden: bool


class Discussions:
    """The topics and posts of the forum."""

    def __init__(self, database: Database) -> None:
        self._database = database
        database.create(_SCHEMA)

    def topics(self, page: int) -> list[Topic]:
        """A page of topics, the one that was last written to first; pages count from 1."""
        query = _TOPICS + "ORDER BY last_post_at DESC, topics.id DESC LIMIT ? OFFSET ?"
        values = (TOPICS_A_PAGE, (page - 1) * TOPICS_A_PAGE)
        with self._database.reading() as connection:
            return [_topic(row) for row in connection.execute(query, values)]

    def topic(self, topic_id: int) -> Topic | None:
        """One topic, or None."""
        with self._database.reading() as connection:
            row = connection.execute(_TOPICS + "WHERE topics.id = ?", (topic_id,)).fetchone()
        return None if row is None else _topic(row)

    def posts(self, topic_id: int, page: int) -> list[Post]:
        """A page of posts, oldest first; pages count from 1."""
        values = (topic_id, POSTS_A_PAGE, (page - 1) * POSTS_A_PAGE)
        with self._database.reading() as connection:
            return [_post(row) for row in connection.execute(_POSTS, values)]

    def open_topic(self, sub: str, title: str, body: str) -> int:
        """Begin a topic; its id. Raises BudgetSpentError."""
        with self._database.transaction() as connection:
            budget.check(connection, sub)
            query = "INSERT INTO topics (title, last_post_at) VALUES (?, ?) RETURNING id"
            (topic_id,) = connection.execute(query, (title, clock.timestamp())).fetchone()
            _add_post(connection, topic_id, sub, body, opening=True)
        return int(topic_id)

    def answer(self, topic_id: int, sub: str, body: str) -> int:
        """Add a post; its id. Raises LockedError, BudgetSpentError."""
        now = clock.timestamp()
        with self._database.transaction() as connection:
            if (same := _just_written(connection, topic_id, sub, body)) is not None:
                return same
            budget.check(connection, sub)
            query = "UPDATE topics SET last_post_at = ? WHERE id = ? AND locked_by IS NULL"
            if connection.execute(query, (now, topic_id)).rowcount != 1:
                raise LockedError
            return _add_post(connection, topic_id, sub, body, opening=False)

    def last_page(self, topic: Topic) -> int:
        """The number of the page with the newest post."""
        return topic.answers // POSTS_A_PAGE + 1

    def hide(self, post_id: int, by: str | None) -> tuple[int, int] | None:
        """Hide a post, or show it again (`by` None); its topic and page, None for no such post."""
        with self._database.transaction() as connection:
            query = "UPDATE posts SET hidden_by = ? WHERE id = ? RETURNING topic_id"
            row = connection.execute(query, (by, post_id)).fetchone()
            if row is None:
                return None
            query = "SELECT count(*) FROM posts WHERE topic_id = ? AND id < ?"
            (before,) = connection.execute(query, (row["topic_id"], post_id)).fetchone()
        return row["topic_id"], before // POSTS_A_PAGE + 1

    def lock(self, topic_id: int, by: str | None) -> bool:
        """Lock a topic, or open it again (`by` None); False where there is no such topic."""
        with self._database.transaction() as connection:
            query = "UPDATE topics SET locked_by = ? WHERE id = ?"
            return connection.execute(query, (by, topic_id)).rowcount == 1


def _add_post(
    connection: sqlite3.Connection, topic_id: int, sub: str, body: str, *, opening: bool
) -> int:
    query = """
        INSERT INTO posts (topic_id, sub, body, created_at, opening)
        VALUES (?, ?, ?, ?, ?) RETURNING id
    """
    row = (topic_id, sub, body, clock.timestamp(), int(opening))
    (post_id,) = connection.execute(query, row).fetchone()
    return int(post_id)


def _just_written(connection: sqlite3.Connection, topic_id: int, sub: str, body: str) -> int | None:
    """The person's newest post there, where it says the same: the form was sent twice."""
    query = "SELECT id, body, created_at FROM posts WHERE topic_id = ? AND sub = ? ORDER BY id DESC"
    row = connection.execute(query, (topic_id, sub)).fetchone()
    if row is None or row["body"] != body:
        return None
    return None if clock.timestamp() - row["created_at"] > _AGAIN_SECONDS else int(row["id"])


def _topic(row: sqlite3.Row) -> Topic:
    values = dict(row)
    return Topic(**values | {name: bool(values[name]) for name in ("locked", "hidden")})


def _post(row: sqlite3.Row) -> Post:
    values = dict(row)
    return Post(**values | {"hidden": bool(values["hidden"])})
