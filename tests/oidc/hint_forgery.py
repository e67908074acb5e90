"""ID tokens that are not ours, each made from one that is (OA11)."""

import base64
import hmac
import json
from collections.abc import Iterator
from typing import Any

from joserfc import jws
from joserfc.jwk import RSAKey

from tests.oidc.world import part_of

Named = Iterator[tuple[str, str]]


def raw_payload(token: str) -> bytes:
    """The claims of a JWT as bytes to sign again."""
    return json.dumps(part_of(token, 1)).encode()


def b64(document: Any) -> str:
    """One part of a compact JWT."""
    raw = document if isinstance(document, bytes) else json.dumps(document).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def signed(header: dict[str, Any], payload: bytes, key: Any) -> str:
    """A JWS with any header and payload at all, the signature right."""
    head = f"{b64(header)}.{b64(payload)}"
    if isinstance(key, bytes):
        return f"{head}.{b64(hmac.digest(key, head.encode(), 'sha256'))}"
    algorithm = jws.JWSRegistry.algorithms[header["alg"]]
    return f"{head}.{b64(algorithm.sign(head.encode(), key))}"


def forgeries(good: str, ours: RSAKey, theirs: RSAKey, issuer: str) -> dict[str, str]:
    """Tokens by what is wrong with them."""
    return {
        **dict(_of_signatures(good, ours, theirs)),
        **dict(_of_headers(good, ours, theirs)),
        **dict(_of_claims(good, ours, issuer)),
        **dict(_of_shape(good, ours)),
    }


def _of_signatures(good: str, ours: RSAKey, theirs: RSAKey) -> Named:
    header, payload = part_of(good, 0), raw_payload(good)
    head, body, signature = good.split(".")
    kid = header["kid"]
    secret = ours.as_pem(private=False)  # public, so anybody can compute with it
    yield "alg none", f"{b64({'alg': 'none', 'kid': kid})}.{body}."
    yield "alg none, signature kept", f"{b64({'alg': 'none', 'kid': kid})}.{body}.{signature}"
    yield "alg none in capitals", f"{b64({'alg': 'NONE', 'kid': kid})}.{body}.{signature}"
    yield "HS256 with the public key", signed({**header, "alg": "HS256"}, payload, secret)
    yield "PS256 with our key", signed({**header, "alg": "PS256"}, payload, ours)
    yield "another key under our kid", signed(header, payload, theirs)
    yield "another key, its own kid", signed({**header, "kid": theirs.kid}, payload, theirs)
    yield "payload changed", f"{head}.{b64({**part_of(good, 1), 'sub': 'x'})}.{signature}"
    yield "signature cut", good[:-4]
    yield "signature missing", f"{head}.{body}."


def _of_headers(good: str, ours: RSAKey, theirs: RSAKey) -> Named:
    header, payload = part_of(good, 0), raw_payload(good)
    public, away = theirs.as_dict(private=False), "http://127.0.0.1:9/"
    yield "no kid", signed({"alg": "RS256"}, payload, ours)
    yield "kid a number", signed({**header, "kid": 0}, payload, ours)
    yield "kid a path", signed({**header, "kid": f"../{header['kid']}"}, payload, ours)
    yield "jwk, theirs", signed({**header, "kid": theirs.kid, "jwk": public}, payload, theirs)
    yield "jwk beside our kid", signed({**header, "jwk": public}, payload, ours)
    yield "jku", signed({**header, "jku": away}, payload, ours)
    yield "x5u", signed({**header, "x5u": away}, payload, ours)
    yield "x5c", signed({**header, "x5c": ["x"]}, payload, ours)
    yield "crit", signed({**header, "crit": ["exp"], "exp": 1}, payload, ours)
    yield "zip", signed({**header, "zip": "DEF"}, payload, ours)
    yield "b64 false", signed({**header, "b64": False}, payload, ours)
    yield "a logout token", signed({**header, "typ": "logout+jwt"}, payload, ours)
    yield "an access token", signed({**header, "typ": "at+jwt"}, payload, ours)


def _of_claims(good: str, ours: RSAKey, issuer: str) -> Named:
    header, claims = part_of(good, 0), part_of(good, 1)
    changes: dict[str, dict[str, object]] = {
        "another issuer": {"iss": "http://localhost:8001"},
        "issuer with a slash": {"iss": issuer + "/"},
        "issuer the client": {"iss": claims["aud"]},
        "no issuer": {"iss": ...},
        "no subject": {"sub": ...},
        "subject a number": {"sub": 1},
        "no audience": {"aud": ...},
        "audience an object": {"aud": {"c": 1}},
        "no exp": {"exp": ...},
        "exp a text": {"exp": "9999999999"},
        "iat true": {"iat": True},
        "sid a list": {"sid": ["x"]},
        "too long": {"pad": "x" * 17000},
    }
    for name, change in changes.items():
        kept = {key: value for key, value in {**claims, **change}.items() if value is not ...}
        yield name, signed(header, json.dumps(kept).encode(), ours)


def _of_shape(good: str, ours: RSAKey) -> Named:
    header = part_of(good, 0)
    head, body, signature = good.split(".")
    yield "header not JSON", f"{b64(b'{')}.{body}.{signature}"
    yield "header a list", f"{b64([])}.{body}.{signature}"
    yield "payload a list", signed(header, b"[]", ours)
    yield "payload not JSON", signed(header, b"x", ours)
    yield "two parts", f"{head}.{body}"
    yield "four parts", f"{good}.{signature}"
    yield "five parts", f"{good}.x.y"
    yield "padding", good + "="
    yield "a space", good + " "
    yield "not ASCII", good + "é"
    yield "empty", ""
    yield "a word", "x"
