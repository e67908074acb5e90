"""What an invited person does with the link: an access at once, or one that waits for a code (B3).

The link proves the invited address and no other. An identity at that address is active at once and
gets the record in the same stroke. At another address it only waits: the invitation stays open
until the code of the first sign-in proves the address, so a typing slip burns nothing, and whoever
proves theirs first has the record. Free or taken, what is written and told here is the same; who
owns a taken address learns it by mail.
"""

from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from idp import clock
from idp.accounts import budgets, identifiers, identities, invitations, joining, links
from idp.accounts.activity import Kind, Where, record
from idp.accounts.civil import open_civil
from idp.accounts.members import Status
from idp.accounts.passwords import UNUSABLE
from idp.accounts.states import PENDING_LIFE, State
from idp.delivery import outbox
from idp.errors import BadLinkError, InteractionLostError, TooManyError
from idp.models import Identity, Invitation, Link, Member
from idp.storage.claims import changed
from idp.storage.engine import settings_of


@dataclass(frozen=True, repr=False)
class Invited:
    """Somebody with a good link: what they were invited to, as the mail told it."""

    link: Link
    invitation: Invitation
    email: str
    given_name: str


@dataclass(frozen=True, repr=False)
class Wanted:
    """What was typed, checked and hashed before the transaction began."""

    email: str
    password_hash: str


def look(session: Session, token: str) -> Invited:
    """The invitation behind a link, for its page; BadLinkError for every kind of bad."""
    link = links.look(session, invitations.PURPOSE, token)
    row = session.execute(
        select(Invitation, Member)
        .join(Member, Member.id == Invitation.member_id)
        .where(
            Member.id == link.member_id,
            Member.identity_id.is_(None),
            Member.status == Status.ACTIVE.value,
            Invitation.used_at.is_(None),
            Invitation.revoked_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        raise BadLinkError("invitation")
    invitation, member = row
    given_name = open_civil(session, member.civil_sealed).given_name
    return Invited(link, invitation, invitations.open_email(session, invitation), given_name)


def knock(session: Session, token: str, email: str) -> None:
    """Take one try of this invitation, before anything is hashed. BadLinkError; TooManyError.

    The network's budget is left alone: colleagues who are invited together share theirs.
    """
    found = look(session, token)
    budgets.take(session, "invitation_tries", found.invitation.id)
    room = budgets.room_at(session, "mail_anonymous", email)
    if room is not None and email != found.email:
        raise TooManyError("mail_anonymous", room)


def accept(session: Session, token: str, wanted: Wanted, where: Where) -> None:
    """Make the access that the form asks for. BadLinkError when another was quicker."""
    found = look(session, token)
    if wanted.email != found.email:
        _wait(session, found, wanted, where)
    elif not _open_at_once(session, found, wanted, where):
        record(session, Kind.INVITED_TAKEN, where=where, invitation=found.invitation.id)
        _write_to(session, "invitation_taken", wanted.email)


def proved(session: Session, identity_id: str, where: Where) -> None:
    """The code has just proved the address of an invited identity: active, and the record with it.

    Where the invitation or its member is no longer to be had, active all the same, without it.
    InteractionLostError when the address itself is another's by now.
    """
    identity = session.get_one(Identity, identity_id)
    email = identifiers.open_email(session, identity.email_sealed)
    identities.take_turns(session, email)
    try:
        identities.become_active(session, identity, State.INVITED)
    except BadLinkError as late:
        raise InteractionLostError("the address is taken by now") from late
    session.expire(identity)
    identities.alone_with(session, identity.id, email)
    record(session, Kind.ACTIVATED, identity_id=identity.id, where=where)
    invitation = session.get(Invitation, identity.invitation_id or "")
    if invitation is not None:
        _join(session, identity.id, invitation, where)
    _tell_done(session, email)


def _open_at_once(session: Session, found: Invited, wanted: Wanted, where: Where) -> bool:
    """False, and nothing is written, where the invited address is somebody's sign-in address."""
    identities.take_turns(session, wanted.email)
    try:
        with session.begin_nested():
            identity_id = _claimed(session, found, wanted)
    except IntegrityError:
        return False
    identities.alone_with(session, identity_id, wanted.email)
    record(session, Kind.ACTIVATED, identity_id=identity_id, where=where)
    if not _attach(session, identity_id, found.invitation, where):
        raise BadLinkError("another was quicker")
    _tell_done(session, wanted.email)
    return True


def _claimed(session: Session, found: Invited, wanted: Wanted) -> str:
    """Invitation and link are used, each once, and the identity is there; its id."""
    if not invitations.claim(session, found.invitation.id):
        raise BadLinkError("used")
    links.use(session, found.link)
    return identities.insert_row(
        session,
        wanted.email,
        state=State.ACTIVE,
        password_hash=wanted.password_hash,
        activated_at=clock.now(),
        invitation_id=found.invitation.id,
    )


def _wait(session: Session, found: Invited, wanted: Wanted, where: Where) -> None:
    """An identity that its first code activates; at a taken address, one that nothing opens."""
    indexes = identifiers.email_indexes(session, wanted.email)
    holder = session.scalars(identities.by_index(indexes)).first()
    free = identities.is_free(holder)
    again = delete(Identity).where(
        Identity.email_index.in_(indexes),
        Identity.state == State.INVITED.value,
        Identity.invitation_id == found.invitation.id,
    )
    changed(session, again)
    identity_id = identities.insert_row(
        session,
        wanted.email,
        state=State.INVITED,
        password_hash=wanted.password_hash if free else UNUSABLE,
        expires_at=clock.now() + PENDING_LIFE,
        invitation_id=found.invitation.id,
    )
    kind = Kind.INVITED_ELSEWHERE if free else Kind.INVITED_TAKEN
    record(session, kind, identity_id=identity_id, where=where, invitation=found.invitation.id)
    _write_to(session, "invitation_waits" if free else "invitation_taken", wanted.email)


def _join(session: Session, identity_id: str, invitation: Invitation, where: Where) -> None:
    """The invitation is used and the member attached, or neither is."""
    with session.begin_nested() as both:
        won = invitations.claim(session, invitation.id)
        if not (won and _attach(session, identity_id, invitation, where)):
            both.rollback()


def _attach(session: Session, identity_id: str, invitation: Invitation, where: Where) -> bool:
    """With the member goes every link to them."""
    email, member_id = invitations.open_email(session, invitation), invitation.member_id
    if not joining.attach(session, identity_id, member_id, where, how="invitation", invited=email):
        return False
    invitations.kill_links(session, member_id)
    record(
        session,
        Kind.INVITATION_USED,
        identity_id=identity_id,
        where=where,
        invitation=invitation.id,
    )
    return True


def _tell_done(session: Session, email: str) -> None:
    asks = settings_of(session).secret_questions
    outbox.queue_mail(session, "invitation_done", email, asks_question=asks)


def _write_to(session: Session, purpose: str, email: str) -> None:
    """One mail, or beyond what strangers may have sent to a mailbox, a row for nobody."""
    try:
        budgets.take(session, "mail_anonymous", email)
    except TooManyError:
        outbox.queue_nothing(session)
        return
    outbox.queue_mail(session, purpose, email)
