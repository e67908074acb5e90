"""Registering clients and rotating their secrets (OA15, CL1-CL4), on both engines."""

import hmac
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from idp import clock
from idp.models import Base, Event
from idp.oidc import client_fields, clients
from idp.oidc.clients import ClientInfo, InvalidMetadataError, UnknownClientError
from idp.storage.engine import Database, settings_of
from tests.fixtures import Statements

PLAIN = re.compile(r"[A-Za-z0-9_-]+")


def register(database: Database, **fields: Any) -> clients.Registered:
    metadata = {"client_name": "Site", "redirect_uris": ["https://site.example/cb"], **fields}
    with database.writing() as session:
        return clients.create(session, metadata, by="operator")


def loaded(database: Database, client_id: str) -> ClientInfo:
    with database.reading() as session:
        client = clients.load(session, client_id)
    assert client is not None
    return client


def rotated(database: Database, client_id: str, **keep: Any) -> str:
    with database.writing() as session:
        return clients.rotate_secret(session, client_id, **keep)


def test_what_is_registered_is_what_is_loaded(database: Database) -> None:
    registered = register(
        database,
        redirect_uris=["https://site.example/cb?a=%2F", "https://site.example:8443/cb"],
        post_logout_redirect_uris=["https://site.example/"],
        initiate_login_uri="https://site.example/start",
        scope="openid email offline_access",
        token_endpoint_auth_method="client_secret_post",
        step_up="on_request",
        first_party=True,
    )
    client = loaded(database, registered.client.id)
    assert client == registered.client
    assert client.redirect_uris == ("https://site.example/cb?a=%2F", "https://site.example:8443/cb")
    assert client.post_logout_redirect_uris == ("https://site.example/",)
    assert client.initiate_login_uri == "https://site.example/start"
    assert client.scopes == ("openid", "email", "offline_access")
    assert client.grant_types == ("authorization_code", "refresh_token")
    assert client.auth_method == "client_secret_post"
    assert (client.subject_type, client.sector) == ("pairwise", "site.example")
    assert (client.step_up, client.first_party, client.disabled) == ("on_request", True, False)


def test_conformance_ids_and_secrets_need_no_encoding(database: Database) -> None:
    client, secret = register(database)
    assert PLAIN.fullmatch(client.id)
    assert not client.id.startswith("-")
    assert secret is not None
    assert PLAIN.fullmatch(secret)
    assert len(secret) * 6 >= 256


def test_oa15_no_table_holds_the_secret(database: Database) -> None:
    client, secret = register(database)
    assert secret is not None
    second = rotated(database, client.id)
    with database.reading() as session:
        dump = [
            str(tuple(row))
            for table in Base.metadata.sorted_tables
            for row in session.execute(select(table))
        ]
    assert any(client.id in line for line in dump)
    assert not [line for line in dump if secret in line or second in line]


def test_oa15_two_secrets_live_while_a_site_rotates(database: Database, at: Any) -> None:
    client, first = register(database)
    second = rotated(database, client.id)
    now = loaded(database, client.id)
    assert [now.has_secret(secret) for secret in (first, second)] == [True, True]
    at.advance(hours=24, seconds=-1)
    assert now.has_secret(first)
    at.advance(seconds=1)
    assert [now.has_secret(secret) for secret in (first, second)] == [False, True]


def test_oa15_never_more_than_two(database: Database) -> None:
    client, first = register(database)
    second = rotated(database, client.id)
    third = rotated(database, client.id)
    now = loaded(database, client.id)
    assert [now.has_secret(secret) for secret in (first, second, third)] == [False, True, True]
    assert len(now.secret_hashes) == 2


def test_oa15_after_a_leak_the_old_secret_ends_at_once(database: Database, at: Any) -> None:
    client, first = register(database)
    second = rotated(database, client.id, keep_old=timedelta())
    now = loaded(database, client.id)
    assert [now.has_secret(secret) for secret in (first, second)] == [False, True]


@pytest.mark.parametrize("presented", ["", "é", "\ud800", "\x00", "x" * 100_000, "?", "None"])
def test_oa15_any_text_may_be_presented(database: Database, presented: str) -> None:
    assert register(database).client.has_secret(presented) is False


def test_oa15_the_hash_is_no_secret(database: Database) -> None:
    client = register(database).client
    assert client.has_secret(client.secret_hashes[0][0]) is False


def test_oa15_every_secret_is_compared_whatever_the_first_says(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, first = register(database)
    second = rotated(database, client.id)
    compared: list[bytes] = []
    honest = hmac.compare_digest

    def noting(stored: bytes, digest: bytes) -> bool:
        compared.append(stored)
        return honest(stored, digest)

    monkeypatch.setattr("idp.oidc.client_info.hmac.compare_digest", noting)
    for presented in (first, second, "wrong"):
        loaded(database, client.id).has_secret(presented or "")
    assert len(compared) == 6


def test_a_public_client_has_no_secret(database: Database) -> None:
    client, secret = register(database, token_endpoint_auth_method="none")
    assert secret is None
    assert client.secret_hashes == ()
    with pytest.raises(InvalidMetadataError, match="no secret"):
        rotated(database, client.id)


def test_a_client_made_public_loses_its_secrets(database: Database) -> None:
    client, _ = register(database)
    with database.writing() as session:
        after = clients.update(session, client.id, {"token_endpoint_auth_method": "none"})
    assert after.secret_hashes == ()
    with database.writing() as session:
        clients.update(session, client.id, {"token_endpoint_auth_method": "client_secret_basic"})
    secret = rotated(database, client.id)
    assert loaded(database, client.id).has_secret(secret)


def test_an_update_changes_what_it_names(database: Database) -> None:
    client, secret = register(database, initiate_login_uri="https://site.example/start")
    with database.writing() as session:
        after = clients.update(
            session, client.id, {"client_name": "Autre", "scope": "openid email"}
        )
    assert (after.name, after.scopes) == ("Autre", ("openid", "email"))
    assert after.redirect_uris == client.redirect_uris
    assert after.initiate_login_uri == client.initiate_login_uri
    assert after.has_secret(secret or "")
    with database.writing() as session:
        cleared = clients.update(session, client.id, {"initiate_login_uri": None})
    assert cleared.initiate_login_uri is None
    assert loaded(database, client.id) == cleared


def test_members_keep_their_sub_when_a_site_moves(database: Database) -> None:
    client, _ = register(database)
    moved = {"redirect_uris": ["https://elsewhere.example/cb"]}
    with database.writing() as session:
        assert clients.update(session, client.id, moved).sector == "site.example"
    with database.writing() as session:
        named = {"sector_identifier": "elsewhere.example"}
        assert clients.update(session, client.id, named).sector == "elsewhere.example"


def test_cl1_a_refused_update_changes_nothing(database: Database) -> None:
    client, _ = register(database)
    bad = {"client_name": "Autre", "redirect_uris": ["javascript:alert(1)"]}
    with pytest.raises(InvalidMetadataError), database.writing() as session:
        clients.update(session, client.id, bad)
    assert loaded(database, client.id) == client


def test_cl4_disabled_and_enabled_again(database: Database) -> None:
    client, _ = register(database)
    with database.writing() as session:
        assert clients.disable(session, client.id).disabled
    assert loaded(database, client.id).disabled
    with database.writing() as session:
        assert not clients.enable(session, client.id).disabled
    assert not loaded(database, client.id).disabled


def test_a_deleted_client_is_gone(database: Database) -> None:
    client, _ = register(database)
    with database.writing() as session:
        clients.delete(session, client.id)
    with database.reading() as session:
        assert clients.load(session, client.id) is None
        assert session.execute(text("SELECT count(*) FROM client_secrets")).scalar() == 0


def test_found_by_name_the_oldest_first(database: Database, at: Any) -> None:
    first = register(database).client
    at.advance(seconds=1)
    second = register(database).client
    with database.reading() as session:
        assert clients.find_by_name(session, "Site") == first
        assert clients.find_by_name(session, "site") is None
        assert clients.listing(session) == [first, second]


def every_change(session: Session, client_id: str) -> None:
    """Call each function that names a client."""
    clients.update(session, client_id, {"client_name": "Autre"}, by="operator")
    clients.rotate_secret(session, client_id, by="operator")
    clients.disable(session, client_id, by="operator")
    clients.enable(session, client_id, by="operator")
    clients.delete(session, client_id, by="operator")


def test_cl3_each_change_leaves_one_event_with_the_operator(database: Database) -> None:
    client_id = register(database).client.id
    with database.writing() as session:
        every_change(session, client_id)
    with database.reading() as session:
        events = session.scalars(select(Event).order_by(Event.at)).all()
    verbs = [event.kind.rpartition(":")[2] for event in events]
    assert verbs == ["created", "updated", "secret_rotated", "disabled", "enabled", "deleted"]
    assert {event.detail["by"] for event in events} == {"operator"}
    assert {event.client_id for event in events} == {client_id}
    assert events[1].detail["changed"] == ["client_name"]


def test_what_changes_nothing_leaves_no_event(database: Database) -> None:
    client_id = register(database).client.id
    with database.writing() as session:
        clients.update(session, client_id, {"client_name": "Site"})
        clients.enable(session, client_id)
    with database.reading() as session:
        assert len(session.scalars(select(Event)).all()) == 1


@pytest.mark.parametrize("name", ["update", "rotate_secret", "disable", "enable", "delete"])
def test_an_unknown_client_is_said_so(database: Database, name: str) -> None:
    changes = ({"client_name": "Autre"},) if name == "update" else ()
    with pytest.raises(UnknownClientError), database.writing() as session:
        getattr(clients, name)(session, "nobody", *changes)


def test_one_statement_brings_a_client_with_its_secrets(database: Database) -> None:
    client, _ = register(database)
    rotated(database, client.id)
    statements = Statements(database)
    assert len(loaded(database, client.id).secret_hashes) == 2
    assert len(statements) == 1


def test_production_refuses_what_development_registers(database: Database) -> None:
    local = {"client_name": "Local", "redirect_uris": ["http://localhost:8001/cb"]}
    with database.writing() as session:
        assert clients.create(session, local).client.sector == "localhost:8001"
        session.info["settings"] = replace(settings_of(session), environment="production")
        with pytest.raises(InvalidMetadataError, match="this machine"):
            clients.create(session, local)


def test_has_secret_dates_by_the_one_clock(database: Database) -> None:
    client, secret = register(database)
    rotated(database, client.id)
    now = loaded(database, client.id)
    with clock.frozen(clock.now() + timedelta(hours=25)):
        assert now.has_secret(secret or "") is False


def test_every_field_that_may_be_registered_comes_back(database: Database) -> None:
    assert set(register(database).client.metadata()) == client_fields.FIELDS
