"""OA13, jwks_uri: what the worker fetches and keeps, from whom, and how often it tries."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from idp.clock import FrozenClock
from idp.oidc import client_keys, client_keys_fetch, clients, outbound, public_jwk
from idp.oidc.issuer import Issuer
from idp.storage.engine import Database
from tests.at_once import at_once
from tests.oidc.holder import Holder, holder, keyed_site
from tests.oidc.listener import PATIENCE, Listener, listening
from tests.oidc.published import (
    HOUR,
    LET_IN,
    OUT,
    ask,
    due_in,
    fetched,
    fresh,
    publish,
    publishing,
    row_of,
    tried,
)
from tests.oidc.world import ONE_ENGINE, Site, World


@pytest.fixture
def keys() -> Holder:
    return holder()


@pytest.fixture
def site(world: World, machine: Listener, keys: Holder) -> Site:
    """A site whose keys are to be fetched."""
    return publishing(world, machine, keys)


@ONE_ENGINE
def test_they_are_fetched_again_each_hour(
    world: World, site: Site, keys: Holder, machine: Listener, at: FrozenClock
) -> None:
    fetched(world)
    at.advance(minutes=59, seconds=59)
    assert fetched(world) == 0
    at.advance(seconds=1)
    newer = holder()
    publish(machine, newer.jwk)
    assert fetched(world) == 1
    assert tried(fresh(world), site, newer) == LET_IN
    assert tried(fresh(world), site, keys) == OUT


@ONE_ENGINE
@pytest.mark.parametrize(
    "wrong",
    [
        *(b"", b"<html>", b"[]", b"{}", b'{"keys":{}}', b'{"keys":[],"keys":[]}', b'{"keys":null}'),
        b" " * 70_000,
    ],
    ids=lambda raw: repr(raw[:12]),
)
def test_old_keys_stay_while_fetching_fails(
    world: World, site: Site, keys: Holder, machine: Listener, at: FrozenClock, wrong: bytes
) -> None:
    fetched(world)
    machine.content = wrong
    at.advance(hours=1)
    assert fetched(world) == 1
    assert row_of(world, site).failures == 1
    assert tried(fresh(world), site, keys) == LET_IN


@ONE_ENGINE
def test_oa13_a_site_that_fails_is_asked_less_and_less(
    world: World, site: Site, keys: Holder, machine: Listener, at: FrozenClock
) -> None:
    fetched(world)
    machine.status = 500
    for minutes in (1, 2, 4, 8, 16, 32, 60, 60):
        at.advance(seconds=due_in(world, site).total_seconds())
        assert fetched(world) == 1
        assert due_in(world, site) == timedelta(minutes=minutes)
    assert tried(fresh(world), site, keys) == LET_IN
    at.advance(hours=1)
    machine.status = 200
    fetched(world)
    assert (row_of(world, site).failures, due_in(world, site)) == (0, HOUR)


@ONE_ENGINE
def test_a_set_with_a_private_key_is_no_set(
    world: World, site: Site, keys: Holder, machine: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    newer = holder()
    publish(machine, keys.jwk, {**newer.private, "kid": newer.kid})
    fetched(world)
    assert row_of(world, site).jwks is None
    [record] = [one for one in caplog.records if one.name == "idp.worker"]
    assert record.__dict__["answer"] == "private"
    assert newer.private["d"] not in caplog.text + str(record.__dict__)
    assert tried(world, site, keys) == OUT


@ONE_ENGINE
def test_keys_that_are_none_of_ours_are_passed_over(
    world: World, site: Site, keys: Holder, machine: Listener
) -> None:
    others: list[Any] = [
        {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
        {"kty": "EC", "crv": "P-384", "x": "A", "y": "A"},
        {"kty": "RSA", "n": "AQAB", "e": "AQAB"},
        {**holder().jwk, "use": "enc"},
        {**holder().jwk, "key_ops": ["encrypt"]},
        {**holder().jwk, "kid": 1},
        *("x", None, 1, [], {}),
    ]
    publish(machine, *others, keys.jwk)
    fetched(world)
    assert [one["kid"] for one in row_of(world, site).jwks["keys"]] == [keys.kid]
    publish(machine, *others)
    ask(world, site)
    fetched(world)
    assert row_of(world, site).jwks == {"keys": []}, "what a site takes back is no longer good"
    assert tried(fresh(world), site, keys) == OUT


@ONE_ENGINE
def test_a_site_may_publish_many_but_not_any_number(
    world: World, site: Site, keys: Holder, machine: Listener
) -> None:
    publish(machine, *[{**keys.jwk, "kid": f"k{n}"} for n in range(50)])
    fetched(world)
    assert len(row_of(world, site).jwks["keys"]) == public_jwk.MAX_KEYS


@ONE_ENGINE
@pytest.mark.parametrize(
    "uri",
    ["https://10.0.0.1/jwks", "https://169.254.169.254/jwks", "http://1.1.1.1/", "https://[::]/x"],
)
def test_oa13_an_address_that_may_not_be_called(world: World, keys: Holder, uri: str) -> None:
    site = keyed_site(world, jwks_uri=uri)
    ask(world, site)
    assert fetched(world) == 1
    assert row_of(world, site).failures == 1
    assert row_of(world, site).jwks is None


@ONE_ENGINE
def test_oa13_a_redirect_is_not_followed(
    world: World, site: Site, keys: Holder, machine: Listener
) -> None:
    with listening() as elsewhere:
        publish(elsewhere, keys.jwk)
        machine.status, machine.headers = 302, {"Location": elsewhere.address}
        fetched(world)
        assert elsewhere.requests == []
    assert row_of(world, site).jwks is None


@ONE_ENGINE
def test_a_new_address_ends_the_keys_of_the_old(
    world: World, site: Site, keys: Holder, machine: Listener
) -> None:
    fetched(world)
    with listening() as elsewhere, world.database.writing() as session:
        client_keys.ask(session, site.id, elsewhere.address)
    assert row_of(world, site).jwks is None
    # the site as it is registered still says the old address: the row is not its own
    assert fetched(world) == 1
    assert row_of(world, site) is None


@ONE_ENGINE
def test_a_site_that_is_disabled_or_gone_is_not_asked(
    world: World, site: Site, machine: Listener
) -> None:
    with world.database.writing() as session:
        clients.disable(session, site.id)
    assert fetched(world) == 1
    assert (machine.requests, row_of(world, site)) == ([], None)
    ask(world, site)
    with world.database.writing() as session:
        clients.delete(session, site.id)
    assert fetched(world) == 0


def test_a_row_that_two_workers_saw_is_one_workers(world: World, site: Site) -> None:
    row = row_of(world, site)
    due = client_keys_fetch.Due(site.id, row.uri, row.due_at, row.failures)
    assert client_keys_fetch.claim(world.issuer, due)
    assert not client_keys_fetch.claim(world.issuer, due)


@ONE_ENGINE
def test_what_a_killed_worker_had_in_hand_is_fetched_by_the_next(
    world: World, site: Site, keys: Holder, at: FrozenClock
) -> None:
    assert len(client_keys_fetch.claimed(world.issuer)) == 1
    at.advance(seconds=29)
    assert fetched(world) == 0
    at.advance(seconds=1)
    assert fetched(world) == 1
    assert tried(world, site, keys) == LET_IN


@ONE_ENGINE
def test_what_came_too_late_for_a_new_address_is_not_kept(
    world: World, site: Site, machine: Listener
) -> None:
    """The site moved while its old address was being asked."""
    [due] = client_keys_fetch.claimed(world.issuer)
    honest = machine.answer

    def moving(handler: Any) -> None:
        with world.database.writing() as session:
            client_keys.ask(session, site.id, "https://autre.exemple.fr/jwks")
        honest(handler)

    machine.answer = moving  # type: ignore[method-assign]
    client_keys_fetch.fetch(world.issuer, due)
    row = row_of(world, site)
    assert (row.uri, row.jwks, row.fetched_at) == ("https://autre.exemple.fr/jwks", None, None)


def test_two_workers_fetch_once(world: World, site: Site, machine: Listener) -> None:
    nodes = [world.issuer, Issuer.of(world.issuer.settings, Database.open(world.issuer.settings))]
    assert sum(at_once(4, lambda n: client_keys_fetch.run_once(nodes[n % 2]))) == 1
    assert len(machine.requests) == 1
    nodes[1].database.close()


@pytest.fixture
def running(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """The worker's thread over the same database, its clock the tests' own."""
    monkeypatch.setattr(client_keys_fetch, "_IDLE_SECONDS", 0.01)
    stop = threading.Event()
    args = (world.database, world.issuer.settings, stop)
    thread = threading.Thread(target=client_keys_fetch.run, args=args)
    thread.start()
    yield stop
    stop.set()
    thread.join(PATIENCE)
    assert not thread.is_alive()


@ONE_ENGINE
def test_a_site_that_hangs_delays_no_other(
    world: World,
    site: Site,
    machine: Listener,
    running: threading.Event,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(outbound, "TOTAL_SECONDS", PATIENCE)
    with listening() as hanging:
        hanging.silent = True
        ask(world, keyed_site(world, jwks_uri=hanging.address))
        assert hanging.arrived.wait(PATIENCE)
        machine.arrived.clear()
        ask(world, site)
        assert machine.arrived.wait(PATIENCE)
        hanging.released.set()


@ONE_ENGINE
def test_a_round_that_fails_is_not_the_last(
    world: World,
    site: Site,
    machine: Listener,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(client_keys_fetch, "_IDLE_SECONDS", 0.01)
    honest, failed = client_keys_fetch.claimed, threading.Event()

    def once_broken(issuer: Issuer) -> Any:
        if not failed.is_set():
            failed.set()
            raise RuntimeError("no database")
        return honest(issuer)

    monkeypatch.setattr(client_keys_fetch, "claimed", once_broken)
    stop = threading.Event()
    args = (world.database, world.issuer.settings, stop)
    thread = threading.Thread(target=client_keys_fetch.run, args=args)
    thread.start()
    assert machine.arrived.wait(PATIENCE)
    stop.set()
    thread.join(PATIENCE)
    assert any(one.message == "client_keys.round_failed" for one in caplog.records)
    assert row_of(world, site).jwks is not None
