"""/: the sites that one sign-in opens, and the way in or out."""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from idp.accounts import sessions
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
        signed_in = sessions.current(session, browser().session) is not None
        sites = [
            {"name": client.name, "url": client.initiate_login_uri}
            for client in clients.listing(session)
            if client.initiate_login_uri and client.first_party and not client.disabled
        ]
    return render(
        "accueil/accueil.html",
        signed_in=signed_in,
        sites=sites,
        sign_in_url=url_for("login.page"),
        sign_up_url=url_for("signup.page"),
        sign_out_url=url_for("sign_out.page"),
    )
