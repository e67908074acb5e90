"""OIDC Core §2: the id_token, read with nothing of the code that made it (OA9)."""

import base64
import hashlib
import json

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.hashes import SHA256

from idp import clock
from tests.oidc.world import ONE_ENGINE, Person, Site, World, body, claims_of, part_of

pytestmark = ONE_ENGINE


def raw(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def test_oa9_the_claims_and_no_other(world: World, site: Site, person: Person) -> None:
    given = world.tokens(site, person)
    claims = claims_of(given["id_token"])
    now = clock.timestamp()
    sub, sid, at_hash = claims.pop("sub"), claims.pop("sid"), claims.pop("at_hash")
    assert claims == {
        "iss": "http://localhost:8000",
        "aud": site.id,
        "exp": now + 600,
        "iat": now,
        "auth_time": now - 5,
        "nonce": "une-fois",
        "acr": "eidas0-mfa",
        "amr": ["pwd", "mail"],
    }
    assert sub == body(world.userinfo(given["access_token"]))["sub"]
    assert len(sid) == 32
    half = hashlib.sha256(given["access_token"].encode("ascii")).digest()[:16]
    assert at_hash == base64.urlsafe_b64encode(half).rstrip(b"=").decode()


def test_oa9_rs256_under_a_published_key(world: World, site: Site, person: Person) -> None:
    """Verified with cryptography alone, by the key that the JWKS names."""
    token = world.tokens(site, person)["id_token"]
    header = part_of(token, 0)
    assert header.keys() <= {"alg", "kid", "typ"}
    assert header["alg"] == "RS256"
    keys = json.loads(world.send("GET", "/jwks.json").body)["keys"]
    [jwk] = [key for key in keys if key["kid"] == header["kid"]]
    numbers = RSAPublicNumbers(*(int.from_bytes(raw(jwk[name]), "big") for name in ("e", "n")))
    signed, _, signature = token.rpartition(".")
    numbers.public_key().verify(raw(signature), signed.encode(), PKCS1v15(), SHA256())


def test_a_nonce_only_when_one_was_sent(world: World, site: Site, person: Person) -> None:
    assert "nonce" not in claims_of(world.tokens(site, person, nonce=None)["id_token"])


def test_sid_names_the_session_to_one_site_only(world: World, site: Site, person: Person) -> None:
    """Back-Channel Logout §2.1; two sites that compare notes cannot link their visitors."""
    other, elsewhere = world.site(), world.another_session(person)
    first = claims_of(world.tokens(site, person)["id_token"])["sid"]
    assert claims_of(world.tokens(site, person)["id_token"])["sid"] == first
    assert claims_of(world.tokens(other, person)["id_token"])["sid"] != first
    assert claims_of(world.tokens(site, elsewhere)["id_token"])["sid"] != first
    assert person.session_id not in first
