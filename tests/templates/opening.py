"""The looks of the pages that open a space, take a letter's code, and undo."""

from collections.abc import Callable
from functools import partial
from typing import Any

from idp.flows.fields import EmptyForm
from idp.flows.forms_opening import (
    AccessForm,
    ChannelForm,
    CoordinatesForm,
    JoinForm,
    LetterForm,
    MemberCodeForm,
    NirForm,
)
from idp.texts import text
from tests.templates.page import NOON, SITE, Page, with_errors

MASKS = ("*****@exemple.test", "** ** ** ** 08")
Made = Callable[[], EmptyForm]


def _nir(form: Made, *, signed_in: bool = False) -> dict[str, Any]:
    return {
        "site": SITE,
        "form": form(),
        "action": "/ici",
        "sign_in_url": "/connexion",
        "sign_up_url": "/creer-un-compte",
        "signed_in": signed_in,
    }


def _access(
    folded: str, join: Made = JoinForm, create: Made = AccessForm, failure: str | None = None
) -> dict[str, Any]:
    forms = {"join": join(), "create": create()}
    return {**forms, "folded": folded, "failure": failure, "action": "/ici"}


def _member(form: Made, later: bool = False) -> dict[str, Any]:
    later_form = EmptyForm() if later else None
    return {"form": form(), "action": "/ici", "later_form": later_form, "later_action": "/tard"}


def _code(
    form: Made = MemberCodeForm, choice: Made = ChannelForm, offered: int = 2, **more: Any
) -> dict[str, Any]:
    chosen = choice()
    ways = [text("opening.by_mail", mask=MASKS[0]), text("opening.by_sms", mask=MASKS[1])]
    chosen["channel"].choices = list(zip(("email", "sms"), ways, strict=True))[:offered]
    return {
        "form": form(),
        "choice": chosen,
        "by_sms": False,
        "mask": MASKS[0],
        "prefix": "671",
        "minutes": 15,
        "sent_again": False,
        "action": "/ici",
        "send_action": "/envoyer",
        "without_action": "/sans",
        "without_form": EmptyForm(),
    } | more


def _wrong_code() -> EmptyForm:
    form = with_errors(MemberCodeForm, code="482 914", channel="email")
    form["code"].errors = [text("step_up.wrong", left=4)]
    return form


def _sent(**more: Any) -> dict[str, Any]:
    return {
        "email": "prenom@exemple.fr",
        "form": EmptyForm(),
        "action": "/ici",
        "sent_again": False,
        "wait_until": None,
        "proved": True,
        "sign_in_url": "/connexion",
    } | more


def _letter(
    form: Made = LetterForm, *, waiting: bool = True, signed_in: bool = True, late: bool = False
) -> dict[str, Any]:
    said = {"waiting": waiting, "signed_in": signed_in, "late": late}
    urls = {"action": "/ici", "begin_url": "/creer-mon-espace", "sign_in_url": "/connexion"}
    return {"form": form(), **urls, **said}


_first_channel = partial(ChannelForm, formdata=None, channel="email")
_wrong_access = partial(with_errors, AccessForm, email="prenom@exemple.fr", password="abc")
_wrong_member = partial(with_errors, CoordinatesForm, birth_date="31/12/1980")
_NIR, _ACCESS, _MEMBER = "opening/nir.html", "opening/acces.html", "opening/coordonnees.html"
_CODE, _SENT, _LETTER = (
    "opening/code.html",
    "opening/message-envoye.html",
    "letter/code-courrier.html",
)

PAGES = (
    Page("espace", _NIR, partial(_nir, NirForm)),
    Page("espace-errone", _NIR, partial(_nir, partial(with_errors, NirForm))),
    Page("espace-connecte", _NIR, partial(_nir, NirForm, signed_in=True)),
    Page("acces", _ACCESS, partial(_access, "no")),
    Page("acces-errone", _ACCESS, partial(_access, "no", create=_wrong_access)),
    Page("acces-deja", _ACCESS, partial(_access, "yes", partial(with_errors, JoinForm))),
    Page("acces-refuse", _ACCESS, partial(_access, "yes", failure=text("login.failure"))),
    Page("coordonnees", _MEMBER, partial(_member, CoordinatesForm)),
    Page("coordonnees-erronees", _MEMBER, partial(_member, _wrong_member)),
    Page("coordonnees-plus-tard", _MEMBER, partial(_member, CoordinatesForm, later=True)),
    Page("canaux", _CODE, partial(_code, choice=_first_channel, prefix=None)),
    Page(
        "canaux-errones",
        _CODE,
        partial(_code, choice=partial(with_errors, ChannelForm), prefix=None),
    ),
    Page("espace-code", _CODE, partial(_code, choice=_first_channel)),
    Page("espace-code-seul", _CODE, partial(_code, choice=_first_channel, offered=1)),
    Page(
        "espace-code-faux",
        _CODE,
        partial(_code, _wrong_code, _first_channel, by_sms=True, mask=MASKS[1]),
    ),
    Page("espace-code-renvoye", _CODE, partial(_code, choice=_first_channel, sent_again=True)),
    Page("espace-message", _SENT, _sent),
    Page("espace-message-sans", _SENT, partial(_sent, proved=False)),
    Page(
        "espace-message-encore",
        _SENT,
        partial(_sent, proved=False, sent_again=True, wait_until=NOON),
    ),
    Page("espace-deja", "opening/deja.html", dict),
    Page("courrier", _LETTER, _letter),
    Page("courrier-faux", _LETTER, partial(_letter, partial(with_errors, LetterForm))),
    Page("courrier-aucun", _LETTER, partial(_letter, waiting=False)),
    Page("courrier-tard", _LETTER, partial(_letter, waiting=False, late=True)),
    Page("courrier-inconnu", _LETTER, partial(_letter, waiting=False, signed_in=False)),
    Page("annuler", "undo/lien.html", lambda: {"form": EmptyForm(), "action": "/ici"}),
    Page("annule", "undo/annule.html", dict),
    Page("annuler-invalide", "undo/invalide.html", dict),
)
