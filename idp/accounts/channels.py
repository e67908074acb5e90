"""Channels: ways to reach a person, and what the register may do to them.

A channel of the register is declared, never proved (LI9); at the first import of its member it
serves recovery at once, one that a later import adds or changes waits. What the person has proved
or changed here is theirs: no import and no adviser touches it.
What a later import or an adviser changes is planned in register_channels.py.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

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
    REPLACED = "replaced"  # by an adviser: it serves nothing, and tells what the register says anew


class Source(StrEnum):
    """Who said so last."""

    REGISTER = "register"
    ADVISER = "adviser"
    PERSON = "person"


def channel_index(session: Session, value: str) -> str:
    """The keyed index of a canonical address or number, whatever kind of channel it is."""
    return channel_indexes(session, value)[0]


def channel_indexes(session: Session, value: str) -> list[str]:
    """The same under each held key, newest first."""
    return keys_of(session).digests("pii", _INDEX, value)


def open_channel(session: Session, channel: Channel) -> str:
    """The address or number."""
    return open_value(session, channel.value_sealed)


def open_value(session: Session, sealed: bytes) -> str:
    """The same from the column alone."""
    return keys_of(session).open("pii", _LABEL, sealed)


def masked(kind: ChannelKind, value: str) -> str:
    """*****@orange.fr, ** ** ** ** 08: of one length, before any proof (R6)."""
    if kind is ChannelKind.CONTACT_EMAIL:
        return f"*****@{value.rpartition('@')[2]}"
    return f"** ** ** ** {value[-2:]}"


def serves(channel: Channel) -> bool:
    """Whether it serves recovery now."""
    return channel.serves_recovery_from is not None and channel.serves_recovery_from <= clock.now()


def of_new_member(
    session: Session, member_id: str, wanted: Mapping[ChannelKind, str | None]
) -> list[dict[str, Any]]:
    """The rows of a member's first line: each serves recovery from now on."""
    return [
        {"id": new_id(), "member_id": member_id, "kind": kind.value, **said(session, value)}
        for kind, value in wanted.items()
        if value
    ]


def said(
    session: Session, value: str, *, source: Source = Source.REGISTER, waits: bool = False
) -> dict[str, Any]:
    """The columns of a value that somebody declares, canonical; `waits`: CHANNEL_WAIT."""
    now = clock.now()
    return {
        "value_sealed": keys_of(session).seal("pii", _LABEL, value),
        "value_index": channel_index(session, value),
        "standing": Standing.DECLARED.value,
        "source": source.value,
        "since": now,
        "serves_recovery_from": now + CHANNEL_WAIT if waits else now,
    }
