"""OIDC Back-Channel Logout §2.7, SE5, SE6: a session ends, and with it what the sites hold of it.

The one way to end a session: every site that it opened gets a notice, in the same transaction.
Refresh tokens are there for when nobody is signed in (offline_access): they outlive a sign-out, as
§2.7 says, and end with everything. Access tokens of a site without one end with the session.
Sessions come before grants: see grants.revoke_all_of_identity().
"""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from idp import clock
from idp.accounts import sessions
from idp.accounts.activity import NOWHERE, Kind, Where, record
from idp.models import BrowserSession, Grant, Interaction, Proof
from idp.oidc import grants, logout_notices
from idp.storage.claims import changed
from idp.storage.turns import take_turn


def end_session(
    session: Session, session_id: str, *, why: str, where: Where, client_id: str | None = None
) -> bool:
    """End one browser's session; False when it had ended before, and then nothing is queued.

    `why` is a stable word for the event, `client_id` the site that asked for it.
    """
    identity_id = sessions.end(session, session_id)
    if identity_id is None:
        return False
    logout_notices.queue(session, Grant.session_id == session_id)
    grants.revoke_without_refresh(session, session_id, why)
    record(
        session,
        Kind.SIGNED_OUT,
        identity_id=identity_id,
        client_id=client_id,
        where=where,
        why=why,
    )
    return True


def end_sessions(session: Session, identity_id: str, *, why: str) -> None:
    """End the person's sessions in every browser, and no more than each of them ends alone."""
    take_turn(session, f"everything:{identity_id}")
    theirs = (BrowserSession.identity_id == identity_id) & BrowserSession.ended_at.is_(None)
    ids = session.scalars(select(BrowserSession.id).where(theirs).order_by(BrowserSession.id))
    for session_id in ids.all():  # in one order: two at once would lock one another
        end_session(session, session_id, why=why, where=NOWHERE)


def end_everything(
    session: Session,
    identity_id: str,
    *,
    why: str,
    where: Where = NOWHERE,
    client_id: str | None = None,
) -> None:
    """End all that is open in this person's name: sign-ins under way, sessions, every token.

    Sites with a session or a live grant are told. Trusted devices stay: devices.revoke_all() is
    for those who want them to go. Mailed links and codes are their own owners' to end.
    """
    take_turn(session, f"everything:{identity_id}")
    # first: a sign-in that completes at this instant holds its row until its session can be seen
    _void_sign_ins(session, identity_id)
    ended = sessions.end_all(session, identity_id)
    theirs = Grant.identity_id == identity_id
    logout_notices.queue(session, theirs & (Grant.session_id.in_(ended) | grants.is_live()))
    grants.revoke_all_of_identity(session, identity_id, why)
    record(
        session,
        Kind.SIGNED_OUT_EVERYWHERE,
        identity_id=identity_id,
        client_id=client_id,
        where=where,
        why=why,
        sessions=len(ended),
    )


def _void_sign_ins(session: Session, identity_id: str) -> None:
    """Half-done sign-ins open nothing any more, in any browser (SE5, keycloak#49007)."""
    under_way = (Interaction.identity_id == identity_id) & Interaction.completed_at.is_(None)
    ids = session.scalars(
        select(Interaction.id).where(under_way).order_by(Interaction.id).with_for_update()
    ).all()
    now, mine = clock.now(), Interaction.id.in_(ids)
    changed(session, update(Interaction).where(mine).values(completed_at=now))
    started = Proof.interaction_id.in_(ids) & Proof.voided_at.is_(None)
    changed(session, update(Proof).where(started).values(voided_at=now))
