"""The looks of the pages that lead back into an account."""

from functools import partial
from typing import Any

from idp.flows.fields import EmptyForm
from idp.flows.forms_recovery import RecoveryChannelForm, RecoveryForm
from idp.texts import text
from idp.texts.dates import long_date
from tests.templates.page import NOON, SITE, Page, with_errors

MASKS = ("** ** ** ** 08", "*****@exemple.test")


def _ask(cause: str, form: EmptyForm | None = None) -> dict[str, Any]:
    return {
        "site": SITE,
        "form": form or RecoveryForm(),
        "cause": cause,
        "action": "/ici",
        "sign_in_url": "/connexion",
    }


def _wrong() -> dict[str, Any]:
    return _ask("forgotten", with_errors(RecoveryForm, identifier="", birth_date="9" * 99))


def _message(form: type[EmptyForm] | None = None, offered: int = 2, **more: Any) -> dict[str, Any]:
    choice = with_errors(form) if form else RecoveryChannelForm()
    ways = [text("recovery.by_sms", mask=MASKS[0]), text("recovery.by_mail", mask=MASKS[1])]
    choice["channel"].choices = list(zip(("sms", "email"), ways, strict=True))[-offered:]
    return {
        "site": SITE,
        "choice": choice,
        "mask": MASKS[1],
        "by_sms": False,
        "by_nir": True,
        "minutes": 30,
        "mail_only": False,
        "refused": None,
        "sent_again": False,
        "send_action": "/ici",
        "again_url": "/debloquer",
        "sign_in_url": "/connexion/nir",
    } | more


def _sms(**more: Any) -> dict[str, Any]:
    return _message(mask=MASKS[0], by_sms=True, minutes=15, **more)


def _refused(**more: Any) -> dict[str, Any]:
    return _sms(refused=text("recovery.too_many_sms", date=long_date(NOON)), **more)


CHANNEL, SENT = "recovery/canal.html", "recovery/message-envoye.html"
PAGES = (
    Page("debloquer", "recovery/demande.html", partial(_ask, "unblock")),
    Page("oublie", "recovery/demande.html", partial(_ask, "forgotten")),
    Page("oublie-errone", "recovery/demande.html", _wrong),
    Page("oublie-canal", CHANNEL, _message),
    Page("oublie-canal-manquant", CHANNEL, partial(_message, RecoveryChannelForm)),
    Page("oublie-canal-seul", CHANNEL, partial(_message, offered=1, mail_only=True)),
    Page("oublie-canal-refuse", CHANNEL, _refused),
    Page("oublie-email", SENT, partial(_message, offered=1)),
    Page("oublie-email-renvoye", SENT, partial(_message, sent_again=True, mail_only=True)),
    Page("oublie-sms", SENT, _sms),
    Page("oublie-sms-email", SENT, partial(_sms, by_nir=False)),
    Page("oublie-sms-refuse", SENT, _refused),
)
