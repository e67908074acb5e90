"""The cells of the files that administrators bring: read one by one, what is wrong is collected.

Shared by the members file and the file of invitations. Nothing of a cell gets into an error.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from idp import clock
from idp.accounts.identifiers import BadEmailError, canonical_email
from idp.accounts.register_findings import Reason
from idp.accounts.spelling import letters

_LONGEST = 512
_NUMBER = re.compile(r"[0-9A-Za-z][0-9A-Za-z._/-]{0,31}")
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_EARLIEST = date(1880, 1, 1)


class BadCellError(ValueError):
    """What a parser says of a cell that it cannot take."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class Cells:
    """The cells of one line; what is wrong with them is collected, not raised."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self.problems: list[tuple[str, Reason]] = []

    def given(self, field: str) -> bool:
        """Whether the line says anything there."""
        return bool(self._values[field].strip())

    def read(self, field: str, parser: Callable[[str], Any], *, required: bool = False) -> Any:
        """What `parser` makes of the cell, without surplus spaces; None if empty or wrong."""
        text = " ".join(self._values[field].split())
        try:
            if not text:
                return _absent() if required else None
            if len(text) > _LONGEST:
                raise BadCellError(Reason.TOO_LONG)
            if not text.isprintable():
                raise BadCellError(Reason.UNPRINTABLE)
            return parser(text)
        except BadCellError as error:
            self.problems.append((field, error.reason))
        return None


def member_number(text: str) -> str:
    """The number of a member."""
    if not _NUMBER.fullmatch(text):
        raise BadCellError(Reason.BAD_MEMBER_NUMBER)
    return text


def name(text: str) -> str:
    """A name: there are letters in it."""
    if not letters(text):
        raise BadCellError(Reason.BAD_NAME)
    return text


def birth_date(text: str) -> date:
    """A day that somebody may have been born on, YYYY-MM-DD."""
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None or not _EARLIEST <= day <= clock.now().date():
        raise BadCellError(Reason.BAD_DATE)
    return day


def email(development: bool, text: str) -> str:
    """A canonical address; `development` lets the domain .test through."""
    try:
        return canonical_email(text, development=development)
    except BadEmailError:
        raise BadCellError(Reason.BAD_EMAIL) from None


def _absent() -> None:
    raise BadCellError(Reason.MISSING)
