"""The looks of templates/sign_out."""

from idp.flows.forms import SignOutForm
from tests.templates.page import SITE, Page

PAGES = (
    Page(
        "deconnexion",
        "sign_out/confirmer.html",
        lambda: {"form": SignOutForm(), "action": "/ici"},
    ),
    Page(
        "deconnecte",
        "sign_out/deconnecte.html",
        lambda: {"site": SITE, "start_url": "http://localhost:8001/", "everywhere": False},
    ),
    Page(
        "deconnecte-partout",
        "sign_out/deconnecte.html",
        lambda: {"start_url": None, "everywhere": True},
    ),
)
