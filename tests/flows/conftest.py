"""The whole identity provider on a fresh SQLite file, and a member in front of it."""

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from idp import clock
from idp.app import create_app
from idp.oidc import clients, keys
from idp.oidc.clients import Registered
from idp.settings import Settings
from idp.storage.engine import Database
from tests.fixtures import START, settings_for, sqlite_settings
from tests.member import PASSWORD, Member

SITE = "http://localhost:8001"
CALLBACK = f"{SITE}/auth/callback"
EMAIL = "claire.martin@exemple.test"


@pytest.fixture(scope="session")
def with_a_key(tmp_path_factory: pytest.TempPathFactory, sqlite_template: bytes) -> Settings:
    """Settings of a database that has a signing key since the day before START: made once."""
    made = sqlite_settings(tmp_path_factory.mktemp("issuer"), sqlite_template)
    database = Database.open(made)
    with clock.frozen(START - timedelta(days=1)):
        keys.ensure_signing_key(database, made)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return made


@pytest.fixture
def here(tmp_path: Path, with_a_key: Settings) -> Settings:
    """Settings over a database of the test's own, empty but for the signing key."""
    shutil.copytree(with_a_key.keys_dir, tmp_path / "keys")
    return sqlite_settings(tmp_path, (with_a_key.state_dir / "idp.sqlite3").read_bytes())


@pytest.fixture
def app(here: Settings) -> Iterator[Flask]:
    """The app."""
    made = create_app(here)
    yield made
    made.extensions["idp"].database.close()


@pytest.fixture
def store(app: Flask) -> Database:
    """The app's database."""
    opened: Database = app.extensions["idp"].database
    return opened


@pytest.fixture
def site(store: Database) -> Registered:
    """The espace personnel, registered as `make run` does."""
    return register(store)


@pytest.fixture
def member(app: Flask) -> Member:
    """A browser."""
    return Member(app)


@pytest.fixture
def browsers(app: Flask) -> Callable[[], Member]:
    """As many browsers as a test wants."""
    return lambda: Member(app)


@pytest.fixture
def claire(member: Member) -> str:
    """An activated identity; its address. The browser that made it is `member`."""
    member.sign_up(EMAIL).open(member.link(EMAIL)).submit("Activer")
    assert "Votre compte est activé" in member.text
    return EMAIL


@pytest.fixture(scope="session")
def alike(tmp_path_factory: pytest.TempPathFactory, with_a_key: Settings) -> Iterator[Any]:
    """The World of alike_world.py, over a database of its own; its hashes cost next to nothing."""
    from tests.flows.alike_world import World  # which imports this module

    folder = tmp_path_factory.mktemp("alike")
    shutil.copytree(with_a_key.keys_dir, folder / "keys")
    sqlite_settings(folder, (with_a_key.state_dir / "idp.sqlite3").read_bytes())
    world = World(settings_for(folder, argon2_memory_kib=8, argon2_time=1))
    yield world
    world.store.close()


def register(store: Database, **changes: object) -> Registered:
    """A client, with changes to its metadata."""
    with store.writing() as session:
        return clients.create(
            session,
            {
                "client_name": "Espace personnel",
                "redirect_uris": [CALLBACK],
                "post_logout_redirect_uris": [f"{SITE}/"],
                "initiate_login_uri": f"{SITE}/auth/login",
                "scope": "openid email",
                "first_party": True,
                **changes,
            },
        )


def sign_in(member: Member, email: str = EMAIL, password: str = PASSWORD) -> Member:
    """Fill /connexion as it is on the page."""
    return member.submit("Me connecter", email=email, password=password)
