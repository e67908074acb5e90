"""RFC 6749 §1.3, a grant: what one sign-in gave one site, the head of a family of tokens.

Ending it ends them all (RFC 9700 §4.14.2). No token is touched for that: each is good only while
its grant is, and is looked up together with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, insert, update
from sqlalchemy.orm import Session

from idp import clock
from idp.models import Grant, RefreshToken
from idp.storage.claims import changed


@dataclass(frozen=True)
class Granted:
    """The row as its tokens need it; auth_time in seconds since 1970.

    `claims` by place, userinfo or id_token; `dpop_jkt` is the key that was shown with the code.
    """

    id: str
    client_id: str
    identity_id: str
    session_id: str
    sid: str
    scope: tuple[str, ...]
    auth_time: int
    acr: str
    amr: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    claims: Mapping[str, Any] | None = None
    resources: tuple[str, ...] = ()
    dpop_jkt: str | None = None


def save(session: Session, granted: Granted) -> None:
    """Write the row."""
    told = {"scope": " ".join(granted.scope), "amr": list(granted.amr)}
    beyond = {"claims": granted.claims or None, "resources": list(granted.resources) or None}
    session.execute(insert(Grant).values(**{**vars(granted), **told, **beyond}))


def of_row(row: Grant) -> Granted:
    """The same from the database."""
    return Granted(
        id=row.id,
        client_id=row.client_id,
        identity_id=row.identity_id,
        session_id=row.session_id,
        sid=row.sid,
        scope=tuple(row.scope.split()),
        auth_time=row.auth_time,
        acr=row.acr,
        amr=tuple(row.amr),
        created_at=row.created_at,
        expires_at=row.expires_at,
        claims=row.claims,
        resources=tuple(row.resources or ()),
        dpop_jkt=row.dpop_jkt,
    )


def is_live() -> ColumnElement[bool]:
    """The condition under which a grant, and so its tokens, are good."""
    return Grant.revoked_at.is_(None) & (Grant.expires_at > clock.now())


def revoke(session: Session, grant_id: str, why: str) -> bool:
    """End one grant; `why` is a stable reason. False when it had ended before."""
    return _revoke(session, Grant.id == grant_id, why) == 1


def bind(session: Session, grant_id: str, jkt: str) -> None:
    """From now on its refresh tokens go with this key (RFC 9449 §5); a bound one stays as it is."""
    unbound = update(Grant).where(Grant.id == grant_id, Grant.dpop_jkt.is_(None))
    changed(session, unbound.values(dpop_jkt=jkt))


def revoke_at_client(session: Session, identity_id: str, client_id: str, why: str) -> int:
    """End what a person gave one site; how many grants had not ended."""
    theirs = (Grant.identity_id == identity_id) & (Grant.client_id == client_id)
    return _revoke(session, theirs, why)


def revoke_all_of_identity(session: Session, identity_id: str, why: str) -> int:
    """End every grant of a person; how many had not ended.

    Where sessions end as well, end them first: a code being exchanged at this instant holds its
    session's row until its grant is there to be found.
    """
    return _revoke(session, Grant.identity_id == identity_id, why)


def revoke_without_refresh(session: Session, session_id: str, why: str) -> int:
    """End the grants of a session that live no longer than it: those with no refresh token."""
    offline = exists().where(RefreshToken.grant_id == Grant.id)
    return _revoke(session, (Grant.session_id == session_id) & ~offline, why)


def _revoke(session: Session, which: ColumnElement[bool], why: str) -> int:
    return changed(
        session,
        update(Grant)
        .where(which, Grant.revoked_at.is_(None))
        .values(revoked_at=clock.now(), revoked_for=why),
    )
