"""Dates in French, in French legal time, in summer and in winter."""

from datetime import UTC, datetime

import pytest

from idp.texts.dates import long_date, short_hour

CASES = [
    (datetime(2026, 11, 21, 13, 32, tzinfo=UTC), "samedi 21 novembre 2026 à 14 h 32"),
    (datetime(2026, 6, 30, 22, 5, tzinfo=UTC), "mercredi 1er juillet 2026 à 0 h 05"),
    (datetime(2027, 1, 31, 23, 0, tzinfo=UTC), "lundi 1er février 2027 à 0 h 00"),
    # the hour that comes twice, and the one that never comes
    (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "dimanche 25 octobre 2026 à 2 h 30"),
    (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "dimanche 25 octobre 2026 à 2 h 30"),
    (datetime(2026, 3, 29, 1, 30, tzinfo=UTC), "dimanche 29 mars 2026 à 3 h 30"),
]


@pytest.mark.parametrize(("moment", "shown"), CASES)
def test_long_date(moment: datetime, shown: str) -> None:
    assert long_date(moment).replace("\u00a0", " ") == shown


def test_an_hour_does_not_break_over_two_lines() -> None:
    assert short_hour(CASES[0][0]) == "14\u00a0h\u00a032"
    assert long_date(CASES[0][0]).endswith("à 14\u00a0h\u00a032")


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        long_date(datetime(2026, 11, 21, 13, 32))  # noqa: DTZ001
