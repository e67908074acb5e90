"""Messages to send: a row in the transaction that causes them, its payload encrypted.

`queue_nothing` writes a row that the worker drops: where a known address gets a message and an
unknown one cannot, both cost the same (EN2).
"""

import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from idp import clock
from idp.models import Outgoing, new_id
from idp.storage.engine import keys_of
from idp.texts import sms

LABEL = "outbox.payload"
DAYS_KEPT = timedelta(days=2)
NOTHING = "nothing"
EMAIL, SMS = "email", "sms"
CHANNELS = (EMAIL, SMS)


def queue_mail(
    session: Session,
    purpose: str,
    to: str,
    *,
    expires_at: datetime | None = None,
    **values: Any,
) -> None:
    """Queue the mail named `purpose` (texts/mail.py lists the values) to one address.

    Past `expires_at` it is never sent (a code too late helps nobody): two days by default.
    """
    _queue(session, EMAIL, purpose, _payload(to, values), expires_at)


def queue_sms(
    session: Session,
    purpose: str,
    to: str,
    *,
    expires_at: datetime | None = None,
    **values: Any,
) -> None:
    """Queue the SMS named `purpose` (texts/sms.py lists the values) to a number, `+33612345678`.

    Past `expires_at` it is never sent: two days by default. What may be sent to whom is not
    asked here: accounts/sms.py `spend` comes first. TypeError when the values do not fit.
    """
    if set(values) != sms.VARIABLES[purpose]:
        raise TypeError(f"the SMS {purpose} takes {sorted(sms.VARIABLES[purpose])}")
    _queue(session, SMS, purpose, _payload(to, values), expires_at)


def queue_nothing(session: Session) -> None:
    """A row of the same weight for whom there is nobody to write to."""
    _queue(session, EMAIL, NOTHING, _payload("", {}), None)


def _queue(
    session: Session,
    channel: str,
    purpose: str,
    payload: dict[str, Any],
    expires_at: datetime | None,
) -> None:
    now = clock.now()
    session.execute(
        insert(Outgoing).values(
            id=new_id(),
            channel=channel,
            purpose=purpose,
            payload=keys_of(session).seal("pii", LABEL, json.dumps(payload)),
            created_at=now,
            expires_at=expires_at or now + DAYS_KEPT,
            next_attempt_at=now,
            attempts=0,
        )
    )


def _payload(to: str, values: dict[str, Any]) -> dict[str, Any]:
    return {"to": to, "values": {name: _plain(value) for name, value in values.items()}}


def _plain(value: Any) -> Any:
    return {"instant": value.isoformat()} if isinstance(value, datetime) else value
