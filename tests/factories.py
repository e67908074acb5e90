"""Rows for tests, made in one line: identities in any state, pending proofs, a look at every table.

Passwords are hashed once a process, at the cost that the settings of a test name.
"""

import json
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from idp import clock
from idp.accounts import identifiers
from idp.accounts.activity import Where
from idp.accounts.passwords import Hasher
from idp.accounts.states import PENDING_LIFE, State
from idp.delivery.outbox import LABEL
from idp.models import Base, Event, Identity, Interaction, Outgoing, new_id
from idp.storage.engine import Database
from tests.fixtures import settings_for

EMAIL = "claire@exemple.test"
PASSWORD = "Un-Cheval*7-Bleu"
HERE = Where(address="192.0.2.7", browser="Firefox sur Linux")


@lru_cache
def hashed(secret: str = PASSWORD) -> str:
    """The PHC string of a password, computed once."""
    return Hasher.of(settings_for(Path("unused"))).hash(secret)


def make_identity(
    session: Session,
    email: str = EMAIL,
    *,
    password: str | None = PASSWORD,
    state: State = State.ACTIVE,
    created_at: datetime | None = None,
) -> Identity:
    """An identity of this canonical address; `password` None means the unusable marker."""
    now = created_at or clock.now()
    pending = state in (State.PENDING, State.INVITED)
    identity = Identity(
        id=new_id(),
        state=state.value,
        email_sealed=identifiers.seal_email(session, email),
        email_index=identifiers.email_index(session, email),
        password_hash="!" if password is None else hashed(password),
        question="first_pet",
        answer_hash=hashed("la riviere"),
        created_at=now,
        activated_at=None if pending else now,
        expires_at=now + PENDING_LIFE if pending else None,
    )
    session.add(identity)
    session.flush()
    return identity


def make_pending(session: Session, email: str = EMAIL, **changes: Any) -> Identity:
    """An unfinished sign-up."""
    return make_identity(session, email, state=State.PENDING, **changes)


def make_interaction(session: Session, identity_id: str | None = None) -> Interaction:
    """A paused page of some browser, half an hour long."""
    row = Interaction(
        id=new_id(),
        browser_hash="b" * 64,
        request=None,
        identity_id=identity_id,
        created_at=clock.now(),
        expires_at=clock.now() + timedelta(minutes=30),
    )
    session.add(row)
    session.flush()
    return row


def kinds(database: Database) -> list[str]:
    """The kinds of the events so far, sorted: with a stopped clock they have no order."""
    with database.reading() as session:
        return sorted(session.scalars(select(Event.kind)))


def purposes(database: Database) -> list[str]:
    """The purposes of the messages queued so far, sorted."""
    with database.reading() as session:
        return sorted(session.scalars(select(Outgoing.purpose)))


def mails(database: Database) -> list[dict[str, Any]]:
    """What is queued and not wiped, oldest first: {"purpose", "to", "values"}."""
    with database.reading() as session:
        rows = session.scalars(select(Outgoing).order_by(Outgoing.created_at)).all()
    return [
        {"purpose": row.purpose, **json.loads(database.keys.open("pii", LABEL, row.payload))}
        for row in rows
        if row.payload is not None
    ]


def counts(database: Database) -> dict[str, int]:
    """The number of rows of each table."""
    with database.reading() as session:
        return {
            table.name: len(session.execute(select(table)).all())
            for table in Base.metadata.sorted_tables
        }


def dump(database: Database) -> str:
    """All that an attacker who has the database reads: every column of every row, as text."""
    with database.reading() as session:
        return "\n".join(
            " ".join(_shown(value) for value in row)
            for table in Base.metadata.sorted_tables
            for row in session.execute(select(table))
        )


def _shown(value: object) -> str:
    return value.decode("latin-1") + value.hex() if isinstance(value, bytes) else repr(value)
