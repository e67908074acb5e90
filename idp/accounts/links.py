"""Mailed links: 256 random bits, only their hash stored, one use claimed by one UPDATE (OTC7).

A link acts on the identity or the member it was made for, whatever session is open (OTC9).
"""

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from idp import clock
from idp.accounts.lifetimes import LINKS
from idp.errors import BadLinkError
from idp.models import Link, new_id
from idp.storage.claims import changed
from idp.storage.keyring import new_token, token_hash


def make(
    session: Session,
    purpose: str,
    *,
    identity_id: str | None = None,
    member_id: str | None = None,
    interaction_id: str | None = None,
    client_id: str | None = None,
    flow_id: str | None = None,
) -> str:
    """A new link's token. It remembers the paused request and the site that it should lead to.

    `flow_id` is the migration or the recovery that it goes on with.
    """
    token, now = new_token(), clock.now()
    session.execute(
        insert(Link).values(
            id=new_id(),
            purpose=purpose,
            token_hash=token_hash(token),
            identity_id=identity_id,
            member_id=member_id,
            interaction_id=interaction_id,
            client_id=client_id,
            flow_id=flow_id,
            created_at=now,
            expires_at=now + LINKS[purpose],
        )
    )
    return token


def look(session: Session, purpose: str, token: str) -> Link:
    """The link, unused: for the page with the button. BadLinkError for every kind of bad."""
    found = session.scalars(
        select(Link).where(
            Link.token_hash == token_hash(token),
            Link.purpose == purpose,
            Link.used_at.is_(None),
            Link.expires_at > clock.now(),
        )
    ).one_or_none()
    if found is None:
        raise BadLinkError(purpose)
    return found


def use(session: Session, link: Link) -> None:
    """Use a link that was looked at: of two at once one gets it, the other BadLinkError."""
    used = (
        update(Link)
        .where(Link.id == link.id, Link.used_at.is_(None), Link.expires_at > clock.now())
        .values(used_at=clock.now())
    )
    if changed(session, used) != 1:
        raise BadLinkError(link.purpose)
