"""What an SMS costs before it may be queued (LK8, LK9): who may get one, and how many.

Every door that sends SMS calls spend() first, for those whom nobody is as well. What is said in
an SMS is not here (texts/sms.py), nor how it is sent (delivery).
"""

import logging
from datetime import datetime

from sqlalchemy.orm import Session

from idp.accounts import budgets
from idp.accounts.activity import Where
from idp.accounts.phones import takes_sms
from idp.accounts.sign_in import network
from idp.errors import DomainError, TooManyError
from idp.storage import tally
from idp.storage.engine import settings_of

log = logging.getLogger("idp.accounts.sms")
_DAILY = "sms_daily"


class NoSmsError(DomainError):
    """Not the number of a metropolitan mobile: nothing is ever sent to it."""

    reason = "no_sms"
    text_key = "forms.phone_no_sms"


def spend(
    session: Session, number: str, *, person: str, signed: bool, where: Where, decoy: bool = False
) -> None:
    """Take one SMS from every budget that bears on it, or none and raise TooManyError.

    `number` is canonical (+33612345678), NoSmsError if it takes no SMS. `person` is whose number
    it is, or what was typed where nobody is known. `signed`: their right password came before.
    `decoy`: for somebody whom nobody is. It is counted alike, apart from real people's numbers,
    and adds nothing to the count of the day: who only guesses must not use that up for all.
    The error bears the latest instant at which one of the full budgets has room again.
    """
    if not takes_sms(number):
        raise NoSmsError
    kind = "decoy" if decoy else "number"
    taken, full = [], list[TooManyError]()
    for name, value in _counted(kind, number, person, where, signed=signed):
        try:
            taken.append(budgets.take(session, name, value))
        except TooManyError as error:
            full.append(error)
    if not _spend_daily(session, step=0 if full or decoy else 1):
        full.append(TooManyError(_DAILY, tally.tomorrow()))
    if full:
        for each in taken:  # the caller may catch the error and commit
            budgets.give_back(session, each)
        raise max(full, key=lambda error: error.retry_at)


def room_at(session: Session, number: str, *, person: str, where: Where) -> datetime | None:
    """When one more may go there after a right password: None for at once. Takes nothing."""
    counted = _counted("number", number, person, where, signed=True)
    waits = [budgets.room_at(session, name, value) for name, value in counted]
    if tally.is_full(session, _DAILY, limit=settings_of(session).sms_daily_limit):
        waits.append(tally.tomorrow())
    return max((wait for wait in waits if wait is not None), default=None)


def _counted(
    kind: str, number: str, person: str, where: Where, *, signed: bool
) -> tuple[tuple[str, str], ...]:
    """The budgets of one SMS, and whom each counts."""
    return (
        ("sms_number", f"{kind}|{number}"),
        ("sms_signed" if signed else "sms_anonymous", f"{kind}|{number}|{person}"),
        ("sms_ip", network(where)),
    )


def _spend_daily(session: Session, *, step: int) -> bool:
    """The last one of the day raises the alarm: once, for one UPDATE only reaches the limit."""
    limit = settings_of(session).sms_daily_limit
    count = tally.add(session, _DAILY, limit=limit, step=step)
    if count == limit:
        log.error("sms.daily_limit_reached", extra={"limit": limit})
    return count is not None
