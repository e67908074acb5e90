"""What the tables of states say, as a model: written beside the code, never calling its rules."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from idp.accounts.budgets import BUDGETS
from idp.accounts.lifetimes import (
    BLOCK,
    INTERACTION,
    SESSION_ABSOLUTE,
    SESSION_IDLE,
    WRONG_PASSWORDS,
)
from tests.fixtures import START

EMAILS = ("claire@exemple.test", "denis@exemple.test")
PASSWORDS = ("Un-Cheval*7-Bleu", "Une+Lampe?9-Verte")
CODE_LIFE = timedelta(seconds=900)


@dataclass
class Counter:
    """Wrong passwords in a row: three block for 24 hours, then the count begins again."""

    failures: int = 0
    until: datetime | None = None

    def blocks(self, now: datetime) -> bool:
        """Whether a try is refused now."""
        return self.until is not None and now < self.until

    def wrong(self, now: datetime) -> None:
        """One more wrong try."""
        self.failures = 1 if self.until is not None else self.failures + 1
        self.until = now + BLOCK if self.failures == WRONG_PASSWORDS else None

    def clear(self) -> None:
        """A right password, or a proof that outweighs the count."""
        self.failures, self.until = 0, None


@dataclass
class Person:
    """What the tables say of one address."""

    active: str | None = None
    pending: tuple[str, datetime] | None = None
    link: tuple[str, datetime] | None = None
    tries: Counter = field(default_factory=Counter)
    anonymous_mails: list[datetime] = field(default_factory=list)
    signed_mails: list[datetime] = field(default_factory=list)
    wrong_codes: list[datetime] = field(default_factory=list)

    def unfinished(self, password: str, now: datetime) -> bool:
        """Whether this password is that of a sign-up that still waits for its activation."""
        if self.active is not None or self.pending is None:
            return False
        expected, until = self.pending
        return expected == password and now < until


@dataclass
class Tab:
    """What the tables say of one browser."""

    signed_in: str | None = None
    opened: datetime = START
    seen: datetime = START
    waiting: str | None = None
    paused: datetime = START
    address: str = "/"
    code: tuple[str, datetime, int] | None = None
    device: tuple[str, datetime] | None = None
    device_tries: Counter = field(default_factory=Counter)
    failures: list[datetime] = field(default_factory=list)
    sign_ups: list[datetime] = field(default_factory=list)

    def is_signed_in(self, now: datetime) -> bool:
        """Twelve hours at most, thirty minutes idle."""
        return (
            self.signed_in is not None
            and now < self.opened + SESSION_ABSOLUTE
            and now < self.seen + SESSION_IDLE
        )

    def trusts(self, email: str, now: datetime) -> bool:
        """Whether this browser is a trusted device of that address."""
        return self.device is not None and self.device[0] == email and now < self.device[1]

    def waits(self, now: datetime) -> bool:
        """Whether its paused sign-in is still alive."""
        return self.waiting is not None and now < self.paused + INTERACTION

    def sign_in(self, email: str, now: datetime) -> None:
        """A session begins, and nothing is under way any more."""
        self.signed_in, self.opened, self.seen, self.waiting = email, now, now, None


def has_room(taken: list[datetime], budget: str, now: datetime) -> bool:
    """Whether one more may be taken, in every window of the budget."""
    return all(
        sum(1 for at in taken if at > now - window.period) < window.limit
        for window in BUDGETS[budget]
    )
