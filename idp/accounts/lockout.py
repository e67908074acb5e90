"""Three wrong passwords in a row block for 24 hours, known or unknown alike (LK1, D1).

A try is claimed before the password is looked at: one statement adds it, or refuses when the
identifier is blocked. Twenty tries at once are at most three evaluated. A right password then
clears the counter in one conditional UPDATE, together with the check that the password verified
is still the one on file.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, case, exists, literal, select, update
from sqlalchemy.orm import Session

from idp import clock
from idp.accounts import identifiers
from idp.accounts.activity import Kind, record
from idp.accounts.lifetimes import BLOCK, WRONG_PASSWORDS
from idp.accounts.nir import Nir, open_nir
from idp.accounts.states import TAKING_PASSWORDS
from idp.models import Identity, Lockout
from idp.storage.claims import changed
from idp.storage.engine import keys_of
from idp.storage.upsert import insert_into


@dataclass(frozen=True)
class Claim:
    """One try: `failures` counts it as if wrong; `blocked_until` is set by the third."""

    key: str
    failures: int
    blocked_until: datetime | None


def key_for_email(session: Session, email: str) -> str:
    """The counter of a canonical address, whether anybody owns it or not."""
    return keys_of(session).digest("pii", "lockout", f"email:{email}")


def key_for_nir(session: Session, nir: Nir) -> str:
    """The counter of a NIR, known or not, that no identity's e-mail stands for."""
    return keys_of(session).digest("pii", "lockout", f"nir:{nir.number}")


def keys_for_member(session: Session, nir_sealed: bytes | None) -> list[str]:
    """The counter of the NIR that a record holds; none where it holds none."""
    return [key_for_nir(session, open_nir(session, nir_sealed))] if nir_sealed else []


def key_for_device(session: Session, device_id: str) -> str:
    """The counter of one trusted device: it goes on being heard while others block the person."""
    return keys_of(session).digest("pii", "lockout", f"device:{device_id}")


def claim(session: Session, key: str) -> Claim | None:
    """Count one try, or None when blocked. One statement decides (LK1)."""
    now = clock.now()
    lapsed = Lockout.blocked_until <= now
    failures = case((lapsed, 1), else_=Lockout.failures + 1)
    block_end = literal(now + BLOCK, Lockout.blocked_until.type)
    last = (Lockout.failures + 1 >= WRONG_PASSWORDS) & Lockout.blocked_until.is_(None)
    fresh = insert_into(session, Lockout).values(
        key=key, failures=1, blocked_until=None, touched_at=now
    )
    counted = fresh.on_conflict_do_update(
        index_elements=[Lockout.key],
        set_={
            "failures": failures,
            "blocked_until": case((last, block_end), else_=None),
            "touched_at": now,
        },
        where=Lockout.blocked_until.is_(None) | lapsed,
    ).returning(Lockout.failures, Lockout.blocked_until)
    row = session.execute(counted).one_or_none()
    return Claim(key, row.failures, row.blocked_until) if row else None


def blocked_until(session: Session, key: str) -> datetime | None:
    """When the block of this counter lapses, None when there is none."""
    found = session.scalar(select(Lockout.blocked_until).where(Lockout.key == key))
    return found if found and found > clock.now() else None


def give_back(session: Session, claimed: Claim) -> None:
    """Undo one claim that was never evaluated: it must not bring a block nearer."""
    undone = (
        update(Lockout)
        .where(Lockout.key == claimed.key, Lockout.failures > 0)
        .values(failures=Lockout.failures - 1, blocked_until=None)
    )
    changed(session, undone)


def clear_if_current(session: Session, key: str, identity: Identity) -> bool:
    """After a right password: clear the counter, only while that password still opens.

    False when the identity was disabled or its password changed since it was read. The row of
    the identity is locked meanwhile where the engine can (a disable then waits for us); two right
    passwords at once take turns, or a rehash by both would be a deadlock.
    """
    still = (
        select(Identity.id)
        .where(
            Identity.id == identity.id,
            Identity.state.in_(TAKING_PASSWORDS),
            Identity.password_hash == identity.password_hash,
        )
        .with_for_update(key_share=True)
    )
    return clear_while(session, key, identity.id, still)


def clear_while(session: Session, key: str, row_id: str, still: Select[str]) -> bool:
    """Clear the counter if `still`, the id of the row that the password was verified of, is so."""
    cleared = (
        update(Lockout)
        .where(Lockout.key == key, literal(row_id).in_(still))
        .values(failures=0, blocked_until=None, touched_at=clock.now())
    )
    return changed(session, cleared) == 1


def clear(session: Session, key: str) -> bool:
    """A proof that outweighs the count: an activation, a recovery, an administrator.

    The row stays, at nought: a right password under way must still find it to clear.
    """
    blocked = session.scalar(
        select(exists().where(Lockout.key == key, Lockout.blocked_until > clock.now()))
    )
    none = {"failures": 0, "blocked_until": None, "touched_at": clock.now()}
    changed(session, update(Lockout).where(Lockout.key == key).values(**none))
    return bool(blocked)


def unblock(session: Session, identity: Identity, *, by: str | None = None) -> bool:
    """An administrator ends a block; whether there was one. `by` names the operator's account."""
    email = identifiers.open_email(session, identity.email_sealed)
    was_blocked = clear(session, key_for_email(session, email))
    record(session, Kind.UNBLOCKED, identity_id=identity.id, by=by, was_blocked=was_blocked)
    return was_blocked
