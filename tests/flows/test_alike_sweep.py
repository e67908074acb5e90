"""EN4: of the 31 birth dates of a month tried with one NIR, nothing tells the right one."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from idp.accounts.channels import ChannelKind
from idp.accounts.decoys import of_pair
from tests.flows.alike import WRONG_CODE, Answer, Stage, differences
from tests.flows.alike_pages import PAGES, send
from tests.flows.alike_states import BOTH, EMAIL_ONLY, SMS_ONLY, STATES, UNKNOWN, Case
from tests.flows.alike_world import World
from tests.flows.opening_support import reach_code

DAYS = range(1, 32)
RIGHT = 31  # of May 1985, as register_support makes people
MASK = re.compile(r"\*{5}@(?:\*{5}|[\w.-]*\w)|(?:\*\* ){4}\d\d")
ON_FILE = {
    EMAIL_ONLY: "email-on-file",
    SMS_ONLY: "mobile-on-file",
    BOTH: "both-on-file",
}


def tried(stage: Stage, day: int, number: int) -> tuple[list[Answer], list[str]]:
    """What one date shows as far as a wrong code; and the masks as they are."""
    if number % 5 == 0:
        stage.clock.advance(days=1, seconds=1)  # five a day of one NIR
    before = len(stage.answers)
    typed = f"essai{number:03}@exemple.test"
    born = f"{day:02}/05/1985"
    member = reach_code(stage.browser(), stage.line, typed, birth_date=born)
    masks = MASK.findall(member.text)
    stage.clock.advance(seconds=61)
    send(member, "email").submit("Valider", code=WRONG_CODE)
    return [nobody_s(answer, typed) for answer in stage.answers[before:]], masks


def nobody_s(answer: Answer, typed: str) -> Answer:
    """Without the address that each try needs for itself."""
    return {
        aspect: tuple(line.replace(typed, "ADDRESS") for line in lines)
        for aspect, lines in answer.items()
    }


@contextmanager
def swept(alike: World, case: Case, channels: str) -> Iterator[Stage]:
    """A stage for the person of these channels, at noon of a day."""
    with alike.stage(PAGES[0], case, alike.people[channels]) as stage:
        stage.clock.advance(hours=3)
        yield stage


SWEPT = [EMAIL_ONLY, *(pytest.param(each, marks=pytest.mark.slow) for each in (SMS_ONLY, BOTH))]


@pytest.mark.parametrize("channels", SWEPT)
def test_en4_thirty_one_days_are_like_those_of_nobody(alike: World, channels: str) -> None:
    """The register knows the person, or does not: every day looks the same in both."""
    case = next(case for case in STATES if case.name == ON_FILE[channels])
    with swept(alike, case, channels) as known:
        real = [tried(known, day, number) for number, day in enumerate(DAYS)]
    with swept(alike, UNKNOWN, channels) as unknown:
        none = [tried(unknown, day, number) for number, day in enumerate(DAYS)]
    for day, (found, expected) in enumerate(zip(real, none, strict=True), 1):
        assert differences(found[0], expected[0]) == [], day
        assert found[1], "no mask was found"
        # on the right day the channels are the person's own, of the same shape
        assert found[1] == expected[1] or day == RIGHT


def test_en4_the_right_day_is_like_the_wrong_ones(alike: World) -> None:
    """Within one sweep: like the others whose decoys are as many; and all are stable."""
    case = next(case for case in STATES if case.name == "email-on-file")
    line = alike.people[EMAIL_ONLY]
    drawn = {day: of_pair(alike.pair({**line, "birth_date": f"1985-05-{day:02}"})) for day in DAYS}
    alone = [day for day in DAYS if list(drawn[day]) == [ChannelKind.CONTACT_EMAIL]]
    assert RIGHT in alone
    assert len(alone) > 3
    with swept(alike, case, EMAIL_ONLY) as stage:
        first = {day: tried(stage, day, number) for number, day in enumerate(alone)}
        again = {day: tried(stage, day, 50 + number) for number, day in enumerate(alone[-4:])}
    for day in alone:
        assert differences(first[day][0], first[RIGHT][0]) == [], day
        assert again.get(day, first[day])[1] == first[day][1], "a decoy that changes is none"
