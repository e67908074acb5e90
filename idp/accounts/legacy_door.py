"""The door of the NIR: claim a try, verify, settle; as the e-mail's, and on the same counters (C1).

The old password opens nothing here but the way to an e-mail identity. Whoever has none (attached,
never created, unknown) takes the same path at the same cost: their password is nobody's.
"""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from idp import clock
from idp.accounts import budgets, identifiers, legacy, lockout, sign_in
from idp.accounts.activity import Where
from idp.accounts.channels import ChannelKind, open_channel
from idp.accounts.members import Status
from idp.accounts.nir import Nir, nir_indexes
from idp.accounts.reach import on_file
from idp.accounts.sign_in import Blocked, network
from idp.accounts.states import RULES, State
from idp.models import Identity, Lockout, Member
from idp.storage.limits import Taken


class Outcome(StrEnum):
    """What a person may be told of their try."""

    RIGHT = "right"
    CLOSED = "closed"  # right, but the member has left or died
    WRONG = "wrong"
    CHANGED = "changed"  # what was verified is not on file any more: to be looked at again


@dataclass(frozen=True, repr=False)
class Ticket:
    """One claimed try. `verifier` is what the password is verified against, None for nobody."""

    member: Member | None
    identity: Identity | None
    verifier: str | None
    claim: lockout.Claim
    taken: Taken
    where: Where


def claim(session: Session, nir: Nir, where: Where) -> Ticket | Blocked:
    """Count one try; TooManyError when the network is over budget. As sign_in.claim() does.

    One counter for the NIR and the e-mail of one person (D1): that of the e-mail, if there is one.
    """
    query = select(Member, Identity).outerjoin(Identity, Identity.id == Member.identity_id)
    row = session.execute(query.where(Member.nir_index.in_(nir_indexes(session, nir)))).first()
    member, identity = row if row else (None, None)
    key = _counter(session, nir, identity)
    claimed = lockout.claim(session, key)
    taken = budgets.take(session, "sign_in_failures_ip", network(where))
    if claimed is None:
        return Blocked(lockout.blocked_until(session, key) or clock.now())
    return Ticket(member, identity, _verifier(session, member), claimed, taken, where)


def settle(session: Session, ticket: Ticket, right: bool) -> Outcome:
    """Say what the verified try was worth; a wrong one stays counted."""
    member = ticket.member
    if not right or member is None:
        sign_in.wrong(session, ticket.claim, ticket.identity, _told(session, ticket), ticket.where)
        return Outcome.WRONG
    # the counter before the member, as the end of a migration and a recovery do: no deadlock
    counter = select(Lockout.key).where(Lockout.key == ticket.claim.key)
    session.execute(counter.with_for_update())
    still = select(Member.id).where(
        Member.id == member.id,
        Member.status == member.status,
        Member.identity_id.is_(None),
        Member.legacy_sealed == member.legacy_sealed,
    )
    current = still.with_for_update(key_share=True)
    if not lockout.clear_while(session, ticket.claim.key, member.id, current):
        abandon(session, ticket)
        return Outcome.CHANGED
    sign_in.give_back(session, ticket.taken)
    return Outcome.RIGHT if member.status == Status.ACTIVE.value else Outcome.CLOSED


def abandon(session: Session, ticket: Ticket) -> None:
    """The try came to nothing by our fault: it is not counted."""
    lockout.give_back(session, ticket.claim)
    sign_in.give_back(session, ticket.taken)


def _counter(session: Session, nir: Nir, identity: Identity | None) -> str:
    if identity is None:
        return lockout.key_for_nir(session, nir)
    email = identifiers.open_email(session, identity.email_sealed)
    return lockout.key_for_email(session, email)


def _verifier(session: Session, member: Member | None) -> str | None:
    """The old password of who has no identity: attached, the NIR opens nothing any more (C13)."""
    if member is None or member.identity_id is not None or member.legacy_sealed is None:
        return None
    return legacy.open_verifier(session, member.legacy_sealed)


def _told(session: Session, ticket: Ticket) -> str | None:
    """Where a block is told: the sign-in address, or the contact e-mail of an old access.

    Looked up for everybody, and at each wrong try (EN2).
    """
    member, identity = ticket.member, ticket.identity
    contacts = [
        channel
        for channel in on_file(session, member.id if member else None)
        if channel.kind == ChannelKind.CONTACT_EMAIL
    ]
    if identity is not None and RULES[State(identity.state)].signs_in:
        return identifiers.open_email(session, identity.email_sealed)
    if ticket.verifier is None or member is None or member.status != Status.ACTIVE.value:
        return None
    return open_channel(session, contacts[0]) if contacts else None
