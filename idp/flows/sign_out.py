"""/deconnexion: OpenID Connect RP-Initiated Logout, and the members' own way out.

With a good hint the session ends at once; without one a French page asks first, and offers to end
everything the person has open (E7). A site whose own "everywhere" leads here adds everywhere=yes to
its request: it is asked for, never taken from a site. A page of another site may bring a browser
here by GET or POST; only our own button, with its form token, is believed when there is no hint.
"""

from flask import Blueprint, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from idp.accounts import sessions
from idp.errors import BadRequestError
from idp.flows import dispatch
from idp.flows.cookies import browser
from idp.flows.forms import SignOutForm
from idp.flows.pages import carried, origin, render, see_other
from idp.flows.runtime import runtime
from idp.models import BrowserSession
from idp.oidc import end_session, ending
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
    form, here = SignOutForm(), runtime()
    if not form.validate_on_submit():
        raise BadRequestError("form token")
    everywhere = form.everywhere.data == "yes"
    with here.database.writing() as session:
        asked = end_session.parse(here.issuer, session, list(request.args.items(multi=True)))
        current = sessions.current(session, browser().session)
        _end(session, asked, current, everywhere=everywhere)
    # without a session nobody is known, and nothing was ended elsewhere
    return _done(asked, everywhere=everywhere and current is not None)


def _must_ask(asked: LogoutRequest, current: BrowserSession | None) -> bool:
    if current is None:
        return False
    return (
        asked.needs_confirmation
        or asked.identity_id != current.identity_id
        or _everywhere_proposed()
    )


def _everywhere_proposed() -> bool:
    return request.args.get("everywhere") == "yes"


def _end(
    session: Session,
    asked: LogoutRequest,
    current: BrowserSession | None,
    *,
    everywhere: bool = False,
) -> None:
    """End the browser's session and the one the hint names, which a lost cookie cannot save.

    "Everywhere" is for whoever this browser belongs to, whatever the hint says.
    """
    client_id, where = asked.client.id if asked.client else None, dispatch.here()
    if everywhere and current is not None:
        ending.end_everything(
            session, current.identity_id, why="everywhere", where=where, client_id=client_id
        )
    ids = {asked.session_id, current.id if current else None} - {None}
    for session_id in sorted(map(str, ids)):  # in one order: two at once would lock one another
        ending.end_session(session, session_id, why="sign_out", where=where, client_id=client_id)
    browser().sign_out()


def _ask(asked: LogoutRequest) -> ResponseReturnValue:
    action = carried("sign_out.submit", request.args)
    if asked.post_logout_redirect_uri:
        g.form_action = origin(asked.post_logout_redirect_uri)  # where the button may lead (WB2)
    form = SignOutForm(everywhere="yes" if _everywhere_proposed() else "no")
    return render("sign_out/confirmer.html", form=form, action=action)


def _done(asked: LogoutRequest, *, everywhere: bool = False) -> ResponseReturnValue:
    if asked.post_logout_redirect_uri:
        answer = see_other(end_session.redirect_url(asked))
    else:
        client = asked.client
        start = client.initiate_login_uri if client else None
        answer = render(
            "sign_out/deconnecte.html", site=client, start_url=start, everywhere=everywhere
        )
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer
