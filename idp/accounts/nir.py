"""The NIR, the French social security number: one canonical form however it is typed (PII2).

Sex, year, month, department, commune, rank: 13 characters; then a key of two digits, which anybody
can compute and which proves nothing. A Nir never shows itself: not in a repr, a log or an error
(PII3). At rest it is a ciphertext and a keyed index (PII1).
"""

import re
from dataclasses import dataclass

from sqlalchemy.orm import Session

from idp.accounts.spelling import bare
from idp.errors import DomainError
from idp.storage.engine import keys_of

LENGTH = 13  # characters, without the key
_LONGEST = 64  # characters that are looked at, spaces and all
_CORSICA = {"2A": "19", "2B": "18"}  # what stands for them in the computation of the key
_FORM = re.compile(
    r"""
    [1278]                                        # sex; 7 and 8: provisional
    \d\d                                          # year of birth
    (?:0[1-9]|1[0-2]|[23]\d|4[0-2]|[5-9]\d)       # month; 20-42 and 50-99: not known
    (?:0[1-9]|[1-9]\d|2[AB])                      # department; 99: born abroad
    (?!000)\d{3}                                  # commune or country
    (?!000)\d{3}                                  # rank
    """,
    re.VERBOSE | re.ASCII,
)


class BadNirError(DomainError):
    """What was typed is no NIR; `detail` is `length`, `form` or `key`, never what was typed."""

    reason = "bad_nir"
    text_key = "forms.nir_invalid"


@dataclass(frozen=True, repr=False)
class Nir:
    """`number` is the 13 canonical characters; parse() makes it."""

    number: str

    def __repr__(self) -> str:
        return "Nir(*****)"

    @property
    def key(self) -> str:
        """The two digits that belong to it."""
        return key_of(self.number)

    @property
    def provisional(self) -> bool:
        """Given until the civil status is certified (7, 8)."""
        return self.number[0] in "78"

    @property
    def born_abroad(self) -> bool:
        """Department 99."""
        return self.number[5:7] == "99"


def parse(typed: str) -> Nir:
    """13 characters, or 15 with a right key; spaces, dots and hyphens anywhere. BadNirError."""
    text = bare(typed).upper() if len(typed) <= _LONGEST else ""
    if len(text) not in {LENGTH, LENGTH + 2}:
        raise BadNirError("length")
    number, key = text[:LENGTH], text[LENGTH:]
    if not _FORM.fullmatch(number):
        raise BadNirError("form")
    if key and key != key_of(number):
        raise BadNirError("key")
    return Nir(number)


def key_of(number: str) -> str:
    """97 - N mod 97, two digits, of 13 canonical characters."""
    department = number[5:7]
    plain = number[:5] + _CORSICA.get(department, department) + number[7:]
    return f"{97 - int(plain) % 97:02}"


def nir_index(session: Session, nir: Nir) -> str:
    """The keyed index: what a member is found by."""
    return nir_indexes(session, nir)[0]


def nir_indexes(session: Session, nir: Nir) -> list[str]:
    """The same under each held key, newest first, for look-ups while keys rotate."""
    return keys_of(session).digests("pii", "member.nir.index", nir.number)


def seal_nir(session: Session, nir: Nir) -> bytes:
    """The NIR as it is stored."""
    return keys_of(session).seal("pii", "member.nir", nir.number)


def open_nir(session: Session, sealed: bytes) -> Nir:
    """The NIR that seal_nir() took."""
    return Nir(keys_of(session).open("pii", "member.nir", sealed))
