"""MGEN Avantage: what it is, and its page."""

from flask import Blueprint, Flask, render_template

from relying_parties.avantage.offers import OFFERS, price
from relying_parties.common.claims import Shape
from relying_parties.common.services import signed_in
from relying_parties.common.settings import Settings
from relying_parties.common.site import Site, create_site

pages = Blueprint("site", __name__)
pages.add_app_template_filter(price)

SITE = Site(
    slug="avantage",
    title="MGEN Avantage",
    package=__package__ or __name__,
    pages=pages,
    scope="openid membership",
    claims={"is_member": Shape.FLAG},
)


def create_app(settings: Settings) -> Flask:
    """The WSGI application of MGEN Avantage."""
    return create_site(SITE, settings)


@pages.get("/")
def home() -> str:
    """Every offer; its price for members where the issuer says that the visitor is one."""
    person = signed_in()
    member = person is not None and person.claims.get("is_member") is True
    return render_template("offers.html", person=person, member=member, offers=OFFERS)
