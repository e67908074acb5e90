"""Asking for the way back costs the same whoever it is for, on each of the 31 dates (EN1-EN4)."""

from datetime import date

import pytest
from sqlalchemy import delete

from idp.accounts.activity import Where
from idp.accounts.states import State
from idp.clock import FrozenClock
from idp.models import Budget, Link, Outgoing, Recovery
from idp.storage.engine import Database
from tests import factories
from tests.accounts import recovery_support as here
from tests.accounts.recovery_support import BORN
from tests.accounts.register_support import person
from tests.factories import EMAIL
from tests.fixtures import Statements

# nothing here depends on the engine; what may be used once is tested on both, in its own place
pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


def _shape(statement: str) -> str:
    words = " ".join(statement.split()[:3])
    return words.replace("INSERT INTO budgets", "UPDATE budgets SET")


def _walk(
    database: Database, identifier: str, born: date | None, network: int
) -> tuple[list[str], dict[str, int]]:
    """What asking, and sending by mail, runs; and how many rows it leaves."""
    where = Where(address=f"203.0.113.{network}")
    run, before = Statements(database), factories.counts(database)
    run.clear()
    recovery = here.ask(database, identifier, born, where=where)
    here.send(database, recovery, -1, where)
    shapes = [_shape(each) for each in run]
    after = factories.counts(database)
    return shapes, {table: after[table] - before[table] for table in after}


def _by_mail(database: Database) -> int:
    """The rank of somebody whose decoys, too, are an e-mail alone."""
    number = here.of_kinds(database, "contact_email", of=lambda rank: person(rank)["nir"])
    return next(rank for rank in range(1, 400) if person(rank)["nir"] == number)


@pytest.mark.parametrize("name", ["member", "left", *State])
def test_en1_en2_known_and_unknown_cost_the_same(
    database: Database, at: FrozenClock, name: str
) -> None:
    """Statements one by one, and rows."""
    rank = _by_mail(database)
    number = person(rank)["nir"]
    nobody = _walk(database, number, BORN, 1), _walk(database, "autre@exemple.test", BORN, 2)
    with database.writing() as session:  # what was counted for nobody is not counted twice
        for table in (Recovery, Outgoing, Link, Budget):
            session.execute(delete(table))
    member = here.on_file(database, rank, mobile="")
    if name == "left":
        here.on_file(database, rank, mobile="", status="left")
    elif name in set(State):
        here.identity(database, State(name), member=member)
    assert _walk(database, number, BORN, 1) == nobody[0]
    assert _walk(database, EMAIL, BORN, 2) == nobody[1]


@pytest.mark.parametrize("state", list(State))
def test_en1_an_identity_without_record_costs_what_nobody_does(
    database: Database, at: FrozenClock, state: State
) -> None:
    nobody = _walk(database, "autre@exemple.test", None, 1)
    here.identity(database, state)
    assert _walk(database, EMAIL, None, 2) == nobody


def test_en4_thirty_one_days(database: Database, at: FrozenClock) -> None:
    """The right one has its own mask, as each of the others; all cost the same."""
    rank = _by_mail(database)
    here.on_file(database, rank, mobile="", email="officielle@orange.fr")
    costs, masks = [], set()
    for day in range(1, 32):
        if day % 4 == 0:
            at.advance(days=1, seconds=1)
        born = date(1985, 5, day)
        where, run = Where(address=f"203.0.113.{day}"), Statements(database)
        recovery = here.ask(database, person(rank)["nir"], born, where=where)
        here.send(database, recovery, -1, where)
        costs.append([_shape(each) for each in run])
        masks |= {offer.mask for offer in here.offered(database, recovery)}
    by_mail = [cost for cost in costs if "INSERT INTO links" in cost]
    assert len(by_mail) > 20
    assert costs[BORN.day - 1] in by_mail
    assert all(cost == by_mail[0] for cost in by_mail)
    assert len(factories.purposes(database)) == 31
    assert len(masks) > 10
