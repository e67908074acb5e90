"""/activation/TOKEN: GET shows a button, POST activates (A6, A7). Works in any browser.

In the browser that asked, the paused request goes on; in another the link makes its one change,
opens no session, and offers the site's own start address.
"""

from dataclasses import dataclass

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from idp.accounts import identities, joining, links, sessions, signup
from idp.errors import BadLinkError
from idp.flows import dispatch
from idp.flows import interaction as interactions
from idp.flows.cookies import browser
from idp.flows.fields import EmptyForm
from idp.flows.forms import ResendForm
from idp.flows.pages import handle, hold_a_token, render, see_other
from idp.flows.runtime import runtime
from idp.flows.signup import still_waiting, towards
from idp.flows.typed import checked_email
from idp.models import Interaction, Link
from idp.oidc.clients import ClientInfo

blueprint = Blueprint("activation", __name__)
hold_a_token(blueprint)


@dataclass(frozen=True)
class _Done:
    """Where an activated person goes on: the paused request, or the site's start address."""

    handle: str | None
    client: ClientInfo | None


@blueprint.get("/activation/<token>")
def page(token: str) -> ResponseReturnValue:
    """A button: mail scanners that open links change nothing."""
    try:
        with runtime().database.reading() as session:
            links.look(session, "activation", token)
    except BadLinkError:
        return _asking(ResendForm(formdata=None), dead=True, status=400)
    action = url_for("activation.submit", token=token)
    return render("activation/lien.html", form=EmptyForm(), action=action)


@blueprint.post("/activation/<token>")
def submit(token: str) -> ResponseReturnValue:
    """Activate, once; then on to sign in."""
    try:
        with runtime().database.writing() as session:
            link = identities.activate(session, token, dispatch.here())
            joining.at_activation(session, str(link.identity_id), browser().hash, dispatch.here())
            done = _after(session, link)
    except BadLinkError:
        return _asking(ResendForm(formdata=None), dead=True, status=400)
    if done.handle is not None:
        return see_other(url_for("login.page", interaction=done.handle, message="compte-active"))
    return render(
        "activation/active.html",
        site=done.client,
        start_url=done.client.initiate_login_uri if done.client else None,
        sign_in_url=url_for("login.page"),
    )


@blueprint.get("/activation/renvoyer")
def ask() -> ResponseReturnValue:
    """For whom the message is lost: its form, for an address."""
    return _asking(ResendForm(), dead=False)


@blueprint.post("/activation/renvoyer")
def resend() -> ResponseReturnValue:
    """A new message: one answer, whatever the address is."""
    form, here = ResendForm(), runtime()
    email = checked_email(form)
    if email is None:
        return _asking(form, dead=False, status=400)
    with here.database.writing() as session:
        signup.knock(session, email, dispatch.here())
        paused = towards(still_waiting(session))
        signup.send_again_to(session, email, paused, dispatch.here())
    return render("activation/renvoye.html")


def _after(session: Session, link: Link) -> _Done:
    client = runtime().issuer.clients.get(session, link.client_id) if link.client_id else None
    paused = session.get(Interaction, link.interaction_id) if link.interaction_id else None
    if paused is None or not interactions.owned(browser(), paused):
        return _Done(None, client)
    signed_in = sessions.current(session, browser().session)
    if signed_in is not None and signed_in.identity_id != link.identity_id:
        return _Done(None, client)  # going on would answer the site as somebody else
    return _Done(paused.id, client)


def _asking(form: ResendForm, *, dead: bool, status: int = 200) -> ResponseReturnValue:
    action = url_for("activation.resend", interaction=handle())
    return render(
        "activation/invalide.html",
        status,
        form=form,
        action=action,
        dead=dead,
        sign_in_url=url_for("login.page", interaction=handle()),
    )
