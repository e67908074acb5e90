"""/: the sites that one sign-in opens, and the way in or out."""

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from idp.accounts import members, sessions
from idp.flows.cookies import browser
from idp.flows.pages import render
from idp.flows.runtime import runtime
from idp.oidc import clients

blueprint = Blueprint("accueil", __name__)


@blueprint.get("/")
def page() -> ResponseReturnValue:
    """Signed in or not, where one can go from here."""
    here = runtime()
    with here.database.reading() as session:
        current = sessions.current(session, browser().session)
        attached = current is not None and members.is_attached(session, current.identity_id)
        sites = [
            {"name": client.name, "url": client.initiate_login_uri}
            for client in clients.listing(session)
            if client.initiate_login_uri and client.first_party and not client.disabled
        ]
    return render(
        "accueil/accueil.html",
        signed_in=current is not None,
        attached=attached,
        just_attached=attached and request.args.get("message") == "rattache",
        open_url=url_for("opening.page"),
        letter_url=url_for("letter.page"),
        two_step_url=url_for("two_step.page"),
        services_url=url_for("services.page"),
        sites=sites,
        sign_in_url=url_for("login.page"),
        sign_up_url=url_for("signup.page"),
        sign_out_url=url_for("sign_out.page"),
    )
