"""Taking a list of clients over: all or nothing, and the same twice is once (CL1-CL3)."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from idp import clock
from idp.clock import FrozenClock
from idp.models import Event
from idp.oidc import client_transfer, clients
from idp.oidc.client_transfer import BadEntriesError, Imported
from idp.storage.engine import Database
from idp.storage.keyring import token_hash
from tests.oidc.client_fields_corpus import JWKS

SITE: dict[str, Any] = {
    "client_id": "site-1",
    "client_name": "Site",
    "redirect_uris": ["https://site.example/cb"],
}
HASH = token_hash("the secret of another installation")


def bring(database: Database, *entries: object) -> list[Imported]:
    with database.writing() as session:
        return client_transfer.import_all(session, entries, by="operator")


def carried(database: Database, **how: Any) -> list[dict[str, Any]]:
    with database.reading() as session:
        return client_transfer.exported(session, **how)


def told(database: Database) -> list[str]:
    with database.reading() as session:
        events = session.scalars(select(Event).order_by(Event.at, Event.id)).all()
    assert {event.detail["by"] for event in events} <= {"operator"}
    return sorted(event.kind.removeprefix("admin:client:") for event in events)


def test_the_same_twice_changes_nothing(database: Database) -> None:
    (made,) = bring(database, SITE)
    assert (made.action, made.client.id) == ("created", "site-1")
    assert made.secret is not None
    assert made.client.has_secret(made.secret)
    before = carried(database, with_hashes=True)
    (again,) = bring(database, SITE)
    assert (again.action, again.changed, again.secret) == ("unchanged", (), None)
    assert carried(database, with_hashes=True) == before
    assert told(database) == ["created"]


def test_an_entry_is_the_whole_of_a_client(database: Database) -> None:
    """What it leaves out is not there; but members keep their `sub`, and sites their secret."""
    (made,) = bring(database, {**SITE, "scope": "openid email", "sector_identifier": "s.example"})
    (after,) = bring(database, {**SITE, "client_name": "Autre"})
    assert (after.action, after.changed) == ("updated", ("client_name", "scope"))
    assert (after.client.scopes, after.client.sector) == (("openid",), "s.example")
    assert after.client.has_secret(made.secret or "")
    assert told(database) == ["created", "updated"]


def test_cl1_all_or_nothing_and_every_bad_entry_is_named(database: Database) -> None:
    bring(database, SITE)
    before = carried(database, with_hashes=True)
    with pytest.raises(BadEntriesError) as caught:
        bring(
            database,
            {**SITE, "client_name": "Autre"},
            {**SITE, "client_id": "b", "redirect_uris": ["javascript:alert(1)"]},
            {**SITE, "client_id": "../c"},
            {**SITE, "client_id": "d", "client_secret": "chosen"},
            {**SITE, "client_id": "e", "disabled": "no"},
            {**SITE},
        )
    lines = str(caught.value).splitlines()
    assert [line.partition(":")[0] for line in lines] == [
        "entry 1 ('b')",
        "entry 2 ('../c')",
        "entry 3 ('d')",
        "entry 4 ('e')",
        "entry 5 ('site-1')",
    ]
    assert ["redirect_uris" in lines[0], "client_secret" in lines[2]] == [True, True]
    assert str(caught.value).isascii()
    assert carried(database, with_hashes=True) == before
    assert told(database) == ["created"]


@pytest.mark.parametrize("client_id", ["-a", "", "a b", "a/b", "é", "a" * 65, 7, None, "a\n"])
def test_a_client_id_needs_no_encoding(database: Database, client_id: object) -> None:
    with pytest.raises(BadEntriesError, match="client_id"):
        bring(database, {**SITE, "client_id": client_id})


def test_cl4_what_is_disabled_there_is_disabled_here(database: Database) -> None:
    (made,) = bring(database, {**SITE, "disabled": True})
    assert made.client.disabled
    (left,) = bring(database, SITE)
    assert (left.action, left.client.disabled) == ("unchanged", True)
    (back,) = bring(database, {**SITE, "disabled": False})
    assert (back.changed, back.client.disabled) == (("disabled",), False)


def test_oa15_hashes_let_sites_go_on_after_a_loss(database: Database, at: FrozenClock) -> None:
    until = (clock.now() + timedelta(hours=1)).isoformat()
    gone = (clock.now() - timedelta(hours=1)).isoformat()
    known = [{"sha256": HASH}, {"sha256": "a" * 64, "expires_at": until}]
    (made,) = bring(database, {**SITE, "client_secret_hashes": known})
    assert made.secret is None
    assert made.client.has_secret("the secret of another installation")
    (entry,) = carried(database, with_hashes=True)
    assert {item["sha256"] for item in entry["client_secret_hashes"]} == {HASH, "a" * 64}
    (again,) = bring(database, entry)
    assert again.action == "unchanged"
    assert told(database) == ["created", "secret_rotated"]
    (fewer,) = bring(database, {**entry, "client_secret_hashes": [{"sha256": HASH}]})
    assert fewer.changed == ("client_secret_hashes",)
    ended = {"sha256": "b" * 64, "expires_at": gone}
    (same,) = bring(database, {**entry, "client_secret_hashes": [{"sha256": HASH}, ended]})
    assert same.action == "unchanged"


@pytest.mark.parametrize(
    "hashes",
    [
        HASH,
        [HASH],
        [{"sha256": "the secret itself"}],
        [{"sha256": HASH.upper()}],
        [{"sha256": HASH, "expires_at": "tomorrow"}],
        [{"sha256": HASH, "expires_at": "2026-11-21T09:00:00"}],
        [{"sha256": HASH, "expires_at": 7}],
        [{"sha256": HASH, "plain": "x"}],
        [{"sha256": HASH}, {"sha256": HASH}],
        [{"sha256": letter * 64} for letter in "abc"],
    ],
)
def test_oa15_bad_hashes_are_refused(database: Database, hashes: object) -> None:
    with pytest.raises(BadEntriesError, match="client_secret_hashes"):
        bring(database, {**SITE, "client_secret_hashes": hashes})


def test_oa15_a_client_without_secrets_has_no_hashes(database: Database) -> None:
    public = {**SITE, "token_endpoint_auth_method": "none"}
    with pytest.raises(BadEntriesError, match="mean nothing to none"):
        bring(database, {**public, "client_secret_hashes": [{"sha256": HASH}]})
    assert "client_secret_hashes" not in carried_of(database, public)


def carried_of(database: Database, entry: dict[str, Any]) -> dict[str, Any]:
    bring(database, entry)
    (found,) = carried(database, with_hashes=True)
    return found


def test_who_needs_a_secret_and_has_none_gets_one(database: Database, at: FrozenClock) -> None:
    bring(database, {**SITE, "token_endpoint_auth_method": "none"})
    at.advance(seconds=1)
    (after,) = bring(database, SITE)
    assert after.secret is not None
    assert after.client.has_secret(after.secret)
    assert told(database) == ["created", "secret_rotated", "updated"]


def test_a_fapi2_client_comes_back_as_it_was(database: Database) -> None:
    bring(database, {**SITE, "profile": "fapi2", "jwks": JWKS})
    (entry,) = carried(database, with_hashes=True)
    assert entry["dpop_bound_access_tokens"] is True
    (again,) = bring(database, entry)
    assert again.action == "unchanged"
    with database.reading() as session:
        assert clients.loaded(session, "site-1").fapi2
