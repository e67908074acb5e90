"""The password door: claim a try, verify, settle. Every door shares it (LK2).

Three parts, because Argon2 must not run inside a transaction: claim() counts the try before
anything is evaluated, the caller verifies with one Argon2 verification whoever it is, settle()
says what came of it. Unknown, disabled and unusable ones take the same path at the same cost.
The door of the NIR is in legacy_door.py; what a try counts, and a wrong one does, is here for both.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from ipaddress import ip_network

from sqlalchemy import update
from sqlalchemy.orm import Session

from idp import clock
from idp.accounts import budgets, devices, identifiers, identities, lockout
from idp.accounts.activity import Kind, Where, record
from idp.accounts.lifetimes import WRONG_PASSWORDS
from idp.accounts.states import RULES, State
from idp.delivery import outbox
from idp.models import Device, Identity
from idp.storage.limits import Taken


class Outcome(StrEnum):
    """What a person may be told of their try."""

    RIGHT = "right"
    WRONG = "wrong"


@dataclass(frozen=True)
class Blocked:
    """Three wrong passwords in a row, by anyone, for anyone; `until` is aware UTC."""

    until: datetime


@dataclass(frozen=True)
class Ticket:
    """One claimed try. `stored` is what the password is verified against, None for nobody."""

    email: str
    identity: Identity | None
    device: Device | None
    claim: lockout.Claim
    taken: Taken | None
    where: Where

    @property
    def stored(self) -> str | None:
        """The verifier on file."""
        return self.identity.password_hash if self.identity else None


def claim(session: Session, email: str, device_token: str | None, where: Where) -> Ticket | Blocked:
    """Count one try for a canonical address; TooManyError when the network is over budget.

    Blocked is an answer, not an error: the try stays counted against the network.
    """
    query = identities.at_door(identifiers.email_indexes(session, email)).add_columns(Device)
    mine = (Device.identity_id == Identity.id) & devices.live(device_token)
    row = session.execute(query.outerjoin(Device, mine)).first()
    identity, device = row if row else (None, None)
    key = lockout.key_for_email(session, email)
    claimed = lockout.claim(session, key)
    if claimed is None and device is not None:
        # the block is for strangers: the owner's own browser is still heard, three tries (R4)
        claimed = lockout.claim(session, lockout.key_for_device(session, device.id))
    # last, as in settle(): both rows are always locked in this order; over budget, all is undone.
    # Not from a trusted device: neighbours on its network must not lock its owner out (R4, D10)
    taken = None
    if device is None:
        taken = budgets.take(session, "sign_in_failures_ip", network(where))
    if claimed is None:
        return Blocked(lockout.blocked_until(session, key) or clock.now())
    return Ticket(email, identity, device, claimed, taken, where)


def settle(session: Session, ticket: Ticket, right: bool) -> Outcome:
    """Say what the verified try was worth; a wrong one stays counted.

    A sign-up that is not activated opens nothing, and the right password says nothing of it: who
    signed up somebody else's address would else learn here whether it was taken (A8). That of an
    invited person opens the page of the code, and nothing more (B3).
    """
    identity = ticket.identity
    if (
        right
        and identity is not None
        and RULES[State(identity.state)].takes_password
        and lockout.clear_if_current(session, ticket.claim.key, identity)
    ):
        give_back(session, ticket.taken)
        return Outcome.RIGHT
    signs_in = identity is not None and RULES[State(identity.state)].signs_in
    wrong(session, ticket.claim, identity, ticket.email if signs_in else None, ticket.where)
    return Outcome.WRONG


def abandon(session: Session, ticket: Ticket) -> None:
    """The try came to nothing by our fault, or by a page that is over: it is not counted."""
    lockout.give_back(session, ticket.claim)
    give_back(session, ticket.taken)


def keep_rehash(session: Session, identity: Identity, new: str) -> None:
    """Keep a hash made at today's cost, if the password is still the one verified (PW2)."""
    session.execute(
        update(Identity)
        .where(Identity.id == identity.id, Identity.password_hash == identity.password_hash)
        .values(password_hash=new)
    )


def wrong(
    session: Session,
    claim: lockout.Claim,
    identity: Identity | None,
    told: str | None,
    where: Where,
) -> None:
    """Record a wrong try; the third in a row is told to the address `told`, if there is one."""
    identity_id = identity.id if identity else None
    record(session, Kind.PASSWORD_WRONG, identity_id=identity_id, where=where)
    if claim.failures < WRONG_PASSWORDS:
        return
    record(session, Kind.BLOCKED, identity_id=identity_id, where=where)
    # one notice a block; an identifier nobody owns costs the same row (EN2)
    if told is not None:
        outbox.queue_mail(session, "blocked", told, until=claim.blocked_until)
    else:
        outbox.queue_nothing(session)


def give_back(session: Session, taken: Taken | None) -> None:
    """What was taken of the network's budget, if anything was."""
    if taken is not None:
        budgets.give_back(session, taken)


def network(where: Where) -> str:
    """Whom a budget of the network counts: IPv4 as it is, IPv6 by /64.

    One subscriber holds at least a /64 (LK4).
    """
    address = where.address or "unknown"
    return str(ip_network(f"{address}/64", strict=False)) if ":" in address else address
