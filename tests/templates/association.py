"""The looks of joining an account that exists, after a sign-in with the NIR."""

from functools import partial
from typing import Any

from idp.flows.fields import EmptyForm
from idp.flows.forms_association import AgreedForm, LinkForm
from idp.flows.forms_opening import JoinForm
from idp.texts import text
from tests.templates.page import NOON, SITE, Page, with_errors


def _door(form: type[EmptyForm] = JoinForm, *, empty: bool = False, **more: Any) -> dict[str, Any]:
    return {
        "site": SITE,
        "form": with_errors(form, email="", password="") if empty else form(),
        "failed": False,
        "email": "prenom@exemple.fr",
        "action": "/ici",
        "forgotten_url": "/mot-de-passe-oublie",
        "other_form": None,
        "other_action": "/autre",
        "back_url": "/migration",
    } | more


def _last(
    obstacle: str | None = None, *, late: bool = False, by_link: bool = False
) -> dict[str, Any]:
    return {
        "site": SITE,
        "form": EmptyForm(),
        "email": "prenom@exemple.fr",
        "obstacle": obstacle,
        "late": late,
        "by_link": by_link,
        "action": "/ici",
        "other_action": "/autre",
        "sign_in_url": "/connexion",
    }


def _word(obstacle: str | None = None) -> dict[str, Any]:
    email = "prenom.nom-de-famille@un-domaine-assez-long.exemple.fr"
    return {
        "site": SITE,
        "form": AgreedForm(formdata=None, email=email),
        "email": email,
        "obstacle": obstacle,
        "action": "/ici",
        "other_action": "/autre",
    }


_DOOR, _LINK = "association/association.html", "association/lien.html"
_LAST, _WORD = "association/rattachement.html", "association/confirmation.html"
PAGES = (
    Page("association", _DOOR, _door),
    Page("association-refuse", _DOOR, partial(_door, failed=True)),
    Page("association-vide", _DOOR, partial(_door, empty=True)),
    Page("association-autre", _DOOR, lambda: _door(other_form=EmptyForm())),
    Page("association-lien", _LINK, partial(_door, LinkForm)),
    Page("association-lien-refuse", _LINK, partial(_door, LinkForm, failed=True)),
    Page("association-lien-mort", "association/invalide.html", lambda: {"sign_in_url": "/"}),
    Page(
        "association-bloque", "association/bloque.html", lambda: {"until": NOON, "again_url": "/"}
    ),
    Page("rattachement", _LAST, _last),
    Page("rattachement-vain", _LAST, lambda: _last(text("association.has_record"))),
    Page("rattachement-tard", _LAST, partial(_last, late=True)),
    Page("accord", _LAST, partial(_last, by_link=True)),
    Page("accord-donne", "association/accord.html", lambda: {"nir_url": "/connexion/nir"}),
    Page("confirmation", _WORD, _word),
    Page("confirmation-vaine", _WORD, lambda: _word(text("association.not_active"))),
)
