"""What may be used once and was made by somebody else: an id is spent by the INSERT that wins."""

from datetime import datetime

from sqlalchemy import ColumnElement, exists
from sqlalchemy.orm import Session

from idp.models import Spent
from idp.storage.claims import changed
from idp.storage.keyring import token_hash
from idp.storage.upsert import insert_into


def spend(session: Session, purpose: str, value: str, expires_at: datetime) -> bool:
    """Whether `value` is spent now, for the first time: one statement, one winner over all nodes.

    The row is kept until `expires_at`: by then the value must be worth nothing by itself.
    """
    row = {"purpose": purpose, "digest": token_hash(value), "expires_at": expires_at}
    return changed(session, insert_into(session, Spent).values(row).on_conflict_do_nothing()) == 1


def was_spent(purpose: str, value: str) -> ColumnElement[bool]:
    """Whether spend() took `value`, as a condition of some other statement."""
    return exists().where(Spent.purpose == purpose, Spent.digest == token_hash(value))
