"""The looks of signing in with the NIR."""

from functools import partial
from typing import Any

from idp.flows.forms import NirLoginForm
from idp.texts import text
from tests.templates.page import SITE, Page, with_errors


def _sign_in(*, wrong: bool = False, failure: str | None = None) -> dict[str, Any]:
    return {
        "site": SITE,
        "form": with_errors(NirLoginForm, nir="", password="") if wrong else NirLoginForm(),
        "failure": failure,
        "action": "/ici",
        "sign_in_url": "/connexion",
        "forgotten_url": "/mot-de-passe-oublie",
        "open_url": "/creer-mon-espace",
    }


PAGES = (
    Page("nir", "legacy_nir/nir.html", _sign_in),
    Page("nir-refuse", "legacy_nir/nir.html", lambda: _sign_in(failure=text("login.failure"))),
    Page("nir-vide", "legacy_nir/nir.html", partial(_sign_in, wrong=True)),
    Page("nir-ferme", "legacy_nir/ferme.html", lambda: {"site": SITE}),
)
