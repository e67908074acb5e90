"""How many of what: the gauges that /metrics tells. Numbers of rows, and nothing of any person."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from idp import clock
from idp.accounts import legacy_wrap
from idp.accounts.members import Access, access_now
from idp.accounts.states import State
from idp.delivery.outbox import CHANNELS
from idp.models import Identity, Member, Migration, Outgoing, Recovery
from idp.storage import purge

OVERDUE_MOST = 1000


@dataclass(frozen=True)
class Gauge:
    """One figure, or one by each value of a label; `samples` has the key "" where there is none."""

    name: str
    meaning: str
    samples: Mapping[str, float]
    label: str = ""


def gauges(session: Session) -> list[Gauge]:
    """All of them, as they stand in this transaction."""
    return [*_people(session), *_under_way(session), *_messages(session), _overdue(session)]


def _people(session: Session) -> list[Gauge]:
    by_access = select(access_now, func.count()).select_from(Member).group_by(access_now)
    by_state = select(Identity.state, func.count()).group_by(Identity.state)
    return [
        Gauge(
            "members",
            "Members of the register by what their access is worth.",
            _each(Access, _counted(session, by_access)),
            "access",
        ),
        Gauge(
            "identities",
            "Identities by state.",
            _each(State, _counted(session, by_state)),
            "state",
        ),
        Gauge(
            "legacy_verifiers_waiting",
            "Old password verifiers that the worker has not looked at yet.",
            _one(legacy_wrap.waiting(session)),
        ),
    ]


def _under_way(session: Session) -> list[Gauge]:
    now = clock.now()
    migrations = select(func.count()).where(
        Migration.done_at.is_(None), Migration.ended_at.is_(None), Migration.expires_at > now
    )
    recoveries = select(func.count()).where(Recovery.ended_at.is_(None), Recovery.expires_at > now)
    return [
        Gauge(
            "migrations_under_way",
            "Members on the way from their NIR to an e-mail.",
            _one(session.scalar(migrations)),
        ),
        Gauge(
            "recoveries_under_way",
            "Requests to unblock or to choose a new password, those of unknown people included.",
            _one(session.scalar(recoveries)),
        ),
    ]


def _messages(session: Session) -> list[Gauge]:
    now = clock.now()
    waiting = (
        select(Outgoing.channel, func.count(), func.min(Outgoing.created_at))
        .where(Outgoing.next_attempt_at.is_not(None))
        .group_by(Outgoing.channel)
    )
    counts, ages = {}, {}
    for channel, number, oldest in session.execute(waiting):
        counts[channel], ages[channel] = number, max(0.0, (now - oldest).total_seconds())
    return [
        Gauge(
            "outbox_waiting",
            "Messages that wait to be sent, or to be tried again.",
            _each(CHANNELS, counts),
            "channel",
        ),
        Gauge(
            "outbox_oldest_seconds",
            "Age of the message that has waited longest; 0 when none waits.",
            _each(CHANNELS, ages),
            "channel",
        ),
    ]


def _overdue(session: Session) -> Gauge:
    return Gauge(
        "rows_past_expiry",
        f"Rows that the next `db purge` takes, counted up to {OVERDUE_MOST} a table.",
        purge.overdue(session, OVERDUE_MOST),
        "table",
    )


def _counted(session: Session, query: Select[str, int]) -> dict[str, float]:
    return dict(session.execute(query).all())


def _each(names: Iterable[str], found: Mapping[str, float]) -> dict[str, float]:
    """A figure that is nought is told too: what is missing cannot be watched."""
    return {str(name): found.get(str(name), 0) for name in names}


def _one(found: float | None) -> dict[str, float]:
    return {"": found or 0}
