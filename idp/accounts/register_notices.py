"""Changed channels: written, and told to the channels that served until then, in one transaction.

The notice says what kind changed and when it takes effect, never a value. It is no code and takes
nothing from the budgets of codes: else a stranger who asks for codes could silence it, and a large
import could use up the day's SMS of everybody.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import insert
from sqlalchemy.orm import Session

from idp import clock
from idp.accounts.channels import ChannelKind, open_channel, serves
from idp.accounts.identifiers import open_email
from idp.accounts.lifetimes import CHANNEL_WAIT
from idp.accounts.phones import takes_sms
from idp.accounts.register_channels import Changes
from idp.delivery import outbox
from idp.models import Channel, Identity, Member
from idp.storage.claims import changed
from idp.texts import text

_NAMES = {
    ChannelKind.CONTACT_EMAIL: "mail.channel_changed.contact_email",
    ChannelKind.MOBILE: "mail.channel_changed.mobile",
    ChannelKind.LANDLINE: "mail.channel_changed.landline",
}


@dataclass(frozen=True, repr=False)
class Contact:
    """Planned changes of one member, and the rows held before them."""

    member: Member
    held: Sequence[Channel]
    changes: Changes


def carry_out(session: Session, contact: Contact) -> int:
    """Write the changes; how many rows were. Of a change that came too late nothing is told."""
    changes = contact.changes
    written = sum(changed(session, statement) for statement in changes.statements)
    if changes.added:
        session.execute(insert(Channel), changes.added)
    written += len(changes.added)
    if written and (changes.changed or changes.removed):
        _tell(session, contact)
    return written


def told(session: Session, member: Member, held: Sequence[Channel]) -> tuple[set[str], set[str]]:
    """The addresses and the mobiles that hear of a change: what serves, and the sign-in e-mail."""
    mails, numbers = set(), set()
    for channel in filter(serves, held):
        value = open_channel(session, channel)
        if channel.kind == ChannelKind.CONTACT_EMAIL:
            mails.add(value)
        elif channel.kind == ChannelKind.MOBILE and takes_sms(value):
            numbers.add(value)
    identity = session.get(Identity, member.identity_id) if member.identity_id else None
    if identity is not None:
        mails.add(open_email(session, identity.email_sealed))
    return mails, numbers


def _tell(session: Session, contact: Contact) -> None:
    changes = contact.changes
    mails, numbers = told(session, contact.member, contact.held)
    for address in sorted(mails):
        outbox.queue_mail(
            session,
            "channel_changed",
            address,
            changed=_named(changes.changed),
            removed=_named(changes.removed),
            serves_from=clock.now() + CHANNEL_WAIT,
        )
    for number in sorted(numbers):
        outbox.queue_sms(session, "channel_changed", number)


def _named(kinds: Sequence[ChannelKind]) -> str | None:
    """As the mail names them; None for none."""
    return ", ".join(text(_NAMES[kind]) for kind in kinds) or None
