"""Finding clients: one SQL statement brings them with their secrets."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from idp.models import Client, ClientSecret
from idp.oidc.client_info import FIELDS, ClientInfo

_COLUMNS: tuple[Any, ...] = (
    Client.id,
    Client.name,
    Client.registered,
    Client.sector,
    Client.step_up,
    Client.first_party,
    Client.disabled_at,
    ClientSecret.secret_hash,
    ClientSecret.expires_at,
)


def load(session: Session, client_id: str) -> ClientInfo | None:
    """The client of that id, None when there is none."""
    return _first(session, _query().where(Client.id == client_id))


def find_by_name(session: Session, name: str) -> ClientInfo | None:
    """The oldest client of that name, None when there is none."""
    return _first(session, _query().where(Client.name == name))


def listing(session: Session) -> list[ClientInfo]:
    """Every client, oldest first."""
    return list(_clients(session.execute(_query()).all()))


def _query() -> Select[Any]:
    """One row a secret; a client without a secret has one row too."""
    return (
        select(*_COLUMNS)
        .outerjoin(ClientSecret, ClientSecret.client_id == Client.id)
        .order_by(Client.created_at, Client.id, ClientSecret.created_at)
    )


def _first(session: Session, query: Select[Any]) -> ClientInfo | None:
    return next(_clients(session.execute(query).all()), None)


def _clients(rows: Sequence[Row[Any]]) -> Iterator[ClientInfo]:
    for _, group in groupby(rows, key=lambda row: row.id):
        yield _parsed(list(group))


def _parsed(rows: list[Row[Any]]) -> ClientInfo:
    row, registered = rows[0], rows[0].registered
    return ClientInfo(
        id=row.id,
        name=row.name,
        redirect_uris=tuple(registered["redirect_uris"]),
        post_logout_redirect_uris=tuple(registered["post_logout_redirect_uris"]),
        initiate_login_uri=registered.get("initiate_login_uri"),
        grant_types=tuple(registered["grant_types"]),
        auth_method=registered["token_endpoint_auth_method"],
        scopes=tuple(registered["scope"].split()),
        subject_type=registered["subject_type"],
        sector=row.sector,
        step_up=row.step_up,
        first_party=row.first_party,
        disabled=row.disabled_at is not None,
        secret_hashes=tuple((r.secret_hash, r.expires_at) for r in rows if r.secret_hash),
        backchannel_logout_uri=registered.get("backchannel_logout_uri"),
        backchannel_logout_session_required=registered.get(
            "backchannel_logout_session_required", False
        ),
        **_beyond(registered),
    )


def _beyond(registered: Mapping[str, Any]) -> dict[str, Any]:
    """What sites registered before 0009 have not said: as if they said the default."""
    given = {name: registered[field] for name, field in FIELDS.items() if field in registered}
    for name in ("resources", "contacts"):
        given[name] = tuple(given.get(name, ()))
    return given
