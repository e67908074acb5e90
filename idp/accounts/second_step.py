"""Sending the code of a sign-in to the sign-in e-mail, and answering it (E2, E3)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from idp.accounts import budgets, codes, identifiers, subject
from idp.accounts.activity import Kind, Where, record
from idp.accounts.codes import Answer, Binding, Purpose, Tried
from idp.accounts.states import RULES, State
from idp.delivery import outbox
from idp.errors import TooManyError
from idp.models import Code, Identity
from idp.storage.engine import settings_of


@dataclass(frozen=True)
class Asking:
    """Who is asked for a code, in which interaction, for which site."""

    identity_id: str
    interaction_id: str
    site_name: str | None
    where: Where


def send(session: Session, asking: Asking) -> datetime | None:
    """Send a fresh code; or, over budget, nothing, and when the next may be asked (aware UTC)."""
    identity = session.get_one(Identity, asking.identity_id)
    try:
        budgets.take(session, "mail_signed", counted_as(identity))
    except TooManyError as full:
        return full.retry_at
    issued = codes.issue(session, _binding(identity, asking.interaction_id))
    outbox.queue_mail(
        session,
        "code",
        identifiers.open_email(session, identity.email_sealed),
        expires_at=issued.expires_at,
        code_shown=issued.shown,
        minutes=settings_of(session).code_lifetime // 60,
        site_name=asking.site_name,
    )
    record(
        session,
        Kind.CODE_SENT,
        identity_id=identity.id,
        flow_id=asking.interaction_id,
        where=asking.where,
    )
    return None


def live_code(session: Session, identity: Identity, interaction_id: str) -> Code | None:
    """The code that this page waits for, or None."""
    return codes.current(session, _binding(identity, interaction_id))


def answer(session: Session, asking: Asking, typed: str) -> Tried:
    """Try what was typed; TooManyError once the person's day of wrong codes is used up (OTC3)."""
    identity = session.get_one(Identity, asking.identity_id)
    taken = budgets.take(session, "wrong_codes", counted_as(identity))
    tried = Tried(Answer.DEAD)
    if RULES[State(identity.state)].takes_password:  # not if disabled since the password (LK2)
        tried = codes.attempt(session, _binding(identity, asking.interaction_id), typed)
    if tried.answer is not Answer.WRONG:
        budgets.give_back(session, taken)
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


def _binding(identity: Identity, interaction_id: str) -> Binding:
    return Binding(
        Purpose.SIGN_IN, subject.identity(identity.id), interaction_id, identity.email_index
    )
