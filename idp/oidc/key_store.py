"""The keys that a serving process holds: loaded once, looked up without work (KE2, KE3)."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from joserfc.jwk import ECKey, RSAKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from idp import clock
from idp.models import SigningKey
from idp.oidc.key_files import ALGORITHMS, KeyFolder, SigningJwk
from idp.oidc.public_jwk import MEMBERS
from idp.settings import Settings

LONGEST_TOKEN = timedelta(minutes=10)  # id_token and access token (states.md)
# a new key, or one taken back, is known to every process within this
KNOWN_EVERYWHERE = timedelta(seconds=10)


class NoSigningKeyError(Exception):
    """No key of this algorithm may sign now, or its private half is not in KEYS_DIR."""


class UnknownKeyError(LookupError):
    """No signing key has this kid."""


@dataclass(frozen=True)
class Signer:
    """What signs now: the header's kid and alg, and joserfc's key object, already loaded."""

    kid: str
    alg: str
    key: SigningJwk


def may_sign(row: Any, now: datetime) -> bool:
    """Whether its time has begun, and what it signs now can be verified until that expires."""
    ends = row.published_until
    return row.active_from <= now and (ends is None or now + LONGEST_TOKEN <= ends)


def is_published(row: Any, now: datetime) -> bool:
    """Whether sites may fetch its public half."""
    return row.published_until is None or row.published_until > now


def calendar(session: Session) -> list[Any]:
    """Every row of signing_keys, in the order in which they sign."""
    query = select(SigningKey.__table__).order_by(SigningKey.active_from, SigningKey.created_at)
    return list(session.execute(query).all())


def public_jwk(row: Any) -> dict[str, Any]:
    """The row's public half as a site sees it (RFC 7517 §4)."""
    members = {name: row.public_jwk[name] for name in MEMBERS[row.public_jwk["kty"]]}
    return {**members, "kid": row.kid, "use": "sig", "alg": row.alg}


class KeyStore:
    """One a process. The calendar is read anew every `max_age` seconds; dates are always ours.

    `age` is a monotonic clock in seconds, a parameter for tests.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        max_age: float = 5.0,
        age: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder = KeyFolder(settings)
        self._max_age = max_age
        self._age = age
        self._read: tuple[float, list[Any]] | None = None
        self._signers: dict[str, Signer] = {}
        self._public: dict[str, SigningJwk] = {}
        self._lock = Lock()

    def signing(self, session: Session, alg: str = ALGORITHMS[0]) -> Signer:
        """The newest key of `alg` whose time has begun and whose file is held here.

        Raises NoSigningKeyError, UnsafeKeyFileError.
        """
        now = clock.now()
        for row in reversed(self._calendar(session)):
            signer = self._signer(row) if row.alg == alg and may_sign(row, now) else None
            if signer:
                return signer
        raise NoSigningKeyError(
            f"No signing key is in force here for {alg}: mgen-connect key rotate --alg {alg}"
        )

    def published(self, session: Session) -> list[dict[str, Any]]:
        """The public JWKs of keys that sign, will sign or have signed lately (RFC 7517 §5)."""
        now = clock.now()
        return [public_jwk(row) for row in self._calendar(session) if is_published(row, now)]

    def verification_key(self, session: Session, kid: object) -> SigningJwk | None:
        """The public key of that kid, its alg in it; past ones too: an expired hint must verify.

        None for one taken back in an emergency. `kid` comes from a stranger's header: it is
        looked up, never followed (OA11).
        """
        rows = {row.kid: row for row in self._calendar(session) if row.retired_at is None}
        if not isinstance(kid, str) or kid not in rows:
            return None
        if kid not in self._public:
            jwk = public_jwk(rows[kid])
            kind = RSAKey if jwk["kty"] == "RSA" else ECKey
            self._public[kid] = kind.import_key(jwk)
        return self._public[kid]

    def _signer(self, row: Any) -> Signer | None:
        with self._lock:  # two first requests at once load the file once
            if row.kid not in self._signers:
                key = self._folder.read(row.kid, row.alg)
                if key is None:
                    return None
                self._signers[row.kid] = Signer(row.kid, row.alg, key)
            return self._signers[row.kid]

    def _calendar(self, session: Session) -> list[Any]:
        """Rows by active_from; an empty table is asked again at once."""
        now, read = self._age(), self._read
        if read and read[1] and now - read[0] < self._max_age:
            return read[1]
        rows = calendar(session)
        self._read = (now, rows)
        return rows
