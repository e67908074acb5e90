"""The only clock: what dates, expires or counts asks here, so that tests can stop time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

_source: Callable[[], datetime] = lambda: datetime.now(UTC)  # noqa: E731


def now() -> datetime:
    """The current instant, aware, in UTC."""
    return _source()


def timestamp() -> int:
    """The current instant in whole seconds since 1970 (NumericDate, RFC 7519 §2)."""
    return int(now().timestamp())


class FrozenClock:
    """A stopped clock that moves only when told to."""

    def __init__(self, start: datetime) -> None:
        self.instant = start

    def __call__(self) -> datetime:
        return self.instant

    def advance(self, **delta: float) -> None:
        """Move on by timedelta's keywords (days, hours, minutes, seconds)."""
        self.instant += timedelta(**delta)


@contextmanager
def frozen(start: datetime) -> Iterator[FrozenClock]:
    """Stop the clock of this process at `start` (aware) for the length of the block."""
    global _source
    before, clock = _source, FrozenClock(start)
    _source = clock
    try:
        yield clock
    finally:
        _source = before
