"""Passwords: the rule for choosing one, and the one way to hash and to check (PW1-PW5).

Hashing is bounded: one at a time per process, two seconds of queue, then BusyError (AV1).
"""

import re
import threading
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError
from zxcvbn import zxcvbn

from idp.errors import BusyError, DomainError
from idp.settings import Settings

MAX_CHARACTERS, MAX_BYTES = 128, 1024
PASSPHRASE = 20
UNUSABLE = "!"
_ZXCVBN_READS = 72
# signs that zxcvbn also reads as letters, in every combination: all at once, it takes seconds
_DOUBLE, _DOUBLE_READ = frozenset("@({[<!|$+%"), 2
_QUEUE_SECONDS = 2.0
_slot = threading.BoundedSemaphore(1)
# zxcvbn keeps what was typed in one dictionary of its module: one at a time
_judge = threading.BoundedSemaphore(1)


class WeakPasswordError(DomainError):
    """The password breaks a rule; `text_key` names the sentence."""

    reason = "weak_password"

    def __init__(self, text_key: str) -> None:
        super().__init__(text_key)
        self.text_key = text_key


def normal(password: str) -> str:
    """NFKC, once at set and at check (PW4). Nothing is trimmed or cut."""
    return unicodedata.normalize("NFKC", password)


def acceptable_length(password: str) -> bool:
    """Whether it may be hashed at all: a bound against absurd input, checked before any work."""
    return 0 < len(password) <= MAX_CHARACTERS and len(password.encode()) <= MAX_BYTES


def check_strength(password: str, typed: Sequence[str], *, minimum: int = 8) -> None:
    """Raise WeakPasswordError unless the password may be chosen (A3).

    `typed` is what this person typed about themselves in this interaction, e-mail first; never
    anything from the register, which would tell it to a stranger.
    """
    password = normal(password)
    if not acceptable_length(password):
        raise WeakPasswordError("forms.password_long")
    if len(password) < PASSPHRASE and not _four_classes(password, minimum):
        raise WeakPasswordError("forms.password_weak")
    folded = password.casefold()
    local = typed[0].partition("@")[0].casefold() if typed else ""
    if "mgen" in folded or (len(local) >= 3 and local in folded):
        raise WeakPasswordError("forms.password_personal")
    words = [part for text in typed for part in re.split(r"[@.\s_-]+", text) if part]
    with _alone(_judge):
        found = zxcvbn(_to_judge(password), user_inputs=[*typed, *words])
    if found["score"] < 2:
        raise WeakPasswordError("forms.password_common")


def _to_judge(password: str) -> str:
    """What zxcvbn gets to read: a beginning, and only so many signs with a second reading."""
    beginning = password[:_ZXCVBN_READS]
    double = [sign for sign in dict.fromkeys(beginning) if sign in _DOUBLE]
    return beginning.translate({ord(sign): "·" for sign in double[_DOUBLE_READ:]})


def _four_classes(password: str, minimum: int) -> bool:
    return (
        len(password) >= minimum
        and any(c.isupper() for c in password)
        and any(c.islower() for c in password)
        and any(c.isdigit() for c in password)
        and any(not c.isalnum() for c in password)
    )


class Hasher:
    """Argon2id at the cost that the settings name."""

    def __init__(self, settings: Settings) -> None:
        self._argon2 = PasswordHasher(
            time_cost=settings.argon2_time,
            memory_cost=settings.argon2_memory_kib,
            parallelism=1,
            hash_len=32,
            salt_len=16,
            type=Type.ID,
        )
        # no password gives this tag; made up, or the first unknown address would cost a hash more
        cost = f"m={settings.argon2_memory_kib},t={settings.argon2_time},p=1"
        self._nobody = f"$argon2id$v=19${cost}${'A' * 22}${'A' * 43}"

    @staticmethod
    def of(settings: Settings) -> "Hasher":
        """The process's hasher for these settings."""
        return _hasher(settings)

    def hash(self, secret: str) -> str:
        """PHC string of the normal form. BusyError when the queue is full."""
        with _one_at_a_time():
            return self._argon2.hash(normal(secret))

    def verify(self, stored: str | None, secret: str) -> bool:
        """One verification, always: unknown and unusable ones cost the same (EN2)."""
        with self.turn() as verify_one:
            return verify_one(stored, secret)

    @contextmanager
    def turn(self) -> Iterator[Callable[[str | None, str], bool]]:
        """The one turn of the process, with verify() for it; another system's costs belong here."""
        with _one_at_a_time():
            yield self._verify

    def _verify(self, stored: str | None, secret: str) -> bool:
        try:
            self._argon2.verify(stored or self._nobody, normal(secret))
        except VerifyMismatchError:
            return False
        except (InvalidHashError, VerificationError):  # no verifier at all: refused at once
            self._waste(secret)
            return False
        return bool(stored)

    def outdated(self, stored: str) -> bool:
        """Whether a right password should be hashed again at today's cost (PW2)."""
        return self._argon2.check_needs_rehash(stored)

    def _waste(self, secret: str) -> None:
        try:
            self._argon2.verify(self._nobody, normal(secret))
        except VerificationError:
            return


@lru_cache(maxsize=8)
def _hasher(settings: Settings) -> Hasher:
    return Hasher(settings)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    with _alone(_slot):
        yield


@contextmanager
def _alone(turn: threading.BoundedSemaphore) -> Iterator[None]:
    """Wait for one's turn, two seconds at most, then BusyError (AV1)."""
    if not turn.acquire(timeout=_QUEUE_SECONDS):
        raise BusyError("queue")
    try:
        yield
    finally:
        turn.release()
