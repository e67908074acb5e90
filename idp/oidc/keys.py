"""Signing keys: which one signs when, how long each is published, and who holds it (KE1-KE3).

Each algorithm has its own keys and its own calendar. The calendar is in the database, so that
every node reads the same one; the private halves are files. A key is published 24 hours before it
signs, and for longer afterwards than anything it signed lives, so that no site ever meets a kid
that it cannot find (OIDC Core §10.1.1). Taking one back at once is in key_retirement.py.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import insert, text, update
from sqlalchemy.orm import Session

from idp import clock
from idp.accounts.activity import Kind, record
from idp.models import SigningKey
from idp.oidc import key_files
from idp.oidc.key_files import (
    ALGORITHMS,
    KeyFolder,
    LockedKeyFileError,
    SigningJwk,
    UnsafeKeyFileError,
)
from idp.oidc.key_store import (
    KNOWN_EVERYWHERE,
    LONGEST_TOKEN,
    KeyStore,
    NoSigningKeyError,
    Signer,
    UnknownKeyError,
    calendar,
    is_published,
    may_sign,
    public_jwk,
)
from idp.settings import Settings
from idp.storage.engine import Database, settings_of

__all__ = [
    "ALGORITHMS",
    "KeyInfo",
    "KeyStore",
    "NoSigningKeyError",
    "Signer",
    "UnknownKeyError",
    "UnsafeKeyFileError",
    "ensure_signing_key",
    "exported",
    "listing",
    "lock",
    "reseal",
    "rotate",
    "signing_kids",
]

log = logging.getLogger("idp.keys")

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
    """Make the key of each algorithm that none signs here, active at once; reseal the others.

    Of two processes at once, the one whose row is there first wins; the other's file goes.
    """
    folder = KeyFolder(settings)
    with database.reading() as session:
        known = {row.kid for row in calendar(session)}
        unread = reseal(session, settings)
        lacking = [alg for alg in ALGORITHMS if not _held(session, alg, folder, unread)]
    for alg in lacking:
        _make_first(database, folder, alg, known)


def reseal(session: Session, settings: Settings) -> set[str]:
    """Encrypt every key file under the newest of SECRET_KEYS, as far as the folder lets us.

    Returns the kids that no held secret opens.
    """
    folder, locked = KeyFolder(settings), set()
    for row in calendar(session):
        try:
            if folder.reseal(row.kid):
                log.info("keys.resealed", extra={"kid": row.kid})
        except LockedKeyFileError:
            locked.add(row.kid)
        except (UnsafeKeyFileError, OSError) as error:  # a folder may be mounted read-only
            log.warning("keys.not_resealed", extra={"kid": row.kid, "why": type(error).__name__})
    return locked


def rotate(
    session: Session,
    settings: Settings,
    alg: str = ALGORITHMS[0],
    *,
    now_active: bool = False,
    by: str | None = None,
) -> str:
    """Publish a new key at once; it signs in 24 hours, or now in an emergency. Returns its kid.

    "Now" is when every process publishes it; where nothing signs by `alg`, it is at once.
    """
    lock(session)
    wait = KNOWN_EVERYWHERE if now_active else PUBLISHED_BEFORE
    if not signing_kids(session, alg):
        now_active, wait = True, timedelta()
    key = _new_file(KeyFolder(settings), alg)
    _add(session, key, alg, clock.now() + wait)
    detail: dict[str, Any] = {"by": by} if by else {}
    record(session, Kind.KEY_ROTATED, kid=key.kid, alg=alg, at_once=now_active, **detail)
    return key.thumbprint()


def listing(session: Session) -> list[KeyInfo]:
    """The calendar, oldest first. States: next, active, retiring (published still), retired."""
    active = {kid for alg in ALGORITHMS for kid in signing_kids(session, alg)[-1:]}
    folder = KeyFolder(settings_of(session))
    return [
        KeyInfo(
            kid=row.kid,
            alg=row.alg,
            state="active" if row.kid in active else _state(row),
            created_at=row.created_at,
            active_from=row.active_from,
            published_until=row.published_until,
            held=folder.holds(row.kid),
        )
        for row in calendar(session)
    ]


def exported(session: Session, kid: str | None = None) -> list[dict[str, Any]]:
    """The public JWKs that are published now, or the one of `kid`, past ones too.

    Raises UnknownKeyError.
    """
    now, rows = clock.now(), calendar(session)
    if kid is None:
        return [public_jwk(row) for row in rows if is_published(row, now)]
    found = [public_jwk(row) for row in rows if row.kid == kid]
    if not found:
        raise UnknownKeyError(f"There is no key {ascii(kid)[:80]}.")
    return found


def signing_kids(session: Session, alg: str) -> list[str]:
    """The kids that may sign by `alg` now, the one that should last."""
    rows = calendar(session)
    now = clock.now()  # after the reading: it may have waited for another writer's new key
    return [row.kid for row in rows if row.alg == alg and may_sign(row, now)]


def lock(session: Session) -> None:
    """One change of the calendar at a time. SQLite's writers are alone anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE signing_keys IN SHARE ROW EXCLUSIVE MODE"))


def _held(session: Session, alg: str, folder: KeyFolder, locked: set[str]) -> bool:
    kids = set(signing_kids(session, alg)) - locked
    return any(folder.holds(kid) for kid in kids)


def _make_first(database: Database, folder: KeyFolder, alg: str, known: set[str]) -> None:
    key = _new_file(folder, alg)
    try:
        with database.writing() as session:
            lock(session)
            won = set(signing_kids(session, alg)) <= known
            if won:
                _add(session, key, alg, clock.now())
                record(session, Kind.KEY_CREATED, kid=key.kid, alg=alg)
    except BaseException:
        folder.remove(key.thumbprint())
        raise
    if not won:
        folder.remove(key.thumbprint())


def _state(row: Any) -> str:
    now = clock.now()
    if row.published_until and row.published_until <= now:
        return "retired"
    return "next" if row.active_from > now else "retiring"


def _new_file(folder: KeyFolder, alg: str) -> SigningJwk:
    """The file comes before the row: a row is never without its key, whatever dies when."""
    key = key_files.generate(alg)
    folder.write(key)
    return key


def _add(session: Session, key: SigningJwk, alg: str, active_from: datetime) -> None:
    session.execute(
        insert(SigningKey).values(
            kid=key.kid,
            alg=alg,
            public_jwk=key.as_dict(private=False),
            created_at=clock.now(),
            active_from=active_from,
        )
    )
    _end_earlier_keys(session, alg)


def _end_earlier_keys(session: Session, alg: str) -> None:
    """Each key is published until its successor has signed long enough; never longer than said."""
    rows = [row for row in calendar(session) if row.alg == alg and row.retired_at is None]
    for row, successor in pairwise(rows):
        until = successor.active_from + PUBLISHED_AFTER
        if row.published_until is None or row.published_until > until:
            session.execute(
                update(SigningKey).where(SigningKey.kid == row.kid).values(published_until=until)
            )
