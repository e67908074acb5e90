"""What a proved recovery does: a new password, and the end of all that was open before (D7, SE5).

whom()     who is there and what the page may tell them, once it is proved and never before (D3)
claim_try  one of five tries at the secret answer; a miss is an event and never a block (PW7)
reset()    one transaction: the password, the state, the counters, the notices
to_migration()  a member without an identity goes on to choose one (D7, C11)

Sessions, tokens and sign-ins under way are ended by the caller in the same transaction
(oidc/ending.py), and the browser that asked goes on from there.
"""

from dataclasses import dataclass

from sqlalchemy import case, delete, select, update
from sqlalchemy.orm import Session

from idp import clock
from idp.accounts import devices, identifiers, identities, lockout, loose_ends, subject
from idp.accounts.activity import Kind, Where, record
from idp.accounts.channels import ChannelKind, Standing, open_channel
from idp.accounts.codes import Purpose
from idp.accounts.lifetimes import CODE_TRIES
from idp.accounts.members import Status
from idp.accounts.reach import on_file, recovers
from idp.accounts.recoveries import Cause, RecoveryLostError
from idp.accounts.recovery_channels import LINK
from idp.accounts.states import RESERVING_NOTHING, RULES, State
from idp.delivery import outbox
from idp.errors import BadLinkError
from idp.models import Channel, Code, Identity, Link, Member, Recovery
from idp.storage.claims import changed
from idp.storage.engine import settings_of

_RESETTABLE = tuple(state.value for state, rule in RULES.items() if rule.recovers)
_ASKED_FOR = (Purpose.TEMPORARY.value, Purpose.LEGACY.value)


@dataclass(frozen=True, repr=False)
class Whom:
    """The person of a recovery. `identity` None: a member who has none yet.

    `email` is their sign-in address, in full. `asks`: the secret question comes with the password.
    `not_blocked`: they came to end a block, and there is none.
    """

    identity: Identity | None
    member: Member | None
    email: str | None
    asks: bool
    not_blocked: bool


def whom(session: Session, recovery: Recovery, *, lock: bool = False) -> Whom:
    """Who is there now. RecoveryLostError: nobody, or somebody who may not be recovered.

    `lock` holds the identity before all other rows, as a sign-in and an administrator do.
    """
    identity = _identity(session, recovery, lock=lock)
    member = _member(session, recovery, identity)
    if identity is None and member is None:
        raise RecoveryLostError("nobody")
    key = _counters(session, identity, member)[0]
    free = lockout.blocked_until(session, key) is None
    usual = identity is None or identity.state == State.ACTIVE.value
    return Whom(
        identity,
        member,
        identifiers.open_email(session, identity.email_sealed) if identity else None,
        asks=_asks(session, identity),
        not_blocked=recovery.kind == Cause.UNBLOCK.value and free and usual,
    )


def claim_try(session: Session, recovery: Recovery) -> int | None:
    """Count one try at the answer before it is looked at; how many that makes, None if over."""
    claim = (
        update(Recovery)
        .where(
            Recovery.id == recovery.id,
            Recovery.ended_at.is_(None),
            Recovery.answer_tries < CODE_TRIES,
        )
        .values(answer_tries=Recovery.answer_tries + 1)
        .returning(Recovery.answer_tries)
    )
    return session.scalar(claim, execution_options={"synchronize_session": False})


def give_back_try(session: Session, recovery: Recovery) -> None:
    """The answer was right, or was never looked at."""
    one = update(Recovery).where(Recovery.id == recovery.id, Recovery.answer_tries > 0)
    changed(session, one.values(answer_tries=Recovery.answer_tries - 1))


def missed(session: Session, recovery: Recovery, tries: int, where: Where) -> None:
    """The answer was wrong. The fifth ends this recovery: its link is dead, nobody is blocked."""
    record(
        session,
        Kind.ANSWER_WRONG,
        identity_id=recovery.identity_id,
        flow_id=recovery.id,
        where=where,
    )
    if tries >= CODE_TRIES:
        live = update(Recovery).where(Recovery.id == recovery.id, Recovery.ended_at.is_(None))
        changed(session, live.values(ended_at=clock.now()))


def reset(session: Session, recovery: Recovery, password_hash: str, where: Where) -> None:
    """The new password and its effects; once, or RecoveryLostError and nothing is changed.

    The recovery was proved in this browser, and the answer, if one is asked, was right.
    """
    identity = _identity(session, recovery)
    if identity is None:
        raise RecoveryLostError("no identity")
    email = identifiers.open_email(session, identity.email_sealed)
    _end(session, recovery)
    if identity.state == State.PENDING.value:
        _activate(session, identity, email, where)
    _set_password(session, identity, password_hash, by_mail=recovery.proved_by == "email")
    member = _member(session, recovery, identity)
    blocked = [lockout.clear(session, key) for key in _counters(session, identity, member)]
    devices.revoke_all(session, identity.id)
    _drop_channels(session, identity)
    loose_ends.end_all(session, identity.id)
    record(
        session,
        Kind.PASSWORD_RESET,
        identity_id=identity.id,
        flow_id=recovery.id,
        where=where,
        by=recovery.proved_by,
        was_blocked=any(blocked),
        was_frozen=identity.state == State.FROZEN.value,
    )
    _tell(session, email, member, where)


def to_migration(session: Session, recovery: Recovery) -> str:
    """The member, without identity, whom this recovery proves; it ends. RecoveryLostError.

    What else was sent to them is dead, and so is a block of the NIR; the letter, which nobody asks
    for here, is not.
    """
    member = _member(session, recovery, None)
    if recovery.identity_id is not None or member is None:
        raise RecoveryLostError("no member")
    _end(session, recovery)
    for key in _counters(session, None, member):
        lockout.clear(session, key)
    _end_of_member(session, member.id)
    return member.id


def _identity(session: Session, recovery: Recovery, *, lock: bool = False) -> Identity | None:
    """As it is now, not as a page has read it. RecoveryLostError: disabled since, or not proved."""
    if recovery.identity_id is None:
        return None
    query = select(Identity).where(Identity.id == recovery.identity_id)
    if lock:
        query = query.with_for_update(key_share=True)
    found = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    waits = found is not None and found.state == State.PENDING.value
    if not recovers(found) and not (waits and recovery.kind == Cause.JOINING.value):
        raise RecoveryLostError("may not be recovered")
    return found


def _member(session: Session, recovery: Recovery, identity: Identity | None) -> Member | None:
    """The record of that identity; without one, the member who still has none."""
    if identity is not None:
        query = select(Member).where(Member.identity_id == identity.id)
    else:
        query = select(Member).where(
            Member.id == (recovery.member_id or ""),
            Member.identity_id.is_(None),
            Member.status == Status.ACTIVE.value,
        )
    return session.scalars(query).one_or_none()


def _counters(session: Session, identity: Identity | None, member: Member | None) -> list[str]:
    """The counters of wrong passwords of one person; the first is the one that blocks them."""
    keys = []
    if identity is not None:
        email = identifiers.open_email(session, identity.email_sealed)
        keys.append(lockout.key_for_email(session, email))
    return keys + (lockout.keys_for_member(session, member.nir_sealed) if member else [])


def _asks(session: Session, identity: Identity | None) -> bool:
    """Not of an unfinished sign-up: anybody may have chosen that question (LI5)."""
    if identity is None or not settings_of(session).secret_questions:
        return False
    if identity.state in RESERVING_NOTHING:
        return False
    return identity.question is not None and identity.answer_hash is not None


def _end(session: Session, recovery: Recovery) -> None:
    """The one use of a recovery: of several at once one goes on."""
    claim = (
        update(Recovery)
        .where(
            Recovery.id == recovery.id,
            Recovery.proved_at.is_not(None),
            Recovery.ended_at.is_(None),
            Recovery.expires_at > clock.now(),
        )
        .values(ended_at=clock.now())
    )
    if changed(session, claim) != 1:
        raise RecoveryLostError("over")


def _activate(session: Session, identity: Identity, email: str, where: Where) -> None:
    """C6: who reads the mailbox of an unfinished sign-up has proved its address.

    Who signed up may be somebody else: their question goes, and the first sign-in asks for one.
    """
    identities.take_turns(session, email)
    try:
        identities.become_active(session, identity, State.PENDING)
    except BadLinkError as late:
        raise RecoveryLostError("taken, or too old") from late
    session.refresh(identity)
    identities.alone_with(session, identity.id, email)
    one = update(Identity).where(Identity.id == identity.id)
    changed(session, one.values(question=None, answer_hash=None))
    record(session, Kind.ACTIVATED, identity_id=identity.id, where=where)


def _set_password(
    session: Session, identity: Identity, password_hash: str, *, by_mail: bool
) -> None:
    frozen = Identity.state == State.FROZEN.value
    change = (
        update(Identity)
        .where(Identity.id == identity.id, Identity.state.in_(_RESETTABLE))
        .values(
            password_hash=password_hash,
            state=case((frozen, State.ACTIVE.value), else_=Identity.state),
            frozen_before=None,
            sms_due=by_mail,
        )
    )
    if changed(session, change) != 1:
        raise RecoveryLostError("disabled at this moment")


def _drop_channels(session: Session, identity: Identity) -> None:
    """A number never proved goes; so does one proved since the change that was undone (LI7).

    And one that does not serve recovery yet: else an intruder's, activated in an open session,
    would outlive this, and be a way back in after its 72 hours.
    """
    theirs = (Channel.identity_id == identity.id) & (Channel.kind == ChannelKind.MOBILE.value)
    doubtful = Channel.standing == Standing.DECLARED.value
    doubtful |= Channel.serves_recovery_from > clock.now()
    if identity.frozen_before is not None:
        doubtful |= Channel.since >= identity.frozen_before
    changed(session, delete(Channel).where(theirs, doubtful))


def _end_of_member(session: Session, member_id: str) -> None:
    now, mine = clock.now(), Recovery.member_id == member_id
    recoveries = update(Recovery).where(mine, Recovery.ended_at.is_(None))
    changed(session, recoveries.values(ended_at=now))
    of_member = Code.subject == str(subject.member(member_id))
    codes = update(Code).where(of_member, Code.purpose.in_(_ASKED_FOR), Code.voided_at.is_(None))
    changed(session, codes.values(voided_at=now))
    resets = (Link.member_id == member_id) & (Link.purpose == LINK) & Link.used_at.is_(None)
    changed(session, update(Link).where(resets).values(used_at=now))


def _tell(session: Session, email: str, member: Member | None, where: Where) -> None:
    """The sign-in address, and the contact address if it is another."""
    on_record = on_file(session, member.id) if member else []
    contact = {
        open_channel(session, channel)
        for channel in on_record
        if channel.kind == ChannelKind.CONTACT_EMAIL.value
    }
    for address in sorted({email, *contact}):
        outbox.queue_mail(
            session, "password_changed", address, at=clock.now(), browser=where.browser or ""
        )
