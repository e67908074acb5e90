"""Verifiers of the former system are known by their shape, within a bounded cost (PW2)."""

import pytest

from idp.accounts import legacy

KNOWN = {
    "bcrypt": "$2b$12$" + "F" * 53,
    "bcrypt of PHP": "$2y$10$" + "F" * 53,
    "argon2id": "$argon2id$v=19$m=65536,t=3,p=4$ZmljdGlmc2Vs$" + "F" * 43,
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
