"""Attaching a member's record to an identity, and undoing it (R9, A6, LI5).

One conditional UPDATE attaches: of two at once one wins. Every channel on file is told, each with
a link that undoes it for 72 hours. What must have been proved before is for the caller to know.
"""

from sqlalchemy import case, exists, select, true, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from idp import clock
from idp.accounts import channels, devices, identifiers, links, loose_ends, openings
from idp.accounts import migrating as migrations
from idp.accounts.activity import Kind, Where, record
from idp.accounts.channels import ChannelKind
from idp.accounts.members import Status
from idp.accounts.phones import takes_sms
from idp.accounts.reach import on_file
from idp.accounts.states import State
from idp.delivery import outbox
from idp.models import Channel, Identity, Member, Migration, Opening, Recovery
from idp.storage.claims import changed
from idp.storage.engine import settings_of


def attach(
    session: Session,
    identity_id: str,
    member_id: str,
    where: Where,
    *,
    how: str,
    invited: str | None = None,
    migrating: bool = False,
) -> bool:
    """Tie the record to the identity; `how` is a word for the event. False if too late.

    `invited` is the address of an invitation: told too, on file or not; unless it is the
    identity's own, which has mail of its own then.

    Too late: the record has an identity, or the identity a record; the member has left; the
    identity is not active. A legacy account is led elsewhere (A8) and refused, unless `migrating`:
    the verifier of the old password goes in the same stroke then (C13).
    """
    if not _claim(session, identity_id, member_id, migrating=migrating):
        return False
    migrations.end_all(session, member_id)  # whatever else was under way for the record
    record(session, Kind.MEMBER_ATTACHED, identity_id=identity_id, where=where, how=how)
    _tell(session, identity_id, member_id, invited)
    return True


def at_activation(session: Session, identity_id: str, browser_hash: str, where: Where) -> bool:
    """Attach what the opening of this identity has proved, in the stroke that activates it (A6).

    A code on a channel on file is a proof. So is the link itself where the address it went to is on
    file, but only in the browser that chose the password: a stranger may have chosen it, and mailed
    the link to the member. In another browser the first sign-in's code will do (at_sign_in).
    """
    opening = openings.waiting_of(session, identity_id)
    if opening is None:
        return False
    wrote = _wrote_to_file(session, opening)  # asked for nobody too (EN2)
    same = opening.browser_hash == browser_hash
    if opening.proved_at is None and not (wrote and same):
        return False
    return attach_opening(session, opening, where, how="activation")


def at_sign_in(session: Session, identity_id: str, where: Where) -> bool:
    """Attach once a mailed code has shown that who has the password reads an address on file."""
    opening = openings.waiting_of(session, identity_id)
    if opening is None or not _wrote_to_file(session, opening):
        return False
    return attach_opening(session, opening, where, how="sign_in")


def attach_opening(session: Session, opening: Opening, where: Where, *, how: str) -> bool:
    """Attach what an opening has proved, which ends by it; False for nobody, or too late."""
    identity_id, member_id = opening.identity_id or "", opening.member_id or ""
    if not attach(session, identity_id, member_id, where, how=how):
        return False
    openings.end(session, opening.id)
    return True


def undo(session: Session, token: str, where: Where) -> str | None:
    """Use an undo link: detach the record, freeze the identity that held it, whose id it gives.

    Only what was proved before the record was attached may recover that identity (frozen_before).
    A disabled one stays so, and bears that date: who enables it again is told by `identity show`.
    None where another holds the record by now, or nobody: the link then changes nothing.
    BadLinkError. What else was proved of the member before, in any browser, counts no more.
    Sessions and tokens are ended by the caller, in the same transaction (oidc/ending.py).
    """
    link = links.look(session, "undo", token)
    links.use(session, link)
    detach = update(Member).where(
        Member.id == link.member_id, Member.identity_id == link.identity_id
    )
    if not changed(session, detach.values(identity_id=None, attached_at=None)):
        return None
    identity_id = str(link.identity_id)
    disabled = Identity.state == State.DISABLED.value
    freezable = Identity.state.in_([State.ACTIVE.value, State.CLOSING.value])
    freeze = update(Identity).where(Identity.id == identity_id, freezable | disabled)
    state = case((disabled, Identity.state), else_=State.FROZEN.value)
    changed(session, freeze.values(state=state, frozen_before=link.created_at))
    devices.revoke_all(session, identity_id)
    # of both, now apart: a way back proved by what is newer than the change ends too
    loose_ends.end_all(session, identity_id)
    _end_all_of_member(session, str(link.member_id))
    record(session, Kind.MEMBER_DETACHED, identity_id=identity_id, where=where)
    return identity_id


def member_of(session: Session, identity_id: str) -> Member | None:
    """The record attached to an identity."""
    return session.scalars(select(Member).where(Member.identity_id == identity_id)).first()


def _claim(session: Session, identity_id: str, member_id: str, *, migrating: bool) -> bool:
    legacy = true() if migrating else Member.legacy_sealed.is_(None)
    active = exists().where(Identity.id == identity_id, Identity.state == State.ACTIVE.value)
    claim = (
        update(Member)
        .where(
            Member.id == member_id,
            Member.identity_id.is_(None),
            Member.status == Status.ACTIVE.value,
            legacy,
            active,
        )
        .values(
            identity_id=identity_id, attached_at=clock.now(), legacy_sealed=None, legacy_waits=False
        )
    )
    try:
        with session.begin_nested():
            return changed(session, claim) == 1
    except IntegrityError:  # the identity has taken another record at this moment
        return False


def _end_all_of_member(session: Session, member_id: str) -> None:
    openings.end_all_of_member(session, member_id)
    for table in (Migration, Recovery):
        begun = (table.member_id == member_id) & table.ended_at.is_(None)
        changed(session, update(table).where(begun).values(ended_at=clock.now()))


def _wrote_to_file(session: Session, opening: Opening) -> bool:
    identity = session.get_one(Identity, str(opening.identity_id))
    email = identifiers.open_email(session, identity.email_sealed)
    indexes = channels.channel_indexes(session, email)
    return any(
        channel.kind == ChannelKind.CONTACT_EMAIL and channel.value_index in indexes
        for channel in on_file(session, opening.member_id)
    )


def _tell(session: Session, identity_id: str, member_id: str, invited: str | None) -> None:
    """Each channel of the register, those too that wait or that an adviser has replaced.

    An undo only ever freezes, and it may be by an adviser's mistake that the owner lost theirs.
    """
    mails, numbers = {invited} if invited else set(), set()
    for channel in session.scalars(select(Channel).where(Channel.member_id == member_id)):
        value = channels.open_channel(session, channel)
        if channel.kind == ChannelKind.CONTACT_EMAIL:
            mails.add(value)
        elif takes_sms(value):
            numbers.add(value)
    if invited:
        identity = session.get_one(Identity, identity_id)
        mails.discard(identifiers.open_email(session, identity.email_sealed))
    for address in sorted(mails):
        link = _undo_link(session, identity_id, member_id)
        outbox.queue_mail(session, "space_attached", address, link=link)
    for number in sorted(numbers):
        link = _undo_link(session, identity_id, member_id)
        outbox.queue_sms(session, "space_attached", number, link=link)


def _undo_link(session: Session, identity_id: str, member_id: str) -> str:
    token = links.make(session, "undo", identity_id=identity_id, member_id=member_id)
    return f"{settings_of(session).issuer}/annulation/{token}"
