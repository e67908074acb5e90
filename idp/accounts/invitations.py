"""Invitations to join by an employer's contract: their states, sending them, taking them back (B6).

What the file brings is in invitation_batch.py, what the invited person does in invitation_use.py.
"""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Row, and_, case, exists, select, true, update
from sqlalchemy.orm import Session

from idp import clock
from idp.accounts import budgets, links
from idp.accounts.activity import Kind, record
from idp.accounts.civil import open_civil
from idp.accounts.lifetimes import LINKS
from idp.accounts.members import Status
from idp.delivery import outbox
from idp.errors import DomainError
from idp.models import Invitation, Link, Member
from idp.storage.claims import changed
from idp.storage.engine import keys_of, settings_of

PURPOSE = "invitation"
_LABEL, _INDEX = "invitations.email", "invitations.email.index"
_PAGE = 500


class State(StrEnum):
    """What became of an invitation; computed, never stored."""

    OPEN = "open"
    EXPIRED = "expired"
    USED = "used"
    REVOKED = "revoked"


class ClosedError(DomainError):
    """The invitation is used or revoked, or its member has joined another way."""

    reason = "invitation_closed"


def state_now() -> ColumnElement[str]:
    """The state of a row, as a column."""
    return case(
        (Invitation.used_at.is_not(None), State.USED.value),
        (Invitation.revoked_at.is_not(None), State.REVOKED.value),
        (Invitation.expires_at <= clock.now(), State.EXPIRED.value),
        else_=State.OPEN.value,
    )


def seal_email(session: Session, email: str) -> bytes:
    """The invited address as it is stored."""
    return keys_of(session).seal("pii", _LABEL, email)


def open_email(session: Session, invitation: Invitation) -> str:
    """The invited address."""
    return keys_of(session).open("pii", _LABEL, invitation.email_sealed)


def email_index(session: Session, email: str) -> str:
    """The keyed index of an invited address."""
    return keys_of(session).digest("pii", _INDEX, email)


def find(session: Session, named: str) -> tuple[Invitation, Member] | None:
    """By its id, or the newest one of a member number."""
    row = session.execute(
        select(Invitation, Member)
        .join(Member, Member.id == Invitation.member_id)
        .where((Invitation.id == named) | (Member.member_number == named))
        .order_by(Invitation.created_at.desc(), Invitation.id)
        .limit(1)
    ).first()
    return (row[0], row[1]) if row else None


def listing(session: Session, state: State | None = None) -> Iterator[Row[Invitation, str, str]]:
    """Invitation, member number and state of each, oldest first; read in pages."""
    query = select(Invitation, Member.member_number, state_now().label("state")).join(
        Member, Member.id == Invitation.member_id
    )
    only = state_now() == state.value if state else true()
    ordered = query.where(only).order_by(Invitation.created_at, Invitation.id)
    yield from session.execute(ordered.execution_options(yield_per=_PAGE))


def send(
    session: Session, member_id: str, email: str, *, given_name: str, employer: str, contract: str
) -> None:
    """A fresh link to the member, and its mail; any earlier link of theirs dies."""
    kill_links(session, member_id)
    token = links.make(session, PURPOSE, member_id=member_id)
    outbox.queue_mail(
        session,
        "invitation",
        email,
        link=f"{settings_of(session).issuer}/invitation/{token}",
        given_name=given_name or None,
        employer=employer,
        contract=contract or None,
    )


def resend(session: Session, invitation: Invitation, member: Member, *, by: str) -> datetime:
    """Send it again; when the new link ends (aware UTC). ClosedError, TooManyError."""
    now = clock.now()
    renewed = update(Invitation).where(_open(invitation.id), _awaited(member.id))
    if changed(session, renewed.values(sent_at=now, expires_at=now + LINKS[PURPOSE])) != 1:
        raise ClosedError
    email = open_email(session, invitation)
    budgets.take(session, "mail_anonymous", email)
    send(
        session,
        member.id,
        email,
        given_name=open_civil(session, member.civil_sealed).given_name,
        employer=invitation.employer,
        contract=invitation.contract or "",
    )
    record(session, Kind.INVITATION_RESENT, by=by, invitation=invitation.id)
    return now + LINKS[PURPOSE]


def revoke(session: Session, invitation: Invitation, *, by: str) -> None:
    """Take it back: its link is dead from now on. ClosedError when it is used or revoked."""
    revoked = update(Invitation).where(_open(invitation.id))
    if changed(session, revoked.values(revoked_at=clock.now())) != 1:
        raise ClosedError
    kill_links(session, invitation.member_id)
    record(session, Kind.INVITATION_REVOKED, by=by, invitation=invitation.id)


def claim(session: Session, invitation_id: str) -> bool:
    """Use it, once; False when it is used or revoked. Who uses a link claims that next."""
    used = update(Invitation).where(_open(invitation_id))
    return changed(session, used.values(used_at=clock.now())) == 1


def kill_links(session: Session, *member_ids: str) -> None:
    """No link that has gone to these members opens anything any more."""
    live = update(Link).where(
        Link.member_id.in_(member_ids), Link.purpose == PURPOSE, Link.used_at.is_(None)
    )
    changed(session, live.values(used_at=clock.now()))


def _awaited(member_id: str) -> ColumnElement[bool]:
    """Somebody of the register who has not joined in any way."""
    return exists().where(
        Member.id == member_id,
        Member.identity_id.is_(None),
        Member.status == Status.ACTIVE.value,
    )


def _open(invitation_id: str) -> ColumnElement[bool]:
    """Neither used nor revoked; an expired one may be sent again."""
    return and_(
        Invitation.id == invitation_id,
        Invitation.used_at.is_(None),
        Invitation.revoked_at.is_(None),
    )
