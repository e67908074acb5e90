"""Some lines of an invitations file against what is known: what each would do, then the writes.

A line names a member by number, and then tells the names and the birth date as the register has
them; or it brings somebody new, who gets a number. Its address becomes the contact address of a
member that it creates, declared as the register's are (LI9); a member on file keeps theirs.
"""

import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain
from typing import Any

from sqlalchemy import insert, or_, select, update
from sqlalchemy.orm import Session

from idp import clock
from idp.accounts import channels, invitations
from idp.accounts.channels import ChannelKind
from idp.accounts.civil import (
    Address,
    Civil,
    birth_date_matches,
    match_keys,
    name_matches,
    open_civil,
    seal_address,
    seal_civil,
)
from idp.accounts.invitation_lines import Line
from idp.accounts.lifetimes import LINKS
from idp.accounts.members import Status
from idp.accounts.register_findings import Finding, Outcome, Reason
from idp.accounts.spelling import letters
from idp.models import Channel, Invitation, Member, new_id
from idp.storage.claims import changed
from idp.storage.engine import keys_of
from idp.storage.seen import Seen

_LETTERS = "BCDFGHJKLMNPQRST"  # no vowel: no word
_LINE, _PERSON, _MEMBER = "invitations.line", "invitations.person", "invitations.seen"


class Effect(StrEnum):
    """What a line comes to."""

    INVITED = "invited"
    UNCHANGED = "unchanged"
    HAS_IDENTITY = "has_identity"
    REFUSED = "refused"


@dataclass(frozen=True)
class Numbered(Finding):
    """The remark about a line without number: the one that its member bears."""

    member_number: str


@dataclass
class Plan:
    """What a batch would do; the open invitation of the members `superseded` is replaced."""

    effects: Counter[Effect] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    members: list[dict[str, Any]] = field(default_factory=list)
    channels: list[dict[str, Any]] = field(default_factory=list)
    superseded: list[str] = field(default_factory=list)
    invited: list[tuple[Line, dict[str, Any]]] = field(default_factory=list)

    def say(self, line: Line, effect: Effect, finding: Finding | None = None) -> None:
        """One line is done with."""
        self.effects[effect] += 1
        if finding is not None:
            self.findings.append(finding)

    def refuse(self, line: Line, where: str, reason: Reason) -> None:
        """Nothing of the line is kept."""
        self.say(line, Effect.REFUSED, Finding(line.line, Outcome.REFUSED, where, reason))


def plan(session: Session, lines: Sequence[Line], seen: Seen) -> Plan:
    """What these lines would do; `seen` is what this run has met so far."""
    made, known = Plan(), _Known(session, lines)
    for line in lines:
        _Step(session, line, known, made, seen).take()
    return made


def write(session: Session, made: Plan) -> None:
    """Carry a plan out: members and their channels, invitations, links and mails."""
    if made.superseded:
        replaced = update(Invitation).where(
            Invitation.member_id.in_(made.superseded),
            Invitation.used_at.is_(None),
            Invitation.revoked_at.is_(None),
        )
        changed(session, replaced.values(revoked_at=clock.now()))
    if made.members:
        session.execute(insert(Member), made.members)
    if made.channels:
        session.execute(insert(Channel), made.channels)
    if made.invited:
        session.execute(insert(Invitation), [row for _line, row in made.invited])
    for line, row in made.invited:
        invitations.send(
            session,
            row["member_id"],
            line.email,
            given_name=line.given_name,
            employer=line.employer,
            contract=line.contract,
        )


class _Known:
    """What the database holds of what a batch names."""

    def __init__(self, session: Session, lines: Sequence[Line]) -> None:
        keys = keys_of(session)
        self.digests = {line.line: keys.digests("pii", _LINE, line.content()) for line in lines}
        self.people = {line.line: keys.digests("pii", _PERSON, line.person()) for line in lines}
        numbers = {line.member_number for line in lines if line.member_number}
        found = session.scalars(select(Member).where(Member.member_number.in_(numbers)))
        self.members = {member.member_number: member for member in found}
        invited = select(Invitation.line_digest, Invitation.person_index, Member.member_number)
        rows = session.execute(
            invited.join(Member, Member.id == Invitation.member_id).where(
                or_(
                    Invitation.line_digest.in_(chain.from_iterable(self.digests.values())),
                    Invitation.person_index.in_(chain.from_iterable(self.people.values())),
                )
            )
        ).all()
        self.numbers = {row.line_digest: row.member_number for row in rows}
        self.persons = {row.person_index for row in rows}


class _Step:
    """One line of a plan."""

    def __init__(self, session: Session, line: Line, known: _Known, made: Plan, seen: Seen) -> None:
        self.session, self.line, self.known, self.made = session, line, known, made
        self.seen = seen
        self.digests, self.person = known.digests[line.line], known.people[line.line]
        self.member = known.members.get(line.member_number)

    def take(self) -> None:
        """Refuse the line, or plan it and remember it."""
        number = next((self.known.numbers[d] for d in self.digests if d in self.known.numbers), "")
        if number or self.digests[0] in self.seen:
            self.made.say(self.line, Effect.UNCHANGED, self._numbered(number))
        elif (problem := self._problem()) is not None:
            self.made.refuse(self.line, *problem)
        elif self.member is not None and self.member.identity_id is not None:
            told = Finding(self.line.line, Outcome.NOTICED, "member_number", Reason.HAS_IDENTITY)
            self.made.say(self.line, Effect.HAS_IDENTITY, told)
        else:
            number = self._invite()
            self.made.say(self.line, Effect.INVITED, self._numbered(number))

    def _problem(self) -> tuple[str, Reason] | None:
        """Why the line invites nobody, and where it says so."""
        line, member = self.line, self.member
        met = self._met()
        if line.member_number:
            if met in self.seen:
                return "member_number", Reason.MEMBER_NUMBER_TWICE
        elif met in self.seen or self.known.persons.intersection(self.person):
            return "member_number", Reason.INVITED_OTHERWISE
        if member is None:
            return None
        if not name_matches(self.session, member, line.family_name):
            return "family_name", Reason.PERSON_DIFFERS
        if not birth_date_matches(self.session, member, line.birth_date):
            return "birth_date", Reason.PERSON_DIFFERS
        given = open_civil(self.session, member.civil_sealed).given_name
        if letters(given) not in ("", letters(line.given_name)):
            return "given_name", Reason.PERSON_DIFFERS
        if member.status != Status.ACTIVE.value:
            return "member_number", Reason.MEMBER_CLOSED
        # their old password leads to the migration: an employer's address must not skip it (R9)
        legacy = member.legacy_sealed is not None and member.identity_id is None
        return ("member_number", Reason.HAS_LEGACY) if legacy else None

    def _invite(self) -> str:
        now, line = clock.now(), self.line
        if self.member is not None:
            member_id, number = self.member.id, self.member.member_number
            self.made.superseded.append(member_id)
        else:
            member_id, number = self._create()
        row = {
            "id": new_id(),
            "member_id": member_id,
            "email_sealed": invitations.seal_email(self.session, line.email),
            "email_index": invitations.email_index(self.session, line.email),
            "employer": line.employer,
            "contract": line.contract or None,
            "line_digest": self.digests[0],
            "person_index": self.person[0],
            "created_at": now,
            "sent_at": now,
            "expires_at": now + LINKS[invitations.PURPOSE],
        }
        self.made.invited.append((line, row))
        self.seen.add(self.digests[0])
        self.seen.add(self._met())
        return number

    def _create(self) -> tuple[str, str]:
        """Somebody new: their id and number. No NIR: a line of the register may bring it later."""
        session, line, now, member_id = self.session, self.line, clock.now(), new_id()
        number = line.member_number or _new_number()
        civil = Civil(line.family_name, "", line.given_name, line.birth_date)
        self.made.members.append(
            {
                "id": member_id,
                "member_number": number,
                "status": Status.ACTIVE.value,
                "civil_sealed": seal_civil(session, civil),
                **match_keys(session, member_id, civil),
                "address_sealed": seal_address(session, Address("", "", "")),
                "contract": line.contract or None,
                "created_at": now,
                "updated_at": now,
            }
        )
        contact: dict[ChannelKind, str | None] = {ChannelKind.CONTACT_EMAIL: line.email}
        self.made.channels.extend(channels.of_new_member(session, member_id, contact))
        return member_id, number

    def _met(self) -> str:
        """What this run remembers of the member: the number, or the person without one."""
        line, digest = self.line, keys_of(self.session).digest
        if line.member_number:
            return digest("pii", _MEMBER, line.member_number)
        return self.person[0]

    def _numbered(self, number: str) -> Numbered | None:
        if self.line.member_number or not number:
            return None
        return Numbered(
            self.line.line, Outcome.NOTICED, "member_number", Reason.NUMBER_GIVEN, number
        )


def _new_number() -> str:
    """A number that no member has: 64 random bits, in letters (digits might read as a NIR)."""
    return "I" + "".join(secrets.choice(_LETTERS) for _ in range(16))
