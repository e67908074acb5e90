"""Counting what is limited by the day and in large numbers: one row a day (UTC), one UPDATE.

Coarser than limits.py, whose row remembers every instant: thousands would not fit there.
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from idp import clock
from idp.models import Budget
from idp.storage.claims import changed
from idp.storage.engine import keys_of
from idp.storage.upsert import insert_into


def add(session: Session, name: str, *, limit: int, step: int = 1) -> int | None:
    """Today's count of `name` after adding `step` (0 or 1) to it; None when it is at its limit."""
    count = _claim(session, name, limit, step)
    if count is None:  # at the limit, or the first of the day
        _begin(session, name)
        count = _claim(session, name, limit, step)
    return count


def is_full(session: Session, name: str, *, limit: int) -> bool:
    """Whether today's count of `name` is at its limit. Counts nothing."""
    count = session.scalar(select(Budget.version).where(*_today(session, name)))
    return (count or 0) >= limit


def tomorrow() -> datetime:
    """When the next count begins (aware UTC)."""
    today = clock.now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return today + timedelta(days=1)


def _claim(session: Session, name: str, limit: int, step: int) -> int | None:
    claim = (
        update(Budget)
        .where(*_today(session, name), Budget.version < limit)
        .values(version=Budget.version + step)
        .returning(Budget.version)
    )
    return session.scalar(claim, execution_options={"synchronize_session": False})


def _begin(session: Session, name: str) -> None:
    row = insert_into(session, Budget).values(
        name=name,
        key=_key(session, name),
        taken={"at": []},
        version=0,
        expires_at=tomorrow() + timedelta(hours=1),  # a node whose clock is late still needs it
    )
    changed(session, row.on_conflict_do_nothing())


def _today(session: Session, name: str) -> tuple[ColumnElement[bool], ...]:
    return Budget.name == name, Budget.key == _key(session, name)


def _key(session: Session, name: str) -> str:
    return keys_of(session).digest("pii", f"budget.{name}", f"{tomorrow():%Y-%m-%d}")
