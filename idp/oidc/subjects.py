"""OIDC Core §8, subject identifiers: one random row per identity and sector (PII5).

Nothing of a `sub` can be computed from the person, the site or a key; two sectors cannot compare.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from idp import clock
from idp.models import Subject, new_id
from idp.oidc.clients import ClientInfo
from idp.storage.keyring import new_token
from idp.storage.upsert import insert_into

# all clients of subject_type public; a real sector is a host, and no host looks like this
PUBLIC_SECTOR = "*"
_BYTES = 24


def sector_of(client: ClientInfo) -> str:
    """The sector whose sub this client is told."""
    return PUBLIC_SECTOR if client.subject_type == "public" else client.sector


def find(session: Session, identity_id: str, sector: str) -> str | None:
    """The sub that this sector already knows, or None."""
    return session.scalar(
        select(Subject.sub).where(Subject.identity_id == identity_id, Subject.sector == sector)
    )


def get_or_create(session: Session, identity_id: str, sector: str) -> str:
    """The sub of this person for this sector; of two first times at once, one row stays."""
    known = find(session, identity_id, sector)
    if known is not None:
        return known
    created: str | None = session.scalar(
        insert_into(session, Subject)
        .values(
            id=new_id(),
            identity_id=identity_id,
            sector=sector,
            sub=new_token(_BYTES),
            created_at=clock.now(),
        )
        .on_conflict_do_nothing(index_elements=["identity_id", "sector"])
        .returning(Subject.sub)
    )
    if created is not None:
        return created
    # somebody else's row won, and their transaction is over: it can be read now
    return session.scalars(
        select(Subject.sub).where(Subject.identity_id == identity_id, Subject.sector == sector)
    ).one()


def identity_of(session: Session, sub: str) -> str | None:
    """Whose sub this is, or None when nobody's (any more)."""
    return session.scalar(select(Subject.identity_id).where(Subject.sub == sub))
