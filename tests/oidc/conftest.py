"""The issuer's fixtures: a signing key made once, an issuer over each engine, a site, a person."""

from collections.abc import Iterator

import pytest
from joserfc.jwk import RSAKey
from sqlalchemy import insert

from idp import clock
from idp.models import SigningKey
from idp.oidc import key_files
from idp.oidc.issuer import Issuer
from idp.settings import Settings
from idp.storage.engine import Database
from tests.oidc.listener import Listener, listening
from tests.oidc.world import Person, Site, World


@pytest.fixture(scope="session")
def signing_key() -> RSAKey:
    """The private key of every issuer here: making one is slow."""
    return key_files.generate()


@pytest.fixture
def issuer(
    settings: Settings, database: Database, at: clock.FrozenClock, signing_key: RSAKey
) -> Issuer:
    """An issuer that can sign, at a stopped clock."""
    key_files.write(settings.keys_dir, signing_key)
    with database.writing() as session:
        session.execute(
            insert(SigningKey).values(
                kid=signing_key.kid,
                alg=key_files.ALG,
                public_jwk=signing_key.as_dict(private=False),
                created_at=clock.now(),
                active_from=clock.now(),
            )
        )
    return Issuer.of(settings, database)


@pytest.fixture
def world(issuer: Issuer) -> World:
    """The issuer and what a test does with it."""
    return World(issuer)


@pytest.fixture
def site(world: World) -> Site:
    """A member site with a secret, by client_secret_basic."""
    return world.site()


@pytest.fixture
def person(world: World) -> Person:
    """An active person, signed in."""
    return world.person()


@pytest.fixture
def machine() -> Iterator[Listener]:
    """The machine of a site, on loopback."""
    with listening() as found:
        yield found
