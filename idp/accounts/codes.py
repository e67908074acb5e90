"""The one code process: issue, try, once. Step-up uses it today; every later code will (OTC1-6).

A code is bound to its purpose, identity, channel and interaction. A try is claimed before the
digits are compared, and the use is claimed by a second conditional UPDATE: of twenty right
answers at once, one is right.
"""

import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, insert, select, update
from sqlalchemy.orm import Session

from idp import clock
from idp.accounts.lifetimes import CODE_TRIES
from idp.models import Code, new_id
from idp.storage.claims import changed
from idp.storage.engine import keys_of, settings_of

_LABEL = "code"
_DIGITS, _PREFIX = 6, 3


class Purpose(StrEnum):
    """What a code is for; a code of one purpose is worth nothing for another (OTC5)."""

    SIGN_IN = "sign_in"


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
    digits: str
    expires_at: datetime

    @property
    def shown(self) -> str:
        """Prefix and digits, grouped to be read aloud."""
        return f"{self.prefix} - {self.digits[:3]} {self.digits[3:]}"


@dataclass(frozen=True)
class Binding:
    """What a code belongs to; all of it must be the same when the code comes back."""

    purpose: Purpose
    identity_id: str
    interaction_id: str
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
    now = clock.now()
    _void(session, binding)
    code_id, digits = new_id(), f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}d}"
    issued = Issued(
        prefix=f"{secrets.randbelow(10**_PREFIX):0{_PREFIX}d}",
        digits=digits,
        expires_at=now + timedelta(seconds=settings_of(session).code_lifetime),
    )
    session.execute(
        insert(Code).values(
            id=code_id,
            purpose=binding.purpose.value,
            identity_id=binding.identity_id,
            interaction_id=binding.interaction_id,
            channel_index=binding.channel_index,
            prefix=issued.prefix,
            digest=_digests(session, code_id, binding, digits)[0],
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
    read = _read(typed)
    if read is None:
        return Tried(Answer.NOT_A_CODE, CODE_TRIES - code.tries, prefix=code.prefix)
    prefix, digits = read
    if prefix not in (None, code.prefix):
        return Tried(Answer.OLD_MESSAGE, CODE_TRIES - code.tries, prefix=code.prefix)
    tries = _claim_try(session, code.id)
    if tries is None:
        return Tried(Answer.DEAD)
    known = _digests(session, code.id, binding, digits)
    # every held key is tried, so that a rotation does not void the codes under way
    if any(hmac.compare_digest(code.digest, each) for each in known):
        if _claim_use(session, code.id):
            return Tried(Answer.RIGHT, code_id=code.id)
        return Tried(Answer.DEAD)
    return Tried(Answer.WRONG, CODE_TRIES - tries, prefix=code.prefix)


def _read(typed: str) -> tuple[str | None, str] | None:
    digits = re.sub(r"[\s\u00a0\u202f.\-\u2010-\u2015]+", "", typed)
    if not re.fullmatch(r"[0-9]+", digits):
        return None
    if len(digits) == _DIGITS:
        return None, digits
    if len(digits) == _DIGITS + _PREFIX:
        return digits[:_PREFIX], digits[_PREFIX:]
    return None


def _claim_try(session: Session, code_id: str) -> int | None:
    claim = (
        update(Code)
        .where(
            Code.id == code_id,
            Code.used_at.is_(None),
            Code.voided_at.is_(None),
            Code.expires_at > clock.now(),
            Code.tries < CODE_TRIES,
        )
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
        Code.interaction_id == binding.interaction_id,
        Code.identity_id == binding.identity_id,
        Code.purpose == binding.purpose.value,
        Code.channel_index == binding.channel_index,
        Code.used_at.is_(None),
        Code.voided_at.is_(None),
        Code.expires_at > clock.now(),
        Code.tries < CODE_TRIES,
    )


def _digests(session: Session, code_id: str, binding: Binding, digits: str) -> list[str]:
    bound = "|".join((code_id, binding.purpose.value, binding.identity_id, digits))
    return keys_of(session).digests("secret", _LABEL, bound)
