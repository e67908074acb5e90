"""What a later line of the register, or an adviser, changes of a member's channels: planned here.

What an adviser says stands beside what the register said: that row is kept, `replaced`, and serves
nothing. So a line that only repeats the old value undoes nothing, a line that brings the adviser's
value takes it over as it is, and a line with any other value is news, which the register may bring.
Who plans holds the turn "register" until it is written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, delete, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import Delete, Update

from idp.accounts import channels
from idp.accounts.channels import ChannelKind, Source, Standing
from idp.errors import DomainError
from idp.models import Channel, new_id


class TheirsError(DomainError):
    """The person has proved or changed this channel here: only they change it."""

    reason = "channel_is_theirs"


@dataclass
class Changes:
    """What a line of the register, or an adviser, does to the channels of one member.

    `changed` and `removed` name the kinds that the person is told of, `kept` those where the line
    says other than the person or an adviser did.
    """

    added: list[dict[str, Any]] = field(default_factory=list)
    statements: list[Update | Delete] = field(default_factory=list)
    changed: list[ChannelKind] = field(default_factory=list)
    removed: list[ChannelKind] = field(default_factory=list)
    kept: list[ChannelKind] = field(default_factory=list)

    def writes(self) -> bool:
        """Whether anything is to be written."""
        return bool(self.statements or self.added)


def of_known_member(
    session: Session,
    member_id: str,
    held: Sequence[Channel],
    wanted: Mapping[ChannelKind, str | None],
) -> Changes:
    """The changes of a later line; `held` are all rows of the member and of its identity."""
    changes = Changes()
    for kind, value in wanted.items():
        _Rows(session, member_id, held, kind).follow_register(value, changes)
    return changes


def of_adviser(
    session: Session, member_id: str, held: Sequence[Channel], kind: ChannelKind, value: str | None
) -> Changes:
    """An adviser says: this value (canonical), or None for none. TheirsError if the person did.

    Nothing where it is so already, waiting or not.
    """
    changes = Changes()
    _Rows(session, member_id, held, kind).follow_adviser(value, changes)
    return changes


class _Rows:
    """The rows of one kind of channel of one member."""

    def __init__(
        self, session: Session, member_id: str, held: Sequence[Channel], kind: ChannelKind
    ) -> None:
        self._session, self._member_id, self._kind = session, member_id, kind
        mine = [each for each in held if each.kind == kind.value and not _is_only_claimed(each)]
        self._live = [channel for channel in mine if channel.standing != Standing.REPLACED]
        self._theirs = any(_is_the_persons(channel) for channel in mine)
        said_by = {channel.source: channel for channel in mine if channel.member_id}
        self._register = said_by.get(Source.REGISTER.value)
        self._adviser = said_by.get(Source.ADVISER.value)

    def follow_register(self, value: str | None, changes: Changes) -> None:
        """What a line says."""
        advised = self._adviser is not None or self._register not in (None, *self._live)
        if self._theirs or (advised and self._is(self._register, value)):
            if value and not any(self._is(channel, value) for channel in self._live):
                changes.kept.append(self._kind)
        elif self._adviser and value and self._is(self._adviser, value):
            self._delete(self._register, changes)  # first: the register has one row a kind
            self._update(self._adviser, {"source": Source.REGISTER.value}, changes)
        elif not self._is(self._register, value):
            self._bring(value, changes)

    def follow_adviser(self, value: str | None, changes: Changes) -> None:
        """What an adviser says."""
        if self._theirs:
            raise TheirsError
        if value is None and self._live:
            changes.removed.append(self._kind)
            self._delete(self._adviser, changes)
        elif value is not None and not any(self._is(each, value) for each in self._live):
            changes.changed.append(self._kind)
            said = channels.said(self._session, value, source=Source.ADVISER, waits=True)
            self._say(self._adviser, said, changes)
        else:
            return
        if self._register in self._live:
            gone = {"standing": Standing.REPLACED.value, "serves_recovery_from": None}
            self._update(self._register, gone, changes)

    def _bring(self, value: str | None, changes: Changes) -> None:
        """News of the register: what it withdraws leaves an adviser's word alone."""
        if value:
            changes.changed.append(self._kind)
            self._delete(self._adviser, changes)
            self._say(self._register, channels.said(self._session, value, waits=True), changes)
            return
        if self._register in self._live:
            changes.removed.append(self._kind)
        self._delete(self._register, changes)

    def _is(self, channel: Channel | None, value: str | None) -> bool:
        if channel is None or value is None:
            return channel is None and value is None
        return channel.value_index in channels.channel_indexes(self._session, value)

    def _say(self, channel: Channel | None, said: dict[str, Any], changes: Changes) -> None:
        if channel is not None:
            self._update(channel, said, changes)
            return
        owned = {"id": new_id(), "member_id": self._member_id, "kind": self._kind.value}
        changes.added.append({**owned, **said})

    def _update(self, channel: Channel | None, said: dict[str, Any], changes: Changes) -> None:
        if channel is not None:
            still = update(Channel).where(*_still_as_it_was(channel))
            changes.statements.append(still.values(**said))

    def _delete(self, channel: Channel | None, changes: Changes) -> None:
        if channel is not None:
            changes.statements.append(delete(Channel).where(*_still_as_it_was(channel)))


def _is_the_persons(channel: Channel) -> bool:
    return channel.source == Source.PERSON or channel.standing == Standing.PROVED


def _is_only_claimed(channel: Channel) -> bool:
    """Typed by the holder of an identity and never proved: it stands against nothing."""
    return channel.identity_id is not None and channel.standing != Standing.PROVED


def _still_as_it_was(channel: Channel) -> tuple[ColumnElement[bool], ...]:
    """The row, unless the person proves or changes it at this very moment."""
    return (
        Channel.id == channel.id,
        Channel.source == channel.source,
        Channel.standing == channel.standing,
    )
