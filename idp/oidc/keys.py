"""Signing keys: which one signs when, how long each is published, and who holds it (KE1-KE3).

The calendar is in the database, so that every node reads the same one; the private halves are
files. A key is published 24 hours before it signs, and for longer afterwards than anything it
signed lives, so that no site ever meets a kid that it cannot find (OIDC Core §10.1.1).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from joserfc.jwk import RSAKey
from sqlalchemy import insert, text, update
from sqlalchemy.orm import Session

from idp import clock
from idp.accounts.activity import Kind, record
from idp.models import SigningKey
from idp.oidc import key_files
from idp.oidc.key_files import UnsafeKeyFileError
from idp.oidc.key_store import (
    LONGEST_TOKEN,
    KeyStore,
    NoSigningKeyError,
    Signer,
    calendar,
    may_sign,
)
from idp.settings import Settings
from idp.storage.engine import Database, settings_of

__all__ = [
    "KeyInfo",
    "KeyStore",
    "NoSigningKeyError",
    "Signer",
    "UnsafeKeyFileError",
    "ensure_signing_key",
    "listing",
    "rotate",
]

PUBLISHED_BEFORE = timedelta(hours=24)
# clocks that differ, and sites that keep our keys for a while
PUBLISHED_AFTER = LONGEST_TOKEN + timedelta(hours=1)


@dataclass(frozen=True)
class KeyInfo:
    """One row of the calendar; `held` says whether the private half is in KEYS_DIR here."""

    kid: str
    alg: str
    state: str
    created_at: datetime
    active_from: datetime
    published_until: datetime | None
    held: bool


def ensure_signing_key(database: Database, settings: Settings) -> None:
    """Make a first key, active at once, unless one can sign here already.

    Of two processes at once, the one whose row is there first wins; the other's file goes.
    """
    with database.reading() as session:
        known = {row.kid for row in calendar(session)}
        if any(key_files.is_held(settings.keys_dir, kid) for kid in _signing(session)):
            return
    key = _new_file(settings)
    try:
        with database.writing() as session:
            _lock(session)
            won = set(_signing(session)) <= known
            if won:
                _add(session, key, clock.now())
                record(session, Kind.KEY_CREATED, kid=key.kid)
    except BaseException:
        key_files.remove(settings.keys_dir, key.thumbprint())
        raise
    if not won:
        key_files.remove(settings.keys_dir, key.thumbprint())


def rotate(
    session: Session, settings: Settings, now_active: bool = False, *, by: str | None = None
) -> str:
    """Publish a new key at once; it signs in 24 hours, or now in an emergency. Returns its kid."""
    _lock(session)
    at_once = now_active or not _signing(session)
    key = _new_file(settings)
    _add(session, key, clock.now() + (timedelta() if at_once else PUBLISHED_BEFORE))
    detail: dict[str, Any] = {"by": by} if by else {}
    record(session, Kind.KEY_ROTATED, kid=key.kid, at_once=at_once, **detail)
    return key.thumbprint()


def listing(session: Session) -> list[KeyInfo]:
    """The calendar, oldest first. States: next, active, retiring (published still), retired."""
    active = _signing(session)[-1:]
    keys_dir = settings_of(session).keys_dir
    return [
        KeyInfo(
            kid=row.kid,
            alg=row.alg,
            state="active" if row.kid in active else _state(row),
            created_at=row.created_at,
            active_from=row.active_from,
            published_until=row.published_until,
            held=key_files.is_held(keys_dir, row.kid),
        )
        for row in calendar(session)
    ]


def _state(row: Any) -> str:
    now = clock.now()
    if row.active_from > now:
        return "next"
    return "retired" if row.published_until and row.published_until <= now else "retiring"


def _signing(session: Session) -> list[str]:
    """The kids that may sign now, the one that should last."""
    rows = calendar(session)
    now = clock.now()  # after the reading: it may have waited for another writer's new key
    return [row.kid for row in rows if may_sign(row, now)]


def _new_file(settings: Settings) -> RSAKey:
    """The file comes before the row: a row is never without its key, whatever dies when."""
    key = key_files.generate()
    key_files.write(settings.keys_dir, key)
    return key


def _add(session: Session, key: RSAKey, active_from: datetime) -> None:
    session.execute(
        insert(SigningKey).values(
            kid=key.kid,
            alg=key_files.ALG,
            public_jwk=key.as_dict(private=False),
            created_at=clock.now(),
            active_from=active_from,
        )
    )
    _end_earlier_keys(session)


def _end_earlier_keys(session: Session) -> None:
    """Each key is published until its successor has signed long enough; never longer than said."""
    for row, successor in pairwise(calendar(session)):
        until = successor.active_from + PUBLISHED_AFTER
        if row.published_until is None or row.published_until > until:
            session.execute(
                update(SigningKey).where(SigningKey.kid == row.kid).values(published_until=until)
            )


def _lock(session: Session) -> None:
    """One change of the calendar at a time. SQLite's writers are alone anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE signing_keys IN SHARE ROW EXCLUSIVE MODE"))
