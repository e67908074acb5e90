"""Whom a code is for: an identity, a member who may have no identity yet, or nobody.

Nobody is asked for codes too: a pair that the register does not know sees the same pages (R6).
"""

from dataclasses import dataclass
from enum import StrEnum


class SubjectKind(StrEnum):
    """What the id names."""

    IDENTITY = "identity"
    MEMBER = "member"
    NOBODY = "nobody"


@dataclass(frozen=True)
class Subject:
    """One of them; its text is the column codes.subject."""

    kind: SubjectKind
    id: str

    def __str__(self) -> str:
        return f"{self.kind.value}:{self.id}"


def identity(identity_id: str) -> Subject:
    """The person behind an identity."""
    return Subject(SubjectKind.IDENTITY, identity_id)


def member(member_id: str) -> Subject:
    """A person of the register."""
    return Subject(SubjectKind.MEMBER, member_id)


def nobody(flow_id: str) -> Subject:
    """Who typed what belongs to no one, in one flow: no code of theirs is ever right."""
    return Subject(SubjectKind.NOBODY, flow_id)


def read(stored: str) -> Subject:
    """The subject of a column codes.subject."""
    kind, _colon, whose = stored.partition(":")
    return Subject(SubjectKind(kind), whose)
