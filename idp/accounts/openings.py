"""A space being opened, from the NIR to the attached record (A1-A8); one row, one browser.

It reserves nothing. Who the register knows and who it does not take the same steps at the same
cost: what differs is in `member_id`, and in whether a code can ever be right.
"""

import json
from dataclasses import asdict, dataclass, replace

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from idp import clock
from idp.accounts.lifetimes import OPENING, OPENING_WAITS
from idp.accounts.nir import Nir
from idp.accounts.signup import Application
from idp.errors import DomainError
from idp.models import Opening, new_id
from idp.storage.claims import changed
from idp.storage.engine import keys_of

LETTER_TRIES = 5
_LABEL = "member.opening.typed"


class OpeningLostError(DomainError):
    """No such opening in this browser: too old, over, or begun in another one."""

    reason = "opening_lost"
    text_key = "errors.opening_lost"


@dataclass(frozen=True, repr=False)
class Typed:
    """What the row keeps of what was typed: the NIR until it is matched, the address to the end.

    The access and the telephones of a sign-up wait for the end of the pages: before it, nothing of
    them stands anywhere else.
    """

    nir: str | None = None
    access: dict[str, str] | None = None
    email: str | None = None
    phones: dict[str, str] | None = None


@dataclass(frozen=True)
class Matched:
    """What the coordinates came to; the columns of the same names (models/opening.py)."""

    pair: str
    member_id: str | None
    shown_member_id: str | None


def begin(session: Session, browser_hash: str, nir: Nir) -> str:
    """A new opening for a NIR; its id."""
    now, opening_id = clock.now(), new_id()
    session.execute(
        insert(Opening).values(
            id=opening_id,
            browser_hash=browser_hash,
            typed=_sealed(session, Typed(nir=nir.number)),
            joining=False,
            letter_tries=0,
            created_at=now,
            expires_at=now + OPENING,
        )
    )
    return opening_id


def load(session: Session, browser_hash: str, opening_id: str | None) -> Opening:
    """The opening of this browser. OpeningLostError unless it is live."""
    query = select(Opening).where(
        Opening.id == (opening_id or ""),
        Opening.browser_hash == browser_hash,
        Opening.expires_at > clock.now(),
        Opening.ended_at.is_(None),
    )
    found = session.scalars(query).one_or_none()
    if found is None:
        raise OpeningLostError
    return found


def typed_of(session: Session, opening: Opening) -> Typed:
    """What is kept of what was typed."""
    if opening.typed is None:
        return Typed()
    return Typed(**json.loads(keys_of(session).open("pii", _LABEL, opening.typed)))


def keep_access(session: Session, opening: Opening, wanted: Application) -> None:
    """The access that a sign-up will have, until its member is looked up."""
    before = typed_of(session, opening)
    kept = Typed(nir=before.nir, access=asdict(wanted), email=wanted.email)
    _write(session, opening, typed=_sealed(session, kept), joining=False, identity_id=None)


def join(session: Session, opening: Opening, identity_id: str) -> None:
    """An identity that exists shall take the record: its password was right, or it is signed in."""
    kept = Typed(nir=typed_of(session, opening).nir)
    _write(session, opening, typed=_sealed(session, kept), joining=True, identity_id=identity_id)


def keep_match(session: Session, opening: Opening, found: Matched, phones: dict[str, str]) -> None:
    """The coordinates were given, once: the NIR is forgotten (PII3).

    OpeningLostError for who comes second.
    """
    kept = replace(typed_of(session, opening), nir=None, phones=phones)
    claim = (
        update(Opening)
        .where(Opening.id == opening.id, Opening.pair.is_(None))
        .values(typed=_sealed(session, kept), **vars(found))
    )
    if changed(session, claim) != 1:
        raise OpeningLostError("given already")
    session.expire(opening)


def take(session: Session, opening: Opening, identity_id: str) -> None:
    """The sign-up has its row: the access is forgotten here."""
    kept = Typed(email=typed_of(session, opening).email)
    _write(session, opening, identity_id=identity_id, typed=_sealed(session, kept))


def prove(session: Session, opening: Opening) -> None:
    """A code reached the person on a channel on file."""
    _write(session, opening, proved_at=clock.now())


def finish(session: Session, opening: Opening) -> bool:
    """The pages are over; the opening waits for its link or its letter. Once: False if again."""
    claim = (
        update(Opening)
        .where(Opening.id == opening.id, Opening.finished_at.is_(None))
        .values(finished_at=clock.now(), expires_at=clock.now() + OPENING_WAITS)
    )
    won = changed(session, claim) == 1
    session.expire(opening)
    return won


def claim_letter_try(session: Session, opening: Opening) -> bool:
    """One of the five tries at the code of a letter; False when they are used up."""
    claim = (
        update(Opening)
        .where(
            Opening.id == opening.id,
            Opening.letter_tries < LETTER_TRIES,
            Opening.ended_at.is_(None),
        )
        .values(letter_tries=Opening.letter_tries + 1)
    )
    won = changed(session, claim) == 1
    session.expire(opening)
    return won


def end(session: Session, opening_id: str) -> None:
    """It has come to its end: attached, or given up."""
    changed(
        session,
        update(Opening)
        .where(Opening.id == opening_id, Opening.ended_at.is_(None))
        .values(ended_at=clock.now()),
    )


def end_all_of_member(session: Session, member_id: str) -> None:
    """Whatever was proved of this member before counts no more."""
    live = (Opening.member_id == member_id) & Opening.ended_at.is_(None)
    changed(session, update(Opening).where(live).values(ended_at=clock.now()))


def waiting_of(session: Session, identity_id: str) -> Opening | None:
    """The newest finished opening of an identity, that a link or a letter may still end."""
    return session.scalars(
        select(Opening)
        .where(
            Opening.identity_id == identity_id,
            Opening.finished_at.is_not(None),
            Opening.ended_at.is_(None),
            Opening.expires_at > clock.now(),
        )
        .order_by(Opening.created_at.desc())
        .limit(1)
    ).first()


def _write(session: Session, opening: Opening, **values: object) -> None:
    """Change a live row, or OpeningLostError: another page of this browser has ended it."""
    live = update(Opening).where(Opening.id == opening.id, Opening.ended_at.is_(None))
    if changed(session, live.values(**values)) != 1:
        raise OpeningLostError("ended")
    session.expire(opening)


def _sealed(session: Session, typed: Typed) -> bytes:
    return keys_of(session).seal("pii", _LABEL, json.dumps(asdict(typed)))
