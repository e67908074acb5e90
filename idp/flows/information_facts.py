"""What the help and legal pages say that varies: the operator, the numbers, the cookies.

Each comes from where the code takes it (settings, lifetimes, purge, cookies.py), so that a page
cannot say other than what happens.
"""

from datetime import timedelta

from idp.accounts import lifetimes, openings
from idp.flows.cookies import name_of
from idp.models import Event, Invitation, Lockout
from idp.oidc import logout_notices
from idp.settings import Settings
from idp.storage.purge import KEPT
from idp.texts import text

_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)


def operator(settings: Settings) -> dict[str, str]:
    """Who runs it, as the settings name them."""
    return {
        "name": settings.operator_name,
        "registration": settings.operator_registration,
        "address": settings.operator_address,
        "director": settings.publication_director,
        "hosting": settings.hosting,
        "contact": settings.contact_email,
        "dpo": settings.dpo_email,
    }


def numbers(settings: Settings) -> dict[str, int]:
    """How long and how often, each in the unit of its name."""
    kept = {table: life for table, _date, life in KEPT}
    return {
        "code_minutes": timedelta(seconds=settings.code_lifetime) // _MINUTE,
        "code_tries": lifetimes.CODE_TRIES,
        "link_days": lifetimes.LINKS["activation"].days,
        "undo_hours": lifetimes.LINKS["undo"] // _HOUR,
        "letter_days": lifetimes.LETTER_CODE.days,
        "letter_tries": openings.LETTER_TRIES,
        "temporary_minutes": lifetimes.TEMPORARY_PASSWORD // _MINUTE,
        "recovery_minutes": lifetimes.RECOVERY // _MINUTE,
        "migration_hours": lifetimes.MIGRATION // _HOUR,
        "opening_minutes": lifetimes.OPENING // _MINUTE,
        "opening_days": lifetimes.OPENING_WAITS.days,
        "device_days": lifetimes.TRUSTED_DEVICE.days,
        "block_hours": lifetimes.BLOCK // _HOUR,
        "wrong_passwords": lifetimes.WRONG_PASSWORDS,
        "idle_minutes": lifetimes.SESSION_IDLE // _MINUTE,
        "session_hours": lifetimes.SESSION_ABSOLUTE // _HOUR,
        "logout_hours": logout_notices.LIFE // _HOUR,
        "paused_minutes": lifetimes.INTERACTION // _MINUTE,
        "invitation_days": lifetimes.LINKS["invitation"].days,
        "invitation_kept_days": kept[Invitation].days,
        "events_days": kept[Event].days,
        "counters_days": kept[Lockout].days,
    }


def cookies(settings: Settings) -> list[dict[str, str]]:
    """Name, purpose and life of each cookie that cookies.py may set."""
    lives = numbers(settings)
    return [
        {
            "name": name_of(settings, "browser"),
            "purpose": text("information_cookies.browser"),
            "life": text("information_cookies.until_closed"),
        },
        {
            "name": name_of(settings, "session"),
            "purpose": text("information_cookies.session"),
            "life": text("information_cookies.session_life", **lives),
        },
        {
            "name": name_of(settings, "device"),
            "purpose": text("information_cookies.device"),
            "life": text("information_cookies.device_life", **lives),
        },
    ]
