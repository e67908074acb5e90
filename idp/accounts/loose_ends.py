"""What was sent to a person, or begun by them, and would still be good later: all of it ends (SE5).

Sessions and tokens are not here: oidc/ending.py, in the same transaction.
"""

from sqlalchemy import ColumnElement, false, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from idp import clock
from idp.accounts import subject
from idp.models import Code, Link, Member, Migration, Opening, Recovery
from idp.storage.claims import changed

# these are the member's, not the identity's: an undo only ever takes away, and an invitation is
# refused while the record is attached
_NOT_THEIRS = ("undo", "invitation")


def end_all(session: Session, identity_id: str) -> None:
    """Codes, mailed links, recoveries, migrations and openings of an identity and of its member."""
    member_id = session.scalar(select(Member.id).where(Member.identity_id == identity_id))
    flows: list[str] = []
    for table in (Migration, Recovery, Opening):
        theirs = (table.identity_id == identity_id) | _is(table.member_id, member_id)
        begun = table.ended_at.is_(None) & theirs
        flows += session.scalars(
            update(table).where(begun).values(ended_at=clock.now()).returning(table.id),
            execution_options={"synchronize_session": False},
        )
    _void_codes(session, identity_id, member_id)
    _use_links(session, identity_id, member_id, flows)


def _void_codes(session: Session, identity_id: str, member_id: str | None) -> None:
    subjects = [str(subject.identity(identity_id))]
    if member_id is not None:
        subjects.append(str(subject.member(member_id)))
    live = Code.subject.in_(subjects) & Code.used_at.is_(None) & Code.voided_at.is_(None)
    changed(session, update(Code).where(live).values(voided_at=clock.now()))


def _use_links(session: Session, identity_id: str, member_id: str | None, flows: list[str]) -> None:
    theirs = or_(
        Link.identity_id == identity_id, _is(Link.member_id, member_id), Link.flow_id.in_(flows)
    )
    live = theirs & Link.used_at.is_(None) & Link.purpose.not_in(_NOT_THEIRS)
    changed(session, update(Link).where(live).values(used_at=clock.now()))


def _is(column: InstrumentedAttribute[str | None], value: str | None) -> ColumnElement[bool]:
    return false() if value is None else column == value
