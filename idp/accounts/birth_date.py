"""A birth date as people type it: jj/mm/aaaa; the ISO form is accepted too."""

import re
from datetime import date

from idp import clock
from idp.errors import DomainError

_FRENCH = re.compile(r"(\d{1,2})\s*[/.\- ]\s*(\d{1,2})\s*[/.\- ]\s*(\d{4})", re.ASCII)
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_OLDEST = 1880


class BadBirthDateError(DomainError):
    """What was typed is no day that a living person was born on."""

    reason = "bad_birth_date"
    text_key = "forms.birth_date_invalid"


def parse_birth_date(typed: str) -> date:
    """The day. BadBirthDateError unless it exists and is past."""
    text = typed.strip()
    if iso := _ISO.fullmatch(text):
        year, month, day = iso.groups()
    elif french := _FRENCH.fullmatch(text):
        day, month, year = french.groups()
    else:
        raise BadBirthDateError("form")
    try:
        found = date(int(year), int(month), int(day))
    except ValueError as error:
        raise BadBirthDateError("no such day") from error
    if found.year < _OLDEST or found > clock.now().date():
        raise BadBirthDateError("range")
    return found
