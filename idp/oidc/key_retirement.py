"""Taking a signing key back in an emergency: unpublished, and nothing that it signed counts (KE2).

An ordinary end needs nothing of this: the calendar of keys.py brings it.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from idp import clock
from idp.accounts.activity import Kind, record
from idp.models import SigningKey
from idp.oidc.key_store import UnknownKeyError, calendar
from idp.oidc.keys import PUBLISHED_AFTER, lock, signing_kids


class LastKeyError(Exception):
    """Nothing would sign by its algorithm without this key."""


def retire(session: Session, kid: str, *, by: str | None = None) -> None:
    """Never publish, sign with or believe this key again, on any node within a minute.

    Its successor, if it was the one that signs, signs from now on. A key taken back before
    changes nothing. Raises UnknownKeyError, LastKeyError.
    """
    lock(session)
    row = next((row for row in calendar(session) if row.kid == kid), None)
    if row is None:
        raise UnknownKeyError(f"There is no key {ascii(kid)[:80]}.")
    if row.retired_at is not None:
        return
    others = [
        other
        for other in calendar(session)
        if other.alg == row.alg and other.kid != kid and other.retired_at is None
    ]
    if row.kid in signing_kids(session, row.alg)[-1:]:
        _let_sign(session, row, others)
    elif row.active_from > clock.now():
        _let_sign_on(session, row, others)
    now = clock.now()
    _change(session, kid, retired_at=now, published_until=now)
    detail: dict[str, Any] = {"by": by} if by else {}
    record(session, Kind.KEY_RETIRED, kid=kid, alg=row.alg, **detail)


def _let_sign(session: Session, row: Any, others: Sequence[Any]) -> None:
    """The next key signs from now on."""
    now = clock.now()
    successor = next((other for other in others if other.active_from > now), None)
    if successor is None:
        raise LastKeyError(
            f"No other key could sign by {row.alg}; first: mgen-connect key rotate"
            f" --alg {row.alg} --now"
        )
    _change(session, successor.kid, active_from=now)


def _let_sign_on(session: Session, row: Any, others: Sequence[Any]) -> None:
    """The key that this one was to follow stays, unless another follows it."""
    before = [other for other in others if other.active_from <= row.active_from]
    after = [other for other in others if other.active_from > row.active_from]
    if before:
        until = after[0].active_from + PUBLISHED_AFTER if after else None
        _change(session, before[-1].kid, published_until=until)


def _change(session: Session, kid: str, **values: Any) -> None:
    session.execute(update(SigningKey).where(SigningKey.kid == kid).values(**values))
