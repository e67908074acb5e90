"""OIDC Core §8: `sub`, random and pairwise (PII5)."""

from threading import Barrier, Thread

import pytest
from sqlalchemy import delete, select

from idp.models import Identity, Subject
from idp.oidc import client_uris, subjects
from tests.oidc.world import ONE_ENGINE, Person, Site, World, claims_of


def sub_at(world: World, site: Site, person: Person) -> str:
    return str(claims_of(world.tokens(site, person)["id_token"])["sub"])


def at(host: str) -> dict[str, object]:
    return {"sector_identifier": host}


@ONE_ENGINE
def test_pii5_pairwise_by_sector(world: World, person: Person) -> None:
    one, same = world.site(**at("a.example.test")), world.site(**at("a.example.test"))
    other = world.site(**at("b.example.test"))
    assert sub_at(world, one, person) == sub_at(world, same, person)
    assert sub_at(world, one, person) != sub_at(world, other, person)


@ONE_ENGINE
def test_public_clients_share_one(world: World, person: Person) -> None:
    public = [world.site(subject_type="public", **at(f"{n}.example.test")) for n in "ab"]
    pairwise = world.site(**at("a.example.test"))
    assert sub_at(world, public[0], person) == sub_at(world, public[1], person)
    assert sub_at(world, pairwise, person) != sub_at(world, public[0], person)


@ONE_ENGINE
def test_pii5_random_and_long(world: World, site: Site) -> None:
    people = [world.person(f"membre{n}@mgen-connect.test") for n in range(20)]
    subs = {sub_at(world, site, person) for person in people}
    assert len(subs) == 20
    assert {len(sub) for sub in subs} == {32}  # 192 bits
    ids = [person.id for person in people]
    assert not any(sub in ids for sub in subs)


@ONE_ENGINE
def test_pii5_never_given_twice(world: World, site: Site) -> None:
    before = world.person()
    old = sub_at(world, site, before)
    world.change(delete(Identity).where(Identity.id == before.id))
    assert sub_at(world, site, world.person()) != old
    with world.database.reading() as session:
        assert subjects.identity_of(session, old) is None


@pytest.mark.parametrize("round_", range(3))
def test_pii5_two_first_times_at_once_are_one(world: World, person: Person, round_: int) -> None:
    barrier, found = Barrier(12), []

    def ask() -> None:
        barrier.wait()
        with world.database.writing() as session:
            found.append(subjects.get_or_create(session, person.id, f"sector-{round_}"))

    threads = [Thread(target=ask) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 12
    assert len(set(found)) == 1
    with world.database.reading() as session:
        assert session.scalars(select(Subject.sub)).all() == [found[0]]


def test_pii5_a_row_that_came_in_between_is_taken(
    world: World, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The narrowest race, without threads: found by nobody, then already there."""
    with world.database.writing() as session:
        theirs = subjects.get_or_create(session, person.id, "s")
    monkeypatch.setattr(subjects, "find", lambda *_: None)
    with world.database.writing() as session:
        assert subjects.get_or_create(session, person.id, "s") == theirs


@ONE_ENGINE
def test_a_real_sector_is_never_the_public_one(world: World) -> None:
    assert subjects.sector_of(world.site().client) == "localhost:8001"
    for development in (True, False):
        assert client_uris.sector_problem(subjects.PUBLIC_SECTOR, development=development)
