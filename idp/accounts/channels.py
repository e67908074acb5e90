"""Channels: ways to reach a person, and what the register may do to them.

A channel of the register is declared, never proved (LI9); at the first import of its member it
serves recovery at once, one that a later import adds or changes waits. What the person has proved
or changed here is theirs: no import touches it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, delete, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import Delete, Update

from idp import clock
from idp.accounts.lifetimes import CHANNEL_WAIT
from idp.models import Channel, new_id
from idp.storage.engine import keys_of

_LABEL, _INDEX = "channel.value", "channel.index"


class ChannelKind(StrEnum):
    """What the register knows of a person; the sign-in e-mail is a column of the identity."""

    CONTACT_EMAIL = "contact_email"
    MOBILE = "mobile"
    LANDLINE = "landline"


class Standing(StrEnum):
    """Whether a code has shown that the person reads it."""

    DECLARED = "declared"
    PROVED = "proved"


class Source(StrEnum):
    """Who said so last."""

    REGISTER = "register"
    PERSON = "person"


def channel_index(session: Session, value: str) -> str:
    """The keyed index of a canonical address or number, whatever kind of channel it is."""
    return channel_indexes(session, value)[0]


def channel_indexes(session: Session, value: str) -> list[str]:
    """The same under each held key, newest first."""
    return keys_of(session).digests("pii", _INDEX, value)


def open_channel(session: Session, channel: Channel) -> str:
    """The address or number."""
    return keys_of(session).open("pii", _LABEL, channel.value_sealed)


def masked(kind: ChannelKind, value: str) -> str:
    """*****@orange.fr, ** ** ** ** 08: of one length, before any proof (R6)."""
    if kind is ChannelKind.CONTACT_EMAIL:
        return f"*****@{value.rpartition('@')[2]}"
    return f"** ** ** ** {value[-2:]}"


@dataclass
class Changes:
    """What one line of the register does to the channels of one member."""

    added: list[dict[str, Any]] = field(default_factory=list)
    statements: list[Update | Delete] = field(default_factory=list)
    kept: list[ChannelKind] = field(default_factory=list)


def of_new_member(
    session: Session, member_id: str, wanted: Mapping[ChannelKind, str | None]
) -> list[dict[str, Any]]:
    """The rows of a member's first line: each serves recovery from now on."""
    return [
        {"id": new_id(), "member_id": member_id, "kind": kind.value, **_said(session, value)}
        for kind, value in wanted.items()
        if value
    ]


def of_known_member(
    session: Session,
    member_id: str,
    held: Sequence[Channel],
    wanted: Mapping[ChannelKind, str | None],
) -> Changes:
    """The changes of a later line; `held` are the channels of the member and of its identity.

    `kept` names the kinds where the line says other than the person did.
    """
    changes = Changes()
    for kind, value in wanted.items():
        mine = [channel for channel in held if channel.kind == kind.value]
        indexes = channel_indexes(session, value) if value else []
        if any(_is_the_persons(channel) for channel in mine):
            if value and not any(channel.value_index in indexes for channel in mine):
                changes.kept.append(kind)
        elif not mine and value:
            said = _said(session, value, waits=True)
            changes.added.append(
                {"id": new_id(), "member_id": member_id, "kind": kind.value, **said}
            )
        elif mine and not value:
            changes.statements.append(delete(Channel).where(*_still_the_registers(mine[0])))
        elif mine and value and mine[0].value_index not in indexes:
            said = _said(session, value, waits=True)
            changes.statements.append(
                update(Channel).where(*_still_the_registers(mine[0])).values(**said)
            )
    return changes


def _is_the_persons(channel: Channel) -> bool:
    return channel.source == Source.PERSON or channel.standing == Standing.PROVED


def _still_the_registers(channel: Channel) -> tuple[ColumnElement[bool], ...]:
    """The row, unless the person proves or changes it at this very moment."""
    return (
        Channel.id == channel.id,
        Channel.source == Source.REGISTER.value,
        Channel.standing == Standing.DECLARED.value,
    )


def _said(session: Session, value: str, *, waits: bool = False) -> dict[str, Any]:
    now = clock.now()
    return {
        "value_sealed": keys_of(session).seal("pii", _LABEL, value),
        "value_index": channel_index(session, value),
        "standing": Standing.DECLARED.value,
        "source": Source.REGISTER.value,
        "since": now,
        "serves_recovery_from": now + CHANNEL_WAIT if waits else now,
    }
