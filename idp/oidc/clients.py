"""Registering member sites and keeping their secrets; every change leaves an event (CL3).

Reading is in client_queries.py, what may be registered in client_metadata.py. Each function takes
`by`, the operator, for the event. UnknownClientError where there is no such client.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete as sql_delete
from sqlalchemy import insert, select
from sqlalchemy import update as sql_update
from sqlalchemy.orm import Session

from idp import clock
from idp.accounts.activity import Kind, record
from idp.models import Client, ClientSecret, new_id
from idp.oidc.client_cache import ClientCache
from idp.oidc.client_info import ClientInfo, Registered
from idp.oidc.client_metadata import PUBLIC, InvalidMetadataError, validated
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
    "rotate_secret",
    "update",
]

KEEP_OLD = timedelta(hours=24)
_COLUMNS = {"client_name": "name", "sector_identifier": "sector"} | {
    name: name for name in ("step_up", "first_party")
}


class UnknownClientError(LookupError):
    """No client has this id."""


def create(session: Session, metadata: Mapping[str, Any], *, by: str | None = None) -> Registered:
    """Register a client; InvalidMetadataError when the metadata is refused."""
    now, client_id = clock.now(), new_id()
    values = _columns(session, metadata)
    session.execute(insert(Client).values(id=client_id, created_at=now, updated_at=now, **values))
    public = values["registered"]["token_endpoint_auth_method"] == PUBLIC
    secret = None if public else _add_secret(session, client_id, now)
    _record(session, Kind.CLIENT_CREATED, client_id, by, client_name=values["name"])
    return Registered(_loaded(session, client_id), secret)


def update(
    session: Session, client_id: str, changes: Mapping[str, Any], *, by: str | None = None
) -> ClientInfo:
    """Replace the fields named in `changes`; None takes an optional one away.

    The sector stays as it was unless it is changed by name: members keep their `sub`.
    """
    before = _locked(session, client_id).metadata()
    values = _columns(session, {**before, **changes})
    session.execute(
        sql_update(Client).where(Client.id == client_id).values(updated_at=clock.now(), **values)
    )
    if values["registered"]["token_endpoint_auth_method"] == PUBLIC:
        session.execute(sql_delete(ClientSecret).where(ClientSecret.client_id == client_id))
    after = _loaded(session, client_id)
    changed = sorted(name for name, value in after.metadata().items() if value != before[name])
    if changed:
        _record(session, Kind.CLIENT_UPDATED, client_id, by, changed=changed)
    return after


def rotate_secret(
    session: Session, client_id: str, keep_old: timedelta = KEEP_OLD, *, by: str | None = None
) -> str:
    """A new secret; the one in use stays good for `keep_old`, older ones end now (OA15).

    Raises InvalidMetadataError for a public client, which has none.
    """
    if _locked(session, client_id).auth_method == PUBLIC:
        raise InvalidMetadataError("token_endpoint_auth_method", "is none: there is no secret")
    now = clock.now()
    mine = ClientSecret.client_id == client_id
    session.execute(sql_delete(ClientSecret).where(mine, ClientSecret.expires_at.is_not(None)))
    session.execute(sql_update(ClientSecret).where(mine).values(expires_at=now + keep_old))
    secret = _add_secret(session, client_id, now)
    kept = int(keep_old.total_seconds())
    _record(session, Kind.CLIENT_SECRET_ROTATED, client_id, by, old_kept_seconds=kept)
    return secret


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


def _columns(session: Session, metadata: Mapping[str, Any]) -> dict[str, Any]:
    full = validated(metadata, development=settings_of(session).development)
    columns = {column: full.pop(name) for name, column in _COLUMNS.items()}
    return {**columns, "registered": full}


def _add_secret(session: Session, client_id: str, now: datetime) -> str:
    secret = new_token()
    session.execute(
        insert(ClientSecret).values(
            id=new_id(), client_id=client_id, secret_hash=token_hash(secret), created_at=now
        )
    )
    return secret


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
    return _loaded(session, client_id)


def _locked(session: Session, client_id: str) -> ClientInfo:
    """The client as it is now, while nobody else changes it."""
    session.execute(select(Client.id).where(Client.id == client_id).with_for_update())
    return _loaded(session, client_id)


def _loaded(session: Session, client_id: str) -> ClientInfo:
    client = load(session, client_id)
    if client is None:
        raise UnknownClientError(f"There is no client {ascii(client_id)[:80]}.")
    return client


def _record(session: Session, kind: Kind, client_id: str, by: str | None, **detail: Any) -> None:
    if by:
        detail["by"] = by
    record(session, kind, client_id=client_id, **detail)
