"""Verifiers of the former system: their shapes, within a bounded cost; what they take (PW2)."""

import unicodedata

import bcrypt
import pytest
from argon2 import PasswordHasher, extract_parameters

from idp.accounts import legacy, passwords
from idp.accounts.legacy_formats import parts_of
from idp.accounts.passwords import Hasher
from idp.errors import BusyError
from idp.settings import Settings
from tests.accounts.legacy_support import BCRYPT, MD5, OLD, STRONG, WEAK

KNOWN = {
    "bcrypt": "$2b$12$" + "F" * 53,
    "bcrypt of PHP": "$2y$10$" + "F" * 53,
    "argon2id": "$argon2id$v=19$m=65536,t=3,p=4$ZmljdGlmc2Vs$" + "F" * 43,
    "argon2id, the dearest": "$argon2id$v=19$m=524288,t=8,p=4$ZmljdGlmc2Vs$" + "F" * 43,
    "argon2i": "$argon2i$v=19$m=4096,t=3,p=1$ZmljdGlmc2Vs$" + "F" * 43,
    "sha512crypt": "$6$fictif$" + "F" * 86,
    "sha512crypt with rounds": "$6$rounds=656000$fictif$" + "F" * 86,
    "ssha, 8 bytes of salt": "{SSHA}" + "F" * 37 + "F==",
    "ssha, 4 bytes of salt": "{SSHA}" + "F" * 32,
    "md5": "{MD5}" + "f0" * 16,
    "sha1": "{SHA1}" + "F0" * 20,
    "pbkdf2": "{PBKDF2-SHA256}600000$ZmljdGlm$" + "F" * 43 + "=",
}
UNKNOWN = [
    "motdepasse",
    "f0" * 16,
    "{MD5}" + "f0" * 15,
    "{MD5}" + "g0" * 16,
    "{md5}" + "f0" * 16,
    "{SHA1}" + "f0" * 16,
    "{SSHA}" + "F" * 20,
    "{SSHA}" + "F" * 33,
    "{CLEAR}motdepasse",
    "$1$fictif$" + "F" * 22,
    "$5$fictif$" + "F" * 43,
    "$6$fictif$" + "F" * 85,
    "$6$" + "f" * 17 + "$" + "F" * 86,
    "$2b$12$" + "F" * 52,
    "$2x$12$" + "F" * 53,
    "$2b$12$" + "F" * 53 + "\n",
    " $2b$12$" + "F" * 53,
    "{PBKDF2-SHA256}0$ZmljdGlm$" + "F" * 44,
    "{PBKDF2-SHA256}600000$" + "F" * 44,
    "{PBKDF2-SHA512}600000$ZmljdGlm$" + "F" * 44,
    "!",
    "*",
]
TOO_COSTLY = [
    "$2b$17$" + "F" * 53,
    "$2b$31$" + "F" * 53,
    "$6$rounds=999999999$fictif$" + "F" * 86,
    "$6$rounds=1000000$fictif$" + "F" * 86,
    "$argon2id$v=19$m=1048576,t=1,p=4$ZmljdGlmc2Vs$" + "F" * 43,
    "$argon2id$v=19$m=524288,t=9,p=4$ZmljdGlmc2Vs$" + "F" * 43,
    "$argon2id$v=19$m=99999999,t=3,p=4$ZmljdGlmc2Vs$" + "F" * 43,
    "$argon2id$v=19$m=65536,t=300,p=4$ZmljdGlmc2Vs$" + "F" * 43,
    "{PBKDF2-SHA256}10000000$ZmljdGlm$" + "F" * 44,
]


@pytest.mark.parametrize("verifier", KNOWN.values(), ids=KNOWN)
def test_the_formats_that_a_file_may_bring(verifier: str) -> None:
    assert legacy.is_known(verifier)


@pytest.mark.parametrize("verifier", ["", *UNKNOWN, *TOO_COSTLY])
def test_nothing_else(verifier: str) -> None:
    assert not legacy.is_known(verifier)


HASHER = Hasher(Settings(argon2_memory_kib=8, argon2_time=1))
ALL = {**WEAK, **STRONG}


@pytest.mark.parametrize("verifier", ALL.values(), ids=ALL)
def test_each_format_takes_its_password_and_no_other(verifier: str) -> None:
    assert legacy.is_known(verifier)
    assert legacy.verify(HASHER, verifier, OLD)
    for wrong in (OLD + " ", OLD.lower(), "", unicodedata.normalize("NFD", OLD), verifier):
        assert not legacy.verify(HASHER, verifier, wrong), wrong


@pytest.mark.parametrize("verifier", WEAK.values(), ids=WEAK)
def test_pw2_a_wrapped_one_takes_the_same_and_shows_no_digest(verifier: str) -> None:
    assert legacy.is_weak(verifier)
    wrapped = legacy.wrap(HASHER, verifier)
    assert "$argon2id$" in wrapped
    assert parts_of(verifier).tail not in wrapped
    assert not legacy.is_weak(wrapped)
    assert legacy.verify(HASHER, wrapped, OLD)
    for wrong in (OLD + " ", OLD.lower(), "", parts_of(verifier).tail):
        assert not legacy.verify(HASHER, wrapped, wrong), wrong


@pytest.mark.parametrize(
    "verifier",
    [
        *STRONG.values(),
        "$2b$10$" + BCRYPT[7:],
        "$6$rounds=210000$selfictif$" + "F" * 86,
        "{PBKDF2-SHA256}600000$c2VsZmljdGlm$" + "F" * 43,
    ],
)
def test_pw2_what_is_slow_enough_is_left_as_it_came(verifier: str) -> None:
    assert legacy.is_known(verifier)
    assert not legacy.is_weak(verifier)


@pytest.mark.parametrize("verifier", KNOWN.values(), ids=KNOWN)
def test_a_known_shape_that_holds_nothing_is_a_wrong_password(verifier: str) -> None:
    dear = ("m=65536", "m=524288", "rounds=656000", "}600000$")
    if not any(cost in verifier for cost in dear):
        assert not legacy.verify(HASHER, verifier, OLD)


def test_a_shape_without_a_hash_is_never_wrapped() -> None:
    nothing = "{PBKDF2-SHA256}100$sel$" + "=" * 16
    assert legacy.is_known(nothing)
    assert not legacy.is_weak(nothing)
    assert not legacy.verify(HASHER, nothing, OLD)


@pytest.mark.parametrize("password", ["é" * 36 + "a", "a" * 72 + "b", "é" * 128])
def test_what_bcrypt_never_looked_at_counts_no_more_than_before(password: str) -> None:
    cut = password.encode()[:72]
    verifier = bcrypt.hashpw(cut, b"$2b$04$AncienPortailFictif.0u").decode()
    assert legacy.verify(HASHER, verifier, password)
    assert not legacy.verify(HASHER, verifier, "x" + password)


@pytest.mark.parametrize(
    "verifier", [None, *ALL.values(), "wrapped"], ids=["nobody", *ALL, "wrapped"]
)
@pytest.mark.parametrize("password", [OLD, "Autre-Chose*2"])
def test_en2_each_costs_one_argon2_at_today_s_cost(
    verifier: str | None, password: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if verifier == "wrapped":
        verifier = legacy.wrap(HASHER, MD5)
    counted: list[str] = []
    real = PasswordHasher.verify

    def counting(hasher: PasswordHasher, stored: str, secret: str) -> bool:
        cost = extract_parameters(stored)
        counted.append(f"m={cost.memory_cost} t={cost.time_cost}")
        return bool(real(hasher, stored, secret))

    monkeypatch.setattr(PasswordHasher, "verify", counting)
    legacy.verify(HASHER, verifier, password)
    assert counted == ["m=8 t=1"]


def test_av1_an_old_password_waits_for_the_same_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_QUEUE_SECONDS", 0.01)
    with HASHER.turn(), pytest.raises(BusyError):
        legacy.verify(HASHER, MD5, OLD)
