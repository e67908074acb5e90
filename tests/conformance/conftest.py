"""The issuer under test, at an https address, with the clients that a certification registers."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert, update

from idp import clock
from idp.accounts import channels
from idp.app import create_app
from idp.models import Channel, Member, new_id
from idp.oidc import clients, keys
from idp.settings import Settings
from idp.storage.engine import Database
from tests.accounts import register_support
from tests.conformance.browser import EMAIL, ISSUER, Browser
from tests.conformance.fapi import Fapi
from tests.conformance.jose import Key, ec_key
from tests.conformance.suite import (
    AFTER_LOGOUT,
    CALLBACK,
    SCOPE,
    SECOND_CALLBACK,
    Party,
    Server,
)
from tests.factories import make_identity
from tests.fixtures import START, settings_for, sqlite_settings

METADATA: dict[str, object] = {
    "redirect_uris": [CALLBACK, SECOND_CALLBACK],
    "post_logout_redirect_uris": [AFTER_LOGOUT],
    "scope": SCOPE,
    "step_up": "on_request",  # no machine reads a mailbox
    "first_party": True,
    "require_pkce": False,  # the OpenID plans send a challenge in one module only
}

Register = Callable[..., Party]


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory, sqlite_template: bytes) -> Settings:
    """A database whose signing keys are a day old: made once a process."""
    made = sqlite_settings(tmp_path_factory.mktemp("certified"), sqlite_template)
    database = Database.open(made)
    with clock.frozen(START - timedelta(days=1)):
        keys.ensure_signing_key(database, made)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return made


@pytest.fixture(scope="module")
def at() -> Iterator[clock.FrozenClock]:
    """One stopped clock for the modules of a file: a module that waits moves it."""
    with clock.frozen(START) as stopped:
        yield stopped


@pytest.fixture(scope="module")
def server(
    tmp_path_factory: pytest.TempPathFactory, template: Settings, at: clock.FrozenClock
) -> Iterator[Server]:
    """The issuer, with one person of whom the register knows all that it can."""
    folder = tmp_path_factory.mktemp("issuer")
    shutil.copytree(template.keys_dir, folder / "keys")
    (folder / "var").mkdir()
    shutil.copy(template.state_dir / "idp.sqlite3", folder / "var")
    app = create_app(settings_for(folder, issuer=ISSUER))
    store: Database = app.extensions["idp"].database
    enrol(store)
    yield Server(app)
    store.close()


@pytest.fixture(scope="module")
def register(server: Server) -> Register:
    """Registers another site: METADATA, but for what is named; its `party` is at CALLBACK."""
    store: Database = server.app.extensions["idp"].database

    def make(**metadata: object) -> Party:
        name = {"client_name": f"Suite {new_id()[:8]}"}
        with store.writing() as session:
            client, secret = clients.create(session, {**METADATA, **name, **metadata})
        return Party(server, client.id, secret or "", client.auth_method)

    return make


@pytest.fixture(scope="module")
def registered(register: Register) -> Party:
    """The first client, by client_secret_basic."""
    return register()


@pytest.fixture(scope="module")
def also_registered(register: Register) -> Party:
    """The second, whose address has a query of its own."""
    return replace(register(), redirect_uri=SECOND_CALLBACK)


@pytest.fixture(params=[None, "form_post"], ids=["default", "form_post"])
def mode(request: pytest.FixtureRequest) -> str | None:
    """The response_mode: the basic plan asks for none, formpost-basic runs the same modules."""
    asked: str | None = request.param
    return asked


@pytest.fixture(scope="module")
def partner(register: Register) -> Party:
    """A client of formpost-basic: a partner's site, so that the person is asked on the way."""
    return replace(register(first_party=False), mode="form_post")


@pytest.fixture(scope="module")
def other_partner(register: Register) -> Party:
    """The second one of that plan."""
    another = register(first_party=False)
    return replace(another, mode="form_post", redirect_uri=SECOND_CALLBACK)


@pytest.fixture
def party(registered: Party, partner: Party, mode: str | None) -> Party:
    """The first client of the plan."""
    return partner if mode else registered


@pytest.fixture
def second(also_registered: Party, other_partner: Party, mode: str | None) -> Party:
    """The second client of the plan."""
    return other_partner if mode else also_registered


@pytest.fixture(scope="module")
def fapi_register(register: Register) -> Callable[[Key], Fapi]:
    """Registers a client of profile=fapi2, which authenticates by this key."""

    def make(key: Key) -> Fapi:
        party = register(
            profile="fapi2",
            require_pkce=True,
            token_endpoint_auth_method="private_key_jwt",
            jwks={"keys": [{**key.bare, "kid": key.thumbprint}]},  # for any algorithm
        )
        return Fapi(party.server, party.id, key)

    return make


@pytest.fixture(scope="module")
def fapi_registered(fapi_register: Callable[[Key], Fapi]) -> Fapi:
    """The first client of the FAPI plan."""
    return fapi_register(ec_key())


@pytest.fixture(scope="module")
def fapi_also_registered(fapi_register: Callable[[Key], Fapi]) -> Fapi:
    """The second one, whose address has a query of its own."""
    return replace(fapi_register(ec_key()), redirect_uri=SECOND_CALLBACK)


@pytest.fixture
def fapi(fapi_registered: Fapi) -> Fapi:
    """The first client, with a new key for its proofs and no nonce yet."""
    return replace(fapi_registered, proves=ec_key(), nonce=None)


@pytest.fixture
def fapi_second(fapi_also_registered: Fapi) -> Fapi:
    """The second one, likewise."""
    return replace(fapi_also_registered, proves=ec_key(), nonce=None)


@pytest.fixture
def browser(server: Server) -> Browser:
    """A browser that has met nobody: each module starts with an empty jar."""
    return Browser(server.app)


def enrol(store: Database) -> str:
    """The person who signs in: an identity, its member record, a proved mobile; the id."""
    line = register_support.person(1)
    register_support.run(store, line)
    with store.writing() as session:
        person = make_identity(session, EMAIL)
        said = channels.said(session, "+33612345678", source=channels.Source.PERSON, waits=True)
        row = said | {"standing": "proved", "kind": "mobile", "identity_id": person.id}
        session.execute(insert(Channel).values(id=new_id(), **row))
        session.execute(
            update(Member)
            .where(Member.member_number == line["member_number"])
            .values(identity_id=person.id)
        )
        return person.id
