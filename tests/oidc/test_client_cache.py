"""Parsed clients are kept for five seconds, no longer and not without bound (CL4)."""

import pytest

from idp.oidc import clients
from idp.oidc.clients import ClientCache
from idp.storage.engine import Database
from tests.fixtures import Statements


class Age:
    """A monotonic clock that moves when told to."""

    seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def age() -> Age:
    return Age()


def register(database: Database, count: int) -> list[str]:
    with database.writing() as session:
        return [
            clients.create(
                session,
                {"client_name": f"Site {n}", "redirect_uris": [f"https://s{n}.example/cb"]},
            ).client.id
            for n in range(count)
        ]


def asked(database: Database, cache: ClientCache, *client_ids: str) -> int:
    """How many statements it takes to get these clients."""
    statements = Statements(database)
    with database.reading() as session:
        for client_id in client_ids:
            cache.get(session, client_id)
    return len(statements)


def test_a_second_request_asks_nothing(database: Database, age: Age) -> None:
    (client_id,) = register(database, 1)
    cache = ClientCache(age=age)
    assert asked(database, cache, client_id, client_id) == 1
    age.seconds += 4.9
    assert asked(database, cache, client_id) == 0
    age.seconds += 0.1
    assert asked(database, cache, client_id) == 1


def test_cl4_a_disabled_client_is_seen_within_five_seconds(database: Database, age: Age) -> None:
    (client_id,) = register(database, 1)
    cache = ClientCache(age=age)
    with database.reading() as session:
        before = cache.get(session, client_id)
    assert before is not None
    assert not before.disabled
    with database.writing() as session:
        clients.disable(session, client_id)
    age.seconds += 5
    with database.reading() as session:
        after = cache.get(session, client_id)
    assert after is not None
    assert after.disabled


def test_a_deleted_client_is_gone_within_five_seconds(database: Database, age: Age) -> None:
    (client_id,) = register(database, 1)
    cache = ClientCache(age=age)
    asked(database, cache, client_id)
    with database.writing() as session:
        clients.delete(session, client_id)
    age.seconds += 5
    with database.reading() as session:
        assert cache.get(session, client_id) is None


def test_unknown_ids_fill_nothing(database: Database, age: Age) -> None:
    cache = ClientCache(age=age, size=2)
    known = register(database, 1)
    asked(database, cache, *known, *(f"unknown{n}" for n in range(50)))
    assert asked(database, cache, *known) == 0
    assert asked(database, cache, "unknown1") == 1


def test_it_holds_no_more_than_its_size(database: Database, age: Age) -> None:
    first, second, third = register(database, 3)
    cache = ClientCache(age=age, size=2)
    assert asked(database, cache, first, second, third) == 3
    assert asked(database, cache, second, third) == 0
    assert asked(database, cache, first) == 1
