"""How the text of a setting becomes its value.

Each raises ValueError saying what is wrong, and never quotes the text: it may hold a secret.
"""

import base64
import binascii
import re
from collections.abc import Callable
from urllib.parse import SplitResult, urlsplit


def keys(raw: str) -> tuple[bytes, ...]:
    """Keys of 32 bytes, base64url, separated by spaces."""
    try:
        found = tuple(
            base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in raw.split()
        )
    except binascii.Error as error:
        raise ValueError("is not base64url") from error
    if any(len(key) != 32 for key in found):
        raise ValueError("holds a key that is not 32 bytes long")
    return found


def choice(*allowed: str) -> Callable[[str], str]:
    """One of the words."""

    def parse(raw: str) -> str:
        if raw not in allowed:
            raise ValueError(f"is none of {', '.join(allowed)}")
        return raw

    return parse


def yes_or_no(raw: str) -> bool:
    """One of the two."""
    return choice("yes", "no")(raw) == "yes"


def issuer(raw: str) -> str:
    """An http(s) address that others can be appended to."""
    parts = _split(raw)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("is not an http(s) address without query or fragment")
    if parts.username is not None or raw.endswith("/") or not raw.isprintable() or " " in raw:
        raise ValueError("has a user name, a space or a slash at its end")
    return raw


def address(*schemes: str) -> Callable[[str], str]:
    """An address of one of the schemes, with a host; user, password and port are optional."""

    def parse(raw: str) -> str:
        parts = _split(raw)
        if parts.scheme not in schemes or not parts.hostname:
            raise ValueError(f"is not {' or '.join(f'{each}://host:port' for each in schemes)}")
        return raw

    return parse


def sms_sender(raw: str) -> str:
    """What a sender may be (3GPP TS 23.040 §9.1.2.5): up to 11 characters, or a number."""
    if not re.fullmatch(r"[A-Za-z0-9 ]{1,11}|\+?[0-9]{3,15}", raw) or raw != raw.strip():
        raise ValueError("is neither up to 11 plain letters and digits nor a number")
    return raw


def stated(raw: str) -> str:
    """Some words."""
    if not raw.strip():
        raise ValueError("is empty")
    return raw.strip()


def mailbox(raw: str) -> str:
    """One bare e-mail address."""
    name, _at, domain = raw.partition("@")
    if not name or not domain or "@" in domain or " " in raw or not raw.isprintable():
        raise ValueError("is not one e-mail address")
    return raw


def bearer_key(raw: str) -> str:
    """Nothing, or a key as an Authorization header carries it (RFC 6750 §2.1)."""
    if raw and not re.fullmatch(r"[A-Za-z0-9._~+/-]{16,512}=*", raw):
        raise ValueError("is not a key of 16 letters and digits or more")
    return raw


def between(low: int, high: int) -> Callable[[str], int]:
    """A whole number from `low` to `high`."""

    def parse(raw: str) -> int:
        if not re.fullmatch(r"\d{1,9}", raw, re.ASCII) or not low <= int(raw) <= high:
            raise ValueError(f"is not between {low} and {high}")
        return int(raw)

    return parse


def seconds(low: int, high: int) -> Callable[[str], float]:
    """A number of seconds from `low` to `high`, with up to three decimals."""

    def parse(raw: str) -> float:
        if not re.fullmatch(r"\d{1,4}(\.\d{1,3})?", raw, re.ASCII) or not low <= float(raw) <= high:
            raise ValueError(f"is not a number of seconds between {low} and {high}")
        return float(raw)

    return parse


def _split(raw: str) -> SplitResult:
    try:
        parts = urlsplit(raw)
        sound = parts.port != 0
    except ValueError:  # its text may show a piece of a password
        sound = False
    if not sound:
        raise ValueError("names no sound host and port")
    return parts
