"""/deconnexion: OpenID Connect RP-Initiated Logout, and the members' own way out.

With a good hint the session ends at once; without one a French page asks first. A page of another
site may bring a browser here by GET or POST; only our own button, with its form token, is believed
when there is no hint.
"""

from flask import Blueprint, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from idp.accounts import sessions
from idp.accounts.activity import Kind, record
from idp.errors import BadRequestError
from idp.flows import dispatch
from idp.flows.cookies import browser
from idp.flows.fields import EmptyForm
from idp.flows.pages import carried, origin, render, see_other
from idp.flows.runtime import runtime
from idp.models import BrowserSession
from idp.oidc import end_session
from idp.oidc.end_session import LogoutRequest

blueprint = Blueprint("sign_out", __name__)


@blueprint.get("/deconnexion")
def page() -> ResponseReturnValue:
    """End the session that the hint names; ask, where the hint is missing or of another."""
    here = runtime()
    with here.database.writing() as session:
        asked = end_session.parse(here.issuer, session, list(request.args.items(multi=True)))
        current = sessions.current(session, browser().session)
        if _must_ask(asked, current):
            return _ask(asked)
        _end(session, asked, current)
    return _done(asked)


@blueprint.post("/deconnexion")
def submit() -> ResponseReturnValue:
    """Our own button ends this browser's session; a site's POST is taken as its GET."""
    if "csrf_token" not in request.form:
        return see_other(carried("sign_out.page", request.form))
    if not EmptyForm().validate_on_submit():
        raise BadRequestError("form token")
    here = runtime()
    with here.database.writing() as session:
        asked = end_session.parse(here.issuer, session, list(request.args.items(multi=True)))
        _end(session, asked, sessions.current(session, browser().session))
    return _done(asked)


def _must_ask(asked: LogoutRequest, current: BrowserSession | None) -> bool:
    if current is None:
        return False
    return asked.needs_confirmation or asked.identity_id != current.identity_id


def _end(session: Session, asked: LogoutRequest, current: BrowserSession | None) -> None:
    """End the browser's session and the one the hint names, which a lost cookie cannot save."""
    ending = {asked.session_id: asked.identity_id} if asked.session_id else {}
    if current is not None:
        ending[current.id] = current.identity_id
    for session_id, identity_id in ending.items():
        if sessions.end(session, session_id):
            record(
                session,
                Kind.SIGNED_OUT,
                identity_id=identity_id,
                client_id=asked.client.id if asked.client else None,
                where=dispatch.here(),
            )
    browser().sign_out()


def _ask(asked: LogoutRequest) -> ResponseReturnValue:
    action = carried("sign_out.submit", request.args)
    if asked.post_logout_redirect_uri:
        g.form_action = origin(asked.post_logout_redirect_uri)  # where the button may lead (WB2)
    return render("sign_out/confirmer.html", form=EmptyForm(), action=action)


def _done(asked: LogoutRequest) -> ResponseReturnValue:
    if asked.post_logout_redirect_uri:
        answer = see_other(end_session.redirect_url(asked))
    else:
        client = asked.client
        start = client.initiate_login_uri if client else None
        answer = render("sign_out/deconnecte.html", site=client, start_url=start)
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer
