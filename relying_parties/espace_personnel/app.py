"""Espace personnel: what it is, and its pages."""

from flask import Blueprint, Flask, g, render_template, request

from relying_parties.common.claims import Shape
from relying_parties.common.errors import ProblemError
from relying_parties.common.services import services, signed_in
from relying_parties.common.settings import Settings
from relying_parties.common.site import Site, create_site
from relying_parties.common.wants import is_strong, lacks_record
from relying_parties.espace_personnel.demonstration import ACCOUNT, BENEFITS, NEWS

pages = Blueprint("site", __name__)

SITE = Site(
    slug="espace_personnel",
    title="Espace personnel",
    package=__package__ or __name__,
    pages=pages,
    scope="openid profile email phone member membership",
    claims={
        "email": Shape.TEXT,
        "given_name": Shape.TEXT,
        "is_member": Shape.FLAG,
        "contracts": Shape.TEXTS,
        "phone_number_verified": Shape.FLAG,  # the number itself is not kept here
        "acr": Shape.TEXT,
    },
    returns=frozenset({"site.home", "site.bank"}),
)


def create_app(settings: Settings) -> Flask:
    """The WSGI application of the espace personnel."""
    return create_site(SITE, settings)


@pages.get("/")
def home() -> str:
    """The welcome of a visitor, or the home page of who is signed in (G1)."""
    person = signed_in()
    if person is None:
        return render_template("welcome.html")
    member = person.claims.get("is_member") is True
    benefits = BENEFITS if member else ()
    return render_template(
        "home.html",
        person=person,
        member=member,
        benefits=benefits,
        news=NEWS,
        two_step=_two_step() if not person.claims.get("phone_number_verified") else None,
        used_sites=services().settings.issuer_url("/compte/services"),
    )


@pages.get("/coordonnees-bancaires")
def bank() -> str:
    """The bank details (G6), for who signed in at the level that RFC 9470 §4 asks for."""
    g.then = request.path
    person = signed_in()
    if person is None or not is_strong(person.claims):
        stranger = person is not None and lacks_record(person.claims)
        raise ProblemError("no_record" if stranger else "confirm", "bank details")
    return render_template("bank.html", account=ACCOUNT)


def _two_step() -> str:
    """Where a mobile is validated (G12)."""
    return services().settings.issuer_url("/compte/deux-etapes")
