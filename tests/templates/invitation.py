"""The looks of the pages of an invitation, and of the secret question that ends it."""

from collections.abc import Callable
from functools import partial
from typing import Any

from idp.flows.fields import EmptyForm
from idp.flows.forms import InvitationForm, QuestionForm
from tests.templates.page import SITE, Page, with_errors

Made = Callable[[], EmptyForm]


def _landing(form: Made, contract: str | None = "Prévoyance Exemple") -> dict[str, Any]:
    return {
        "form": form(),
        "action": "/ici",
        "given_name": "Camille" if contract else "",
        "employer": "Académie de l'Exemple",
        "contract": contract,
    }


def _question(form: Made) -> dict[str, Any]:
    return {"site": SITE, "form": form(), "action": "/ici"}


_wrong = partial(with_errors, InvitationForm, email="prenom@exemple.fr", password="abc")

PAGES = (
    Page("invitation", "invitation/creation.html", partial(_landing, InvitationForm)),
    Page("invitation-erronee", "invitation/creation.html", partial(_landing, _wrong, None)),
    Page("invitation-faite", "invitation/acces-cree.html", lambda: {"sign_out_url": "/ici"}),
    Page("invitation-finie", "invitation/invalide.html", lambda: {"sign_in_url": "/connexion"}),
    Page("question", "secret_question/question-secrete.html", partial(_question, QuestionForm)),
    Page(
        "question-erronee",
        "secret_question/question-secrete.html",
        partial(_question, partial(with_errors, QuestionForm)),
    ),
)
