"""Instants as members read them: French words, the time of metropolitan France."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

_PARIS = ZoneInfo("Europe/Paris")
_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre"),
    *("octobre", "novembre", "décembre"),
)


def day_and_time(timestamp: int) -> str:
    """Epoch seconds as "1er mars 2026 à 9 h 05"."""
    instant = datetime.fromtimestamp(timestamp, UTC).astimezone(_PARIS)
    day = "1er" if instant.day == 1 else str(instant.day)
    month = _MONTHS[instant.month - 1]
    return f"{day} {month} {instant.year} à {instant.hour}\u00a0h\u00a0{instant.minute:02d}"
