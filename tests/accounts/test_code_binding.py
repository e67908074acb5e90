"""A code is worth nothing for another purpose, person, mailbox, tab or row (OTC5)."""

from collections.abc import Iterator
from itertools import permutations

import pytest
from sqlalchemy import update

from idp.accounts import codes, subject
from idp.accounts.codes import Answer, Binding, Purpose
from idp.clock import FrozenClock
from idp.models import Code, new_id
from idp.storage.engine import Database
from tests import factories

PURPOSES = tuple(Purpose)


@pytest.fixture
def people(database: Database) -> tuple[str, str]:
    with database.writing() as session:
        one = factories.make_identity(session, "une@exemple.test")
        two = factories.make_identity(session, "deux@exemple.test")
    return one.id, two.id


def _bindings(one: str, two: str) -> Iterator[Binding]:
    """The first; one that differs in all; the others differ from the first in one thing each."""
    tab, mailbox = new_id(), "m" * 64
    first, second = subject.identity(one), subject.identity(two)
    yield Binding(Purpose.SIGN_IN, first, tab, mailbox)
    yield Binding(Purpose.MEMBER, first, tab, mailbox)
    yield Binding(Purpose.SIGN_IN, second, tab, mailbox)
    yield Binding(Purpose.SIGN_IN, first, new_id(), mailbox)
    yield Binding(Purpose.SIGN_IN, first, tab, "n" * 64)
    yield Binding(Purpose.MEMBER, second, new_id(), "n" * 64)
    yield Binding(Purpose.SIGN_IN, subject.member(one), tab, mailbox)
    yield Binding(Purpose.SIGN_IN, first, None, mailbox)


def _pairs(number: int) -> list[tuple[int, int]]:
    return list(permutations(range(number), 2))


@pytest.mark.parametrize(("made", "tried"), _pairs(8))
def test_otc5_a_code_passes_in_its_own_binding_only(
    database: Database, at: FrozenClock, people: tuple[str, str], made: int, tried: int
) -> None:
    bindings = list(_bindings(*people))
    with database.writing() as session:
        issued = codes.issue(session, bindings[made])
        assert codes.attempt(session, bindings[tried], issued.secret).answer is Answer.DEAD
        while codes.issue(session, bindings[tried]).secret == issued.secret:
            pass
        assert codes.attempt(session, bindings[tried], issued.secret).answer is Answer.WRONG
        assert codes.attempt(session, bindings[made], issued.secret).answer is Answer.RIGHT


def test_otc5_every_purpose_by_every_other(
    database: Database, at: FrozenClock, people: tuple[str, str]
) -> None:
    with database.writing() as session:
        for made, tried in _pairs(len(PURPOSES)):
            tab = new_id()
            one, two = (
                Binding(PURPOSES[number], subject.identity(people[0]), tab, "m" * 64)
                for number in (made, tried)
            )
            mine, theirs = codes.issue(session, one), codes.issue(session, two)
            if mine.secret != theirs.secret:
                wrong = codes.attempt(session, two, mine.secret).answer
                assert wrong in {Answer.WRONG, Answer.NOT_A_CODE}
            assert codes.attempt(session, two, theirs.secret).answer is Answer.RIGHT
            assert codes.attempt(session, one, mine.secret).answer is Answer.RIGHT


@pytest.mark.parametrize("column", ["purpose", "subject", "id"])
def test_otc5_a_row_made_to_look_like_another_is_not_believed(
    database: Database, at: FrozenClock, people: tuple[str, str], column: str
) -> None:
    """What the query binds, the keyed digest binds too: a moved row is a wrong code."""
    other = subject.identity(people[1])
    moved = {"purpose": Purpose.MEMBER.value, "subject": str(other), "id": new_id()}
    mine, tab = subject.identity(people[0]), new_id()
    binding = Binding(Purpose.SIGN_IN, mine, tab, "m" * 64)
    seen_as = {
        "purpose": Binding(Purpose.MEMBER, mine, tab, "m" * 64),
        "subject": Binding(Purpose.SIGN_IN, other, tab, "m" * 64),
        "id": binding,
    }
    with database.writing() as session:
        issued = codes.issue(session, binding)
        session.execute(update(Code).values({column: moved[column]}))
        assert codes.attempt(session, seen_as[column], issued.secret).answer is Answer.WRONG


def test_r6_a_code_for_nobody_is_tried_like_any_other_and_never_right(
    database: Database, at: FrozenClock
) -> None:
    tab = new_id()
    binding = Binding(Purpose.MEMBER, subject.nobody(tab), tab, "m" * 64)
    with database.writing() as session:
        issued = codes.issue(session, binding)
        tried = [codes.attempt(session, binding, issued.secret) for _ in range(6)]
    assert [each.answer for each in tried] == [Answer.WRONG] * 5 + [Answer.DEAD]
    assert [each.tries_left for each in tried[:5]] == [4, 3, 2, 1, 0]
