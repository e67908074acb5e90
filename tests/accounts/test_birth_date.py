"""A birth date as people type it."""

from datetime import date

import pytest

from idp.accounts.birth_date import BadBirthDateError, parse_birth_date
from idp.clock import FrozenClock

pytestmark = pytest.mark.usefixtures("at")


@pytest.mark.parametrize(
    "typed",
    ["31/05/1985", " 31/05/1985 ", "31.05.1985", "31-05-1985", "31 05 1985", "1985-05-31"],
)
def test_the_ways_to_write_one_day(typed: str) -> None:
    assert parse_birth_date(typed) == date(1985, 5, 31)


def test_one_digit_will_do() -> None:
    assert parse_birth_date("1/2/1950") == date(1950, 2, 1)


@pytest.mark.parametrize(
    "typed",
    ["", "31/02/1985", "1985", "31/05/85", "05/31/1985", "31/05/1785", "31/05/2985", "٣١/٠٥/١٩٨٥"],
)
def test_what_is_no_birth_date(typed: str) -> None:
    with pytest.raises(BadBirthDateError):
        parse_birth_date(typed)


def test_nobody_was_born_tomorrow(at: FrozenClock) -> None:
    today = at.instant.date()
    assert parse_birth_date(today.isoformat()) == today
    with pytest.raises(BadBirthDateError):
        parse_birth_date(date.fromordinal(today.toordinal() + 1).isoformat())
