"""/compte/services: the sites that one has used, since when, and what each receives (F6).

What was agreed to with a site that is not ours is withdrawn here: as easily as it was given (GDPR,
article 7.3), so that being signed in is enough.
"""

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from idp.accounts import sessions
from idp.errors import InteractionLostError
from idp.flows import dispatch
from idp.flows.consent import sentences
from idp.flows.fields import EmptyForm, check_button
from idp.flows.pages import render, see_other
from idp.flows.runtime import runtime
from idp.flows.visit import SERVICES, Visit
from idp.oidc import consents
from idp.oidc.used_sites import UsedSite, used_sites
from idp.texts import text

blueprint = Blueprint("services", __name__)
_NOTICES = {"retire": "services.withdrawn", "deja": "services.gone"}


@blueprint.get("/compte/services")
def page() -> ResponseReturnValue:
    """The list."""
    with runtime().database.reading() as session:
        visit = dispatch.of_account(session, SERVICES)
        if dispatch.missing(visit) is None:
            return _show(session, visit)
    return _prove_first()


@blueprint.get("/compte/services/retirer")
def ask() -> ResponseReturnValue:
    """What it means to withdraw, before it is done."""
    with runtime().database.reading() as session:
        visit = dispatch.of_account(session, SERVICES)
        if dispatch.missing(visit) is None:
            site = _named(session, visit)
            return see_other(_home("deja")) if site is None else _confirm(site)
    return _prove_first()


@blueprint.post("/compte/services/retirer")
def withdraw() -> ResponseReturnValue:
    """Done; of two tabs the later one says that it was."""
    check_button()
    with runtime().database.writing() as session:
        visit = dispatch.of_account(session, SERVICES)
        address = dispatch.first_prove(session, visit, posted=True)
        if address is not None:
            return see_other(address)
        if visit.signed_in is not None:
            sessions.seen(session, visit.signed_in)
        site = _named(session, visit)
        gone = site and consents.withdraw(session, _whose(visit), site.id, dispatch.here())
    return see_other(_home("retire" if gone else "deja"))


def _prove_first() -> ResponseReturnValue:
    with runtime().database.writing() as session:
        visit = dispatch.of_account(session, SERVICES)
        return see_other(dispatch.first_prove(session, visit, posted=False) or _home())


def _named(session: Session, visit: Visit) -> UsedSite | None:
    """The site of the address, if there is something to withdraw from it."""
    asked = request.args.get("site")
    found = used_sites(session, _whose(visit))
    return next((site for site in found if site.id == asked and not site.ours), None)


def _whose(visit: Visit) -> str:
    if visit.signed_in is None:
        raise InteractionLostError("nobody")
    return visit.signed_in.identity_id


def _home(message: str | None = None) -> str:
    return url_for("services.page", message=message)


def _show(session: Session, visit: Visit) -> ResponseReturnValue:
    sites = [
        {
            "name": site.name,
            "since": site.since,
            "received": sentences(site.receives),
            "withdraw_url": None if site.ours else url_for("services.ask", site=site.id),
        }
        for site in used_sites(session, _whose(visit))
    ]
    notice = _NOTICES.get(request.args.get("message", ""))
    return render(
        "services/services.html",
        sites=sites,
        notice=text(notice) if notice else None,
        two_step_url=url_for("two_step.page"),
        home_url=url_for("accueil.page"),
    )


def _confirm(site: UsedSite) -> ResponseReturnValue:
    return render(
        "services/retirer.html",
        name=site.name,
        form=EmptyForm(formdata=None),
        action=url_for("services.withdraw", site=site.id),
        back_url=_home(),
    )
