"""OIDC Core §8, subject identifiers: one random row per identity and sector (PII5).

Nothing of a `sub` can be computed from the person, the site or a key; two sectors cannot compare.
"""

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session

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


def known(
    whose: ColumnElement[str] | InstrumentedAttribute[str], sector: str
) -> ColumnElement[str | None]:
    """The same as a column `sub` of a statement about `whose` identity."""
    mine = (Subject.identity_id == whose) & (Subject.sector == sector)
    return select(Subject.sub).where(mine).scalar_subquery().label("sub")


def get_or_create(session: Session, identity_id: str, sector: str) -> str:
    """The sub of this person for this sector."""
    return find(session, identity_id, sector) or create(session, identity_id, sector)


def create(session: Session, identity_id: str, sector: str) -> str:
    """The first sub of this person here; of two first times at once, one row stays."""
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


def identity_of(session: Session, sub: str, sector: str | None = None) -> str | None:
    """Whose sub this is, or None when nobody's (any more), or not one of `sector`."""
    query = select(Subject.identity_id).where(Subject.sub == sub)
    return session.scalar(query if sector is None else query.where(Subject.sector == sector))
