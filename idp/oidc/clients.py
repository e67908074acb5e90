"""Registering member sites and keeping their secrets; every change leaves an event (CL3).

Reading is in client_queries.py, what may be registered in client_metadata.py. Each function takes
`by`, the operator, for the event. UnknownClientError where there is no such client.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete as sql_delete
from sqlalchemy import insert, select
from sqlalchemy import update as sql_update
from sqlalchemy.orm import Session

from idp import clock
from idp.accounts.activity import Kind, record
from idp.models import Client, ClientSecret, new_id
from idp.oidc import client_keys
from idp.oidc.client_cache import ClientCache
from idp.oidc.client_info import ClientInfo, Registered
from idp.oidc.client_metadata import (
    FAPI2_DEFAULTS,
    PRIVATE_KEY,
    PUBLIC,
    InvalidMetadataError,
    validated,
)
from idp.oidc.client_queries import find_by_name, listing, load
from idp.storage.engine import settings_of
from idp.storage.keyring import new_token, token_hash

__all__ = [
    "ClientCache",
    "ClientInfo",
    "InvalidMetadataError",
    "Registered",
    "UnknownClientError",
    "create",
    "delete",
    "disable",
    "enable",
    "find_by_name",
    "listing",
    "load",
    "loaded",
    "replace_secrets",
    "rotate_secret",
    "update",
]

KEEP_OLD = timedelta(hours=24)
_COLUMNS = {"client_name": "name", "sector_identifier": "sector"} | {
    name: name for name in ("step_up", "first_party")
}


class UnknownClientError(LookupError):
    """No client has this id."""


def create(
    session: Session,
    metadata: Mapping[str, Any],
    *,
    client_id: str | None = None,
    by: str | None = None,
) -> Registered:
    """Register a client; InvalidMetadataError when the metadata is refused.

    `client_id` is given only when a client comes from another installation.
    """
    now, client_id = clock.now(), client_id or new_id()
    full = _validated(session, metadata)
    values = _columns(full)
    session.execute(insert(Client).values(id=client_id, created_at=now, updated_at=now, **values))
    secret = _add_secret(session, client_id, now) if _uses_secret(full) else None
    _ask_for_keys(session, client_id, full)
    _record(session, Kind.CLIENT_CREATED, client_id, by, client_name=values["name"])
    return Registered(loaded(session, client_id), secret)


def update(
    session: Session, client_id: str, changes: Mapping[str, Any], *, by: str | None = None
) -> ClientInfo:
    """Replace the fields named in `changes`; None takes an optional one away.

    The sector stays as it was unless it is changed by name: members keep their `sub`. What a
    change makes impossible beside it goes with it: see _consequences.
    """
    client = _locked(session, client_id)
    before = client.metadata()
    full = _validated(session, {**before, **_consequences(before, changes), **changes})
    changed = sorted(name for name, value in before.items() if value != full.get(name))
    if not changed:
        return client
    values = {**_columns(full), "updated_at": clock.now()}
    session.execute(sql_update(Client).where(Client.id == client_id).values(**values))
    if not _uses_secret(full):
        session.execute(sql_delete(ClientSecret).where(ClientSecret.client_id == client_id))
    if {"jwks_uri", "token_endpoint_auth_method"} & set(changed):
        _ask_for_keys(session, client_id, full)
    _record(session, Kind.CLIENT_UPDATED, client_id, by, changed=changed)
    return loaded(session, client_id)


def rotate_secret(
    session: Session, client_id: str, keep_old: timedelta = KEEP_OLD, *, by: str | None = None
) -> str:
    """A new secret; the one in use stays good for `keep_old`, older ones end now (OA15).

    Raises InvalidMetadataError for a client that has none: a public one, or one with keys.
    """
    client = _locked(session, client_id)
    if not client.uses_secret:
        raise InvalidMetadataError(
            "token_endpoint_auth_method", f"is {client.auth_method}: there is no secret"
        )
    now = clock.now()
    mine = ClientSecret.client_id == client_id
    session.execute(sql_delete(ClientSecret).where(mine, ClientSecret.expires_at.is_not(None)))
    session.execute(sql_update(ClientSecret).where(mine).values(expires_at=now + keep_old))
    secret = _add_secret(session, client_id, now)
    kept = int(keep_old.total_seconds())
    _record(session, Kind.CLIENT_SECRET_ROTATED, client_id, by, old_kept_seconds=kept)
    return secret


def replace_secrets(
    session: Session,
    client_id: str,
    hashes: Sequence[tuple[str, datetime | None]],
    *,
    by: str | None = None,
) -> None:
    """Take over the secrets of another installation, by their hashes and ends; others end now."""
    now = clock.now()
    session.execute(sql_delete(ClientSecret).where(ClientSecret.client_id == client_id))
    for digest, expires_at in hashes:
        _keep_secret(session, client_id, digest, now, expires_at)
    _record(session, Kind.CLIENT_SECRET_ROTATED, client_id, by, taken_over=len(hashes))


def disable(session: Session, client_id: str, *, by: str | None = None) -> ClientInfo:
    """Refuse the site everywhere, within the life of a cached client (CL4)."""
    return _set_disabled(session, client_id, clock.now(), Kind.CLIENT_DISABLED, by)


def enable(session: Session, client_id: str, *, by: str | None = None) -> ClientInfo:
    """Undo disable()."""
    return _set_disabled(session, client_id, None, Kind.CLIENT_ENABLED, by)


def delete(session: Session, client_id: str, *, by: str | None = None) -> None:
    """Forget the site, its secrets and every grant; the `sub`s of its sector stay (PII5)."""
    client = _locked(session, client_id)
    session.execute(sql_delete(Client).where(Client.id == client_id))
    _record(session, Kind.CLIENT_DELETED, client_id, by, client_name=client.name)


def _validated(session: Session, metadata: Mapping[str, Any]) -> dict[str, Any]:
    return validated(metadata, development=settings_of(session).development)


def _columns(full: Mapping[str, Any]) -> dict[str, Any]:
    columns = {column: full[name] for name, column in _COLUMNS.items()}
    rest = {name: value for name, value in full.items() if name not in _COLUMNS}
    return {**columns, "registered": rest}


def _consequences(before: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """What a change brings with it, unless it is named too."""
    brought: dict[str, Any] = {}
    if "grant_types" in changes:
        brought["response_types"] = None  # as the grants have it
        if "authorization_code" not in (changes["grant_types"] or ("authorization_code",)):
            brought["scope"] = None  # which is about people
    if changes.get("profile") == "fapi2" != before["profile"]:
        brought |= FAPI2_DEFAULTS
    for one, other in (("jwks", "jwks_uri"), ("jwks_uri", "jwks")):
        if changes.get(one) is not None:
            brought[other] = None
    return brought


def _uses_secret(full: Mapping[str, Any]) -> bool:
    return full["token_endpoint_auth_method"] not in {PUBLIC, PRIVATE_KEY}


def _ask_for_keys(session: Session, client_id: str, full: Mapping[str, Any]) -> None:
    """The worker fetches what the client proves itself with, and nothing else."""
    uri = full.get("jwks_uri")
    if uri and full["token_endpoint_auth_method"] == PRIVATE_KEY:
        client_keys.ask(session, client_id, uri)
    else:
        client_keys.forget(session, client_id)


def _add_secret(session: Session, client_id: str, now: datetime) -> str:
    secret = new_token()
    _keep_secret(session, client_id, token_hash(secret), now, None)
    return secret


def _keep_secret(
    session: Session, client_id: str, digest: str, now: datetime, expires_at: datetime | None
) -> None:
    values = {"secret_hash": digest, "created_at": now, "expires_at": expires_at}
    session.execute(insert(ClientSecret).values(id=new_id(), client_id=client_id, **values))


def _set_disabled(
    session: Session, client_id: str, at: datetime | None, kind: Kind, by: str | None
) -> ClientInfo:
    if _locked(session, client_id).disabled != (at is not None):
        session.execute(
            sql_update(Client)
            .where(Client.id == client_id)
            .values(disabled_at=at, updated_at=clock.now())
        )
        _record(session, kind, client_id, by)
    return loaded(session, client_id)


def _locked(session: Session, client_id: str) -> ClientInfo:
    """The client as it is now, while nobody else changes it."""
    session.execute(select(Client.id).where(Client.id == client_id).with_for_update())
    return loaded(session, client_id)


def loaded(session: Session, client_id: str) -> ClientInfo:
    """The client of that id. Raises UnknownClientError."""
    client = load(session, client_id)
    if client is None:
        raise UnknownClientError(f"There is no client {ascii(client_id)[:80]}.")
    return client


def _record(session: Session, kind: Kind, client_id: str, by: str | None, **detail: Any) -> None:
    if by:
        detail["by"] = by
    record(session, kind, client_id=client_id, **detail)
