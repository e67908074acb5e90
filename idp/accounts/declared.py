"""Numbers that a person gave for themselves: kept as declared, they serve nothing yet (A4)."""

from collections.abc import Mapping

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from idp.accounts import channels
from idp.accounts.channels import ChannelKind, Source, Standing
from idp.models import Channel, new_id
from idp.storage.claims import changed


def declare(
    session: Session, identity_id: str, said: Mapping[ChannelKind, str]
) -> dict[ChannelKind, str]:
    """Keep these canonical numbers, in place of what was declared before; the ids of their rows."""
    ids = {kind: new_id() for kind in said}
    for kind, value in said.items():
        before = (Channel.identity_id == identity_id) & (Channel.kind == kind.value)
        unproved = Channel.standing == Standing.DECLARED.value
        changed(session, delete(Channel).where(before, unproved))
        row = channels.said(session, value) | {
            "standing": Standing.DECLARED.value,
            "source": Source.PERSON.value,
            "serves_recovery_from": None,
        }
        session.execute(
            insert(Channel).values(id=ids[kind], identity_id=identity_id, kind=kind.value, **row)
        )
    return ids
