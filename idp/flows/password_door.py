"""One try of an e-mail and a password, for every page that asks for the two (LK2).

Claim, verify once outside any transaction, settle: what a try is worth is in accounts/sign_in.py.
"""

from collections.abc import Callable
from contextlib import suppress

from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from idp import clock
from idp.accounts import sign_in
from idp.accounts.assurance import ProofKind
from idp.accounts.sessions import Made
from idp.accounts.sign_in import Blocked, Outcome, Ticket
from idp.errors import BusyError
from idp.flows import dispatch, temporary_door
from idp.flows.cookies import browser
from idp.flows.runtime import runtime

OnRight = Callable[[Session, str, list[Made]], ResponseReturnValue]


def knock(email: str, password: str, on_right: OnRight) -> ResponseReturnValue | Blocked | None:
    """What `on_right` answers for a right password; Blocked; or None for every kind of wrong.

    `on_right` gets the transaction of the settlement, the identity's id and what was proved. A
    temporary password is heard first, block or not, and leads to its page whichever this is (D5).
    """
    here, recovering = runtime(), temporary_door.knock("email", email, password)
    if recovering is not None:
        return recovering
    with here.database.writing() as session:
        ticket = sign_in.claim(session, email, browser().device, dispatch.here())
    if isinstance(ticket, Blocked):
        return ticket
    right = _verified(ticket, password)
    renewed = _rehashed(ticket, password) if right else None
    try:
        return _settle(ticket, right, renewed, on_right)
    except Exception:
        if right:  # its settlement is undone, and a right password must not count as wrong
            _abandon(ticket)
        raise


def _verified(ticket: Ticket, password: str) -> bool:
    """One verification. BusyError when the queue is full: the try is then given back (AV1)."""
    here = runtime()
    try:
        return here.hasher.verify(ticket.stored, password)
    except BusyError:
        _abandon(ticket)
        raise


def _abandon(ticket: Ticket) -> None:
    with runtime().database.writing() as session:
        sign_in.abandon(session, ticket)


def _settle(
    ticket: Ticket, right: bool, renewed: str | None, on_right: OnRight
) -> ResponseReturnValue | None:
    with runtime().database.writing() as session:
        outcome = sign_in.settle(session, ticket, right)
        if outcome is not Outcome.RIGHT or ticket.identity is None:
            return None
        if renewed:
            sign_in.keep_rehash(session, ticket.identity, renewed)
        known = session.merge(ticket.identity, load=False)  # as just read: nobody asks again
        return on_right(session, known.id, _proved(ticket))


def _proved(ticket: Ticket) -> list[Made]:
    now = clock.now()
    made = [Made(ProofKind.PASSWORD, now)]
    if ticket.device is not None:
        made.append(Made(ProofKind.TRUSTED_DEVICE, now, ticket.device.id))
    return made


def _rehashed(ticket: Ticket, password: str) -> str | None:
    hasher = runtime().hasher
    if ticket.stored and hasher.outdated(ticket.stored):
        with suppress(BusyError):  # the next sign-in will do it
            return hasher.hash(password)
    return None
