"""An adviser's change of a channel (R9): declared, it waits before it serves; the others are told.

Against the file of the register: register_channels.py says what a later line may do to it.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from idp import clock
from idp.accounts import members, register_channels, register_notices
from idp.accounts.activity import Kind, record
from idp.accounts.channels import ChannelKind
from idp.accounts.lifetimes import CHANNEL_WAIT
from idp.accounts.register_channels import Changes, TheirsError
from idp.accounts.register_notices import Contact
from idp.models import Member
from idp.storage.turns import take_turn


@dataclass(frozen=True)
class Changed:
    """`serves_from` (aware UTC) is None for a channel taken away; `told`: notices queued."""

    serves_from: datetime | None
    told: int


def set_contact(
    session: Session, member: Member, kind: ChannelKind, value: str | None, *, by: str
) -> Changed | None:
    """Put `value` (canonical) on file, or take the channel away (None). None: it was so already.

    TheirsError where the person has proved or changed it, even at this moment.
    """
    take_turn(session, "register")
    session.refresh(member)  # it may have been attached since it was read
    held = members.rows_held(session, member)
    changes = register_channels.of_adviser(session, member.id, held, kind, value)
    if not changes.writes():
        return None
    told = sum(map(len, register_notices.told(session, member, held)))
    _write(session, Contact(member, held, changes))
    record(
        session,
        Kind.CONTACT_SET if value else Kind.CONTACT_REMOVED,
        identity_id=member.identity_id,
        by=by,
        member=member.id,
        channel=kind.value,
    )
    return Changed(clock.now() + CHANNEL_WAIT if value else None, told)


def _write(session: Session, contact: Contact) -> None:
    planned: Changes = contact.changes
    if register_notices.carry_out(session, contact) < len(planned.statements) + len(planned.added):
        raise TheirsError  # they were quicker, and nothing of this is kept
