"""One try of a NIR and the old password: never answered sooner than a fixed floor (EN2).

Claim, verify once outside any transaction, settle: what a try is worth is in
accounts/legacy_door.py. The formats of the old passwords cost more or less; the floor is above.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from idp.accounts import legacy, legacy_door
from idp.accounts.legacy_door import Outcome, Ticket
from idp.accounts.nir import Nir
from idp.accounts.sign_in import Blocked
from idp.errors import BusyError, TooManyError
from idp.flows import dispatch, temporary_door
from idp.flows.runtime import runtime

log = logging.getLogger("idp.pages")
_LOOKS = 2  # at what an import or the worker has changed meanwhile
# of the threads of the web process (cli/serve.py), how many may wait here; the others serve on
_seats = threading.BoundedSemaphore(10)
wait: Callable[[float], None] = time.sleep

OnRight = Callable[[Session, str], ResponseReturnValue]
OnClosed = Callable[[], ResponseReturnValue]


def knock(
    nir: Nir, password: str, on_right: OnRight, on_closed: OnClosed
) -> ResponseReturnValue | Blocked | None:
    """What `on_right` or `on_closed` answers; Blocked; or None for every kind of wrong.

    `on_right` gets the transaction of the settlement and the member's id.
    """
    with _seat(), _floor():
        recovering = temporary_door.knock("nir", nir.number, password)
        if recovering is not None:
            return recovering
        for _ in range(_LOOKS):
            answer = _once(nir, password, on_right, on_closed)
            if answer is not Outcome.CHANGED:
                return answer
        raise BusyError("changed twice")


@contextmanager
def _seat() -> Iterator[None]:
    """BusyError when too many wait here already: nothing is counted then (AV1)."""
    if not _seats.acquire(blocking=False):
        raise BusyError("nir door")
    try:
        yield
    finally:
        _seats.release()


@contextmanager
def _floor() -> Iterator[None]:
    """Wait at the end, if need be; no transaction is open by then. An error waits as well.

    But not a budget's: it is the network's and tells of nobody, and who is refused holds no thread.
    """
    least, begun = runtime().settings.legacy_floor, time.monotonic()
    try:
        yield
    except TooManyError:
        least = 0.0
        raise
    finally:
        left = begun + least - time.monotonic()
        if left > 0:
            wait(left)
        elif least:
            log.warning("legacy.floor_passed", extra={"late": round(-left, 3)})


def _once(
    nir: Nir, password: str, on_right: OnRight, on_closed: OnClosed
) -> ResponseReturnValue | Blocked | Outcome | None:
    here = runtime()
    with here.database.writing() as session:
        ticket = legacy_door.claim(session, nir, dispatch.here())
    if isinstance(ticket, Blocked):
        return ticket
    right = False
    try:
        right = legacy.verify(here.hasher, ticket.verifier, password)
        with here.database.writing() as session:
            outcome = legacy_door.settle(session, ticket, right)
            if outcome is Outcome.RIGHT and ticket.member is not None:
                return on_right(session, ticket.member.id)
    except Exception as error:
        # nothing was evaluated, or its settlement is undone: neither may count as wrong
        if right or isinstance(error, BusyError):
            _abandon(ticket)
        raise
    if outcome is Outcome.CLOSED:
        return on_closed()
    return outcome if outcome is Outcome.CHANGED else None


def _abandon(ticket: Ticket) -> None:
    with runtime().database.writing() as session:
        legacy_door.abandon(session, ticket)
