"""Members as the register has them, and what the access of each is worth."""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Row, case, exists, func, select, true
from sqlalchemy.orm import Session

from idp.accounts.channels import Standing
from idp.accounts.nir import Nir, nir_indexes
from idp.models import Channel, Member

_PAGE = 500


class Status(StrEnum):
    """What the register says of the person."""

    ACTIVE = "active"
    LEFT = "left"
    DECEASED = "deceased"


class Access(StrEnum):
    """What a member can do here; computed, never stored."""

    NEVER_CREATED = "never_created"
    LEGACY = "legacy"
    ATTACHED = "attached"
    CLOSED = "closed"


access_now: ColumnElement[str] = case(
    (Member.status != Status.ACTIVE.value, Access.CLOSED.value),
    (Member.identity_id.is_not(None), Access.ATTACHED.value),
    (Member.legacy_sealed.is_not(None), Access.LEGACY.value),
    else_=Access.NEVER_CREATED.value,
)


def attached_to(identity_id: str) -> ColumnElement[bool]:
    """Whether it is the record attached to that identity, of somebody who is a member still."""
    return (Member.identity_id == identity_id) & (Member.status == Status.ACTIVE.value)


def is_attached(session: Session, identity_id: str) -> bool:
    """Whether a record is attached to the identity: its sign-ins are then eidas1 (R10)."""
    return session.scalar(select(exists().where(attached_to(identity_id)))) is True


def find(session: Session, member_number: str) -> Member | None:
    """The member of that number."""
    return session.scalars(select(Member).where(Member.member_number == member_number)).first()


def find_by_nir(session: Session, nir: Nir) -> Member | None:
    """The member whom the register knows by this NIR: it identifies, and proves nothing (R5)."""
    indexes = nir_indexes(session, nir)
    return session.scalars(select(Member).where(Member.nir_index.in_(indexes))).first()


def access_of(session: Session, member: Member) -> Access:
    """What the access of this member is worth now."""
    return Access(session.scalars(select(access_now).where(Member.id == member.id)).one())


def channels_of(session: Session, member: Member) -> list[Channel]:
    """The channels of a member and of the identity that it is attached to, by kind."""
    held = rows_held(session, member)
    return [channel for channel in held if channel.standing != Standing.REPLACED]


def rows_held(session: Session, member: Member) -> list[Channel]:
    """The same with the rows that an adviser has replaced, for who plans a change."""
    theirs = Channel.member_id == member.id
    if member.identity_id is not None:
        theirs |= Channel.identity_id == member.identity_id
    query = select(Channel).where(theirs).order_by(Channel.kind, Channel.since)
    return list(session.scalars(query))


def count(session: Session, access: Access | None = None) -> int:
    """How many members, or how many of one access."""
    return session.scalars(select(func.count()).select_from(Member).where(_only(access))).one()


def listing(
    session: Session, access: Access | None = None
) -> Iterator[Row[str, str, str, str | None, datetime]]:
    """member_number, status, access, contract, updated_at of each, by number; read in pages."""
    columns = (
        Member.member_number,
        Member.status,
        access_now.label("access"),
        Member.contract,
        Member.updated_at,
    )
    query = select(*columns).where(_only(access)).order_by(Member.member_number)
    yield from session.execute(query.execution_options(yield_per=_PAGE))


def _only(access: Access | None) -> ColumnElement[bool]:
    return access_now == access.value if access else true()
