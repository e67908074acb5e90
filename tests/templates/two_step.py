"""The looks of the pages of the second step: the choice, and a telephone being activated."""

from collections.abc import Callable
from functools import partial
from typing import Any

from wtforms.fields import SelectChoice

from idp.accounts.phone_factor import Phone
from idp.flows.fields import EmptyForm
from idp.flows.forms import CodeForm, MethodForm, PhoneCodeForm, PhoneForm
from idp.texts import text
from tests.templates.page import NOON, SITE, Page, with_errors

MASK = "** ** ** ** 08"
Made = Callable[[], EmptyForm]


def _method(form: Made) -> dict[str, Any]:
    made = form()
    made["method"].choices = [
        SelectChoice("sms", text("method.by_sms", mask=MASK)),
        SelectChoice("email", text("method.by_mail", mask="did*****@ac-reims.fr")),
    ]
    return {"site": SITE, "form": made, "action": "/ici", "cancel_url": "/connexion"}


def _code() -> dict[str, Any]:
    return {
        "site": SITE,
        "form": CodeForm(),
        "action": "/ici",
        "resend_form": EmptyForm(formdata=None),
        "resend_action": "/ici",
        "mask": MASK,
        "by_sms": True,
        "prefix": "671",
        "sent_again": False,
        "wait_until": NOON,
        "minutes": 15,
        "method_url": "/connexion/methode",
        "cancel_url": "/connexion",
    }


def _account(form: Made, *, phone: bool = False, waiting: bool = False) -> dict[str, Any]:
    return {
        "mail_mask": "did*****@ac-reims.fr",
        "phone": Phone("a" * 32, "+33612345608", "", NOON) if phone else None,
        "waiting_mask": MASK if waiting else None,
        "waiting_url": "/ici" if waiting else None,
        "form": form(),
        "action": "/ici",
        "remove_form": EmptyForm(formdata=None),
        "remove_action": "/ici",
        "notice": text("two_step.added") if phone else None,
        "services_url": "/compte/services",
        "home_url": "/",
    }


def _phone_code(form: Made, *, again: bool = False) -> dict[str, Any]:
    return {
        "form": form(),
        "action": "/ici",
        "mask": MASK,
        "prefix": "671",
        "minutes": 15,
        "sent_again": again,
        "resend_form": EmptyForm(formdata=None),
        "resend_action": "/ici",
        "wait_until": NOON if again else None,
        "back_url": "/ici",
    }


PAGES = (
    Page("methode", "method/methode.html", partial(_method, MethodForm)),
    Page(
        "methode-erronee",
        "method/methode.html",
        partial(_method, partial(with_errors, MethodForm)),
    ),
    Page("code-sms", "step_up/code.html", _code),
    Page("deux-etapes", "two_step/deux-etapes.html", partial(_account, PhoneForm)),
    Page(
        "deux-etapes-errone",
        "two_step/deux-etapes.html",
        partial(_account, partial(with_errors, PhoneForm, mobile="")),
    ),
    Page(
        "deux-etapes-actif",
        "two_step/deux-etapes.html",
        partial(_account, PhoneForm, phone=True, waiting=True),
    ),
    Page("telephone-code", "two_step/code.html", partial(_phone_code, PhoneCodeForm)),
    Page(
        "telephone-code-errone",
        "two_step/code.html",
        partial(_phone_code, partial(with_errors, PhoneCodeForm, code=""), again=True),
    ),
)
