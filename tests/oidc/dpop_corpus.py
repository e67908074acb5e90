"""DPoP proofs that are not good for GET /userinfo with a certain token, by what is wrong (OA14).

Certification's dpop-negative-tests are the first of them.
"""

import base64
from collections.abc import Iterator
from typing import Any

from idp import clock
from tests.oidc.hint_forgery import b64
from tests.oidc.holder import ABSENT, Holder, ath, holder

Named = Iterator[tuple[str, str]]


def bad_proofs(keys: Holder, url: str, token: str) -> dict[str, str]:
    """Each has all that is right, but for one thing."""
    return {
        **dict(_of_headers(keys, url, token)),
        **dict(_of_keys(keys, url, token)),
        **dict(_of_claims(keys, url, token)),
        **dict(_of_shape(keys, url, token)),
    }


def with_a_zero(number: str) -> str:
    """The same number, written longer: the same key would have another thumbprint."""
    return b64(b"\x00" + base64.urlsafe_b64decode(number + "=" * (-len(number) % 4)))


def _of_headers(keys: Holder, url: str, token: str) -> Named:
    changes: dict[str, dict[str, Any]] = {
        "typ absent": {"typ": ABSENT},
        "typ JWT": {"typ": "JWT"},
        "typ of an access token": {"typ": "at+jwt"},
        "typ in full": {"typ": "application/dpop+jwt"},
        "typ in capitals": {"typ": "DPOP+JWT"},
        "alg none": {"alg": "none"},
        "alg absent": {"alg": ABSENT},
        "alg HS256": {"alg": "HS256"},
        "alg of another kind of key": {"alg": "PS256"},
        "alg ES384": {"alg": "ES384"},
        "jku": {"jku": "http://127.0.0.1:9/"},
        "x5c": {"x5c": ["x"]},
        "x5u": {"x5u": "http://127.0.0.1:9/"},
        "crit": {"crit": ["jwk"]},
        "crit unknown": {"crit": ["x"], "x": 1},
        "zip": {"zip": "DEF"},
        "b64": {"b64": False},
    }
    good = keys.proof("GET", url, ath=ath(token))
    _, body, signature = good.split(".")
    for name, change in changes.items():
        header = {"typ": "dpop+jwt", "alg": keys.alg, "jwk": keys.public, **change}
        kept = {member: value for member, value in header.items() if value is not ABSENT}
        if kept.get("alg") == keys.alg:
            yield name, keys.proof("GET", url, header=change, ath=ath(token))
        else:
            yield name, f"{b64(kept)}.{body}.{signature}"
    rsa = holder("RS256")
    yield "alg RS256", rsa.proof("GET", url, ath=ath(token))


def _of_keys(keys: Holder, url: str, token: str) -> Named:
    theirs, rsa = holder(), holder("PS256")
    changes: dict[str, Any] = {
        "jwk absent": ABSENT,
        "jwk null": None,
        "jwk a text": "x",
        "jwk empty": {},
        "jwk with its private half": keys.private,
        "jwk with an empty private half": {**keys.public, "d": ""},
        "jwk of somebody else": theirs.public,
        "jwk of another kind": rsa.public,
        "jwk symmetric": {"kty": "oct", "k": "AAAA"},
        "jwk without y": {k: v for k, v in keys.public.items() if k != "y"},
        "jwk not on the curve": {**keys.public, "x": b64(b"\x01" * 32)},
        "jwk of zeros": {**keys.public, "x": b64(bytes(32)), "y": b64(bytes(32))},
        "jwk with a zero before": {**keys.public, "x": with_a_zero(keys.public["x"])},
        "jwk on P-384": {**keys.public, "crv": "P-384"},
        "jwk on no curve": {**keys.public, "crv": None},
        "jwk x a number": {**keys.public, "x": 1},
        "jwk x padded": {**keys.public, "x": keys.public["x"] + "="},
        "jwk for encryption": {**keys.public, "use": "enc"},
        "jwk for another algorithm": {**keys.public, "alg": "PS256"},
        "jwk for none": {**keys.public, "alg": "none"},
    }
    for name, jwk in changes.items():
        yield name, keys.proof("GET", url, header={"jwk": jwk}, ath=ath(token))


def _of_claims(keys: Holder, url: str, token: str) -> Named:
    now = clock.timestamp()
    changes: dict[str, dict[str, Any]] = {
        "jti absent": {"jti": ABSENT},
        "jti empty": {"jti": ""},
        "jti a number": {"jti": 1},
        "jti too long": {"jti": "x" * 257},
        "jti a NUL": {"jti": "\x00"},
        "htm absent": {"htm": ABSENT},
        "htm wrong": {"htm": "POST"},
        "htm in small letters": {"htm": "get"},
        "htm a list": {"htm": ["GET"]},
        "htu absent": {"htu": ABSENT},
        "htu of another path": {"htu": url.replace("userinfo", "token")},
        "htu with a slash": {"htu": url + "/"},
        "htu in other letters": {"htu": url.replace("userinfo", "UserInfo")},
        "htu of another host": {"htu": url.replace("localhost", "autre.exemple")},
        "htu of another port": {"htu": url.replace("8000", "8001")},
        "htu of another scheme": {"htu": url.replace("http:", "https:")},
        "htu with a user": {"htu": url.replace("//", "//user@")},
        "htu a path": {"htu": "/userinfo"},
        "htu a number": {"htu": 1},
        "htu no address": {"htu": "http://[::1/userinfo"},
        "htu a port of letters": {"htu": "http://localhost:x/userinfo"},
        "htu not ASCII": {"htu": url.replace("localhost", "localhöst")},
        "htu with a blank": {"htu": " " + url},
        "htu with a newline": {"htu": url + "\n"},
        "htu empty": {"htu": ""},
        "iat absent": {"iat": ABSENT},
        "iat a text": {"iat": str(now)},
        "iat true": {"iat": True},
        "iat an hour ago": {"iat": now - 3600},
        "iat in an hour": {"iat": now + 3600},
        "iat 61 seconds ago": {"iat": now - 61},
        "iat in 61 seconds": {"iat": now + 61},
        "iat without end": {"iat": 10**400},
        "ath absent": {"ath": ABSENT},
        "ath empty": {"ath": ""},
        "ath of another token": {"ath": ath(token + "x")},
        "ath the token": {"ath": token},
        "ath a list": {"ath": [ath(token)]},
    }
    for name, change in changes.items():
        yield name, keys.proof("GET", url, **{"ath": ath(token), **change})


def _of_shape(keys: Holder, url: str, token: str) -> Named:
    good = keys.proof("GET", url, ath=ath(token))
    head, body, signature = good.split(".")
    other = keys.proof("GET", url, ath=ath(token)).split(".")[2]
    yield "empty", ""
    yield "a word", "x"
    yield "no JWT", "a.b.c"
    yield "signature of another proof", f"{head}.{body}.{other}"
    yield "signature cut", f"{head}.{body}.{signature[:-4]}"
    yield "signature missing", f"{head}.{body}."
    yield "two, as one header", f"{good}, {good}"
    yield "two, without a blank", f"{good},{good}"
    yield "with a scheme before", f"DPoP {good}"
    yield (
        "payload a list",
        keys.sign({"typ": "dpop+jwt", "alg": keys.alg, "jwk": keys.public}, b"[]"),
    )
    yield (
        "jti twice",
        keys.sign(
            {"typ": "dpop+jwt", "alg": keys.alg, "jwk": keys.public}, b'{"jti":"a","jti":"b"}'
        ),
    )
    yield "too long", keys.proof("GET", url, ath=ath(token), pad="x" * 17_000)
