"""Counting what is limited: exactly `n` in any stretch of a period, over all nodes.

One row a budget and key keeps the instants (milliseconds) at which something was taken. A taker
reads the row and writes it back only where its version is still the one read, so of two at once
one wins and the other looks again: a claim, never read-then-write.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from idp import clock
from idp.models import Budget
from idp.storage.claims import changed
from idp.storage.engine import keys_of
from idp.storage.upsert import insert_into

_ROUNDS = 50
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True)
class Window:
    """At most `limit` in any stretch of `period`."""

    limit: int
    period: timedelta


@dataclass(frozen=True)
class Taken:
    """What was taken; hand it to give_back() if it turns out not to count."""

    name: str
    key: str
    stamp: int
    stamps: tuple[int, ...]
    version: int


class ExhaustedError(Exception):
    """No room left; `retry_at` (aware UTC) is when the next taking can succeed."""

    def __init__(self, name: str, retry_at: datetime) -> None:
        super().__init__(name)
        self.name = name
        self.retry_at = retry_at


def take(session: Session, name: str, value: str, windows: Sequence[Window]) -> Taken:
    """Take one of budget `name` for `value` (kept as a keyed digest), or raise ExhaustedError."""
    key = keys_of(session).digest("pii", f"budget.{name}", value)
    stamp = _milliseconds(clock.now())
    for _ in range(_ROUNDS):
        stamps, version = _read(session, name, key, windows, stamp)
        _refuse_when_full(name, stamps, windows, stamp)
        taken = Taken(name, key, stamp, (*stamps, stamp), version + 1)
        if _write(session, taken, windows):
            return taken
    raise ExhaustedError(name, clock.now() + timedelta(seconds=1))


def give_back(session: Session, taken: Taken, windows: Sequence[Window]) -> None:
    """Undo one taking: it was not of the kind that counts."""
    for _ in range(_ROUNDS):
        left = list(taken.stamps)
        if taken.stamp not in left:
            return
        left.remove(taken.stamp)
        undone = Taken(taken.name, taken.key, taken.stamp, tuple(left), taken.version + 1)
        if _write(session, undone, windows):
            return
        stamps, version = _read(session, taken.name, taken.key, windows, taken.stamp)
        taken = Taken(taken.name, taken.key, taken.stamp, stamps, version)


def room_at(session: Session, name: str, value: str, windows: Sequence[Window]) -> datetime | None:
    """When `value` may take again: None for at once. Takes nothing."""
    key = keys_of(session).digest("pii", f"budget.{name}", value)
    stamp = _milliseconds(clock.now())
    stamps, _version = _read(session, name, key, windows, stamp)
    try:
        _refuse_when_full(name, stamps, windows, stamp)
    except ExhaustedError as full:
        return full.retry_at
    return None


def _read(
    session: Session, name: str, key: str, windows: Sequence[Window], stamp: int
) -> tuple[tuple[int, ...], int]:
    row = session.execute(
        select(Budget.taken, Budget.version).where(Budget.name == name, Budget.key == key)
    ).one_or_none()
    if row is None:
        return (), 0
    oldest = stamp - _length(max(window.period for window in windows))
    return tuple(at for at in row.taken["at"] if at > oldest), row.version


def _refuse_when_full(
    name: str, stamps: tuple[int, ...], windows: Sequence[Window], stamp: int
) -> None:
    waits = []
    for window in windows:
        recent = sorted(at for at in stamps if at > stamp - _length(window.period))
        if len(recent) >= window.limit:
            waits.append(recent[-window.limit] + _length(window.period))
    if waits:
        raise ExhaustedError(name, _EPOCH + max(waits) * _MILLISECOND)


def _write(session: Session, taken: Taken, windows: Sequence[Window]) -> bool:
    longest = max(window.period for window in windows)
    values = {
        "taken": {"at": list(taken.stamps)},
        "version": taken.version,
        "expires_at": clock.now() + longest,
    }
    if taken.version == 1:
        added = insert_into(session, Budget).values(name=taken.name, key=taken.key, **values)
        return changed(session, added.on_conflict_do_nothing()) == 1
    moved = (
        update(Budget)
        .where(
            Budget.name == taken.name,
            Budget.key == taken.key,
            Budget.version == taken.version - 1,
        )
        .values(**values)
    )
    return changed(session, moved) == 1


def _milliseconds(at: datetime) -> int:
    return (at - _EPOCH) // _MILLISECOND  # exact: a float would lose one now and then


def _length(period: timedelta) -> int:
    return period // _MILLISECOND
