"""Trusted browsers: a random cookie with a row behind it, 30 days, one identity (TD1-TD5)."""

from sqlalchemy import ColumnElement, and_, insert, select, update
from sqlalchemy.orm import Session

from idp import clock
from idp.accounts.activity import Kind, Where, record
from idp.accounts.lifetimes import DEVICES_PER_IDENTITY, TRUSTED_DEVICE
from idp.models import Device, new_id
from idp.storage.claims import changed
from idp.storage.keyring import new_token, token_hash


def trust(session: Session, identity_id: str, where: Where) -> str:
    """Trust this browser for 30 days; the cookie's value. Beyond ten the oldest is withdrawn."""
    token, now = new_token(), clock.now()
    _make_room(session, identity_id)
    session.execute(
        insert(Device).values(
            id=new_id(),
            identity_id=identity_id,
            token_hash=token_hash(token),
            browser=where.browser or "",
            network=where.network or "",
            created_at=now,
            expires_at=now + TRUSTED_DEVICE,
        )
    )
    record(session, Kind.DEVICE_TRUSTED, identity_id=identity_id, where=where)
    return token


def revoke_all(session: Session, identity_id: str) -> int:
    """Trust none of this person's browsers any more (TD4); how many were trusted."""
    trusted = (Device.identity_id == identity_id) & Device.revoked_at.is_(None)
    return changed(session, update(Device).where(trusted).values(revoked_at=clock.now()))


def live(token: str | None) -> ColumnElement[bool]:
    """The condition under which a row of `devices` is the live one behind this cookie."""
    return and_(
        Device.token_hash == token_hash(token or ""),
        Device.revoked_at.is_(None),
        Device.expires_at > clock.now(),
    )


def _make_room(session: Session, identity_id: str) -> None:
    kept = session.scalars(
        select(Device.id)
        .where(
            Device.identity_id == identity_id,
            Device.revoked_at.is_(None),
            Device.expires_at > clock.now(),
        )
        .order_by(Device.created_at.desc(), Device.id)
    ).all()
    for device_id in kept[DEVICES_PER_IDENTITY - 1 :]:
        session.execute(update(Device).where(Device.id == device_id).values(revoked_at=clock.now()))
