"""OIDC Core §5.1.2, the claim `roles`: what somebody is at one site, as an administrator says."""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from idp import clock
from idp.accounts.activity import Kind, record
from idp.models import Client, RoleGrant
from idp.storage.claims import changed
from idp.storage.upsert import insert_into

_ROLE = re.compile(r"[a-z][a-z0-9_.-]{0,63}")


class BadRoleError(ValueError):
    """A name that no site could read without doubt."""


@dataclass(frozen=True)
class Granted:
    """A role that somebody has, and where."""

    client_id: str
    client_name: str
    role: str
    granted_at: datetime


def grant(session: Session, identity_id: str, client_id: str, role: str, *, by: str) -> bool:
    """Give the role; False when it was given before. BadRoleError for an odd name."""
    if not _ROLE.fullmatch(role):
        raise BadRoleError("A role is a lower-case letter, then letters, digits and . _ - (64).")
    values = {"identity_id": identity_id, "client_id": client_id, "role": role}
    new = changed(
        session,
        insert_into(session, RoleGrant)
        .values(**values, granted_at=clock.now())
        .on_conflict_do_nothing(index_elements=list(values)),
    )
    if new:
        _record(session, Kind.ROLE_GRANTED, identity_id, client_id, role, by)
    return new == 1


def revoke(session: Session, identity_id: str, client_id: str, role: str, *, by: str) -> bool:
    """Take the role away; False when it was not there. The site sees it at its next userinfo."""
    mine = (RoleGrant.identity_id == identity_id) & (RoleGrant.client_id == client_id)
    gone = changed(session, delete(RoleGrant).where(mine, RoleGrant.role == role))
    if gone:
        _record(session, Kind.ROLE_REVOKED, identity_id, client_id, role, by)
    return gone == 1


def listing(session: Session, identity_id: str, client_id: str | None = None) -> list[Granted]:
    """The roles of a person, at every site or at one, by site and name."""
    query = (
        select(RoleGrant.client_id, Client.name, RoleGrant.role, RoleGrant.granted_at)
        .join(Client, Client.id == RoleGrant.client_id)
        .where(RoleGrant.identity_id == identity_id)
        .order_by(Client.name, RoleGrant.client_id, RoleGrant.role)
    )
    if client_id is not None:
        query = query.where(RoleGrant.client_id == client_id)
    return [Granted(*row) for row in session.execute(query)]


def _record(
    session: Session, kind: Kind, identity_id: str, client_id: str, role: str, by: str
) -> None:
    record(session, kind, identity_id=identity_id, client_id=client_id, role=role, by=by)
