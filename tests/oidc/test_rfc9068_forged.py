"""OA11, KE2: signed access tokens that are not ours, or by a key that counts no more."""

import json
from collections.abc import Iterator

import pytest
from sqlalchemy import update

from idp import clock
from idp.models import SigningKey
from idp.oidc.key_files import SigningJwk
from tests.oidc.caller import API, OTHER_API, Caller, caller
from tests.oidc.conftest import SigningKeys
from tests.oidc.hint_forgery import b64, raw_payload
from tests.oidc.hint_forgery import signed as signed_as
from tests.oidc.holder import holder
from tests.oidc.world import ONE_ENGINE, Person, World, part_of

pytestmark = ONE_ENGINE


@pytest.fixture
def site(world: World) -> Caller:
    return caller(world)


@pytest.fixture
def signed(site: Caller, person: Person) -> str:
    """An access token for the site's API."""
    return str(site.signed_in(person, resources=(API,))["access_token"])


def forged(good: str, ours: SigningJwk, rsa: SigningJwk) -> Iterator[tuple[str, str]]:
    """Signed tokens by what is wrong with them."""
    head, payload, signature = good.split(".")
    said, about, theirs = part_of(good, 0), raw_payload(good), holder()
    public = ours.as_pem(private=False)
    for typ in ("JWT", "jwt", "at+JWT", "logout+jwt", "dpop+jwt", "", None, 1):
        yield f"typ {typ}", signed_as({**said, "typ": typ}, about, ours)
    yield "no typ", signed_as({"alg": "ES256", "kid": said["kid"]}, about, ours)
    yield "no kid", signed_as({"alg": "ES256", "typ": "at+jwt"}, about, ours)
    yield "our RSA key", signed_as({**said, "alg": "RS256", "kid": rsa.kid}, about, rsa)
    yield "another key under our kid", signed_as(said, about, theirs.key)
    yield "another key", signed_as({**said, "kid": "x"}, about, theirs.key)
    yield "its own key in it", signed_as({**said, "jwk": theirs.public}, about, theirs.key)
    yield "crit", signed_as({**said, "crit": ["exp"]}, about, ours)
    yield "none", f"{b64({**said, 'alg': 'none'})}.{payload}."
    yield "none, signature kept", f"{b64({**said, 'alg': 'none'})}.{payload}.{signature}"
    yield "HS256 with the public key", signed_as({**said, "alg": "HS256"}, about, public)
    yield "changed", f"{head}.{b64({**part_of(good, 1), 'aud': OTHER_API})}.{signature}"
    yield (
        "another issuer",
        signed_as(
            said, json.dumps({**part_of(good, 1), "iss": "http://localhost:8001"}).encode(), ours
        ),
    )
    yield "no signature", f"{head}.{payload}."
    yield "cut", good[:-4]
    yield "padded", good + "="


def test_oa11_forged_tokens_are_not_active(
    site: Caller, signed: str, signing_keys: SigningKeys
) -> None:
    rsa, _, ours = signing_keys.keys
    assert site.active(signed)
    tried = dict(forged(signed, ours, rsa))
    assert {name for name, token in tried.items() if site.active(token)} == set()
    assert len(tried) > 20


def test_ke2_a_key_taken_back_vouches_for_nothing(world: World, site: Caller, signed: str) -> None:
    world.change(update(SigningKey).values(retired_at=clock.now()))
    world.issuer.keys._read = None  # ten seconds later
    assert not site.active(signed)
