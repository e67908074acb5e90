"""What an administrator does to one identity, each in one stroke: disable, enable, sign out.

The state changes by one conditional UPDATE, and first: a password that is being settled at this
instant holds the row (lockout.clear_if_current), so its session is there to be ended (LK2, SE7).
"""

from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from idp.accounts import administered, devices, loose_ends
from idp.accounts.activity import Kind, record
from idp.accounts.states import RULES, State
from idp.models import Grant, Identity, RefreshToken
from idp.oidc import ending, grants
from idp.storage.claims import changed

DISABLED_FROM = tuple(state for state, rule in RULES.items() if State.DISABLED in rule.becomes)
# a closing one is its owner's to keep, a pending one its mailbox's to activate
ENABLED_FROM = (State.DISABLED, State.FROZEN)


def disable(session: Session, identity: Identity, *, by: str) -> bool:
    """Refuse the person everywhere, and end all that is open or under way; False if too late.

    Nothing of what ends here comes back when the identity is enabled again.
    """
    if not _moved(session, identity.id, DISABLED_FROM, State.DISABLED):
        return False
    ended = administered.live_sessions(session, identity.id)
    ending.end_everything(session, identity.id, why="disabled")
    devices.revoke_all(session, identity.id)
    loose_ends.end_all(session, identity.id)
    _record(session, Kind.IDENTITY_DISABLED, identity, by, was=identity.state, sessions=ended)
    return True


def enable(session: Session, identity: Identity, *, by: str) -> bool:
    """From disabled or frozen to active; False if it is neither. A block, if any, stays."""
    if not _moved(session, identity.id, ENABLED_FROM, State.ACTIVE):
        return False
    _record(session, Kind.IDENTITY_ENABLED, identity, by, was=identity.state)
    return True


def sign_out(session: Session, identity: Identity, *, by: str, everything: bool) -> int:
    """End the sessions of the person; how many were live.

    `everything`: sign-ins under way, refresh tokens and trusted devices as well.
    """
    ended = administered.live_sessions(session, identity.id)
    if everything:
        ending.end_everything(session, identity.id, why="administrator")
        devices.revoke_all(session, identity.id)
    else:
        ending.end_sessions(session, identity.id, why="administrator")
    _record(session, Kind.IDENTITY_SIGNED_OUT, identity, by, everything=everything, sessions=ended)
    return ended


def offline_grants(session: Session, identity_id: str) -> int:
    """How many sites hold a refresh token that is good while nobody is signed in."""
    query = (
        select(func.count(Grant.client_id.distinct()))
        .join(RefreshToken, RefreshToken.grant_id == Grant.id)
        .where(Grant.identity_id == identity_id, grants.is_live(), RefreshToken.used_at.is_(None))
    )
    return session.scalar(query) or 0


def _moved(session: Session, identity_id: str, before: tuple[State, ...], after: State) -> bool:
    one = update(Identity).where(
        Identity.id == identity_id, Identity.state.in_([state.value for state in before])
    )
    values: dict[str, object] = {"state": after.value}
    if after is State.ACTIVE:
        values["frozen_before"] = None  # what was proved since may recover again
        values["sms_due"] = False  # the one way in for who has lost that telephone
    return changed(session, one.values(values)) == 1


def _record(session: Session, kind: Kind, identity: Identity, by: str, **detail: Any) -> None:
    record(session, kind, identity_id=identity.id, by=by, **detail)
