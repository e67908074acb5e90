"""The one code process: issue, try, once. Every code of the house is one of its purposes (OTC1-6).

A code is bound to its purpose, subject, channel and flow. A try is claimed before the characters
are compared, and the use is claimed by a second conditional UPDATE: of twenty right answers at
once, one is right. A code for nobody is issued and tried like any other, and is never right.
"""

import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, insert, select, update
from sqlalchemy.orm import Session

from idp import clock
from idp.accounts import subject
from idp.accounts.lifetimes import CODE_TRIES, LETTER_CODE, TEMPORARY_PASSWORD
from idp.accounts.subject import Subject, SubjectKind
from idp.models import Code, new_id
from idp.storage.claims import changed
from idp.storage.engine import keys_of, settings_of

_LABEL = "code"
_DIGITS = "0123456789"
_UNAMBIGUOUS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that a reader takes for another


class Purpose(StrEnum):
    """What a code is for; a code of one purpose is worth nothing for another (OTC5)."""

    SIGN_IN = "sign_in"
    MEMBER = "member"
    LETTER = "letter"
    LEGACY = "legacy"
    TEMPORARY = "temporary"
    PHONE = "phone"


@dataclass(frozen=True)
class Shape:
    """How a code of one purpose looks, and how long it lives (None: the setting of R1)."""

    alphabet: str = _DIGITS
    length: int = 6
    prefix: int = 3
    life: timedelta | None = None


SHAPES: dict[Purpose, Shape] = {
    Purpose.SIGN_IN: Shape(),
    Purpose.MEMBER: Shape(),
    Purpose.LETTER: Shape(_UNAMBIGUOUS, 10, 0, LETTER_CODE),
    Purpose.LEGACY: Shape(),
    Purpose.TEMPORARY: Shape(_UNAMBIGUOUS, 10, 0, TEMPORARY_PASSWORD),
    Purpose.PHONE: Shape(),
}


class Answer(StrEnum):
    """What became of what was typed."""

    RIGHT = "right"
    WRONG = "wrong"
    OLD_MESSAGE = "old_message"
    NOT_A_CODE = "not_a_code"
    DEAD = "dead"


@dataclass(frozen=True)
class Issued:
    """A fresh code as the message shows it: "671 - 482 913"."""

    prefix: str
    secret: str
    expires_at: datetime

    @property
    def shown(self) -> str:
        """Prefix and code, grouped to be read aloud: "671 - 482 913", "7KQ4M X2RTB"."""
        half = len(self.secret) // 2
        grouped = f"{self.secret[:half]} {self.secret[half:]}"
        return f"{self.prefix} - {grouped}" if self.prefix else grouped


@dataclass(frozen=True)
class Binding:
    """What a code belongs to; all of it must be the same when the code comes back.

    `flow_id` is the interaction, or the other flow, that asked; None where any browser may answer.
    """

    purpose: Purpose
    subject: Subject
    flow_id: str | None
    channel_index: str


@dataclass(frozen=True)
class Tried:
    """The answer, and the tries left after it."""

    answer: Answer
    tries_left: int = 0
    code_id: str | None = None
    prefix: str | None = None


def issue(session: Session, binding: Binding) -> Issued:
    """A new code; an older one of the same binding dies (OTC4). Nothing is sent here."""
    now, shape, code_id = clock.now(), SHAPES[binding.purpose], new_id()
    _void(session, binding)
    issued = Issued(
        secret=_drawn(shape.alphabet, shape.length),
        prefix=_drawn(_DIGITS, shape.prefix),
        expires_at=now + (shape.life or timedelta(seconds=settings_of(session).code_lifetime)),
    )
    session.execute(
        insert(Code).values(
            id=code_id,
            purpose=binding.purpose.value,
            subject=str(binding.subject),
            flow_id=binding.flow_id,
            channel_index=binding.channel_index,
            prefix=issued.prefix,
            digest=_digests(session, code_id, binding, issued.secret)[0],
            tries=0,
            created_at=now,
            expires_at=issued.expires_at,
        )
    )
    return issued


def current(session: Session, binding: Binding) -> Code | None:
    """The live code of this binding, for the page to show its prefix."""
    return session.scalars(
        select(Code).where(_live(binding)).order_by(Code.created_at.desc()).limit(1)
    ).first()


def attempt(session: Session, binding: Binding, typed: str) -> Tried:
    """Answer a code: spaces, dashes and the visible prefix are tolerated."""
    code = current(session, binding)
    if code is None:
        return Tried(Answer.DEAD)
    read = _read(SHAPES[binding.purpose], typed)
    if read is None:
        return Tried(Answer.NOT_A_CODE, CODE_TRIES - code.tries, prefix=code.prefix)
    prefix, secret = read
    if prefix not in (None, code.prefix):
        return Tried(Answer.OLD_MESSAGE, CODE_TRIES - code.tries, prefix=code.prefix)
    tries = _claim_try(session, code.id)
    if tries is None:
        return Tried(Answer.DEAD)
    if _matches(session, code, binding, secret):
        if _claim_use(session, code.id):
            return Tried(Answer.RIGHT, code_id=code.id)
        return Tried(Answer.DEAD)
    return Tried(Answer.WRONG, CODE_TRIES - tries, prefix=code.prefix)


def redeem(session: Session, binding: Binding, typed: str) -> bool:
    """Use a code whose tries the caller has counted elsewhere; False for every kind of wrong."""
    code, read = current(session, binding), _read(SHAPES[binding.purpose], typed)
    if code is None or read is None or not _matches(session, code, binding, read[1]):
        return False
    return _claim_use(session, code.id)


def looks_like(purpose: Purpose, typed: str) -> bool:
    """Whether what was typed has the shape of a code of that purpose."""
    return _read(SHAPES[purpose], typed) is not None


def attempt_any(
    session: Session, purpose: Purpose, channel_indexes: list[str], typed: str
) -> Code | None:
    """Use the code that is right, of all that live there, whomever they are for; None if none is.

    For what is typed where nobody is known yet: each of those codes counts the try.
    """
    read = _read(SHAPES[purpose], typed)
    there = (Code.purpose == purpose.value) & Code.channel_index.in_(channel_indexes)
    for code in _claim_tries(session, there):
        binding = Binding(purpose, subject.read(code.subject), code.flow_id, code.channel_index)
        if read is not None and _matches(session, code, binding, read[1]):
            return code if _claim_use(session, code.id) else None
    return None


def _claim_tries(session: Session, which: ColumnElement[bool]) -> Sequence[Code]:
    """In the order of their ids: two that count the same rows would lock one another for good."""
    ids = select(Code.id).where(which, _usable()).order_by(Code.id).with_for_update()
    counted = update(Code).where(Code.id.in_(ids), _usable()).values(tries=Code.tries + 1)
    found = session.scalars(
        counted.returning(Code), execution_options={"synchronize_session": False}
    )
    return found.all()


def _drawn(alphabet: str, length: int) -> str:
    if alphabet == _DIGITS:
        return f"{secrets.randbelow(10**length):0{length}d}" if length else ""
    return "".join(secrets.choice(alphabet) for _ in range(length))


def _read(shape: Shape, typed: str) -> tuple[str | None, str] | None:
    """The prefix, if it was typed too, and the code; None when it cannot be one."""
    bare = re.sub(r"[\s\u00a0\u202f.\-\u2010-\u2015]+", "", typed).upper()
    if not bare or set(bare) - set(shape.alphabet):
        return None
    if len(bare) == shape.length:
        return None, bare
    if len(bare) == shape.length + shape.prefix:
        return bare[: shape.prefix], bare[shape.prefix :]
    return None


def _matches(session: Session, code: Code, binding: Binding, secret: str) -> bool:
    """Every held key is tried, so that a rotation does not void the codes under way."""
    known = _digests(session, code.id, binding, secret)
    found = any(hmac.compare_digest(code.digest, each) for each in known)
    return found and binding.subject.kind is not SubjectKind.NOBODY


def _claim_try(session: Session, code_id: str) -> int | None:
    claim = (
        update(Code)
        .where(Code.id == code_id, _usable())
        .values(tries=Code.tries + 1)
        .returning(Code.tries)
    )
    return session.scalar(claim, execution_options={"synchronize_session": False})


def _claim_use(session: Session, code_id: str) -> bool:
    claim = update(Code).where(Code.id == code_id, Code.used_at.is_(None))
    return changed(session, claim.values(used_at=clock.now())) == 1


def _void(session: Session, binding: Binding) -> None:
    changed(session, update(Code).where(_live(binding)).values(voided_at=clock.now()))


def _live(binding: Binding) -> ColumnElement[bool]:
    return and_(
        Code.flow_id.is_not_distinct_from(binding.flow_id),
        Code.subject == str(binding.subject),
        Code.purpose == binding.purpose.value,
        Code.channel_index == binding.channel_index,
        _usable(),
    )


def _usable() -> ColumnElement[bool]:
    return and_(
        Code.used_at.is_(None),
        Code.voided_at.is_(None),
        Code.expires_at > clock.now(),
        Code.tries < CODE_TRIES,
    )


def _digests(session: Session, code_id: str, binding: Binding, secret: str) -> list[str]:
    bound = "|".join((code_id, binding.purpose.value, str(binding.subject), secret))
    return keys_of(session).digests("secret", _LABEL, bound)
