"""The calendar of signing keys: first key, rotation, emergency, races (KE2, KE3)."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from idp import clock
from idp.clock import FrozenClock
from idp.models import Event
from idp.oidc import key_files, keys
from idp.oidc.key_files import SigningJwk
from idp.oidc.keys import NoSigningKeyError
from idp.settings import Settings
from idp.storage.engine import Database
from tests.oidc.key_reader import Reader, key_file


@pytest.fixture
def reader(database: Database, settings: Settings, at: FrozenClock) -> Reader:
    """A process over a database with a first key, the clock stopped."""
    keys.ensure_signing_key(database, settings)
    return Reader(database, settings)


def rotate(reader: Reader, settings: Settings, **how: Any) -> str:
    with reader.database.writing() as session:
        return keys.rotate(session, settings, by="operator", **how)


def states(reader: Reader) -> dict[str, str]:
    with reader.database.reading() as session:
        found = keys.listing(session)
    return {info.kid: info.state for info in found if info.alg == "RS256"}


def test_ensure_changes_nothing_the_second_time(reader: Reader, settings: Settings) -> None:
    before = reader.published()
    keys.ensure_signing_key(reader.database, settings)
    keys.ensure_signing_key(reader.database, settings)
    assert reader.published() == before
    assert len(list(settings.keys_dir.iterdir())) == 3


def test_ke3_a_restart_keeps_the_kid(reader: Reader, settings: Settings) -> None:
    assert Reader(reader.database, settings).signer().kid == reader.signer().kid


def test_ensure_replaces_a_key_whose_file_is_lost(reader: Reader, settings: Settings) -> None:
    (lost,) = reader.published()
    key_file(settings, lost).unlink()
    with pytest.raises(NoSigningKeyError):
        reader.signer()
    reader_clock = clock.now() + timedelta(seconds=1)
    with clock.frozen(reader_clock):
        keys.ensure_signing_key(reader.database, settings)
        assert reader.signer().kid != lost
        assert lost in reader.published()


def test_two_processes_at_once_make_one_key_an_algorithm(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    both, honest = threading.Barrier(2, timeout=20), key_files.generate

    def together(alg: str) -> SigningJwk:
        both.wait()  # each has looked and found nothing
        return honest(alg)

    def process() -> None:
        own = Database.open(settings)
        keys.ensure_signing_key(own, settings)
        own.close()

    monkeypatch.setattr(key_files, "generate", together)
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(process) for _ in range(2)]:
            done.result()
    reader, files = Reader(database, settings), set()
    for alg in keys.ALGORITHMS:
        (kid,) = reader.published(alg)
        assert reader.signer(alg).kid == kid
        files.add(key_file(settings, kid))
    assert set(settings.keys_dir.iterdir()) == files


def test_a_key_that_cannot_be_recorded_leaves_no_file(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object, **__: object) -> None:
        raise RuntimeError("no room")

    monkeypatch.setattr(keys, "record", failing)
    with pytest.raises(RuntimeError):
        keys.ensure_signing_key(database, settings)
    assert list(settings.keys_dir.iterdir()) == []


def test_ke2_the_calendar_of_a_rotation(
    reader: Reader, settings: Settings, at: FrozenClock
) -> None:
    old = reader.signer().kid
    at.advance(days=1)
    new = rotate(reader, settings)
    assert reader.published() == [old, new]
    assert states(reader) == {old: "active", new: "next"}
    at.advance(hours=24, seconds=-1)
    assert reader.signer().kid == old
    at.advance(seconds=1)
    assert reader.signer().kid == new
    assert states(reader) == {old: "retiring", new: "active"}
    # the last token of the old key lives 10 minutes more
    at.advance(minutes=10)
    assert reader.published() == [old, new]
    at.advance(hours=1)
    assert reader.published() == [new]
    assert states(reader) == {old: "retired", new: "active"}


def test_a_retired_key_still_verifies_old_hints(
    reader: Reader, settings: Settings, at: FrozenClock
) -> None:
    old = reader.signer().kid
    at.advance(days=1)
    rotate(reader, settings)
    at.advance(days=30)
    assert old not in reader.published()
    assert reader.verifier(old) is not None


def test_ke2_in_an_emergency_the_new_key_signs_once_it_is_published_everywhere(
    reader: Reader, settings: Settings, at: FrozenClock
) -> None:
    old = reader.signer().kid
    at.advance(days=1)
    new = rotate(reader, settings, now_active=True)
    assert reader.published() == [old, new]
    assert reader.signer().kid == old  # another process may not publish it yet (KE3)
    at.advance(seconds=10)
    assert reader.signer().kid == new
    at.advance(hours=1, minutes=10)
    assert reader.published() == [new]


def test_an_emergency_during_a_rotation_shortens_it(
    reader: Reader, settings: Settings, at: FrozenClock
) -> None:
    first = reader.signer().kid
    at.advance(days=1)
    planned = rotate(reader, settings)
    at.advance(hours=1)
    urgent = rotate(reader, settings, now_active=True)
    at.advance(seconds=10)
    assert reader.signer().kid == urgent
    at.advance(hours=1, minutes=10)
    assert set(reader.published()) == {planned, urgent}
    assert reader.verifier(first) is not None
    at.advance(hours=22)
    assert reader.signer().kid == planned
    at.advance(hours=1, minutes=10)
    assert reader.published() == [planned]


def test_ke3_a_node_without_the_new_file_signs_only_what_can_be_verified(
    reader: Reader, settings: Settings, at: FrozenClock
) -> None:
    old = reader.signer().kid
    at.advance(days=1)
    key_file(settings, rotate(reader, settings)).unlink()
    at.advance(days=1, hours=1)
    assert reader.signer().kid == old
    assert old in reader.published()
    at.advance(seconds=1)
    with pytest.raises(NoSigningKeyError):
        reader.signer()


def test_the_first_rotation_of_all_signs_at_once(
    database: Database, settings: Settings, at: FrozenClock
) -> None:
    fresh = Reader(database, settings)
    with pytest.raises(NoSigningKeyError):
        fresh.signer()
    assert rotate(fresh, settings) == fresh.signer().kid


def test_cl3_making_and_rotating_leave_events(
    reader: Reader, settings: Settings, at: FrozenClock
) -> None:
    at.advance(seconds=1)
    kid = rotate(reader, settings)
    with reader.database.reading() as session:
        *made, rotated = session.scalars(select(Event).order_by(Event.at)).all()
    assert {event.kind for event in made} == {"admin:key:created"}
    assert {event.detail["alg"] for event in made} == set(keys.ALGORITHMS)
    assert rotated.kind == "admin:key:rotated"
    assert rotated.detail == {"kid": kid, "alg": "RS256", "at_once": False, "by": "operator"}
