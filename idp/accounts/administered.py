"""What an administrator is told of one identity. Never a verifier, a code or a NIR (CL3)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from idp import clock
from idp.accounts import channels, identifiers, joining, lockout, members, sessions
from idp.accounts.channels import ChannelKind
from idp.accounts.lifetimes import SESSION_IDLE
from idp.accounts.states import RESERVING_NOTHING, State
from idp.models import BrowserSession, Channel, Device, Identity


@dataclass(frozen=True)
class Factor:
    """What a code may be sent to; a telephone is masked, for the register shows no more either."""

    kind: str
    value: str
    since: datetime | None


@dataclass(frozen=True)
class Overview:
    """One identity as `identity show` prints it; dates are aware UTC.

    `expires_at` is when an unfinished one goes; `frozen_before` is set by an undo, and outlives a
    disabling, so that who enables again sees it. `trusted_devices` and `sessions` are those that
    are good now.
    """

    id: str
    email: str
    state: str
    created_at: datetime
    activated_at: datetime | None
    expires_at: datetime | None
    blocked_until: datetime | None
    frozen_before: datetime | None
    member_number: str | None
    member_access: str | None
    factors: list[Factor]
    secret_question: bool
    trusted_devices: int
    sessions: int


def find(session: Session, email: str) -> Identity | None:
    """The identity of an address as typed: the holder, else who was invited, else a sign-up.

    An administrator is asked about those too that wait for their activation. BadEmailError.
    """
    indexes = identifiers.email_indexes(session, identifiers.email_of(session, email))
    holds = Identity.state.not_in(RESERVING_NOTHING)
    rank = case((holds, 0), (Identity.state == State.INVITED.value, 1), else_=2)
    query = (
        select(Identity)
        .where(Identity.email_index.in_(indexes), holds | (Identity.expires_at > clock.now()))
        .order_by(rank, Identity.created_at.desc())
        .limit(1)
    )
    return session.scalars(query).first()


def overview(session: Session, identity: Identity) -> Overview:
    """All that is shown of it."""
    email = identifiers.open_email(session, identity.email_sealed)
    member = joining.member_of(session, identity.id)
    return Overview(
        id=identity.id,
        email=email,
        state=identity.state,
        created_at=identity.created_at,
        activated_at=identity.activated_at,
        expires_at=identity.expires_at,
        blocked_until=lockout.blocked_until(session, lockout.key_for_email(session, email)),
        frozen_before=identity.frozen_before,
        member_number=member.member_number if member else None,
        member_access=members.access_of(session, member).value if member else None,
        factors=_factors(session, identity, email),
        secret_question=identity.question is not None,
        trusted_devices=_trusted_devices(session, identity.id),
        sessions=live_sessions(session, identity.id),
    )


def live_sessions(session: Session, identity_id: str) -> int:
    """How many browsers are signed in: neither ended, nor left alone for too long."""
    now = clock.now()
    query = select(func.count()).where(
        BrowserSession.identity_id == identity_id,
        BrowserSession.ended_at.is_(None),
        BrowserSession.expires_at > now,
        BrowserSession.seen_at > now - SESSION_IDLE,
    )
    return session.scalar(query) or 0


def _factors(session: Session, identity: Identity, email: str) -> list[Factor]:
    """The sign-in e-mail, and the telephone that was proved here."""
    held = session.scalars(select(Channel).where(sessions.proved_phone(identity.id)))
    phones = [
        Factor(
            "sms",
            channels.masked(ChannelKind.MOBILE, channels.open_channel(session, each)),
            each.since,
        )
        for each in held
    ]
    return [Factor("email", email, identity.activated_at), *phones]


def _trusted_devices(session: Session, identity_id: str) -> int:
    query = select(func.count()).where(
        Device.identity_id == identity_id,
        Device.revoked_at.is_(None),
        Device.expires_at > clock.now(),
    )
    return session.scalar(query) or 0
