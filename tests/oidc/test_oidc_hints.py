"""OIDC Core §3.1.2.1, §3.1.3.7: only our own ID tokens are believed as hints (OA11)."""

import pytest
from joserfc.jwk import RSAKey
from sqlalchemy import update

from idp import clock
from idp.clock import FrozenClock
from idp.models import SigningKey
from idp.oidc import hints
from idp.oidc.issuer import Issuer
from tests import spare_keys
from tests.oidc.conftest import SigningKeys
from tests.oidc.hint_forgery import forgeries, raw_payload, signed
from tests.oidc.test_rfc6749_authorize import refused
from tests.oidc.test_rfc6749_redirect_uri import pairs
from tests.oidc.world import ONE_ENGINE, Person, Site, World, body, claims_of, part_of

pytestmark = ONE_ENGINE


@pytest.fixture(scope="module")
def their_key() -> RSAKey:
    """A key of somebody else's."""
    return spare_keys.named("theirs")


def read(world: World, token: str) -> hints.Hint | None:
    with world.database.reading() as session:
        return hints.read(world.issuer, session, token)


def test_our_own_is_read(world: World, site: Site, person: Person) -> None:
    token = world.tokens(site, person)["id_token"]
    claims = claims_of(token)
    assert read(world, token) == hints.Hint((site.id,), claims["sub"], claims["sid"], person.id)


def test_the_forger_can_forge(
    world: World, site: Site, person: Person, signing_key: RSAKey
) -> None:
    """Otherwise the corpus would prove nothing: unchanged, its signing makes a good token."""
    token = world.tokens(site, person)["id_token"]
    header = part_of(token, 0)
    again = signed(header, raw_payload(token), signing_key)
    assert read(world, again) == read(world, token)


def test_oa11_no_forgery_is(
    world: World, site: Site, person: Person, signing_key: RSAKey, their_key: RSAKey
) -> None:
    good = world.tokens(site, person)["id_token"]
    corpus = forgeries(good, signing_key, their_key, world.issuer.address)
    assert len(corpus) >= 15
    taken = [name for name, token in corpus.items() if read(world, token) is not None]
    assert taken == []
    for name, token in corpus.items():
        if token and len(token) < 8000:
            raised = refused(world, pairs(site, id_token_hint=token))
            assert raised.error == "invalid_request", name


@pytest.mark.parametrize("alg", ["RS256", "PS256", "ES256"])
def test_each_of_our_keys_by_its_own_algorithm(
    world: World, site: Site, person: Person, signing_keys: SigningKeys, alg: str
) -> None:
    """A client may have asked for any of the three; none stands in for another."""
    token = world.tokens(site, person)["id_token"]
    for key in signing_keys.keys:
        if key.key_type == ("EC" if alg == "ES256" else "RSA"):
            made = signed({"alg": alg, "kid": key.kid, "typ": "JWT"}, raw_payload(token), key)
            assert (read(world, made) is not None) is (key.alg == alg)


def test_oa10_an_access_token_is_no_hint(world: World, site: Site, person: Person) -> None:
    assert read(world, world.tokens(site, person)["access_token"]) is None


def test_ke2_a_hint_outlives_the_key_that_signed_it(
    world: World, site: Site, person: Person, at: FrozenClock
) -> None:
    """Retired keys are still looked up: a sign-out weeks later needs no confirmation."""
    token = world.tokens(site, person)["id_token"]
    at.advance(days=30)
    world.change(update(SigningKey).values(published_until=clock.now()))
    later = World(Issuer.of(world.issuer.settings, world.database))
    assert body(later.send("GET", "/jwks.json")) == {"keys": []}
    assert read(later, token) is not None
