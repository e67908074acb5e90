"""Dates as a French reader expects them, in French legal time."""

from datetime import datetime
from zoneinfo import ZoneInfo

_PARIS = ZoneInfo("Europe/Paris")
_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)


def _in_paris(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment shown to a member must carry its time zone")
    return moment.astimezone(_PARIS)


def short_hour(moment: datetime) -> str:
    """An aware moment as "14 h 32" (unbreakable spaces). ValueError for a naive one."""
    local = _in_paris(moment)
    return f"{local.hour}\u00a0h\u00a0{local.minute:02d}"


def long_date(moment: datetime) -> str:
    """An aware moment as "samedi 21 novembre 2026 à 14 h 32". ValueError for a naive one."""
    local = _in_paris(moment)
    day = "1er" if local.day == 1 else str(local.day)
    date = f"{_DAYS[local.weekday()]} {day}\u00a0{_MONTHS[local.month - 1]} {local.year}"
    return f"{date} à {short_hour(moment)}"
