"""Where a member stands between the NIR and an e-mail identity (C1-C13): one row, one browser.

Nothing is half-joined: until the end there is a row here and nothing else. What was proved hangs
on the row, not among the proofs of a sign-in: those are an identity's, and there is none yet.

begin      the old password was right here, or a recovery proved a member without identity
prove      a code or a letter showed that this is the member; goes on with what was left half-way
choose     the access wanted: kept sealed until its address is proved
agree      the password of an identity that exists was right: the record shall be joined to it
unchoose   another address, or no joining after all: back to the choice
give_up    it ends here; end_all: all those of a member end (a recovery, an undo)
The code is in migrating_code.py; the links, and finish(), the one end of it, in migrating_end.py.
What is passed in belongs to the session that is passed in.
"""

import json
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, exists, insert, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import Update

from idp import clock
from idp.accounts.activity import NOWHERE, Kind, Where, record
from idp.accounts.assurance import ProofKind
from idp.accounts.lifetimes import MIGRATION
from idp.accounts.sessions import Made
from idp.accounts.signup import Application
from idp.models import Link, Member, Migration, new_id
from idp.storage.claims import changed
from idp.storage.engine import keys_of

_LABEL = "member.migration.chosen"


class Stage(StrEnum):
    """Which step is due; computed from the row."""

    CODE = "code"  # C1: a channel on file, or a letter, has not proved the member yet
    CHOOSE = "choose"  # C2, C3: the new identifier
    SENT = "sent"  # C4, C5: a link went to the address chosen
    JOIN = "join"  # C5: the password of an identity that exists was right; then its second step
    AGREED = "agreed"  # C5: that identity has agreed in another browser; the last word is here
    DONE = "done"


class ProvedBy(StrEnum):
    """The column migrations.proved_by: what showed that this is the member (R9)."""

    MAIL = "mail"
    SMS = "sms"
    LETTER = "letter"
    RECOVERY_MAIL = "recovery_mail"
    RECOVERY_SMS = "recovery_sms"
    LINK = "link"  # an association link, opened in another browser than the one that was proved


# what a finished migration is worth as proofs of the sign-in that it ends in
_WORTH = {
    ProvedBy.MAIL: ProofKind.MAIL_CODE,
    ProvedBy.SMS: ProofKind.SMS_CODE,
    ProvedBy.RECOVERY_MAIL: ProofKind.RECOVERY_MAIL,
    ProvedBy.RECOVERY_SMS: ProofKind.RECOVERY_SMS,
}


def stage_of(migration: Migration) -> Stage:
    """The step that is due."""
    if migration.done_at is not None:
        return Stage.DONE
    if migration.proved_at is None:
        return Stage.CODE
    if migration.identity_id is not None:
        return Stage.JOIN if migration.agreed_at is None else Stage.AGREED
    return Stage.CHOOSE if migration.sent_at is None else Stage.SENT


def live(session: Session, migration_id: str | None) -> Migration | None:
    """The migration of that id while it goes on, or has just been done; else None."""
    found = session.get(Migration, migration_id) if migration_id else None
    if found is None or found.ended_at is not None or found.expires_at <= clock.now():
        return None
    return found


def proofs_of(migration: Migration) -> list[Made]:
    """What was proved on the way, dated, for the identity that it ended in. A letter is none."""
    made = []
    if migration.password_at is not None:
        made.append(Made(ProofKind.PASSWORD, migration.password_at))
    worth = _WORTH.get(ProvedBy(migration.proved_by)) if migration.proved_by else None
    if worth is not None and migration.proved_at is not None:
        made.append(Made(worth, migration.proved_at))
    return made


def begin(
    session: Session,
    browser_hash: str,
    member_id: str,
    *,
    password_at: datetime | None,
    proved_by: ProvedBy | None = None,
    proved_index: str | None = None,
    interaction_id: str | None,
    client_id: str | None,
    where: Where = NOWHERE,
) -> Migration:
    """A new row. An unproved one of the same browser and member before it is replaced.

    `proved_by`, a recovery, is the proof itself: whatever was under way of this member ends then,
    links and all (LI8); `proved_index` is that of its channel (channels.channel_index). The page
    hangs the row on its visit with interactions.migrate().
    """
    now, migration_id = clock.now(), new_id()
    in_turn(session, member_id)
    stale = Migration.member_id == member_id
    if proved_by is None:
        stale &= (Migration.browser_hash == browser_hash) & Migration.proved_at.is_(None)
    _end(session, stale)
    session.execute(
        insert(Migration).values(
            id=migration_id,
            browser_hash=browser_hash,
            interaction_id=interaction_id,
            client_id=client_id,
            member_id=member_id,
            password_at=password_at,
            proved_at=now if proved_by else None,
            proved_by=proved_by.value if proved_by else None,
            proved_index=proved_index,
            letter_tries=0,
            created_at=now,
            expires_at=now + MIGRATION,
        )
    )
    record(session, Kind.MIGRATION_BEGUN, client_id=client_id, flow_id=migration_id, where=where)
    return session.get_one(Migration, migration_id)


def hang(session: Session, migration: Migration, interaction_id: str) -> None:
    """The paused request that goes on when it is done."""
    one = update(Migration).where(Migration.id == migration.id)
    changed(session, one.values(interaction_id=interaction_id))
    session.expire(migration)


def prove(
    session: Session, migration: Migration, by: ProvedBy, *, index: str | None, where: Where
) -> bool:
    """This is the member; `index` is that of the channel (channels.channel_index). Once, or False.

    What the same member left half-way, here or elsewhere, is gone on with (C12): the access chosen
    and its links come over, and that row ends. Of two browsers at once one gets it.
    """
    in_turn(session, migration.member_id)
    proved = {"proved_at": clock.now(), "proved_by": by.value, "proved_index": index}
    if not _write(session, migration, Migration.proved_at.is_(None), **proved):
        return False
    _take_over(session, migration)
    record(session, Kind.MIGRATION_PROVED, flow_id=migration.id, where=where, by=by.value)
    return True


def choose(session: Session, migration: Migration, wanted: Application) -> bool:
    """The access that the member wants. Links to an address chosen before are dead. False: over."""
    sealed = keys_of(session).seal("pii", _LABEL, json.dumps(asdict(wanted)))
    return _choose(session, migration, chosen=sealed)


def unchoose(session: Session, migration: Migration) -> bool:
    """Another address, or no joining after all: the choice is open again."""
    return _choose(session, migration, chosen=None)


def agree(session: Session, migration: Migration, identity_id: str) -> bool:
    """The record shall be joined to this identity, whose password was right. False: over."""
    proved = Migration.proved_at.is_not(None)
    return _write(session, migration, proved, identity_id=identity_id, agreed_at=None)


def chosen_of(session: Session, migration: Migration) -> Application | None:
    """The access that was chosen, until the end."""
    if migration.chosen is None:
        return None
    return Application(**json.loads(keys_of(session).open("pii", _LABEL, migration.chosen)))


def give_up(session: Session, migration: Migration) -> None:
    """It ends without an identity; the NIR and the old password are as they were."""
    _end(session, Migration.id == migration.id)
    session.expire(migration)


def end_all(session: Session, member_id: str) -> None:
    """Whatever is under way of this member ends; attaching the record does it (joining.py)."""
    _end(session, Migration.member_id == member_id)


def in_turn(session: Session, member_id: str) -> None:
    """Hold the member's row: rows of one member are changed in one order (no deadlock)."""
    session.execute(select(Member.id).where(Member.id == member_id).with_for_update())


def under_way(session: Session, browser_hash: str) -> bool:
    """Whether anything of this browser waits to be gone on with (prompt=none asks)."""
    here = (Migration.browser_hash == browser_hash) & going_on()
    return session.scalar(select(exists().where(here))) is True


def going_on() -> ColumnElement[bool]:
    """Whether a row of `migrations` can still come to its end."""
    late = Migration.ended_at.is_not(None) | (Migration.expires_at <= clock.now())
    return Migration.done_at.is_(None) & ~late


def _choose(session: Session, migration: Migration, *, chosen: bytes | None) -> bool:
    fresh = {"chosen": chosen, "sent_at": None, "identity_id": None, "agreed_at": None}
    # what a link proved in another browser is for its one identity (LI10)
    proved = Migration.proved_at.is_not(None) & (Migration.proved_by != ProvedBy.LINK.value)
    in_turn(session, migration.member_id)
    if not _write(session, migration, proved, **fresh):
        return False
    unused = (Link.flow_id == migration.id) & Link.used_at.is_(None)
    changed(session, update(Link).where(unused).values(used_at=clock.now()))
    _end(session, _opened_from(migration))  # nor does anybody agree any more to what it was
    return True


def _take_over(session: Session, migration: Migration) -> None:
    left = select(Migration).where(
        Migration.member_id == migration.member_id,
        Migration.id != migration.id,
        Migration.chosen.is_not(None),
        going_on(),
    )
    newest = left.order_by(Migration.sent_at.desc().nulls_last(), Migration.id.desc()).limit(1)
    before = session.scalars(newest).first()
    if before is None:
        return
    names = ["chosen", "sent_at"]
    names += ["identity_id", "agreed_at"] if before.agreed_at else []
    kept = {name: getattr(before, name) for name in names}
    if not changed(session, _ending(Migration.id == before.id)):
        return
    _write(session, migration, **kept)
    links = update(Link).where(Link.flow_id == before.id)
    changed(session, links.values(flow_id=migration.id))
    theirs = update(Migration).where(_opened_from(before))
    changed(session, theirs.values(agrees_for=migration.id))
    session.expire(before)


def _opened_from(migration: Migration) -> ColumnElement[bool]:
    """The rows of the browsers where its links were opened (association.elsewhere)."""
    return (Migration.member_id == migration.member_id) & (Migration.agrees_for == migration.id)


def _write(
    session: Session, migration: Migration, *only: ColumnElement[bool], **values: object
) -> bool:
    """Change a row that goes on, and is as `only` says; whether it did."""
    one = update(Migration).where(Migration.id == migration.id, going_on(), *only)
    won = changed(session, one.values(**values)) == 1
    session.expire(migration)
    return won


def _end(session: Session, which: ColumnElement[bool]) -> None:
    changed(session, _ending(which))


def _ending(which: ColumnElement[bool]) -> Update:
    return update(Migration).where(which, going_on()).values(ended_at=clock.now(), chosen=None)
