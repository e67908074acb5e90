"""Each way of the second machine once, on purpose: what its walks may meet, they can meet.

The same people, the same hands, the same checks as test_ways_machine.py; nothing by chance.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from tests.flows.test_ways_machine import Ways
from tests.flows.ways_robot import REACHED, How
from tests.flows.ways_world import BORN

PLAIN = How(elsewhere=False, sms=False, join=False, trust=False, target=1)
ELSEWHERE = How(elsewhere=True, sms=False, join=False, trust=False, target=1)
KEPT = How(elsewhere=False, sms=True, join=False, trust=True, target=0)
BY_SMS = How(elsewhere=False, sms=True, join=False, trust=False, target=0)
JOINING = How(elsewhere=False, sms=False, join=True, trust=False, target=1)
Tour = Callable[[Ways], None]


@pytest.fixture
def ways() -> Iterator[Ways]:
    """Before anything."""
    REACHED.clear()
    made = Ways()
    yield made
    made.teardown()


def migrate(how: How, *scene: str) -> Tour:
    """C, from the NIR to the end."""

    def tour(ways: Ways) -> None:
        ways.begin(scene, PLAIN)
        ways.by_nir(0, how, 9)

    return tour


def undo(ways: Ways) -> None:
    """R9: she migrates, and undoes it from another browser; the NIR stays dead."""
    migrate(PLAIN)(ways)
    ways.nothing_is_wrong()
    ways.undo(1, 0)
    ways.nothing_is_wrong()
    ways.by_nir(0, PLAIN, 9)


def by_sms(ways: Ways) -> None:
    """D5, of a member without an identity."""
    ways.begin(("never",), PLAIN)
    ways.recover(0, BY_SMS, by_nir=True, born=BORN)


def assailed(ways: Ways) -> None:
    """D10."""
    migrate(KEPT)(ways)
    ways.nothing_is_wrong()
    ways.assail(6, PLAIN)
    for _ in range(2):  # by a code; then, blocked, by the device that it made trusted
        ways.sign_out(0)
        ways.by_email(0, KEPT, 9)
        ways.guess(KEPT, nir=False, times=3)


def taken(ways: Ways) -> None:
    """LI1: an account of hers has the very address that the code of C1 proved."""
    ways.begin((), PLAIN)
    ways.sign_up(1, KEPT)
    ways.by_nir(0, replace(KEPT, sms=False), 9)


def stranger(ways: Ways) -> None:
    """R9, LI5: with all that is public of her he opens a space, and it is without her record."""
    ways.begin(("never",), PLAIN)
    ways.open_a_space(2, KEPT, 9)
    ways.by_email(2, KEPT, 9)
    ways.nothing_is_wrong()
    ways.by_nir(2, KEPT, 3)
    ways.sign_out(2)
    ways.by_nir(2, PLAIN, 9)  # his own record, and her address: he does not read what goes there


TOURS: dict[str, tuple[Tour, tuple[str, ...]]] = {
    "kept": (migrate(KEPT), ("proved by a code of C1", "a token, eidas1-mfa")),
    "other address": (migrate(PLAIN), ("migration_validate", "a token, eidas1-mfa")),
    "other browser": (migrate(ELSEWHERE), ("migration_validate, in another browser",)),
    "joined by choice": (migrate(JOINING, "identity"), ("joined", "a token, eidas1-mfa")),
    "joined by mail": (migrate(PLAIN, "identity"), ("joined",)),
    "joined by mail, elsewhere": (
        migrate(ELSEWHERE, "identity"),
        ("joined by the last word", "migration_taken, in another browser"),
    ),
    "kept, and taken": (taken, ("activation", "joined")),
    "undone": (undo, ("undone", "a NIR that opens nothing any more")),
    "temporary password": (by_sms, ("a temporary password", "recovered into a migration")),
    "a stranger": (stranger, ("activation", "a token, eidas0-mfa")),
    "assailed": (assailed, ("a way after an hour", "a new password")),
}


@pytest.mark.parametrize("name", TOURS)
def test_a_tour_comes_to_its_end(ways: Ways, name: str) -> None:
    """And a way back is left at the end of each."""
    tour, comes_by = TOURS[name]
    tour(ways)
    ways.nothing_is_wrong()
    ways.a_way_is_left(1)
    ways.nothing_is_wrong()
    assert set(comes_by) <= set(REACHED), sorted(REACHED)
