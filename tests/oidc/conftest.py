"""The issuer's fixtures: signing keys made once, an issuer over each engine, a site, a person."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import insert

from idp import clock
from idp.models import SigningKey
from idp.oidc import key_files
from idp.oidc.issuer import Issuer
from idp.oidc.key_files import SigningJwk
from idp.settings import Settings
from idp.storage.engine import Database
from tests import spare_keys
from tests.fixtures import settings_for
from tests.oidc.listener import Listener, listening
from tests.oidc.world import Person, Site, World


class SigningKeys(NamedTuple):
    """A folder of sealed files, and the keys in them: RS256, PS256, ES256."""

    folder: Path
    keys: tuple[SigningJwk, ...]


@pytest.fixture(scope="session")
def signing_keys(tmp_path_factory: pytest.TempPathFactory) -> SigningKeys:
    """The private keys of every issuer here, one an algorithm: making them is slow."""
    made = settings_for(tmp_path_factory.mktemp("keys"))
    folder = key_files.KeyFolder(made)
    ours = tuple(spare_keys.named("issuer", alg) for alg in ("RS256", "PS256"))
    for key in (*ours, elliptic := key_files.generate("ES256")):
        folder.write(key)
    return SigningKeys(made.keys_dir, (*ours, elliptic))


@pytest.fixture(scope="session")
def signing_key(signing_keys: SigningKeys) -> SigningJwk:
    """The one that signs RS256."""
    return signing_keys.keys[0]


@pytest.fixture
def issuer(
    settings: Settings, database: Database, at: clock.FrozenClock, signing_keys: SigningKeys
) -> Issuer:
    """An issuer that can sign by each algorithm, at a stopped clock."""
    shutil.copytree(signing_keys.folder, settings.keys_dir)
    with database.writing() as session:
        session.execute(insert(SigningKey), [row_of(key) for key in signing_keys.keys])
    return Issuer.of(settings, database)


def row_of(key: SigningJwk) -> dict[str, object]:
    """The calendar's row of a key that signs from now on."""
    return {
        "kid": key.kid,
        "alg": key.alg,
        "public_jwk": key.as_dict(private=False),
        "created_at": clock.now(),
        "active_from": clock.now(),
    }


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
