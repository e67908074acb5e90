"""RFC 6749 appendix B: application/x-www-form-urlencoded, parsed strictly and in bounded time."""

import re
from urllib.parse import unquote_to_bytes

from idp.oidc.errors import invalid_request
from idp.oidc.http import MachineRequest

MAX_BODY = 64 * 1024
MAX_FIELDS = 100
MEDIA_TYPE = "application/x-www-form-urlencoded"

# C0, DEL, C1, line separators, lone surrogates: no parameter needs them, a forged log line does
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_BROKEN_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_UTF8 = re.compile(r"charset=\"?utf-8\"?", re.IGNORECASE)


def is_form(request: MachineRequest) -> bool:
    """Whether the body says that it is a form in UTF-8."""
    media_type, _, parameters = request.headers.get("content-type", "").partition(";")
    if media_type.strip().lower() != MEDIA_TYPE:
        return False
    return all(_UTF8.fullmatch(part) for part in map(str.strip, parameters.split(";")) if part)


def form_of(request: MachineRequest) -> dict[str, str]:
    """The fields of the body. EndpointError: 413 too long, 415 another type, 400 malformed.

    A field without a value counts as absent (RFC 6749 §3.2); a name given twice is refused.
    """
    return single(form_pairs(request))


def form_alone(request: MachineRequest) -> list[tuple[str, str]]:
    """The same as pairs, where nothing may come in the address: nothing secret belongs there."""
    if request.query:
        raise invalid_request("query", "This endpoint takes no query parameters")
    return form_pairs(request)


def form_pairs(request: MachineRequest) -> list[tuple[str, str]]:
    """The same in their order, for who takes a name twice; those without a value are there."""
    if len(request.body) > MAX_BODY:
        raise invalid_request("body_too_large", "The body is too large", 413)
    if not is_form(request):
        raise invalid_request("media_type", f"The body is not {MEDIA_TYPE}", 415)
    return _pairs(request.body)


def fields(raw: bytes) -> dict[str, str]:
    """The fields of a form or query, those without a value left out. EndpointError if malformed."""
    return single(_pairs(raw))


def single(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Those with a value, by name; EndpointError if a name is there twice."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise invalid_request("repeated_parameter", "A parameter is repeated")
    return {name: value for name, value in found.items() if value}


def _pairs(raw: bytes) -> list[tuple[str, str]]:
    parts = [part for part in raw.split(b"&") if part]
    if len(parts) > MAX_FIELDS:
        raise invalid_request("too_many_fields", "There are too many parameters")
    halves = (part.partition(b"=") for part in parts)
    return [(_checked(name), _checked(value)) for name, _, value in halves]


def decoded(raw: bytes) -> str:
    """One name or value, its escapes resolved; ValueError if broken, not UTF-8, or control."""
    if _BROKEN_ESCAPE.search(raw):
        raise ValueError("a broken escape")
    text = unquote_to_bytes(raw.replace(b"+", b" ")).decode()
    if CONTROL.search(text):
        raise ValueError("a control character")
    return text


def _checked(raw: bytes) -> str:
    try:
        return decoded(raw)
    except ValueError:
        # no cause kept: its text would quote what was sent
        raise invalid_request(
            "malformed_form", "A parameter is not well-formed UTF-8 text"
        ) from None
