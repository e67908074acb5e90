"""The worker of back-channel logout (OA21, AV5): retries, leases, and lanes that do not touch."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from idp import clock
from idp.clock import FrozenClock
from idp.oidc import backchannel_delivery as delivery
from idp.oidc import clients, logout_notices, outbound
from idp.oidc.logout_notices import DELAYS, LEASE, LIFE
from tests.at_once import at_once
from tests.fixtures import START
from tests.oidc.backchannel import end, notices, told
from tests.oidc.listener import Listener, listening
from tests.oidc.world import Person, Site, World, claims_of


@pytest.fixture
def site(world: World, machine: Listener) -> Site:
    """A site that wants to be told."""
    return world.site(backchannel_logout_uri=machine.address)


def test_retries_on_the_written_schedule_each_with_a_token_of_its_own(
    world: World, site: Site, person: Person, machine: Listener, at: FrozenClock
) -> None:
    world.tokens(site, person)
    end(world, person)
    machine.status = 503
    for delay in (*DELAYS, DELAYS[-1]):
        assert [told(world), told(world)] == [1, 0]
        [row] = notices(world)
        assert row.next_attempt_at == at.instant + delay
        at.advance(seconds=delay.total_seconds() - 1)
        assert told(world) == 0
        at.advance(seconds=1)
    machine.status = 204
    assert [told(world), told(world)] == [1, 0]
    [row] = notices(world)
    assert (row.sent_at, row.failed_at, row.next_attempt_at) == (at.instant, None, None)
    assert len({claims_of(token)["jti"] for token in machine.tokens}) == len(DELAYS) + 2
    assert claims_of(machine.tokens[-1])["iat"] == clock.timestamp()


@pytest.mark.parametrize("status", [301, 307, 401, 404, 500, 201])
def test_whatever_is_no_answer_of_the_standard_is_tried_again(
    world: World, site: Site, person: Person, machine: Listener, status: int
) -> None:
    world.tokens(site, person)
    end(world, person)
    machine.status, machine.headers = status, {"Location": machine.address}
    told(world)
    [row] = notices(world)
    assert (row.sent_at, row.failed_at) == (None, None)
    assert row.next_attempt_at == START + DELAYS[0]
    assert len(machine.requests) == 1


def test_400_is_believed_the_third_time(
    world: World, site: Site, person: Person, machine: Listener, at: FrozenClock
) -> None:
    """§2.8 has one status for "invalid" and for "failed": the second may pass."""
    world.tokens(site, person)
    end(world, person)
    machine.status = 400
    for _ in range(5):
        told(world)
        at.advance(hours=1)
    [row] = notices(world)
    assert (row.attempts, row.sent_at, row.next_attempt_at) == (3, None, None)
    assert row.failed_at is not None
    assert len(machine.requests) == 3


def test_a_site_that_never_answers_is_given_up_after_a_day(
    world: World, site: Site, person: Person, machine: Listener, at: FrozenClock
) -> None:
    world.tokens(site, person)
    end(world, person)
    at.advance(seconds=LIFE.total_seconds())
    assert told(world) == 1
    [row] = notices(world)
    assert (row.sent_at, row.failed_at) == (None, at.instant)
    assert machine.requests == []


@pytest.mark.parametrize("change", [{"backchannel_logout_uri": None}, None])
def test_a_site_that_changed_its_mind_is_left_alone(
    world: World, site: Site, person: Person, machine: Listener, change: dict[str, None] | None
) -> None:
    world.tokens(site, person)
    end(world, person)
    with world.database.writing() as session:
        if change is None:
            clients.disable(session, site.id)
        else:
            clients.update(session, site.id, change)
    world.issuer.clients._kept.clear()  # five seconds later
    assert told(world) == 1
    assert machine.requests == []
    assert notices(world)[0].failed_at == START


def test_av5_a_claim_of_a_dead_worker_is_due_again_after_its_lease(
    world: World, site: Site, person: Person, machine: Listener, at: FrozenClock
) -> None:
    world.tokens(site, person)
    end(world, person)
    with world.database.writing() as session:
        dead = logout_notices.claim(session, site.id)
    assert dead is not None
    at.instant = START + LEASE - timedelta(seconds=1)
    assert told(world) == 0
    at.advance(seconds=1)
    assert [told(world), told(world)] == [1, 0]
    assert len(machine.requests) == 1
    sent_at = notices(world)[0].sent_at
    with world.database.writing() as session:  # the dead one was only slow: too late
        logout_notices.later(session, dead)
    assert (notices(world)[0].sent_at, notices(world)[0].next_attempt_at) == (sent_at, None)


def test_two_workers_never_tell_the_same(world: World, person: Person, machine: Listener) -> None:
    for _ in range(6):
        world.tokens(world.site(backchannel_logout_uri=machine.address), person)
    end(world, person)
    assert sum(at_once(2, lambda _number: told(world))) == 6
    assert len(machine.requests) == 6


@pytest.fixture
def working(world: World) -> Iterator[Callable[[], None]]:
    """Starts the worker's own loop, on real threads; it is stopped at the end."""
    stop = threading.Event()
    issuer = world.issuer
    thread = threading.Thread(target=delivery.run, args=(issuer.database, issuer.settings, stop))
    yield thread.start
    stop.set()
    thread.join()


def test_oa21_a_site_that_hangs_delays_nobody(
    world: World, person: Person, machine: Listener, working: Callable[[], None]
) -> None:
    """Two seconds is what a member is promised; the dead site hangs on all the while, with its
    backlog, and is asked one thing at a time."""
    assert outbound.TOTAL_SECONDS > 2, "else the dead site would be let go before"
    with listening() as dead:
        dead.silent = True
        hanging = world.site(backchannel_logout_uri=dead.address)
        others = [world.another_session(person) for _ in range(40)]
        for one in others:
            world.tokens(hanging, one)
            end(world, one)
        working()
        assert dead.arrived.wait(2)
        world.tokens(world.site(backchannel_logout_uri=machine.address), person)
        end(world, person)
        assert machine.arrived.wait(2)
        assert not dead.released.is_set()
        assert len(dead.requests) == 1


def test_one_that_cannot_be_signed_holds_up_nothing_else(
    world: World,
    site: Site,
    person: Person,
    machine: Listener,
    working: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A lane that breaks is started again for what is due."""
    real, broken = delivery._handle, list[str]()

    def breaking(issuer: Any, notice: Any) -> None:
        if not broken:
            broken.append(notice.sid)
            raise RuntimeError
        real(issuer, notice)

    monkeypatch.setattr(delivery, "_handle", breaking)
    other = world.another_session(person)
    for one in (person, other):
        world.tokens(site, one)
        end(world, one)
    working()
    assert machine.arrived.wait(5)
    assert [claims_of(token)["sid"] for token in machine.tokens] != broken
