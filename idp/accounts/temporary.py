"""The temporary password of an SMS, typed at a sign-in page instead of one's own (D5).

It is found by the identifier as typed, known or not, and passes any block; it proves a recovery in
the browser where it is typed, and opens nothing but the page of a new password. What only looks
like one goes on as the wrong password that it is.
"""

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from idp import clock
from idp.accounts import codes, recoveries, subject
from idp.accounts.activity import NOWHERE, Kind, Where, record
from idp.accounts.codes import Purpose
from idp.accounts.recoveries import Identifier, RecoveryLostError
from idp.accounts.recovery_channels import Way
from idp.accounts.subject import SubjectKind
from idp.models import Code, Recovery


def looks_like_one(typed: str) -> bool:
    """Whether it is worth a look; one's own password hardly ever is."""
    return codes.looks_like(Purpose.TEMPORARY, typed)


def try_at_door(
    session: Session,
    identifier_kind: str,
    canonical: str,
    typed: str,
    browser_hash: str,
    interaction_id: str | None,
    where: Where = NOWHERE,
) -> Recovery | None:
    """The recovery that it proves in this browser, or None; `identifier_kind` is nir or email.

    One statement whoever it is for, and the try counts whatever comes of it. The browser that asked
    goes on in the tab where it was typed, `interaction_id`.
    """
    if not looks_like_one(typed):
        return None
    identifier = Identifier(identifier_kind == "nir", canonical)
    digests = recoveries.typed_digests(session, identifier)
    code = codes.attempt_any(session, Purpose.TEMPORARY, digests, typed)
    recovery = _asked_for(session, code, browser_hash) if code else None
    if recovery is None:
        return None
    try:
        recoveries.prove(session, recovery, Way.SMS, browser_hash)
    except RecoveryLostError:  # it has ended at this moment
        return None
    if recovery.browser_hash == browser_hash and interaction_id is not None:
        recovery.interaction_id = interaction_id
        session.flush()
    record(
        session,
        Kind.RECOVERY_PROVED,
        identity_id=recovery.identity_id,
        flow_id=recovery.id,
        where=where,
        by=Way.SMS.value,
    )
    return recovery


def _asked_for(session: Session, code: Code, browser_hash: str) -> Recovery | None:
    """Of the recoveries that this code may belong to, that of this browser, else the newest."""
    query = (
        select(Recovery)
        .where(
            Recovery.typed == code.channel_index,
            _of(code),
            Recovery.sent_at.is_not(None),
            Recovery.ended_at.is_(None),
            Recovery.expires_at > clock.now(),
        )
        .order_by((Recovery.browser_hash == browser_hash).desc(), Recovery.sent_at.desc())
        .limit(1)
    )
    return session.scalars(query).one_or_none()


def _of(code: Code) -> ColumnElement[bool]:
    asked = subject.read(code.subject)
    if asked.kind is SubjectKind.IDENTITY:
        return Recovery.identity_id == asked.id
    return Recovery.identity_id.is_(None) & (Recovery.member_id == asked.id)
