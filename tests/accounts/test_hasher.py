"""Argon2id: its parameters, what matches, what it costs for whom, and how many at once."""

import base64
import re
import threading
import unicodedata
from functools import lru_cache
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from idp.accounts import passwords
from idp.accounts.passwords import UNUSABLE, Hasher
from idp.errors import BusyError
from idp.settings import Settings
from tests import factories
from tests.at_once import at_once
from tests.fixtures import settings_for

PHC = re.compile(r"^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([^$]+)\$([^$]+)$")
MALFORMED = ["$argon2id$v=19$nothing", "$argon2id$v=19$m=19456,t=2,p=1$AAAA$BBBB", "$2b$12$x"]
HASHER = Hasher.of(Settings())


@lru_cache
def _hashed(secret: str = factories.PASSWORD) -> str:
    """At the cost that a fresh installation has; those of factories.py are cheap."""
    return HASHER.hash(secret)


def _bytes(field: str) -> int:
    return len(base64.b64decode(field + "=" * (-len(field) % 4)))


@pytest.fixture
def verified(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The verifiers that Argon2 was really run with."""
    seen: list[str] = []
    plain = PasswordHasher.verify

    def noted(self: PasswordHasher, stored: str, secret: str) -> bool:
        try:
            return plain(self, stored, secret)
        finally:
            if PHC.match(stored) and stored not in MALFORMED:
                seen.append(stored)

    monkeypatch.setattr(PasswordHasher, "verify", noted)
    return seen


def test_pw1_a_stored_password_is_argon2id_at_the_decided_cost() -> None:
    found = PHC.match(_hashed())
    assert found
    memory, passes, lanes, salt, tag = found.groups()
    assert int(memory) >= 19456
    assert int(passes) >= 2
    assert int(lanes) >= 1
    assert (_bytes(salt), _bytes(tag)) == (16, 32)


def test_pw1_the_same_password_never_has_the_same_salt() -> None:
    assert _hashed() != HASHER.hash(factories.PASSWORD)


def test_pw2_a_cheaper_hash_is_outdated_and_still_opens() -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(factories.PASSWORD)
    assert HASHER.verify(old, factories.PASSWORD)
    assert HASHER.outdated(old)
    assert not HASHER.outdated(_hashed())


def test_pw2_the_cost_comes_from_the_settings(tmp_path: Path) -> None:
    hasher = Hasher.of(settings_for(tmp_path, argon2_memory_kib=19464, argon2_time=3))
    found = PHC.match(hasher.hash("x"))
    assert found
    assert found.groups()[:2] == ("19464", "3")


def test_pw4_composed_and_decomposed_are_one_password() -> None:
    stored = _hashed("Été à Nîmes 7!")
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        typed = unicodedata.normalize(form, "Été à Nîmes 7!")  # type: ignore[arg-type]
        assert HASHER.verify(stored, typed)


@pytest.mark.parametrize(
    "typed",
    [
        "Un-Cheval*7-Bleu ",
        " Un-Cheval*7-Bleu",
        "Un-Cheval*7-Ble",
        "Un-Cheval*7-Blez",
        "un-cheval*7-bleu",
        "",
    ],
)
def test_pw4_nothing_is_trimmed_cut_or_folded(typed: str) -> None:
    assert not HASHER.verify(_hashed(), typed)


def test_pw4_the_last_of_128_characters_counts() -> None:
    long = "x" * 127
    stored = _hashed(long + "a")
    assert HASHER.verify(stored, long + "a")
    assert not HASHER.verify(stored, long + "b")


@pytest.mark.parametrize("stored", [None, UNUSABLE, "", *MALFORMED])
@pytest.mark.parametrize("typed", ["", UNUSABLE, "the password of nobody", "x"])
def test_pw8_nothing_opens_what_has_no_password(stored: str | None, typed: str) -> None:
    assert not HASHER.verify(stored, typed)


@pytest.mark.parametrize("stored", [None, UNUSABLE, "", *MALFORMED, "known"])
def test_en2_every_try_costs_one_verification(verified: list[str], stored: str | None) -> None:
    HASHER.verify(_hashed() if stored == "known" else stored, "wrong")
    assert len(verified) == 1
    assert not HASHER.outdated(verified[0]), "at another cost than today's"


def test_av1_one_hash_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    inside, most = threading.Semaphore(1), list[bool]()
    plain = PasswordHasher.verify

    def noted(self: PasswordHasher, stored: str, secret: str) -> bool:
        most.append(inside.acquire(blocking=False))
        try:
            return plain(self, stored, secret)
        finally:
            inside.release()

    monkeypatch.setattr(PasswordHasher, "verify", noted)
    monkeypatch.setattr(passwords, "_QUEUE_SECONDS", 60)  # on a busy machine too
    assert at_once(6, lambda _number: HASHER.verify(_hashed(), "x")) == [False] * 6
    assert most == [True] * 6


@pytest.mark.parametrize("work", ["hash", "verify"])
def test_av1_who_waits_too_long_is_told_to_try_again(
    monkeypatch: pytest.MonkeyPatch, work: str
) -> None:
    monkeypatch.setattr(passwords, "_QUEUE_SECONDS", 0.01)

    def ask() -> object:
        return HASHER.hash("x") if work == "hash" else HASHER.verify(None, "x")

    with passwords._one_at_a_time(), pytest.raises(BusyError) as busy:
        ask()
    assert busy.value.status == 503
    ask()  # the slot was given back


def test_a_failure_gives_the_slot_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_QUEUE_SECONDS", 0.01)
    with pytest.raises(UnicodeEncodeError):
        HASHER.hash("\ud800")
    assert not HASHER.verify(None, "x")
