"""Taking a key back after a leak: at once, everywhere, and never the last one (KE2, KE3)."""

import shutil
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from idp import clock
from idp.clock import FrozenClock
from idp.models import Event
from idp.oidc import jwks, keys
from idp.oidc.key_retirement import LastKeyError, retire
from idp.oidc.key_store import (
    KNOWN_EVERYWHERE,
    LONGEST_TOKEN,
    KeyStore,
    NoSigningKeyError,
    UnknownKeyError,
)
from idp.settings import Settings
from idp.storage.engine import Database
from tests.oidc.key_reader import Reader, key_file
from tests.oidc.world import ONE_ENGINE


@pytest.fixture
def reader(database: Database, settings: Settings, at: FrozenClock) -> Reader:
    """A process over a database whose keys are a day old."""
    keys.ensure_signing_key(database, settings)
    at.advance(days=1)
    return Reader(database, settings)


def rotate(reader: Reader, settings: Settings, **how: Any) -> str:
    with reader.database.writing() as session:
        return keys.rotate(session, settings, **how)


def take_back(reader: Reader, kid: str) -> None:
    with reader.database.writing() as session:
        retire(session, kid, by="operator")


def test_ke2_the_next_key_signs_at_once(reader: Reader, settings: Settings) -> None:
    leaked, following = reader.signer().kid, rotate(reader, settings)
    take_back(reader, leaked)
    assert reader.signer().kid == following
    assert reader.published() == [following]


@pytest.mark.parametrize("alg", keys.ALGORITHMS)
def test_ke2_the_last_key_of_an_algorithm_stays(reader: Reader, alg: str) -> None:
    kid = reader.signer(alg).kid
    with pytest.raises(LastKeyError, match=f"rotate --alg {alg} --now"):
        take_back(reader, kid)
    assert reader.signer(alg).kid == kid
    assert reader.verifier(kid) is not None


def test_a_retiring_key_is_no_successor(
    reader: Reader, settings: Settings, at: FrozenClock
) -> None:
    """The one before signs for an hour at most: nothing would sign after it."""
    rotate(reader, settings, now_active=True)
    at.advance(minutes=1)
    with pytest.raises(LastKeyError):
        take_back(reader, reader.signer().kid)


def test_ke2_what_it_signed_is_worth_nothing(
    reader: Reader, settings: Settings, at: FrozenClock
) -> None:
    """Unlike a key whose time was over: whoever holds it would make hints for years."""
    leaked = reader.signer().kid
    rotate(reader, settings)
    assert reader.verifier(leaked) is not None
    take_back(reader, leaked)
    assert reader.verifier(leaked) is None


def test_ke2_after_a_leak_in_two_commands(
    reader: Reader, settings: Settings, at: FrozenClock
) -> None:
    leaked = reader.signer("ES256").kid
    urgent = rotate(reader, settings, alg="ES256", now_active=True)
    take_back(reader, leaked)
    assert reader.signer("ES256").kid == urgent
    assert reader.published("ES256") == [urgent]
    at.advance(days=400)
    assert reader.signer("ES256").kid == urgent


def test_a_key_that_has_never_signed_is_taken_back(
    reader: Reader, settings: Settings, at: FrozenClock
) -> None:
    """The one in force was to end with its successor: it goes on."""
    present, planned = reader.signer().kid, rotate(reader, settings)
    take_back(reader, planned)
    at.advance(days=400)
    assert reader.signer().kid == present
    assert reader.published() == [present]


def test_a_rotation_after_one_that_was_taken_back(
    reader: Reader, settings: Settings, at: FrozenClock
) -> None:
    """The plan that was given up ends nobody's time."""
    present = reader.signer().kid
    take_back(reader, rotate(reader, settings))
    at.advance(days=30)
    new = rotate(reader, settings)
    at.advance(hours=24, seconds=-1)
    assert reader.signer().kid == present
    at.advance(seconds=1)
    assert reader.signer().kid == new
    at.advance(minutes=69)
    assert reader.published() == [present, new]


def test_of_two_that_were_planned_the_other_follows(
    reader: Reader, settings: Settings, at: FrozenClock
) -> None:
    present, first = reader.signer().kid, rotate(reader, settings)
    at.advance(hours=1)
    second = rotate(reader, settings)
    take_back(reader, first)
    at.advance(hours=24, seconds=-1)
    assert reader.signer().kid == present
    at.advance(seconds=1)
    assert reader.signer().kid == second
    at.advance(hours=1, minutes=10)
    assert reader.published() == [second]


def test_other_algorithms_do_not_notice(reader: Reader, settings: Settings) -> None:
    others = [reader.signer(alg).kid for alg in ("PS256", "ES256")]
    leaked = reader.signer().kid
    rotate(reader, settings)
    take_back(reader, leaked)
    assert [reader.signer(alg).kid for alg in ("PS256", "ES256")] == others
    assert [reader.published(alg) for alg in ("PS256", "ES256")] == [[kid] for kid in others]


def test_twice_is_once_and_nobody_is_unknown(reader: Reader, settings: Settings) -> None:
    leaked = reader.signer().kid
    rotate(reader, settings)
    take_back(reader, leaked)
    take_back(reader, leaked)
    with pytest.raises(UnknownKeyError):
        take_back(reader, "nobody")
    with reader.database.reading() as session:
        retired = select(Event).where(Event.kind == "admin:key:retired")
        (event,) = session.scalars(retired)
    assert event.detail == {"kid": leaked, "alg": "RS256", "by": "operator"}


def test_ke2_every_process_has_heard_within_a_minute(reader: Reader, settings: Settings) -> None:
    """A calendar is read anew in time, and so is what a cache kept of the published keys."""
    ((_, kept),) = jwks.CACHE
    assert KNOWN_EVERYWHERE.total_seconds() + int(kept.rpartition("=")[2]) <= 60
    seconds = [0.0]
    node = KeyStore(settings, age=lambda: seconds[0])
    with reader.database.reading() as session:
        leaked = node.signing(session).kid
    following = rotate(reader, settings)
    take_back(reader, leaked)
    seconds[0] = KNOWN_EVERYWHERE.total_seconds()
    with reader.database.reading() as session:
        assert node.signing(session).kid == following
        assert leaked not in {jwk["kid"] for jwk in node.published(session)}
        assert node.verification_key(session, leaked) is None


def test_ke3_a_new_key_is_published_by_every_process_before_any_signs_with_it(
    reader: Reader, settings: Settings, at: FrozenClock
) -> None:
    """Two processes whose calendars are as old as they may be, through an emergency rotation."""
    seconds = [0.0]
    nodes = [KeyStore(settings, age=lambda: seconds[0])]

    def look() -> None:
        with reader.database.reading() as session:
            for signing in nodes:
                kid = signing.signing(session).kid
                for other in nodes:
                    assert kid in {jwk["kid"] for jwk in other.published(session)}

    look()
    urgent = rotate(reader, settings, now_active=True)
    nodes.append(KeyStore(settings, age=lambda: seconds[0]))  # started since: it knows already
    for _ in range(12):
        look()
        at.advance(seconds=1)
        seconds[0] += 1
    with reader.database.reading() as session:
        assert {node.signing(session).kid for node in nodes} == {urgent}


@ONE_ENGINE
@pytest.mark.parametrize("urgent", [False, True])
def test_ke2_whatever_was_signed_verifies_at_every_process_until_it_expires(
    reader: Reader, settings: Settings, at: FrozenClock, urgent: bool
) -> None:
    """A token every five minutes at two processes, the second without the new file."""
    seconds = [0.0]
    other = replace(settings, keys_dir=settings.keys_dir.with_name("other"))
    shutil.copytree(settings.keys_dir, other.keys_dir)
    nodes = [KeyStore(each, age=lambda: seconds[0]) for each in (settings, other)]
    new, signed = rotate(reader, settings, now_active=urgent), []
    at.advance(hours=0 if urgent else 23)
    for _ in range(12 * 3):
        with reader.database.reading() as session:
            for node in nodes:
                with suppress(NoSigningKeyError):
                    signed.append((clock.now(), node.signing(session).kid))
            live = {kid for at, kid in signed if clock.now() - at < LONGEST_TOKEN}
            for node in nodes:
                assert live <= {jwk["kid"] for jwk in node.published(session)}
        at.advance(minutes=5)
        seconds[0] += 300
    with reader.database.reading() as session:
        assert nodes[0].signing(session).kid == new


def test_ke3_a_process_without_the_file_never_signs_with_what_is_taken_back(
    reader: Reader, settings: Settings
) -> None:
    leaked, following = reader.signer().kid, rotate(reader, settings)
    key_file(settings, following).unlink()
    take_back(reader, leaked)
    with pytest.raises(NoSigningKeyError):
        reader.signer()
