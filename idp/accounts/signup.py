"""Signing up without a NIR (A9): one path for a free address and for a taken one.

Only the mail differs, and it goes to who owns the address: nothing is told in the page (A8).
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from idp.accounts import budgets, identifiers, identities, links
from idp.accounts.activity import Kind, Where, record
from idp.accounts.sign_in import network
from idp.accounts.states import State
from idp.delivery import outbox
from idp.errors import TooManyError
from idp.models import Identity
from idp.storage.engine import settings_of


@dataclass(frozen=True)
class Towards:
    """The paused request that the mailed link should lead back to, if there is one."""

    interaction_id: str | None = None
    client_id: str | None = None
    site_name: str | None = None


@dataclass(frozen=True)
class Application:
    """What was typed, checked and hashed before the transaction began."""

    email: str
    password_hash: str
    question: str | None = None
    answer_hash: str | None = None


def knock(session: Session, email: str, where: Where) -> None:
    """Take one of this network's askings; TooManyError, also when the mailbox has no room."""
    budgets.take(session, "sign_up_ip", network(where))
    room = budgets.room_at(session, "mail_anonymous", email)
    if room is not None:
        raise TooManyError("mail_anonymous", room)


def apply(session: Session, wanted: Application, towards: Towards, where: Where) -> str:
    """Write the unfinished identity and queue its mail; its id. TooManyError if over budget."""
    budgets.take(session, "mail_anonymous", wanted.email)
    identity_id, free = identities.add_pending(
        session,
        wanted.email,
        password_hash=wanted.password_hash,
        question=wanted.question,
        answer_hash=wanted.answer_hash,
    )
    _send(session, identity_id, wanted.email, free, towards)
    record(
        session,
        Kind.SIGNED_UP if free else Kind.SIGN_UP_REFUSED,
        identity_id=identity_id,
        client_id=towards.client_id,
        flow_id=towards.interaction_id,
        where=where,
    )
    return identity_id


def send_again(session: Session, identity_id: str, towards: Towards, where: Where) -> None:
    """The message of an unfinished sign-up, once more. TooManyError if over budget."""
    identity = session.get(Identity, identity_id)
    if identity is None or identity.state != State.PENDING.value:
        return
    email = identifiers.open_email(session, identity.email_sealed)
    budgets.take(session, "mail_anonymous", email)
    free = identities.is_free(identities.find(session, email))
    identities.prolong(session, identity_id)  # the new link says fifteen days
    _send(session, identity_id, email, free, towards)
    record(session, Kind.ACTIVATION_ASKED, identity_id=identity_id, where=where)


def send_again_to(session: Session, email: str, towards: Towards, where: Where) -> None:
    """For whom only the address is known: one mail, whatever the address is."""
    budgets.take(session, "mail_anonymous", email)
    issuer = settings_of(session).issuer
    holder = identities.find(session, email)
    identities.prolong(session, holder.id if holder else "")
    if holder is None:
        outbox.queue_nothing(session)  # the weight of the link that the others get (EN2)
        outbox.queue_mail(session, "no_account", email, sign_up_url=f"{issuer}/creer-un-compte")
    else:
        _send(session, holder.id, email, identities.is_free(holder), towards)
    record(session, Kind.ACTIVATION_ASKED, identity_id=holder.id if holder else None, where=where)


def _send(session: Session, identity_id: str, email: str, free: bool, towards: Towards) -> None:
    issuer = settings_of(session).issuer
    # the link is made for a taken address too, and its token forgotten: same work, nothing to use
    token = links.make(
        session,
        "activation",
        identity_id=identity_id,
        interaction_id=towards.interaction_id,
        client_id=towards.client_id,
    )
    if free:
        link = f"{issuer}/activation/{token}"
        outbox.queue_mail(session, "activation", email, link=link, site_name=towards.site_name)
    else:
        outbox.queue_mail(session, "already_known", email, sign_in_url=f"{issuer}/connexion")
