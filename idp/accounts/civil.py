"""Names, birth date and postal address of a member: sealed, and compared without being opened.

The keys of comparison are keyed digests bound to the one member: two members of one name or one
birth date cannot be told from their rows.
"""

import json
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from idp.accounts.spelling import letters
from idp.models import Member
from idp.storage.engine import keys_of

_CIVIL, _ADDRESS = "member.civil", "member.address"
_NAME_KEY, _BIRTH_KEY = "member.name.match", "member.birth_date.match"


@dataclass(frozen=True, repr=False)
class Civil:
    """Who a member is. `family_name` is the name in use; the other names may be empty."""

    family_name: str
    birth_name: str
    given_name: str
    birth_date: date


@dataclass(frozen=True, repr=False)
class Address:
    """Where a member lives; each part may be empty."""

    line: str
    postal_code: str
    city: str


def seal_civil(session: Session, civil: Civil) -> bytes:
    """As it is stored."""
    parts = [civil.family_name, civil.birth_name, civil.given_name, civil.birth_date.isoformat()]
    return keys_of(session).seal("pii", _CIVIL, json.dumps(parts))


def open_civil(session: Session, sealed: bytes) -> Civil:
    """What seal_civil() took."""
    family_name, birth_name, given_name, birth_date = json.loads(
        keys_of(session).open("pii", _CIVIL, sealed)
    )
    return Civil(family_name, birth_name, given_name, date.fromisoformat(birth_date))


def seal_address(session: Session, address: Address) -> bytes:
    """As it is stored."""
    parts = [address.line, address.postal_code, address.city]
    return keys_of(session).seal("pii", _ADDRESS, json.dumps(parts))


def open_address(session: Session, sealed: bytes) -> Address:
    """What seal_address() took."""
    return Address(*json.loads(keys_of(session).open("pii", _ADDRESS, sealed)))


def match_keys(session: Session, member_id: str, civil: Civil) -> dict[str, str | None]:
    """The columns that name_matches() and birth_date_matches() compare with."""
    family_name, birth_name = letters(civil.family_name), letters(civil.birth_name)
    birth_date = civil.birth_date.isoformat()
    named = _digests(session, _NAME_KEY, member_id, family_name)[0]
    born_as = _digests(session, _NAME_KEY, member_id, birth_name)[0] if birth_name else None
    return {
        "family_name_key": named,
        "birth_name_key": born_as,
        "birth_date_key": _digests(session, _BIRTH_KEY, member_id, birth_date)[0],
    }


def name_matches(session: Session, member: Member, typed: str) -> bool:
    """Whether `typed` is the name in use or the birth name; accents, case, hyphens ignored (A4)."""
    digests = _digests(session, _NAME_KEY, member.id, letters(typed))
    return member.family_name_key in digests or member.birth_name_key in digests


def birth_date_matches(session: Session, member: Member, typed: date) -> bool:
    """Whether the member was born that day."""
    return member.birth_date_key in _digests(session, _BIRTH_KEY, member.id, typed.isoformat())


def _digests(session: Session, label: str, member_id: str, value: str) -> list[str]:
    return keys_of(session).digests("pii", label, f"{member_id}:{value}")
