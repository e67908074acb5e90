"""The looks of the page of a new password, and of its ends."""

from functools import partial
from typing import Any

from idp.flows.fields import EmptyForm
from idp.flows.forms import NewPasswordForm, ProvedPasswordForm
from idp.texts import text
from tests.templates.page import SITE, Page, with_errors

FORM = "new_password/nouveau.html"


def _choose(form: EmptyForm | None = None, **more: Any) -> dict[str, Any]:
    return {
        "site": SITE,
        "form": form or NewPasswordForm(),
        "action": "/ici",
        "not_blocked": False,
        "email": None,
        "username": "prenom@exemple.test",
        "question": None,
        "sign_in_url": "/connexion",
    } | more


def _proved(form: EmptyForm | None = None) -> dict[str, Any]:
    asked = text("questions.first_pet")
    known = {"email": "prenom@exemple.test", "not_blocked": True, "question": asked}
    return _choose(form or ProvedPasswordForm(), **known)


def _wrong() -> dict[str, Any]:
    form = with_errors(
        ProvedPasswordForm, new_password="court", confirm_password="autre", secret_answer=""
    )
    return _proved(form)


def _member(*, not_blocked: bool) -> dict[str, Any]:
    return {
        "site": SITE,
        "form": EmptyForm(),
        "action": "/ici",
        "not_blocked": not_blocked,
        "sign_in_url": "/connexion/nir",
    }


def _saved(start_url: str | None) -> dict[str, Any]:
    return {"site": SITE, "start_url": start_url, "sign_in_url": "/connexion"}


def _dead(*, spent: bool) -> dict[str, Any]:
    return {"spent": spent, "again_url": "/mot-de-passe-oublie"}


PAGES = (
    Page("nouveau-mot-de-passe", FORM, _choose),
    Page("nouveau-mot-de-passe-question", FORM, _proved),
    Page("nouveau-mot-de-passe-erreurs", FORM, _wrong),
    Page("adherent-retrouve", "new_password/adherent.html", partial(_member, not_blocked=False)),
    Page("adherent-non-bloque", "new_password/adherent.html", partial(_member, not_blocked=True)),
    Page("enregistre", "new_password/enregistre.html", partial(_saved, "https://site.test/")),
    Page("enregistre-ici", "new_password/enregistre.html", partial(_saved, None)),
    Page("reprise-invalide", "new_password/invalide.html", partial(_dead, spent=False)),
    Page("reprise-epuisee", "new_password/invalide.html", partial(_dead, spent=True)),
)
