"""Creating, activating, finding an identity. A sign-up reserves nothing until activation (A6)."""

from datetime import datetime

from sqlalchemy import Select, case, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from idp import clock
from idp.accounts import identifiers, links, lockout
from idp.accounts.activity import Kind, Where, record
from idp.accounts.passwords import UNUSABLE, Hasher, check_strength
from idp.accounts.questions import normal_answer
from idp.accounts.states import PENDING_LIFE, RESERVING_NOTHING, State
from idp.errors import BadLinkError
from idp.models import Identity, Link, new_id
from idp.storage.claims import changed
from idp.storage.engine import settings_of


def find(session: Session, email: str) -> Identity | None:
    """The identity of an address as typed: the one that holds it, else the newest pending one."""
    indexes = identifiers.email_indexes(session, identifiers.email_of(session, email))
    return session.scalars(by_index(indexes)).first()


def by_index(indexes: list[str]) -> Select[Identity]:
    """The query behind find(): holders first, then the newest that may still be activated."""
    return at_door(indexes).where(Identity.state != State.INVITED.value)


def mask_of(session: Session, identity_id: str) -> str:
    """The address of who gave the password or is signed in, masked: cla*****@exemple.fr."""
    identity = session.get_one(Identity, identity_id)
    return identifiers.mask_after_password(identifiers.open_email(session, identity.email_sealed))


def is_free(holder: Identity | None) -> bool:
    """Whether an address may be signed up, of what find() says: an unfinished one reserves none."""
    return holder is None or holder.state == State.PENDING.value


def at_door(indexes: list[str]) -> Select[Identity]:
    """The same for who comes with a password: an invited person's counts before a sign-up's."""
    holds = Identity.state.not_in(RESERVING_NOTHING)
    waits = (Identity.expires_at > clock.now()) & (Identity.password_hash != UNUSABLE)
    rank = case((holds, 0), (Identity.state == State.INVITED.value, 1), else_=2)
    return (
        select(Identity)
        .where(Identity.email_index.in_(indexes), holds | waits)
        .order_by(rank, Identity.created_at.desc())
        .limit(1)
    )


def add_pending(
    session: Session,
    email: str,
    *,
    password_hash: str,
    question: str | None,
    answer_hash: str | None,
) -> tuple[str, bool]:
    """A sign-up: its id, and whether the address is free.

    An unfinished sign-up of the same address is replaced. Where the address is taken the same
    rows are written, but with a password that nothing opens: both cost the same (EN2).
    """
    indexes = identifiers.email_indexes(session, email)
    holder = session.scalars(by_index(indexes)).first()
    free = is_free(holder)
    changed(
        session,
        delete(Identity).where(
            Identity.email_index.in_(indexes), Identity.state == State.PENDING.value
        ),
    )
    identity_id = insert_row(
        session,
        email,
        state=State.PENDING,
        password_hash=password_hash if free else UNUSABLE,
        question=question,
        answer_hash=answer_hash if free or answer_hash is None else UNUSABLE,
        expires_at=clock.now() + PENDING_LIFE,
    )
    return identity_id, free


def prolong(session: Session, identity_id: str) -> None:
    """An unfinished sign-up lives as long as the newest link to it; any other row is left."""
    changed(
        session,
        update(Identity)
        .where(Identity.id == identity_id, Identity.state == State.PENDING.value)
        .values(expires_at=clock.now() + PENDING_LIFE),
    )


def activate(session: Session, token: str, where: Where) -> Link:
    """Use an activation link: pending → active, in one conditional UPDATE. BadLinkError if not.

    The address becomes this identity's alone; rival sign-ups of it go, and so does a block that
    wrong guesses had put on it: its owner has just been proved.
    """
    link = links.look(session, "activation", token)
    identity = session.get(Identity, link.identity_id or "")
    if identity is None:
        raise BadLinkError("gone")
    email = identifiers.open_email(session, identity.email_sealed)
    take_turns(session, email)
    links.use(session, link)
    become_active(session, identity, State.PENDING)
    alone_with(session, identity.id, email)
    record(session, Kind.ACTIVATED, identity_id=identity.id, client_id=link.client_id, where=where)
    return link


def take_turns(session: Session, email: str) -> None:
    """Lock all that want this address, in one order: rivals would lock one another for good."""
    indexes = identifiers.email_indexes(session, email)
    rivals = select(Identity.id).where(Identity.email_index.in_(indexes)).order_by(Identity.id)
    session.execute(rivals.with_for_update()).all()


def alone_with(session: Session, identity_id: str, email: str) -> None:
    """The address has been proved to be this identity's: rivals go, and so does a block on it."""
    changed(
        session,
        delete(Identity).where(
            Identity.email_index.in_(identifiers.email_indexes(session, email)),
            Identity.state.in_(RESERVING_NOTHING),
            Identity.id != identity_id,
        ),
    )
    lockout.clear(session, lockout.key_for_email(session, email))


def become_active(session: Session, identity: Identity, before: State) -> None:
    """From `before` to active, in one conditional UPDATE; BadLinkError when it is too late."""
    change = (
        update(Identity)
        .where(
            Identity.id == identity.id,
            Identity.state == before.value,
            Identity.expires_at > clock.now(),
            Identity.password_hash != UNUSABLE,
        )
        .values(state=State.ACTIVE.value, activated_at=clock.now(), expires_at=None)
    )
    try:
        with session.begin_nested():
            won = changed(session, change)
    except IntegrityError as error:  # another identity holds the address since
        raise BadLinkError("taken") from error
    if not won:
        raise BadLinkError(f"not {before.value}")


def create_active(
    session: Session, *, email: str, password: str, question: str, answer: str
) -> str:
    """An identity that is active at once, for those who vouch for the address; its id.

    Raises BadEmailError, WeakPasswordError, or IntegrityError when the address is taken.
    """
    settings = settings_of(session)
    canonical = identifiers.email_of(session, email)
    check_strength(password, [canonical, answer], minimum=settings.password_min_length)
    hasher = Hasher.of(settings)
    return insert_row(
        session,
        canonical,
        state=State.ACTIVE,
        password_hash=hasher.hash(password),
        question=question,
        answer_hash=hasher.hash(normal_answer(answer)),
        activated_at=clock.now(),
    )


def choose_question(
    session: Session, identity_id: str, question: str, answer_hash: str, where: Where
) -> bool:
    """Give a question to an identity that has none; False when it has one by now."""
    none = update(Identity).where(Identity.id == identity_id, Identity.question.is_(None))
    if changed(session, none.values(question=question, answer_hash=answer_hash)) != 1:
        return False
    record(session, Kind.QUESTION_CHOSEN, identity_id=identity_id, where=where)
    return True


def insert_row(
    session: Session,
    email: str,
    *,
    state: State,
    password_hash: str,
    question: str | None = None,
    answer_hash: str | None = None,
    activated_at: datetime | None = None,
    expires_at: datetime | None = None,
    invitation_id: str | None = None,
) -> str:
    """An identity of a canonical address; its id. IntegrityError where another holds that."""
    identity_id = new_id()
    session.execute(
        insert(Identity).values(
            id=identity_id,
            state=state.value,
            email_sealed=identifiers.seal_email(session, email),
            email_index=identifiers.email_index(session, email),
            password_hash=password_hash,
            question=question,
            answer_hash=answer_hash,
            created_at=clock.now(),
            activated_at=activated_at,
            expires_at=expires_at,
            invitation_id=invitation_id,
        )
    )
    return identity_id
