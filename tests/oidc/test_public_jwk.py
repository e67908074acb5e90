"""RFC 7517, RFC 7518: which public keys of others are taken, and that each has one spelling."""

from typing import Any

import pytest
from joserfc.jwk import ECKey, OctKey, OKPKey

from idp.oidc.public_jwk import UnusableKeyError, fits, usable
from tests.oidc.dpop_corpus import with_a_zero
from tests.oidc.hint_forgery import b64
from tests.oidc.holder import holder

EC, RSA = holder(), holder("PS256")


def reason_of(jwk: Any) -> str | None:
    try:
        usable(jwk)
    except UnusableKeyError as refusal:
        return refusal.reason
    return None


@pytest.mark.parametrize("keys", [EC, RSA], ids=lambda keys: keys.alg)
def test_a_good_one(keys: Any) -> None:
    found = usable({**keys.jwk, "alg": keys.alg, "key_ops": ["verify"], "x5t": "x", "other": 1})
    assert found.jwk == keys.public
    assert found.thumbprint() == keys.jkt


def test_the_thumbprint_is_that_of_rfc_7638() -> None:
    """The key of its §3.1, whose thumbprint is printed there."""
    modulus = (
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECP"
        "ebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY"
        "368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0f"
        "M4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
    )
    key = {"kty": "RSA", "n": modulus, "e": "AQAB", "alg": "RS256", "kid": "2011-04-29"}
    assert usable(key).thumbprint() == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"


@pytest.mark.parametrize(
    ("jwk", "reason"),
    [
        *((one, "malformed") for one in (None, "x", 1, [], [EC.public], True)),
        ({}, "kind"),
        ({"kty": "EC"}, "malformed"),
        ({"kty": ["EC"]}, "kind"),
        (OctKey.generate_key().as_dict(), "private"),
        (OKPKey.generate_key("Ed25519").as_dict(private=False), "kind"),
        (ECKey.generate_key("P-384").as_dict(private=False), "kind"),
        (EC.private, "private"),
        (RSA.private, "private"),
        *(({**RSA.public, name: "AA"}, "private") for name in ("d", "p", "q", "dp", "dq", "qi")),
        ({**RSA.public, "oth": []}, "private"),
        ({**EC.public, "k": None}, "private"),
        ({**EC.public, "use": "enc"}, "use"),
        ({**EC.public, "use": None}, "use"),
        ({**EC.public, "key_ops": ["sign"]}, "use"),
        ({**EC.public, "key_ops": "verify"}, "use"),
        ({**EC.public, "alg": "ECDH-ES"}, "use"),
        ({**EC.public, "alg": "HS256"}, "use"),
        ({**EC.public, "alg": "none"}, "use"),
        ({**EC.public, "kid": 1}, "malformed"),
        ({**EC.public, "kid": "x" * 201}, "malformed"),
        ({**EC.public, "x": EC.public["x"][:-2]}, "malformed"),
        ({**EC.public, "x": EC.public["y"], "y": EC.public["x"]}, "malformed"),
        ({**EC.public, "x": "é" * 43}, "malformed"),
        ({**EC.public, "x": with_a_zero(EC.public["x"])}, "malformed"),
        ({**RSA.public, "n": with_a_zero(RSA.public["n"])}, "malformed"),
        ({**EC.public, "x": EC.public["x"].swapcase()}, "malformed"),
        ({**RSA.public, "n": b64(b"\xc5" * 255)}, "size"),
        ({**RSA.public, "n": b64(b"\x7f" * 256)}, "size"),
        ({**RSA.public, "n": b64(b"\xc5" * 513)}, "size"),
        ({**RSA.public, "n": ""}, "size"),
        ({**RSA.public, "n": b64(b"\x00" + b"\xc5" * 256)}, "malformed"),
        ({**RSA.public, "n": b64(b"\xc4" * 256)}, "malformed"),
        ({**RSA.public, "n": RSA.public["n"] + "="}, "malformed"),
        ({**RSA.public, "e": "Aw"}, "size"),
        ({**RSA.public, "e": 65537}, "size"),
        ({**RSA.public, "e": "AAEAAQ"}, "size"),
        ({"kty": "RSA", "e": "AQAB"}, "malformed"),
    ],
)
def test_one_that_is_not_taken(jwk: Any, reason: str) -> None:
    assert reason_of(jwk) == reason


@pytest.mark.parametrize(
    ("jwk", "alg", "kid", "expected"),
    [
        (EC.jwk, "ES256", None, True),
        (EC.jwk, "ES256", EC.kid, True),
        (EC.jwk, "ES256", "another", False),
        (EC.public, "ES256", "any", True),
        (EC.jwk, "PS256", None, False),
        (RSA.jwk, "PS256", None, True),
        (RSA.jwk, "RS256", None, True),
        ({**RSA.jwk, "alg": "PS256"}, "RS256", None, False),
        ({**RSA.jwk, "alg": "PS256"}, "PS256", RSA.kid, True),
        ("x", "ES256", None, False),
        (None, "ES256", None, False),
    ],
    ids=map(str, range(11)),  # a random kid is no name: all processes must find the same
)
def test_which_key_a_header_can_mean(jwk: Any, alg: str, kid: str | None, expected: bool) -> None:
    assert fits(jwk, alg, kid) is expected
