"""Signed-in browsers: 30 minutes idle, 12 hours absolute, kept on the server (SE1, SE3).

A session is read together with its identity: disabling the identity ends it at its next
request, whatever its row says (SE7).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Label, Select, and_, exists, insert, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import Update

from idp import clock
from idp.accounts import members
from idp.accounts.assurance import ProofKind, Shown
from idp.accounts.channels import ChannelKind
from idp.accounts.channels import Standing as ChannelStanding
from idp.accounts.lifetimes import SESSION_ABSOLUTE, SESSION_IDLE
from idp.accounts.states import USING_TOKENS, State
from idp.models import BrowserSession, Channel, Identity, Opening, Proof, new_id
from idp.storage.claims import changed
from idp.storage.keyring import new_token, token_hash

_SEEN_EVERY = timedelta(minutes=1)
_AS_THEY_ARE = {"synchronize_session": False}  # objects already loaded are left alone


@dataclass(frozen=True)
class Opened:
    """A new or renewed session, and the only copy of its cookie's value."""

    id: str
    cookie: str


@dataclass(frozen=True)
class Made:
    """A proof to be written: its kind, its date and what it was made with."""

    kind: ProofKind
    at: datetime
    reference: str | None = None


@dataclass(frozen=True)
class Person:
    """What the policy asks of an identity: is its address proved, has it a secret question?

    `opening_waits`: for a proof that attaches a record; what a code proved may be one (joining.py).
    `phone_from`: a proved one serves as a second factor (E5), and recovery from that instant on.
    `sms_due`: it has to answer once before the mailbox may again (R8).
    """

    unproved: bool
    has_question: bool
    opening_waits: bool = False
    phone_from: datetime | None = None
    sms_due: bool = False

    @staticmethod
    def of(row: Any, *, opening_waits: bool = False) -> "Person":
        """From the columns of the identity: state, question, phone_from, sms_due."""
        return Person(
            row.state == State.INVITED.value,
            row.question is not None,
            opening_waits,
            row.phone_from,
            row.sms_due,
        )


def live(cookie: str | None) -> tuple[ColumnElement[bool], ...]:
    """The conditions under which a row of `sessions` is the live one behind this cookie."""
    now = clock.now()
    may_go_on = exists().where(
        Identity.id == BrowserSession.identity_id, Identity.state.in_(USING_TOKENS)
    )
    return (
        BrowserSession.cookie_hash == token_hash(cookie or ""),
        BrowserSession.ended_at.is_(None),
        BrowserSession.expires_at > now,
        BrowserSession.seen_at > now - SESSION_IDLE,
        may_go_on,
    )


def current(session: Session, cookie: str | None) -> BrowserSession | None:
    """The live session behind this cookie, or None."""
    if not cookie:
        return None
    return session.scalars(select(BrowserSession).where(*live(cookie))).one_or_none()


def seen(session: Session, row: BrowserSession) -> None:
    """Note that the session is in use; written at most once a minute."""
    now = clock.now()
    if now - row.seen_at >= _SEEN_EVERY:
        changed(
            session,
            update(BrowserSession)
            .where(BrowserSession.id == row.id, BrowserSession.ended_at.is_(None))
            .values(seen_at=now),
        )


def hold(session: Session, row: BrowserSession) -> None:
    """Lock it now, for who locks something that others lock after it: none waits for the other."""
    its = select(BrowserSession.id).where(BrowserSession.id == row.id)
    session.execute(its.with_for_update(key_share=True))


def open_new(session: Session, identity_id: str) -> Opened:
    """A session of its own, with an identifier nobody has seen before (SE1)."""
    now, opened = clock.now(), Opened(new_id(), new_token())
    session.execute(
        insert(BrowserSession).values(
            id=opened.id,
            cookie_hash=token_hash(opened.cookie),
            identity_id=identity_id,
            created_at=now,
            seen_at=now,
            expires_at=now + SESSION_ABSOLUTE,
        )
    )
    return opened


def renew(session: Session, row: BrowserSession, *, reauthenticated: bool) -> Opened | None:
    """The same session under a new cookie; None when it has ended meanwhile.

    Its twelve hours start again only after a re-authentication: a code alone prolongs nothing.
    """
    now, opened = clock.now(), Opened(row.id, new_token())
    until = now + SESSION_ABSOLUTE if reauthenticated else row.expires_at
    renewed = (
        update(BrowserSession)
        .where(BrowserSession.id == row.id, BrowserSession.ended_at.is_(None))
        .values(cookie_hash=token_hash(opened.cookie), seen_at=now, expires_at=until)
    )
    return opened if changed(session, renewed) == 1 else None


def end(session: Session, session_id: str) -> str | None:
    """End one session; whose it was, None when it had ended before.

    oidc/ending.py tells the sites of it, and is what others call.
    """
    ended = _ended(BrowserSession.id == session_id).returning(BrowserSession.identity_id)
    return session.scalar(ended, execution_options=_AS_THEY_ARE)


def end_all(session: Session, identity_id: str) -> list[str]:
    """End every session of a person, those that have run out too; the ids of those ended now."""
    ended = _ended(BrowserSession.identity_id == identity_id).returning(BrowserSession.id)
    return list(session.scalars(ended, execution_options=_AS_THEY_ARE))


def _ended(which: ColumnElement[bool]) -> Update:
    return (
        update(BrowserSession)
        .where(which, BrowserSession.ended_at.is_(None))
        .values(ended_at=clock.now())
    )


def add_proofs(
    session: Session,
    made: list[Made],
    *,
    interaction_id: str | None = None,
    session_id: str | None = None,
) -> None:
    """Write proofs where they belong: to the interaction under way, or to the session."""
    rows = [
        {
            "id": new_id(),
            "interaction_id": interaction_id,
            "session_id": session_id,
            "kind": proof.kind.value,
            "proved_at": proof.at,
            "reference": proof.reference,
        }
        for proof in made
    ]
    # one statement: as parameters, rows with and without a reference would be two
    session.execute(insert(Proof).values(rows))


def adopt_proofs(session: Session, interaction_id: str, session_id: str) -> None:
    """What the interaction proved now belongs to the session it became."""
    session.execute(
        update(Proof)
        .where(Proof.interaction_id == interaction_id, Proof.voided_at.is_(None))
        .values(session_id=session_id)
    )


def void_proofs(session: Session, interaction_id: str) -> None:
    """The interaction has to start again: nothing it proved counts any more (OTC3)."""
    changed(
        session,
        update(Proof)
        .where(Proof.interaction_id == interaction_id, Proof.session_id.is_(None))
        .values(voided_at=clock.now()),
    )


def standing_of(
    session: Session, identity_id: str, *, interaction_id: str | None, session_id: str | None
) -> tuple[tuple[Shown, ...], bool | None, Person | None]:
    """The proofs that stand, oldest first: those of the session, and those made in this tab.

    With them, whether a member's record is attached, and who it is: None without any proof. One
    statement: what every page asks costs none of its own.
    """
    attached = exists().where(members.attached_to(identity_id)).label("attached")
    waiting = (Opening.identity_id == identity_id) & Opening.finished_at.is_not(None)
    waits = exists().where(waiting, Opening.ended_at.is_(None)).label("waits")
    query = _proofs(interaction_id, session_id).join(Identity, Identity.id == identity_id)
    who = (Identity.state, Identity.question, Identity.sms_due)
    columns = (attached, waits, phone_from(identity_id), *who)
    found = session.execute(query.add_columns(*columns)).all()
    proofs = tuple(_shown(row, interaction_id) for row in found)
    if not found:
        return proofs, None, None
    first = found[0]
    person = Person.of(first, opening_waits=bool(first.waits))
    return proofs, bool(first.attached), person


def proved_phone(identity_id: str) -> ColumnElement[bool]:
    """Whether a row of `channels` is the activated telephone of that identity."""
    return and_(
        Channel.identity_id == identity_id,
        Channel.kind == ChannelKind.MOBILE.value,
        Channel.standing == ChannelStanding.PROVED.value,
    )


def phone_from(identity_id: str) -> Label[datetime | None]:
    """The column of when the activated telephone serves recovery; NULL where there is none."""
    found = select(Channel.serves_recovery_from).where(proved_phone(identity_id))
    return found.scalar_subquery().label("phone_from")


def _proofs(
    interaction_id: str | None, session_id: str | None
) -> Select[str, datetime, str | None]:
    return (
        select(Proof.kind, Proof.proved_at, Proof.interaction_id)
        .where(
            Proof.voided_at.is_(None),
            (Proof.session_id == session_id) & Proof.session_id.is_not(None)
            | (Proof.interaction_id == interaction_id) & Proof.interaction_id.is_not(None),
        )
        .order_by(Proof.proved_at)
    )


def _shown(row: Any, interaction_id: str | None) -> Shown:
    here = interaction_id is not None and row.interaction_id == interaction_id
    return Shown(ProofKind(row.kind), row.proved_at, here)
