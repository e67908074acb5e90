"""Channels of people that nobody is: the same page for a pair that the register does not know (R6).

Drawn from a keyed digest of NIR and birth date, so that they are the same on every node and day.
"""

import hashlib

from idp.accounts.channels import ChannelKind, masked

# what members have on file, of a hundred: both, an e-mail only, a mobile only
_BOTH, _EMAIL_ONLY = 64, 26
# where French members read their mail, of a thousand; the first that the draw falls under
_DOMAINS = (
    (190, "gmail.com"),
    (340, "orange.fr"),
    (430, "wanadoo.fr"),
    (510, "free.fr"),
    (580, "hotmail.fr"),
    (640, "laposte.net"),
    (690, "sfr.fr"),
    (730, "yahoo.fr"),
    (760, "outlook.fr"),
    (785, "hotmail.com"),
    (800, "live.fr"),
)
_COMMON = frozenset(domain for _, domain in _DOMAINS)
_OTHER = "autre.invalid"  # of any domain that is not common: those are not shown (R6)


def mask(kind: ChannelKind, value: str) -> str:
    """A channel before any proof, real or not: *****@orange.fr, *****@*****, ** ** ** ** 08.

    A domain that decoys never have would tell a member at sight: a school's, an employer's.
    """
    if kind is ChannelKind.CONTACT_EMAIL and value.rpartition("@")[2] not in _COMMON:
        return "*****@*****"
    return masked(kind, value)


def of_pair(pair: str) -> dict[ChannelKind, str]:
    """The decoys of a keyed digest (hexadecimal), by kind: addresses that are never written to."""
    drawn = hashlib.sha256(f"decoy|{pair}".encode()).digest()
    shape = int.from_bytes(drawn[:4]) % 100
    found = {}
    if shape < _BOTH + _EMAIL_ONLY:
        found[ChannelKind.CONTACT_EMAIL] = f"{drawn[4:12].hex()}@{_domain(drawn)}"
    if shape < _BOTH or shape >= _BOTH + _EMAIL_ONLY:
        found[ChannelKind.MOBILE] = f"+336{10_000_000 + int.from_bytes(drawn[12:16]) % 20_000_000}"
    return found


def _domain(drawn: bytes) -> str:
    draw = int.from_bytes(drawn[16:20]) % 1000
    return next((domain for below, domain in _DOMAINS if draw < below), _OTHER)
