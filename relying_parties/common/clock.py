"""The only clock of the member sites, so that tests can stop time."""

from datetime import UTC, datetime


def now() -> datetime:
    """The current instant, aware, in UTC."""
    return datetime.now(UTC)


def timestamp() -> int:
    """The current instant in whole seconds since 1970."""
    return int(now().timestamp())
