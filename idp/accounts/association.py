"""A member who comes with a NIR takes an identity that exists (C5-C8, LI5, LI10).

Two sides are proved apart: the member, by the row of the migration; the identity, by its own
password and a real second step. Neither is ever a way into the other. Here: what a mailed link
brings, to another browser too, where an identity can only agree; whether it can take a record; and
the mail for who cannot sign in to it. The row itself, and its one end, are in migrating.py and
migrating_end.py.
"""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session, aliased

from idp import clock
from idp.accounts import (
    identifiers,
    identities,
    links,
    lockout,
    migrating,
    migrating_end,
    recoveries,
)
from idp.accounts.activity import Kind, Where, record
from idp.accounts.lifetimes import INTERACTION
from idp.accounts.migrating import ProvedBy, Stage
from idp.accounts.signup import Towards
from idp.accounts.states import RULES, State
from idp.errors import BadLinkError
from idp.models import Identity, Interaction, Link, Member, Migration, new_id
from idp.storage.claims import changed

LINK = "association"
_WAITING = frozenset({Stage.CHOOSE, Stage.SENT, Stage.JOIN})


class Obstacle(StrEnum):
    """Why an identity takes no record; told after its proofs, never before."""

    HAS_RECORD = "has_record"
    NOT_ACTIVE = "not_active"


@dataclass(frozen=True, repr=False)
class Invited:
    """What a good link leads to: the migration it goes on with, and the address of the identity."""

    link: Link
    migration: Migration
    email: str


def open_to_choice(migration: Migration | None) -> bool:
    """Whether the member is proved, and may name any identity: a link names one, and no other."""
    if migration is None or migration.agrees_for is not None:
        return False
    return migrating.stage_of(migration) in _WAITING


def look(session: Session, token: str) -> Invited:
    """The link, unused, of a migration that still waits. BadLinkError for every kind of bad."""
    link = links.look(session, LINK, token)
    migration = migrating.live(session, link.flow_id)
    identity = session.get(Identity, link.identity_id or "")
    waits = open_to_choice(migration) or has_agreed(migration)
    if identity is None or migration is None or not waits:
        raise BadLinkError("nothing waits")
    return Invited(link, migration, identifiers.open_email(session, identity.email_sealed))


def elsewhere(session: Session, found: Invited, browser_hash: str) -> Migration:
    """The link was opened in another browser: a row of that browser, for that identity alone.

    The address may have been mistyped, and the identity a stranger's: all that it leads to is
    accept(), and the member has the last word (LI10). Half an hour is left for it.
    """
    now, before = clock.now(), found.migration
    row = Migration(
        id=new_id(),
        browser_hash=browser_hash,
        client_id=before.client_id,
        member_id=before.member_id,
        proved_at=before.proved_at,
        proved_by=ProvedBy.LINK.value,
        identity_id=found.link.identity_id,
        agrees_for=before.id,
        letter_tries=0,
        created_at=now,
        expires_at=min(before.expires_at, now + INTERACTION),
    )
    session.add(row)
    session.flush()
    return row


def accept(session: Session, there: Migration, where: Where) -> bool:
    """The identity of a row of elsewhere() agrees, once. Nothing is attached. False: too late.

    The row that its link was of must still wait for just that, in the words of one UPDATE.
    """
    migrating.in_turn(session, there.member_id)
    mine = aliased(Migration)
    agrees = exists().where(
        mine.id == there.id, mine.ended_at.is_(None), mine.expires_at > clock.now()
    )
    waits = update(Migration).where(
        Migration.id == there.agrees_for,
        Migration.member_id == there.member_id,
        Migration.sent_at.is_not(None),
        Migration.identity_id.is_(None) | (Migration.identity_id == there.identity_id),
        migrating.going_on(),
        agrees,
    )
    values = {"identity_id": there.identity_id, "agreed_at": clock.now()}
    if changed(session, waits.values(**values)) != 1:
        return False
    record(
        session,
        Kind.MIGRATION_AGREED,
        identity_id=there.identity_id,
        client_id=there.client_id,
        flow_id=there.agrees_for,
        where=where,
    )
    migrating.give_up(session, there)
    return True


def has_agreed(migration: Migration | None) -> bool:
    """Whether an identity has agreed elsewhere, and the member has yet to say the last word."""
    return migration is not None and migrating.stage_of(migration) is Stage.AGREED


def agreed_email(session: Session, migration: Migration) -> str:
    """The address of the identity that has agreed, in full: the member checks it."""
    identity = session.get_one(Identity, str(migration.identity_id))
    return identifiers.open_email(session, identity.email_sealed)


def finish(session: Session, migration: Migration, email: str, where: Where) -> str | None:
    """The member's last word, for the identity of the address they read, and for no other.

    Its id; None when too late, or another has agreed since. Nothing is proved or opened by it.
    """
    migrating_end.hold(session, migration)
    if not has_agreed(migration) or agreed_email(session, migration) != email:
        return None
    joined = migration.identity_id
    return migrating_end.finish(session, migration, identity_id=joined, where=where)


def obstacle(session: Session, identity_id: str) -> Obstacle | None:
    """Why this identity cannot take the record, None if it can."""
    has = exists().where(Member.identity_id == Identity.id)
    query = select(Identity.state, has).where(Identity.id == identity_id)
    state, has_record = session.execute(query).one()
    if has_record:
        return Obstacle.HAS_RECORD
    return None if state == State.ACTIVE.value else Obstacle.NOT_ACTIVE


def ended_elsewhere(session: Session, interaction: Interaction | None) -> bool:
    """Whether the member proved in this tab has an identity by now that is not known here.

    By another browser's doing, or with its agreement.
    """
    if interaction is None or interaction.migration_id is None:
        return False
    query = select(Migration.id).join(Member, Member.id == Migration.member_id)
    over = Migration.ended_at.is_not(None) | Migration.agreed_at.is_not(None)
    over &= Migration.proved_at.is_not(None)
    mine = (Migration.id == interaction.migration_id) & Member.identity_id.is_not(None)
    return session.scalar(query.where(mine, over)) is not None


def help_by_mail(
    session: Session, email: str, towards: Towards, browser_hash: str, where: Where
) -> None:
    """After a wrong or refused password: a reset link for whom no password opens (C6, C8).

    To the address typed, if it waits for its activation or is blocked; for all others the same
    rows and statements, and nothing is sent.
    """
    until = lockout.blocked_until(session, lockout.key_for_email(session, email))
    indexes = identifiers.email_indexes(session, email)
    identity = session.scalars(identities.at_door(indexes)).first()
    needs = identity is not None and _needs_help(identity, blocked=until is not None)
    helped = identity.id if identity is not None and needs else None
    recoveries.mail_reset_link(session, email, helped, towards, browser_hash, where)


def _needs_help(identity: Identity, *, blocked: bool) -> bool:
    """Not who was invited: its first code activates, and nothing else (states.md)."""
    waits = identity.state == State.PENDING.value
    return waits or (blocked and RULES[State(identity.state)].signs_in)
