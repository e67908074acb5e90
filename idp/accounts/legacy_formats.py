"""The seven formats of the former system's verifiers: shape, weakness, and how each is computed.

A verifier is a stem (format, cost, salt) and a tail (what a password gives under that stem). The
password is taken byte for byte as it was typed, in UTF-8: that is what those systems hashed, and
a normal form that they did not know would lock out who types as ever.
"""

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass

import bcrypt
from passlib.hash import hex_md5, hex_sha1, ldap_salted_sha1, sha512_crypt
from passlib.utils.binary import ab64_decode, bcrypt64

_BASE64 = r"(?:[A-Za-z0-9+/]{4}){%s}(?:[A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)"
_SHAPES = (
    # bcrypt, 2^4 to 2^16 rounds
    r"\$2[aby]\$(?:0[4-9]|1[0-6])\$[./A-Za-z0-9]{53}",
    # Argon2 in PHC form, memory under 1 GB, under 100 passes
    r"\$argon2(?:id|i|d)(?:\$v=\d\d)?\$m=\d{1,6},t=\d{1,2},p=\d{1,2}"
    r"\$[A-Za-z0-9+/]{11,88}\$[A-Za-z0-9+/]{16,128}",
    # SHA-512 crypt, under a million rounds
    r"\$6\$(?:rounds=[1-9]\d{3,5}\$)?[./A-Za-z0-9]{0,16}\$[./A-Za-z0-9]{86}",
    # SHA-1 and its salt
    r"\{SSHA\}" + _BASE64 % "7,30",
    r"\{MD5\}[0-9A-Fa-f]{32}",
    r"\{SHA1\}[0-9A-Fa-f]{40}",
    # iterations (under 10 million), salt, hash
    r"\{PBKDF2-SHA256\}[1-9]\d{0,6}\$[A-Za-z0-9+/=._-]{1,128}\$[A-Za-z0-9+/=._-]{16,128}",
)
_KNOWN = re.compile("|".join(_SHAPES), re.ASCII)
_ARGON2_COST = re.compile(r"\$m=(\d+),t=(\d+),")
_ARGON2_MOST = 4 * 1024 * 1024  # KiB times passes: some seconds

SSHA, MD5, SHA1, PBKDF2 = "{SSHA}", "{MD5}", "{SHA1}", "{PBKDF2-SHA256}"
_BCRYPT_STEM, _BCRYPT_BYTES = 29, 72  # $2b$10$ and 22 characters of salt; bytes that count
_CRYPT_ROUNDS = 5000  # where none are named
# less is weak: OWASP's Password Storage Cheat Sheet (SHA-512 crypt: its row for PBKDF2-SHA512)
_ENOUGH = {"bcrypt": 10, "crypt": 210_000, PBKDF2: 600_000}


@dataclass(frozen=True)
class Parts:
    """A verifier that can be computed anew from a password and its stem."""

    stem: str
    tail: str
    weak: bool


class _Ssha(ldap_salted_sha1):
    """Salts of every length that the file may bring."""

    min_salt_size, max_salt_size = 0, 128


def is_known(verifier: str) -> bool:
    """Whether it has such a shape, and a cost that a sign-in can pay."""
    if _KNOWN.fullmatch(verifier) is None:
        return False
    cost = _ARGON2_COST.search(verifier)
    return cost is None or int(cost[1]) * int(cost[2]) <= _ARGON2_MOST


def parts_of(verifier: str) -> Parts:
    """Stem and tail; whether guessing it is cheaper than it should be. Not for Argon2."""
    if verifier.startswith("$2"):
        salt = bcrypt64.repair_unused(verifier[7:_BCRYPT_STEM])
        tail = bcrypt64.repair_unused(verifier[_BCRYPT_STEM:])
        return Parts(verifier[:7] + salt, tail, int(verifier[4:6]) < _ENOUGH["bcrypt"])
    if verifier.startswith("$6$"):
        stem, _, tail = verifier.rpartition("$")
        return Parts(stem, tail, _crypt(stem)[0] < _ENOUGH["crypt"])
    if verifier.startswith(SSHA):
        raw = base64.b64decode(verifier.removeprefix(SSHA))
        return Parts(SSHA + base64.b64encode(raw[20:]).decode(), raw[:20].hex(), weak=True)
    if verifier.startswith(PBKDF2):
        return _pbkdf2_parts(verifier)
    stem, _, tail = verifier.partition("}")
    return Parts(stem + "}", tail.lower(), weak=True)


def tail_of(stem: str, password: str) -> str:
    """What the password gives under that stem. ValueError for what the format cannot take."""
    secret = password.encode()
    if stem.startswith("$2"):  # the library refuses what bcrypt itself never looked at
        return bcrypt.hashpw(secret[:_BCRYPT_BYTES], stem.encode())[_BCRYPT_STEM:].decode()
    if stem.startswith("$6$"):
        rounds, salt = _crypt(stem)
        made: str = sha512_crypt.using(salt=salt, rounds=rounds).hash(secret)
        return made.rpartition("$")[2]
    kind, _, rest = stem.partition("}")
    return _COMPUTED[kind + "}"](secret, rest)


def _ssha(secret: bytes, salt: str) -> str:
    made: str = _Ssha.using(salt=base64.b64decode(salt)).hash(secret)
    return base64.b64decode(made.removeprefix(SSHA))[:20].hex()


def _pbkdf2(secret: bytes, rest: str) -> str:
    iterations, salt, size = rest.split("$")
    return hashlib.pbkdf2_hmac(
        "sha256", secret, base64.b64decode(salt), int(iterations), int(size)
    ).hex()


_COMPUTED: dict[str, Callable[[bytes, str], str]] = {
    SSHA: _ssha,
    MD5: lambda secret, _rest: str(hex_md5.hash(secret)),
    SHA1: lambda secret, _rest: str(hex_sha1.hash(secret)),
    PBKDF2: _pbkdf2,
}


def _crypt(stem: str) -> tuple[int, str]:
    """Rounds and salt of $6$[rounds=N$]SALT."""
    named = re.fullmatch(r"\$6\$(?:rounds=(\d+)\$)?(.*)", stem)
    if named is None:
        raise ValueError("no SHA-512 crypt")
    return int(named[1] or _CRYPT_ROUNDS), named[2]


def _pbkdf2_parts(verifier: str) -> Parts:
    """Two customs go by this name, told apart by the padding of the hash.

    OpenLDAP and passlib write salt and hash in base64 without padding, "." for "+"; Django and
    others a padded hash and the salt as text, unless that is padded base64 too.
    """
    iterations, salt, hashed = verifier.removeprefix(PBKDF2).split("$")
    raw = bytes.fromhex(hashed) if re.fullmatch("[0-9a-fA-F]{64}", hashed) else _decoded(hashed)
    if not raw:
        raise ValueError("no hash")
    text = salt.encode()
    padded = hashed.endswith("=") or raw.hex() == hashed.lower()
    as_text = padded and not salt.endswith("=")
    salted = base64.b64encode(text if as_text else (_decoded(salt) or text)).decode()
    stem = f"{PBKDF2}{iterations}${salted}${len(raw)}"
    return Parts(stem, raw.hex(), int(iterations) < _ENOUGH[PBKDF2])


def _decoded(text: str) -> bytes | None:
    """Base64 of any of its alphabets, padded or not; None if it is none."""
    try:
        return bytes(ab64_decode(text.rstrip("=").replace("-", "+").replace("_", "/")))
    except ValueError:
        return None
