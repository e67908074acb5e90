"""Some lines of the register against what is known: first what each would change, then the writes.

A NIR belongs to one member: a line never takes it from another, but may wait for a later line to
set it free. An empty NIR or verifier takes nothing away; any other field is the whole truth of its
line. Of several lines of one member the first counts, whatever becomes of it.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import case, insert, literal, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import Delete, Update

from idp import clock
from idp.accounts import channels, register_channels, register_notices
from idp.accounts.channels import ChannelKind
from idp.accounts.civil import match_keys, seal_address, seal_civil
from idp.accounts.legacy import seal_verifier
from idp.accounts.nir import nir_indexes, seal_nir
from idp.accounts.phones import takes_sms
from idp.accounts.register_fields import Line
from idp.accounts.register_findings import Finding, Outcome, Reason
from idp.accounts.register_notices import Contact
from idp.models import Channel, Member, new_id
from idp.storage.claims import changed
from idp.storage.engine import keys_of
from idp.storage.seen import Seen


class Effect(StrEnum):
    """What a line does to its member."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass
class Plan:
    """What a batch would do; `deferred` are lines whose NIR a later line may set free."""

    effects: Counter[Effect] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    statements: list[Update | Delete] = field(default_factory=list)
    members: list[dict[str, Any]] = field(default_factory=list)
    channels: list[dict[str, Any]] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    deferred: list[Line] = field(default_factory=list)

    def notice(self, line: Line, where: str, reason: Reason) -> None:
        """Somebody should know."""
        self.findings.append(Finding(line.line, Outcome.NOTICED, where, reason))

    def refuse(self, line: Line, where: str, reason: Reason) -> None:
        """Nothing of the line is kept."""
        self.effects[Effect.REFUSED] += 1
        self.findings.append(Finding(line.line, Outcome.REFUSED, where, reason))

    def writes(self) -> bool:
        """Whether anything changes."""
        return bool(self.statements or self.members)


class _Known:
    """What the database holds of the members that a batch names."""

    def __init__(self, session: Session, lines: Sequence[Line]) -> None:
        numbers = {line.member_number for line in lines}
        found = session.scalars(select(Member).where(Member.member_number.in_(numbers))).all()
        self.members = {member.member_number: member for member in found}
        indexes = {i for line in lines if line.nir for i in nir_indexes(session, line.nir)}
        holders = select(Member.nir_index, Member.member_number)
        rows = session.execute(holders.where(Member.nir_index.in_(indexes)))
        self.holders: dict[str | None, str] = {row.nir_index: row.member_number for row in rows}
        owned = Channel.member_id.in_([member.id for member in found])
        theirs = Channel.identity_id.in_([m.identity_id for m in found if m.identity_id])
        self._channels: dict[str | None, list[Channel]] = defaultdict(list)
        for channel in session.scalars(select(Channel).where(owned | theirs)):
            self._channels[channel.member_id or channel.identity_id].append(channel)

    def channels_of(self, member: Member) -> list[Channel]:
        """Those of the member, and those of the identity that it is attached to."""
        return self._channels[member.id] + self._channels[member.identity_id]


def plan(session: Session, lines: Sequence[Line], seen: Seen, *, again: bool = False) -> Plan:
    """What these lines would change. `seen` is what this run has met and accepted so far.

    `again`: they were deferred before, and what the run has done since may let them in.
    """
    made, known = Plan(), _Known(session, lines)
    for line in lines:
        _Step(session, line, known, made, seen).take(again)
    return made


def write(session: Session, made: Plan) -> None:
    """Carry a plan out. Updates come first: they may set a NIR free that an insert takes."""
    for statement in made.statements:
        changed(session, statement)
    if made.members:
        session.execute(insert(Member), made.members)
    if made.channels:
        session.execute(insert(Channel), made.channels)
    for contact in made.contacts:
        register_notices.carry_out(session, contact)


class _Step:
    """One line of a plan."""

    def __init__(self, session: Session, line: Line, known: _Known, made: Plan, seen: Seen) -> None:
        self.session, self.line, self.known, self.made = session, line, known, made
        self.seen = seen
        self.member = known.members.get(line.member_number)
        self.indexes = nir_indexes(session, line.nir) if line.nir else []
        keys = keys_of(session)
        self.digests = keys.digests("pii", "member.line", line.content())
        self.number_digest = keys.digest("pii", "member.seen", line.member_number)

    def take(self, again: bool) -> None:
        """Refuse the line, put it off, or plan it and remember it."""
        line, seen = self.line, self.seen
        if not again and self.number_digest in seen:
            self.made.refuse(line, "member_number", Reason.MEMBER_NUMBER_TWICE)
            return
        seen.add(self.number_digest)
        if any(index in seen for index in self.indexes):
            self.made.refuse(line, "nir", Reason.NIR_OF_ANOTHER_MEMBER)
        elif self._nir_is_anothers():
            self.made.deferred.append(line)
        else:
            if self.indexes:
                seen.add(self.indexes[0])
            self._notice()
            self.made.effects[self._planned()] += 1

    def _nir_is_anothers(self) -> bool:
        """In the database; a dry run leaves there what an earlier line has set free."""
        holders = {
            self.known.holders.get(index)
            for index in self.indexes
            if _freed(index) not in self.seen
        }
        return bool(holders - {None, self.line.member_number})

    def _planned(self) -> Effect:
        if self.member is None:
            self._create()
            return Effect.CREATED
        if self.member.line_digest in self.digests:
            return Effect.UNCHANGED
        self._update(self.member)
        return Effect.UPDATED

    def _notice(self) -> None:
        line = self.line
        if line.nir and line.nir.provisional:
            self.made.notice(line, "nir", Reason.PROVISIONAL)
        if line.nir and line.nir.born_abroad:
            self.made.notice(line, "nir", Reason.BORN_ABROAD)
        if any(_freed(index) in self.seen for index in self.indexes):
            self.made.notice(line, "nir", Reason.NIR_MOVED)
        mobile = line.channels[ChannelKind.MOBILE]
        if mobile and not takes_sms(mobile):
            self.made.notice(line, "mobile", Reason.NO_SMS)

    def _create(self) -> None:
        now, member_id = clock.now(), new_id()
        self.made.members.append(
            {
                "id": member_id,
                "member_number": self.line.member_number,
                **self._values(member_id),
                "nir_sealed": seal_nir(self.session, self.line.nir) if self.line.nir else None,
                "nir_index": self.indexes[0] if self.indexes else None,
                "legacy_sealed": self._verifier(),
                "legacy_waits": bool(self.line.verifier),
                "created_at": now,
            }
        )
        rows = channels.of_new_member(self.session, member_id, self.line.channels)
        self.made.channels.extend(rows)
        self._hold(None)

    def _update(self, member: Member) -> None:
        values = self._values(member.id)
        if self.line.nir:
            values |= {
                "nir_sealed": seal_nir(self.session, self.line.nir),
                "nir_index": self.indexes[0],
            }
            if member.nir_index and member.nir_index not in self.indexes:
                self.made.notice(self.line, "nir", Reason.NIR_CHANGED)
                self.seen.add(_freed(member.nir_index))
            self._hold(member.nir_index)
        elif member.nir_index:
            self.made.notice(self.line, "nir", Reason.NIR_KEPT)
        if self.line.verifier:  # once attached, a verifier is gone for good (C13)
            free = Member.identity_id.is_(None)
            values["legacy_sealed"] = case(
                (free, literal(self._verifier())), else_=Member.legacy_sealed
            )
            values["legacy_waits"] = free
        self.made.statements.append(update(Member).where(Member.id == member.id).values(**values))
        self._update_channels(member)

    def _update_channels(self, member: Member) -> None:
        held = self.known.channels_of(member)
        wanted = self.line.channels
        changes = register_channels.of_known_member(self.session, member.id, held, wanted)
        if changes.writes():
            self.made.contacts.append(Contact(member, held, changes))
        for kind in changes.kept:
            self.made.notice(self.line, kind.value, Reason.CHANNEL_KEPT)

    def _values(self, member_id: str) -> dict[str, Any]:
        line, session = self.line, self.session
        return {
            "status": line.status.value,
            "civil_sealed": seal_civil(session, line.civil),
            **match_keys(session, member_id, line.civil),
            "address_sealed": seal_address(session, line.address),
            "contract": line.contract or None,
            "line_digest": self.digests[0],
            "updated_at": clock.now(),
        }

    def _verifier(self) -> bytes | None:
        return seal_verifier(self.session, self.line.verifier) if self.line.verifier else None

    def _hold(self, released: str | None) -> None:
        """Within the batch, the NIR is this member's from here on."""
        self.known.holders.pop(released, None)
        for index in self.indexes:
            self.known.holders[index] = self.line.member_number


def _freed(index: str) -> str:
    return f"freed {index}"
