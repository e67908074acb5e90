"""What is limited, as data: name → windows. Each is exact in any stretch of its period."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from idp.errors import TooManyError
from idp.storage import limits
from idp.storage.limits import Taken, Window

BUDGETS: dict[str, tuple[Window, ...]] = {
    # wrong passwords of one address, over all identifiers (LK4)
    "sign_in_failures_ip": (
        Window(20, timedelta(minutes=10)),
        Window(100, timedelta(hours=1)),
    ),
    # sign-ups and messages asked for by strangers from one address: checked before any hashing
    "sign_up_ip": (
        Window(20, timedelta(minutes=10)),
        Window(100, timedelta(hours=1)),
    ),
    # wrong codes of one person after a right password, over all browsers (OTC3)
    "wrong_codes": (Window(10, timedelta(hours=24)),),
    # spaces begun with one NIR, known or not, and from one network (anonymous recovery's numbers)
    "opening_nir": (Window(5, timedelta(hours=24)),),
    "opening_ip": (Window(20, timedelta(hours=24)),),
    # wrong codes of who has given no password, over all browsers
    "wrong_codes_anonymous": (Window(10, timedelta(hours=24)),),
    # what the holder of one invitation may send its form: each costs a hash, and perhaps a mail
    "invitation_tries": (Window(5, timedelta(minutes=15)), Window(10, timedelta(hours=24))),
    # mail that anybody can cause to one mailbox
    "mail_anonymous": (Window(3, timedelta(minutes=15)), Window(10, timedelta(hours=24))),
    # mail after a right password, one person
    "mail_signed": (Window(3, timedelta(minutes=15)), Window(20, timedelta(hours=24))),
    # SMS (LK8): accounts/sms.py takes them together, and the day's count of all (sms_daily_limit)
    "sms_number": (Window(1, timedelta(seconds=60)), Window(3, timedelta(minutes=15))),
    "sms_anonymous": (Window(3, timedelta(hours=24)),),  # one number and person, no password
    "sms_signed": (Window(6, timedelta(hours=24)),),  # the same after a right password, apart
    "sms_ip": (Window(10, timedelta(hours=1)),),
    # anonymous recovery: one identifier as typed, known or not, and one network
    "recovery_identifier": (Window(5, timedelta(hours=24)),),
    "recovery_ip": (Window(20, timedelta(hours=24)),),
    # beyond them, the mailed link that is always left (D10)
    "recovery_hourly": (Window(1, timedelta(hours=1)),),
    "phone_changes": (Window(3, timedelta(days=30)),),
}


def take(session: Session, name: str, value: str) -> Taken:
    """Take one of the budget for `value`; TooManyError says when there is room again."""
    try:
        return limits.take(session, name, value, BUDGETS[name])
    except limits.ExhaustedError as full:
        raise TooManyError(name, full.retry_at) from full


def give_back(session: Session, taken: Taken) -> None:
    """It turned out not to count: a right password, a right code."""
    limits.give_back(session, taken, BUDGETS[taken.name])


def room_at(session: Session, name: str, value: str) -> datetime | None:
    """When `value` may take again (aware UTC), None for at once. Takes nothing."""
    return limits.room_at(session, name, value, BUDGETS[name])
