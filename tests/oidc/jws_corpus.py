"""Compact JWS that no strict reader takes, each with the word that says why (OA11)."""

import base64
import json
from collections.abc import Callable, Iterator
from typing import Any

from tests.oidc.hint_forgery import b64, signed

Case = tuple[str, str, str]
GOOD_HEADER = {"alg": "ES256", "typ": "JWT", "kid": "k"}
GOOD_CLAIMS = b'{"sub":"x","exp":1}'

# raw text of a header, and why it is refused
HEADERS: dict[str, tuple[str, str]] = {
    "alg none": ('{"alg":"none","typ":"JWT"}', "alg"),
    "alg None": ('{"alg":"None","typ":"JWT"}', "alg"),
    "alg HS256": ('{"alg":"HS256","typ":"JWT"}', "alg"),
    "alg HS512": ('{"alg":"HS512","typ":"JWT"}', "alg"),
    "alg ES256K": ('{"alg":"ES256K","typ":"JWT"}', "alg"),
    "alg ES384": ('{"alg":"ES384","typ":"JWT"}', "alg"),
    "alg EdDSA": ('{"alg":"EdDSA","typ":"JWT"}', "alg"),
    "alg RS1": ('{"alg":"RS1","typ":"JWT"}', "alg"),
    "alg in small letters": ('{"alg":"es256","typ":"JWT"}', "alg"),
    "alg a list": ('{"alg":["ES256"],"typ":"JWT"}', "alg"),
    "alg null": ('{"alg":null,"typ":"JWT"}', "alg"),
    "alg absent": ('{"typ":"JWT"}', "alg"),
    "alg not for this place": ('{"alg":"RS256","typ":"JWT"}', "alg"),
    "alg twice": ('{"alg":"none","alg":"ES256","typ":"JWT"}', "json"),
    "kid twice": ('{"alg":"ES256","typ":"JWT","kid":"a","kid":"b"}', "json"),
    "jwk twice": ('{"alg":"ES256","jwk":{},"typ":"JWT","jwk":{}}', "json"),
    "inner member twice": ('{"alg":"ES256","typ":"JWT","kid":{"a":1,"a":2}}', "json"),
    "typ of another place": ('{"alg":"ES256","typ":"at+jwt"}', "typ"),
    "typ a number": ('{"alg":"ES256","typ":1}', "typ"),
    "typ null": ('{"alg":"ES256","typ":null}', "typ"),
    "typ in small letters": ('{"alg":"ES256","typ":"jwt"}', "typ"),
    "kid a number": ('{"alg":"ES256","typ":"JWT","kid":1}', "kid"),
    "kid null": ('{"alg":"ES256","typ":"JWT","kid":null}', "kid"),
    "kid an object": ('{"alg":"ES256","typ":"JWT","kid":{}}', "kid"),
    "jwk": ('{"alg":"ES256","typ":"JWT","jwk":{}}', "header_member"),
    "jku": ('{"alg":"ES256","typ":"JWT","jku":"http://127.0.0.1:9/"}', "header_member"),
    "x5u": ('{"alg":"ES256","typ":"JWT","x5u":"http://127.0.0.1:9/"}', "header_member"),
    "x5c": ('{"alg":"ES256","typ":"JWT","x5c":["x"]}', "header_member"),
    "crit known": ('{"alg":"ES256","typ":"JWT","crit":["alg"]}', "header_member"),
    "crit unknown": ('{"alg":"ES256","typ":"JWT","crit":["x"],"x":1}', "header_member"),
    "crit empty": ('{"alg":"ES256","typ":"JWT","crit":[]}', "header_member"),
    "zip": ('{"alg":"ES256","typ":"JWT","zip":"DEF"}', "header_member"),
    "b64": ('{"alg":"ES256","typ":"JWT","b64":false}', "header_member"),
    "cty": ('{"alg":"ES256","typ":"JWT","cty":"JWT"}', "header_member"),
    "enc": ('{"alg":"ES256","typ":"JWT","enc":"A256GCM"}', "header_member"),
    "epk": ('{"alg":"ES256","typ":"JWT","epk":{}}', "header_member"),
    "a list": ("[]", "json"),
    "a text": ('"ES256"', "json"),
    "null": ("null", "json"),
    "empty object": ("{}", "alg"),
    "cut": ('{"alg":"ES256"', "json"),
    "more behind": ('{"alg":"ES256","typ":"JWT"}{}', "json"),
    "a comment": ('{"alg":"ES256"/**/}', "json"),
    "single quotes": ("{'alg':'ES256'}", "json"),
    "NaN": ('{"alg":"ES256","typ":"JWT","kid":NaN}', "json"),
    "a lone surrogate": ('{"alg":"ES256","typ":"JWT","kid":"\\ud800"}', "json"),
    "a byte order mark": ('\ufeff{"alg":"ES256","typ":"JWT"}', "json"),
    "a NUL": ('{"alg":"ES256","typ":"JWT"}\x00', "json"),
    "nested deep": ('{"kid":' + "[" * 4000 + "]" * 4000 + "}", "json"),
}
CLAIMS: dict[str, bytes] = {
    "a list": b"[]",
    "a number": b"1",
    "null": b"null",
    "no JSON": b"x",
    "cut": b'{"sub":"x"',
    "sub twice": b'{"sub":"x","sub":"y"}',
    "sub twice, once escaped": b'{"sub":"x","\\u0073ub":"y"}',
    "twice deeper down": b'{"cnf":{"jkt":"a","jkt":"b"}}',
    "NaN": b'{"exp":NaN}',
    "Infinity": b'{"exp":Infinity}',
    "-Infinity": b'{"exp":-Infinity}',
    "too many digits": b'{"exp":' + b"9" * 5000 + b"}",
    "UTF-16": '{"sub":"x"}'.encode("utf-16"),
    "UTF-16 without a mark": '{"sub":"x"}'.encode("utf-16-le"),
    "UTF-32": '{"sub":"x"}'.encode("utf-32"),
    "Latin-1": '{"sub":"é"}'.encode("latin-1"),
    "a lone surrogate": b'{"sub":"\\udfff"}',
    "a lone surrogate as a name": b'{"\\ud800":1}',
    "overlong UTF-8": b'{"sub":"\xc0\xaf"}',
    "compressed": base64.b64decode("eJyrVipNUrJSqlCqBQAWngOd"),
}


def cases(key: Any) -> Iterator[Case]:
    """Name, token, reason. Signatures are right wherever there is one to be right."""
    for name, (text, reason) in HEADERS.items():
        yield f"header: {name}", _signed(text, key), reason
    for name, raw in CLAIMS.items():
        yield f"claims: {name}", signed(GOOD_HEADER, raw, key), "json"
    yield from _of_shape(signed(GOOD_HEADER, GOOD_CLAIMS, key), key)


def _signed(header: str, key: Any) -> str:
    head = f"{b64(header.encode('utf-8', 'surrogatepass'))}.{b64(GOOD_CLAIMS)}"
    return f"{head}.{signed(GOOD_HEADER, GOOD_CLAIMS, key).split('.')[2]}"


def _of_shape(good: str, key: Any) -> Iterator[Case]:
    head, body, signature = good.split(".")
    shapes: dict[str, str] = {
        "empty": "",
        "a word": "x",
        "dots": "..",
        "two parts": f"{head}.{body}",
        "four parts": f"{good}.{signature}",
        "five parts, a JWE": f"{head}.{body}.{body}.{body}.{signature}",
        "no header": f".{body}.{signature}",
        "detached": f"{head}..{signature}",
        "no signature": f"{head}.{body}.",
        "padded": f"{good}=",
        "padded inside": f"{head}=.{body}.{signature}",
        "a blank before": f" {good}",
        "a newline behind": f"{good}\n",
        "a line folded": f"{good[:20]}\n{good[20:]}",
        "plain base64": good.replace("_", "/").replace("-", "+") + "+",
        "not ASCII": f"{good}é",
        "full-width dots": good.replace(".", "．"),
        "JSON serialization": json.dumps(
            {"protected": head, "payload": body, "signature": signature}
        ),
        "too long": signed(GOOD_HEADER, b'{"x":"' + b"x" * 16_400 + b'"}', key),
    }
    for name, token in shapes.items():
        yield f"shape: {name}", token, "shape"
    for name, part in (("header", 0), ("claims", 1), ("signature", 2)):
        yield f"{name} with bits to spare", _at(good, part, _spare_bits), "base64"
        yield f"{name} one letter short of a byte", _at(good, part, _odd_length), "base64"


def _at(good: str, part: int, change: Callable[[str], str]) -> str:
    parts = good.split(".")
    parts[part] = change(parts[part])
    return ".".join(parts)


def _spare_bits(text: str) -> str:
    """The same bytes for a careless reader: the last letter says more than they need."""
    cut = text[: len(text) - len(text) % 4]
    return cut + "AB"


def _odd_length(text: str) -> str:
    return text[: len(text) - len(text) % 4] + "A"
