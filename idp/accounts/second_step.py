"""Sending the code of a sign-in, by e-mail or to the activated telephone; answering it (E2-E5)."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from idp.accounts import budgets, codes, identifiers, phone_factor, sms, subject
from idp.accounts.activity import Kind, Where, record
from idp.accounts.assurance import ProofKind
from idp.accounts.codes import Answer, Binding, Issued, Purpose, Tried
from idp.accounts.states import RULES, State
from idp.delivery import outbox
from idp.errors import TooManyError
from idp.models import Code, Identity
from idp.storage.engine import settings_of


@dataclass(frozen=True)
class Asking:
    """Who is asked for a code, in which interaction, for which site; by SMS, or by e-mail."""

    identity_id: str
    interaction_id: str
    site_name: str | None
    where: Where
    by_sms: bool = False

    @property
    def proof(self) -> ProofKind:
        """What a right answer proves."""
        return ProofKind.SMS_CODE if self.by_sms else ProofKind.MAIL_CODE


@dataclass(frozen=True)
class Way:
    """Where the code goes: a canonical address or number, its mask and its keyed index.

    `counted`: whom the budgets count.
    """

    to: str = field(repr=False)
    mask: str
    index: str = field(repr=False)
    counted: str


def way_of(session: Session, asking: Asking) -> Way | None:
    """The sign-in e-mail, or the activated telephone: None once that is no more."""
    if asking.by_sms:
        phone = phone_factor.active(session, asking.identity_id)
        counted = asking.identity_id
        return Way(phone.number, phone.mask, phone.index, counted) if phone else None
    identity = session.get_one(Identity, asking.identity_id)
    email = identifiers.open_email(session, identity.email_sealed)
    mask = identifiers.mask_after_password(email)
    return Way(email, mask, identity.email_index, counted_as(identity))


def send(session: Session, asking: Asking) -> datetime | None:
    """Send a fresh code; or, over budget, nothing, and when the next may be asked (aware UTC)."""
    way = way_of(session, asking)
    if way is None:
        return None  # the telephone was removed at this moment: the page shows the other way
    try:
        _spend(session, asking, way)
    except TooManyError as full:
        return full.retry_at
    _queue(session, asking, way, codes.issue(session, _binding(asking, way)))
    record(
        session,
        Kind.CODE_SENT,
        identity_id=asking.identity_id,
        flow_id=asking.interaction_id,
        where=asking.where,
    )
    return None


def room_at(session: Session, asking: Asking, way: Way) -> datetime | None:
    """When another code may be asked for this way, None for at once."""
    if asking.by_sms:
        return sms.room_at(session, way.to, person=way.counted, where=asking.where)
    return budgets.room_at(session, "mail_signed", way.counted)


def live_code(session: Session, asking: Asking, way: Way) -> Code | None:
    """The code that this page waits for, or None."""
    return codes.current(session, _binding(asking, way))


def answer(session: Session, asking: Asking, typed: str) -> Tried:
    """Try what was typed; TooManyError once the person's day of wrong codes is used up (OTC3)."""
    identity = session.get_one(Identity, asking.identity_id)
    taken = budgets.take(session, "wrong_codes", counted_as(identity))
    tried, way = Tried(Answer.DEAD), way_of(session, asking)
    if way and RULES[State(identity.state)].takes_password:  # not if disabled meanwhile (LK2)
        tried = codes.attempt(session, _binding(asking, way), typed)
    if tried.answer is not Answer.WRONG:
        budgets.give_back(session, taken)
        if tried.answer is Answer.RIGHT:
            identity.sms_due = False  # by mail only where no telephone had to answer (R8)
        return tried
    record(
        session,
        Kind.CODE_WRONG,
        identity_id=identity.id,
        flow_id=asking.interaction_id,
        where=asking.where,
    )
    return tried


def counted_as(identity: Identity) -> str:
    """Whom the budgets count: the person; or, while the address is not proved, the mailbox.

    Else each new identity that an invitation makes there would bring tries and mails of its own.
    """
    unproved = identity.state == State.INVITED.value
    return f"|{identity.email_index}" if unproved else identity.id


def _spend(session: Session, asking: Asking, way: Way) -> None:
    if asking.by_sms:
        sms.spend(session, way.to, person=way.counted, signed=True, where=asking.where)
    else:
        budgets.take(session, "mail_signed", way.counted)


def _queue(session: Session, asking: Asking, way: Way, issued: Issued) -> None:
    minutes = settings_of(session).code_lifetime // 60
    shown, until = issued.shown, issued.expires_at
    if asking.by_sms:
        outbox.queue_sms(
            session, "code", way.to, expires_at=until, code_shown=shown, minutes=minutes
        )
        return
    outbox.queue_mail(
        session,
        "code",
        way.to,
        expires_at=until,
        code_shown=shown,
        minutes=minutes,
        site_name=asking.site_name,
    )


def _binding(asking: Asking, way: Way) -> Binding:
    asked = subject.identity(asking.identity_id)
    return Binding(Purpose.SIGN_IN, asked, asking.interaction_id, way.index)
