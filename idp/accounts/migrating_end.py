"""The end of a migration: its links (C4, C5), and finish(), the one stroke that ends it (C13).

Whoever clicked, and wherever: the browser that began goes on, for what it was proved with becomes
proofs of its paused request.
"""

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from idp import clock
from idp.accounts import (
    budgets,
    channels,
    identifiers,
    identities,
    joining,
    links,
    lockout,
    sessions,
)
from idp.accounts import migrating as rows
from idp.accounts.activity import Kind, Where, record
from idp.accounts.lifetimes import MIGRATION
from idp.accounts.migrating import proofs_of
from idp.accounts.signup import Application
from idp.accounts.states import State
from idp.delivery import outbox
from idp.errors import BadLinkError
from idp.models import Identity, Interaction, Link, Lockout, Member, Migration
from idp.storage.claims import changed
from idp.storage.engine import settings_of

LINK = "migration"  # the purpose of the validation link; that of the other is association.LINK


def kept(session: Session, migration: Migration, email: str) -> bool:
    """Whether that address was proved by the code of C1: no link is needed then (C4)."""
    return migration.proved_index in channels.channel_indexes(session, email)


def is_free(session: Session, email: str) -> bool:
    """Whether no identity holds it: an unfinished sign-up reserves nothing (C6)."""
    return identities.is_free(identities.find(session, email))


def send(session: Session, migration: Migration, site_name: str | None, where: Where) -> None:
    """The link to the address chosen: to validate it, or to join the identity that has it (C5).

    TooManyError when the mailbox has had enough. Both cost the same, and look the same here.
    """
    typed = rows.chosen_of(session, migration)
    if typed is None:
        return
    budgets.take(session, "mail_anonymous", typed.email)
    holder = identities.find(session, typed.email)
    free = identities.is_free(holder)
    token = links.make(
        session,
        LINK if free else "association",
        identity_id=None if free or holder is None else holder.id,
        interaction_id=migration.interaction_id,
        client_id=migration.client_id,
        flow_id=migration.id,
    )
    path = "validation" if free else "migration/association"
    outbox.queue_mail(
        session,
        "migration_validate" if free else "migration_taken",
        typed.email,
        link=f"{settings_of(session).issuer}/{path}/{token}",
        site_name=site_name,
    )
    one = update(Migration).where(Migration.id == migration.id)
    now = clock.now()
    changed(session, one.values(sent_at=now, expires_at=now + MIGRATION))  # as long as its link
    record(session, Kind.MIGRATION_SENT, flow_id=migration.id, where=where)
    session.expire(migration)


def look(session: Session, token: str) -> tuple[Link, Migration]:
    """A validation link, unused, and its migration: for the page. BadLinkError: all that is bad."""
    link = links.look(session, LINK, token)
    found = rows.live(session, link.flow_id)
    if found is None or found.done_at is not None:
        raise BadLinkError("migration over")
    return link, found


def validate(session: Session, token: str, where: Where) -> tuple[Migration, str]:
    """Use a validation link: the migration ends; with it, its new identity. BadLinkError.

    Bad too: the address has been taken since. The caller's transaction is then undone, and the
    member can choose another.
    """
    link, found = look(session, token)
    hold(session, found)
    links.use(session, link)
    made = finish(session, found, where=where)
    if made is None:
        raise BadLinkError("too late")
    return found, made


def hold(session: Session, migration: Migration, email: str | None = None) -> None:
    """Lock what the end will change, in one order; `migration` is then read anew.

    The tab, rivals for the address, the counter of the NIR, the member: as the pages and the
    activations do, or two that meet would lock each other for good. `email` is the address about
    to be chosen, for who ends it in the same transaction.
    """
    tab = select(Interaction.id).where(Interaction.id == (migration.interaction_id or ""))
    session.execute(tab.with_for_update())
    typed = rows.chosen_of(session, migration)
    if wanted := email or (typed and typed.email):
        identities.take_turns(session, wanted)
    if (counter := _nir_counter(session, migration.member_id)) is not None:
        session.execute(select(Lockout.key).where(Lockout.key == counter).with_for_update())
    rows.in_turn(session, migration.member_id)
    session.refresh(migration)


def finish(
    session: Session, migration: Migration, *, identity_id: str | None = None, where: Where
) -> str | None:
    """End it, all or nothing: the identity of the access chosen, or `identity_id`, has the record.

    Its id; None when too late, and nothing has changed: the address is taken, the record attached
    or closed, the migration over. An identity that is joined must be active, and its own password
    and second step must have been proved here: no proofs of the row are added to those (C5).
    """
    hold(session, migration)
    with session.begin_nested() as point:
        made = _finished(session, migration, identity_id, where)
        if made is None:
            point.rollback()
    session.refresh(migration)
    return made


def _finished(
    session: Session, migration: Migration, joined_id: str | None, where: Where
) -> str | None:
    typed = rows.chosen_of(session, migration)
    done = update(Migration).where(
        Migration.id == migration.id, Migration.proved_at.is_not(None), rows.going_on()
    )
    if changed(session, done.values(done_at=clock.now(), chosen=None)) != 1:
        return None
    made = joined_id or _created(session, typed)
    if made is None or not joining.attach(
        session, made, migration.member_id, where, how="migration", migrating=True
    ):
        return None
    one = update(Migration).where(Migration.id == migration.id)
    changed(session, one.values(identity_id=made))
    if (counter := _nir_counter(session, migration.member_id)) is not None:
        lockout.clear(session, counter)  # from now on there is one, that of the e-mail (D1)
    _resume(session, migration, made, joined=joined_id is not None)
    record(
        session,
        Kind.MIGRATION_DONE,
        identity_id=made,
        client_id=migration.client_id,
        flow_id=migration.id,
        where=where,
    )
    _tell(session, made)
    return made


def _created(session: Session, typed: Application | None) -> str | None:
    """The identity, active at once: its address is proved. None when another has it by now."""
    if typed is None or not is_free(session, typed.email):
        return None
    try:
        with session.begin_nested():
            made = identities.insert_row(
                session,
                typed.email,
                state=State.ACTIVE,
                password_hash=typed.password_hash,
                question=typed.question,
                answer_hash=typed.answer_hash,
                activated_at=clock.now(),
            )
    except IntegrityError:  # at this very moment
        return None
    identities.alone_with(session, made, typed.email)
    return made


def _nir_counter(session: Session, member_id: str) -> str | None:
    """The counter of wrong passwords of the NIR."""
    sealed = session.scalar(select(Member.nir_sealed).where(Member.id == member_id))
    return next(iter(lockout.keys_for_member(session, sealed)), None)


def _resume(session: Session, migration: Migration, identity_id: str, *, joined: bool) -> None:
    """The paused request of the browser that began, if it lives and is still of this migration."""
    paused = update(Interaction).where(
        Interaction.id == (migration.interaction_id or ""),
        Interaction.migration_id == migration.id,
        Interaction.completed_at.is_(None),
        Interaction.expires_at > clock.now(),
    )
    if joined and migration.agreed_at is not None:
        return  # nothing of that identity was proved there: its sign-in comes, and says why
    if joined:
        changed(session, paused.values(migration_id=None))
    elif changed(session, paused.values(migration_id=None, identity_id=identity_id)) == 1:
        tab = str(migration.interaction_id)
        sessions.void_proofs(session, tab)  # those of somebody else
        if proofs := proofs_of(migration):
            sessions.add_proofs(session, proofs, interaction_id=tab)


def _tell(session: Session, identity_id: str) -> None:
    """The sign-in address; those on file are told by attach(), each with its undo link (LI4)."""
    identity = session.get_one(Identity, identity_id)
    email = identifiers.open_email(session, identity.email_sealed)
    sign_in_url = f"{settings_of(session).issuer}/connexion"
    outbox.queue_mail(session, "migration_done", email, sign_in_url=sign_in_url)
