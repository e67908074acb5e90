"""The whole identity provider on a fresh SQLite file, and a member in front of it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from idp.app import create_app
from idp.oidc import clients, keys
from idp.oidc.clients import Registered
from idp.settings import Settings
from idp.storage.engine import Database
from tests.fixtures import sqlite_settings
from tests.member import PASSWORD, Member

SITE = "http://localhost:8001"
CALLBACK = f"{SITE}/auth/callback"
EMAIL = "claire.martin@exemple.test"


@pytest.fixture
def here(tmp_path: Path, sqlite_template: bytes) -> Settings:
    """Settings over an empty SQLite database."""
    return sqlite_settings(tmp_path, sqlite_template)


@pytest.fixture
def app(here: Settings) -> Iterator[Flask]:
    """The app, with a signing key."""
    made = create_app(here)
    keys.ensure_signing_key(made.extensions["idp"].database, here)
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
