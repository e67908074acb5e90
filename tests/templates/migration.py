"""The looks of moving from the NIR to an e-mail address, and of its link."""

from collections.abc import Callable
from functools import partial
from typing import Any

from idp.flows.fields import EmptyForm
from idp.flows.forms_opening import (
    AccessForm,
    ChannelForm,
    JoinForm,
    LetterForm,
    MemberCodeForm,
)
from idp.texts import text
from tests.templates.page import NOON, SITE, Page, with_errors

MASKS = ("*****@exemple.test", "** ** ** ** 08")
Made = Callable[[], EmptyForm]


def _code(
    offered: int = 2, form: Made = MemberCodeForm, post: Made | None = None, **more: Any
) -> dict[str, Any]:
    choice = ChannelForm()
    ways = [text("opening.by_mail", mask=MASKS[0]), text("opening.by_sms", mask=MASKS[1])]
    choice.channel.choices = list(zip(("email", "sms"), ways, strict=True))[:offered]
    return {
        "site": SITE,
        "form": form(),
        "choice": choice,
        "post": post() if post else None,
        "by_sms": False,
        "mask": MASKS[0] if offered else None,
        "prefix": "671",
        "minutes": 15,
        "sent_again": False,
        "action": "/ici",
        "send_action": "/envoyer",
        "letter_action": "/courrier",
        "code_url": "/ici",
        "letter_url": "/courrier",
        "sign_in_url": "/connexion",
    } | more


def _choice(create: Made | None = None, *, known: bool = False) -> dict[str, Any]:
    form = create() if create else AccessForm(email="prenom@exemple.fr")
    return {"site": SITE, "create": form, "join": JoinForm(), "known": known, "action": "/ici"}


def _sent(**more: Any) -> dict[str, Any]:
    return {
        "site": SITE,
        "email": "prenom@exemple.fr",
        "form": EmptyForm(),
        "action": "/ici",
        "other_action": "/autre",
        "here_url": "/ici",
        "next_look": 600,
        "sent_again": False,
        "wait_until": None,
    } | more


def _done(*, start: bool = True, same: bool = False) -> dict[str, Any]:
    site, start_url = (SITE, "http://localhost:8001/") if start else (None, None)
    return {"site": site, "start_url": start_url, "sign_in_url": "/connexion", "same": same}


def _dead(waiting_url: str | None) -> dict[str, Any]:
    return {"waiting_url": waiting_url, "sign_in_url": "/connexion/nir"}


_CODE, _DEAD = "legacy_code/code.html", "validation/invalide.html"
PAGES = (
    Page("nir-code", _CODE, _code),
    Page("nir-code-choix", _CODE, partial(_code, prefix=None)),
    Page("nir-code-seul", _CODE, partial(_code, 1, prefix=None)),
    Page("nir-code-sms", _CODE, partial(_code, by_sms=True, mask=MASKS[1], sent_again=True)),
    Page("nir-code-faux", _CODE, partial(_code, form=partial(with_errors, MemberCodeForm))),
    Page("nir-courrier", _CODE, partial(_code, 0, post=LetterForm, prefix=None)),
    Page("nir-courrier-vide", _CODE, partial(_code, post=partial(with_errors, LetterForm))),
    Page("migration", "migration/choix.html", _choice),
    Page("migration-reprise", "migration/choix.html", partial(_choice, known=True)),
    Page(
        "migration-vide", "migration/choix.html", partial(_choice, partial(with_errors, AccessForm))
    ),
    Page("migration-envoye", "migration/message-envoye.html", _sent),
    Page(
        "migration-renvoye",
        "migration/message-envoye.html",
        partial(_sent, sent_again=True, wait_until=NOON),
    ),
    Page("validation", "validation/lien.html", lambda: {"form": EmptyForm(), "action": "/ici"}),
    Page("validation-faite", "validation/faite.html", _done),
    Page("validation-faite-nue", "validation/faite.html", partial(_done, start=False, same=True)),
    Page("validation-morte", _DEAD, partial(_dead, None)),
    Page("validation-prise", _DEAD, partial(_dead, "/migration/message-envoye")),
)
