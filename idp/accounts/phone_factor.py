"""The telephone as a second factor (F5, E5): asked for, proved by a code, replaced, removed.

A number that is being added waits as a declared channel and serves nothing (LI9). One conditional
UPDATE proves it, and a unique index allows one proved mobile per identity. Two people may prove the
same number: couples share one, and nobody is told that somebody else has it.
What must have been proved before any of this is for the caller to know (F9).
"""

from dataclasses import dataclass, field
from datetime import datetime
from textwrap import wrap

from sqlalchemy import ColumnElement, delete, exists, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from idp import clock
from idp.accounts import budgets, codes, devices, identifiers, sessions, sms, subject
from idp.accounts.activity import Kind, Where, record
from idp.accounts.assurance import ProofKind
from idp.accounts.channels import (
    ChannelKind,
    Standing,
    channel_index,
    channel_indexes,
    masked,
    open_channel,
)
from idp.accounts.codes import Answer, Binding, Purpose, Tried
from idp.accounts.declared import declare
from idp.accounts.lifetimes import CHANNEL_WAIT
from idp.accounts.states import USING_TOKENS
from idp.delivery import outbox
from idp.errors import DomainError, TooManyError
from idp.models import BrowserSession, Channel, Code, Identity, Interaction, Proof, Recovery
from idp.storage.claims import changed
from idp.storage.engine import settings_of

CHANGES = "phone_changes"


class SameNumberError(DomainError):
    """That number is the active one already."""

    reason = "same_number"
    text_key = "two_step.same_number"


@dataclass(frozen=True)
class Phone:
    """A number of a person: the row, the canonical number and its keyed index.

    `waits_until`: when it begins to serve recovery, None for one that does, or never will.
    """

    id: str
    number: str = field(repr=False)
    index: str = field(repr=False)
    waits_until: datetime | None = None

    @property
    def mask(self) -> str:
        """** ** ** ** 08."""
        return masked(ChannelKind.MOBILE, self.number)

    @property
    def national(self) -> str:
        """As it is typed in France: 06 12 34 56 78; a foreign one as it is."""
        digits = self.number.removeprefix("+33")
        if digits == self.number:
            return self.number
        return " ".join(wrap(f"0{digits}", 2))


@dataclass(frozen=True)
class Asker:
    """Who changes it, in which session: a code asked for there is good nowhere else (OTC5)."""

    identity_id: str
    session_id: str
    where: Where


def active(session: Session, identity_id: str) -> Phone | None:
    """The number that this person has proved, or None."""
    return _found(session, sessions.proved_phone(identity_id))


def declared(session: Session, identity_id: str) -> Phone | None:
    """The number that this person has given and not proved: an offer to prove it."""
    return _found(session, _declared(identity_id))


def awaited(session: Session, asker: Asker, phone_id: str | None) -> tuple[Phone, Code] | None:
    """The number being added in this session, and its live code; None when it is not."""
    phone = _found(session, _declared(asker.identity_id) & (Channel.id == (phone_id or "")))
    code = codes.current(session, _binding(asker, phone)) if phone else None
    return (phone, code) if phone and code else None


def ask(session: Session, asker: Asker, number: str) -> Phone:
    """A code to this canonical number, in place of another that waits for one.

    SameNumberError if it is active already, NoSmsError for what takes no SMS; TooManyError over a
    budget of SMS, or of changes. Nothing is sent then.
    """
    full = budgets.room_at(session, CHANGES, asker.identity_id)
    if full is not None:
        raise TooManyError(CHANGES, full)
    now = active(session, asker.identity_id)
    if now is not None and now.index in channel_indexes(session, number):
        raise SameNumberError
    sms.spend(session, number, person=asker.identity_id, signed=True, where=asker.where)
    mobile = ChannelKind.MOBILE
    ids = declare(session, asker.identity_id, {mobile: number})
    phone = Phone(ids[mobile], number, channel_index(session, number))
    _send(session, asker, phone)
    return phone


def ask_again(session: Session, asker: Asker, phone: Phone) -> datetime | None:
    """Another code; the one before dies. Over a budget nothing is sent: when there is room."""
    full = room_at(session, asker, phone)
    if full is None:
        sms.spend(session, phone.number, person=asker.identity_id, signed=True, where=asker.where)
        _send(session, asker, phone)
    return full


def room_at(session: Session, asker: Asker, phone: Phone) -> datetime | None:
    """When another SMS may go there, None for at once."""
    return sms.room_at(session, phone.number, person=asker.identity_id, where=asker.where)


def answer(session: Session, asker: Asker, phone: Phone, typed: str) -> Tried:
    """Try what was typed; right, the number is proved, and takes the place of the one before.

    Answer.DEAD when another took that place at this moment. TooManyError once the person's day of
    wrong codes, or the month of changes, is used up.
    """
    taken = budgets.take(session, "wrong_codes", asker.identity_id)
    tried = codes.attempt(session, _binding(asker, phone), typed)
    if tried.answer is Answer.WRONG:
        record(session, Kind.CODE_WRONG, identity_id=asker.identity_id, where=asker.where)
        if tried.tries_left == 0:
            _forget(session, phone)
        return tried
    budgets.give_back(session, taken)
    if tried.answer is Answer.RIGHT and not _activate(session, asker, phone):
        return Tried(Answer.DEAD)
    return tried


def remove(session: Session, asker: Asker, phone_id: str) -> bool:
    """The telephone serves no more; the e-mail is always left. False if it was another by now."""
    old = active(session, asker.identity_id)
    mine = sessions.proved_phone(asker.identity_id) & (Channel.id == phone_id)
    if old is None or changed(session, delete(Channel).where(mine)) != 1:
        return False
    _after(session, asker, Kind.PHONE_REMOVED, "phone_removed", old, old)
    return True


def _found(session: Session, which: ColumnElement[bool]) -> Phone | None:
    row = session.scalars(select(Channel).where(which).order_by(Channel.since.desc())).first()
    if row is None:
        return None
    serves = row.serves_recovery_from
    waits = serves if serves is not None and serves > clock.now() else None
    return Phone(row.id, open_channel(session, row), row.value_index, waits)


def _declared(identity_id: str) -> ColumnElement[bool]:
    unproved = Channel.standing == Standing.DECLARED.value
    mobile = Channel.kind == ChannelKind.MOBILE.value
    return (Channel.identity_id == identity_id) & mobile & unproved


def _binding(asker: Asker, phone: Phone) -> Binding:
    asked = subject.identity(asker.identity_id)
    return Binding(Purpose.PHONE, asked, asker.session_id, phone.index)


def _send(session: Session, asker: Asker, phone: Phone) -> None:
    issued = codes.issue(session, _binding(asker, phone))
    outbox.queue_sms(
        session,
        "code",
        phone.number,
        expires_at=issued.expires_at,
        code_shown=issued.shown,
        minutes=settings_of(session).code_lifetime // 60,
    )
    record(session, Kind.CODE_SENT, identity_id=asker.identity_id, where=asker.where, by="sms")


def _activate(session: Session, asker: Asker, phone: Phone) -> bool:
    """In one savepoint, or the number before would be gone and none in its place."""
    old, now = active(session, asker.identity_id), clock.now()
    may = exists().where(Identity.id == asker.identity_id, Identity.state.in_(USING_TOKENS))
    claim = (
        update(Channel)
        .where(_declared(asker.identity_id), Channel.id == phone.id, may)
        .values(standing=Standing.PROVED.value, since=now, serves_recovery_from=now + CHANNEL_WAIT)
    )
    try:
        with session.begin_nested():
            changed(session, delete(Channel).where(sessions.proved_phone(asker.identity_id)))
            if changed(session, claim) != 1:
                raise _TakenError
    except (IntegrityError, _TakenError):  # another was proved at this very moment
        return False
    budgets.take(session, CHANGES, asker.identity_id)
    if old is None:
        _after(session, asker, Kind.PHONE_ADDED, "phone_added", phone, None)
    else:
        _after(session, asker, Kind.PHONE_CHANGED, "phone_changed", phone, old)
    return True


class _TakenError(Exception):
    pass


def _after(
    session: Session, asker: Asker, kind: Kind, mail: str, phone: Phone, old: Phone | None
) -> None:
    """What any change brings: no browser is trusted any more (TD4), and it is told."""
    devices.revoke_all(session, asker.identity_id)
    if old is not None:
        _void_proofs(session, asker)
        _end_recoveries(session, asker.identity_id)
    record(session, kind, identity_id=asker.identity_id, where=asker.where)
    identity = session.get_one(Identity, asker.identity_id)
    outbox.queue_mail(
        session,
        mail,
        identifiers.open_email(session, identity.email_sealed),
        at=clock.now(),
        browser=asker.where.browser,
        mask=phone.mask,
    )
    if old is not None:
        # a notice is no code: it takes nothing from the budgets, else a thief could silence it
        outbox.queue_sms(session, "phone_gone", old.number)


def _void_proofs(session: Session, asker: Asker) -> None:
    """What the old number proved counts no more, but where its owner is changing it just now."""
    theirs = select(BrowserSession.id).where(
        BrowserSession.identity_id == asker.identity_id, BrowserSession.id != asker.session_id
    )
    begun = select(Interaction.id).where(Interaction.identity_id == asker.identity_id)
    under_way = Proof.session_id.is_(None) & Proof.interaction_id.in_(begun)
    void = update(Proof).where(
        Proof.kind == ProofKind.SMS_CODE.value,
        Proof.voided_at.is_(None),
        Proof.session_id.in_(theirs) | under_way,
    )
    changed(session, void.values(voided_at=clock.now()))


def _end_recoveries(session: Session, identity_id: str) -> None:
    """Nor does a temporary password that went to it, typed already or not (D5, LI7)."""
    now, theirs = clock.now(), Code.subject == str(subject.identity(identity_id))
    sent = theirs & (Code.purpose == Purpose.TEMPORARY.value) & Code.voided_at.is_(None)
    changed(session, update(Code).where(sent).values(voided_at=now))
    typed = (Recovery.identity_id == identity_id) & Recovery.ended_at.is_(None)
    by_sms = update(Recovery).where(typed, Recovery.proved_by == "sms")
    changed(session, by_sms.values(ended_at=now))


def _forget(session: Session, phone: Phone) -> None:
    unproved = Channel.standing == Standing.DECLARED.value
    changed(session, delete(Channel).where(Channel.id == phone.id, unproved))
