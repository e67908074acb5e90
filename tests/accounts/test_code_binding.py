"""A code is worth nothing for another purpose, person, mailbox, tab or row (OTC5)."""

from collections.abc import Iterator
from enum import StrEnum
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import select, update

from idp.accounts import codes
from idp.accounts.codes import Answer, Binding, Purpose
from idp.clock import FrozenClock
from idp.models import Code, new_id
from idp.storage.engine import Database
from tests import factories


class Later(StrEnum):
    """Purposes that later issues will bring."""

    CHANNEL = "channel"
    EMAIL_CHANGE = "email_change"
    RECOVERY = "recovery"
    STEP_UP = "step_up"
    MIGRATION = "migration"


PURPOSES: tuple[Any, ...] = (Purpose.SIGN_IN, *Later)


@pytest.fixture
def people(database: Database) -> tuple[str, str]:
    with database.writing() as session:
        one = factories.make_identity(session, "une@exemple.test")
        two = factories.make_identity(session, "deux@exemple.test")
    return one.id, two.id


def _bindings(one: str, two: str) -> Iterator[Binding]:
    """Six that differ from the first in one thing each, and one that differs in all."""
    tab, mailbox = new_id(), "m" * 64
    yield Binding(Purpose.SIGN_IN, one, tab, mailbox)
    yield Binding(PURPOSES[1], one, tab, mailbox)
    yield Binding(Purpose.SIGN_IN, two, tab, mailbox)
    yield Binding(Purpose.SIGN_IN, one, new_id(), mailbox)
    yield Binding(Purpose.SIGN_IN, one, tab, "n" * 64)
    yield Binding(PURPOSES[1], two, new_id(), "n" * 64)


def _pairs(number: int) -> list[tuple[int, int]]:
    return list(permutations(range(number), 2))


@pytest.mark.parametrize(("made", "tried"), _pairs(6))
def test_otc5_a_code_passes_in_its_own_binding_only(
    database: Database, at: FrozenClock, people: tuple[str, str], made: int, tried: int
) -> None:
    bindings = list(_bindings(*people))
    with database.writing() as session:
        issued = codes.issue(session, bindings[made])
        assert codes.attempt(session, bindings[tried], issued.digits).answer is Answer.DEAD
        while codes.issue(session, bindings[tried]).digits == issued.digits:
            pass
        assert codes.attempt(session, bindings[tried], issued.digits).answer is Answer.WRONG
        assert codes.attempt(session, bindings[made], issued.digits).answer is Answer.RIGHT


def test_otc5_six_purposes_by_six(
    database: Database, at: FrozenClock, people: tuple[str, str]
) -> None:
    with database.writing() as session:
        for made, tried in _pairs(len(PURPOSES)):
            tab = new_id()
            one, two = (
                Binding(PURPOSES[number], people[0], tab, "m" * 64) for number in (made, tried)
            )
            mine, theirs = codes.issue(session, one), codes.issue(session, two)
            if mine.digits != theirs.digits:
                assert codes.attempt(session, two, mine.digits).answer is Answer.WRONG
            assert codes.attempt(session, two, theirs.digits).answer is Answer.RIGHT
            assert codes.attempt(session, one, mine.digits).answer is Answer.RIGHT


@pytest.mark.parametrize("column", ["purpose", "identity_id", "id"])
def test_otc5_a_row_made_to_look_like_another_is_not_believed(
    database: Database, at: FrozenClock, people: tuple[str, str], column: str
) -> None:
    """What the query binds, the keyed digest binds too: a moved row is a wrong code."""
    moved: dict[str, str] = {"purpose": "recovery", "identity_id": people[1], "id": new_id()}
    binding = Binding(Purpose.SIGN_IN, people[0], new_id(), "m" * 64)
    with database.writing() as session:
        issued = codes.issue(session, binding)
        session.execute(update(Code).values({column: moved[column]}))
        row = session.scalars(select(Code)).one()
        now_at = Binding(_named(row.purpose), row.identity_id, row.interaction_id, "m" * 64)
        assert codes.attempt(session, now_at, issued.digits).answer is Answer.WRONG


def _named(purpose: str) -> Any:
    return next(each for each in PURPOSES if each.value == purpose)
