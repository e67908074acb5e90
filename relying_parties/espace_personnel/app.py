"""Espace personnel: what it is, and its pages."""

from flask import Blueprint, Flask, render_template

from relying_parties.common.auth import farewell
from relying_parties.common.services import signed_in
from relying_parties.common.settings import Settings
from relying_parties.common.site import Site, create_site
from relying_parties.common.texts import NOTICES

pages = Blueprint("site", __name__)

SITE = Site(
    slug="espace_personnel",
    title="Espace personnel",
    package=__package__ or __name__,
    pages=pages,
    scope="openid email",
    claims=frozenset({"email", "given_name"}),
)


def create_app(settings: Settings) -> Flask:
    """The WSGI application of the espace personnel."""
    return create_site(SITE, settings)


@pages.get("/")
def home() -> str:
    """The welcome of a visitor, or the home page of a member."""
    if (person := signed_in()) is not None:
        return render_template("home.html", person=person)
    notice = NOTICES.get(farewell() or "")
    return render_template("welcome.html", notice=notice)
