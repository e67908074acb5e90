"""/invitation/TOKEN: the landing of an employer's invitation, and the access made there (B1-B3).

Free or taken, kept or changed: the answer is the same, and leads to the sign-in page. Whatever
there is to say of an address goes to it by mail. Not here: what becomes of the form
(accounts/invitation_use.py), and the code that proves a changed address (step_up.py).
"""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from idp.accounts import invitation_use, sessions
from idp.accounts.invitation_use import Invited, Wanted
from idp.errors import BadLinkError
from idp.flows import dispatch
from idp.flows.cookies import browser
from idp.flows.forms import InvitationForm
from idp.flows.pages import hold_a_token, render, see_other
from idp.flows.runtime import runtime
from idp.flows.typed import checked_access

blueprint = Blueprint("invitation", __name__)
hold_a_token(blueprint)


@blueprint.get("/invitation/<token>")
def page(token: str) -> ResponseReturnValue:
    """Who invites, the three steps, the form: mail scanners that open links change nothing."""
    try:
        found = _look(token)
    except BadLinkError:
        return _dead()
    form = InvitationForm(formdata=None)
    form.email.data = found.email
    return _show(token, found, form)


@blueprint.post("/invitation/<token>")
def submit(token: str) -> ResponseReturnValue:
    """Check, hash, write: the same work whether the address is free or taken."""
    here, form = runtime(), InvitationForm()
    try:
        found = _look(token)
        email = checked_access(form)
        if email is None:
            return _show(token, found, form, status=400)
        with here.database.writing() as session:
            invitation_use.knock(session, token, email)  # before the hash is paid for
        wanted = Wanted(email, here.hasher.hash(str(form.password.data)))
        with here.database.writing() as session:
            invitation_use.accept(session, token, wanted, dispatch.here())
    except BadLinkError:
        return _dead()
    return see_other(url_for("invitation.done"))


@blueprint.get("/invitation/acces-cree")
def done() -> ResponseReturnValue:
    """On to sign in; or first out, in a browser that somebody is signed in at."""
    with runtime().database.reading() as session:
        signed_in = sessions.current(session, browser().session) is not None
    if not signed_in:
        return see_other(url_for("login.page", message="acces-cree"))
    return render("invitation/acces-cree.html", sign_out_url=url_for("sign_out.page"))


def _look(token: str) -> Invited:
    with runtime().database.reading() as session:
        return invitation_use.look(session, token)


def _dead() -> ResponseReturnValue:
    """One page for every dead link: expired, used, revoked, sent anew, unknown."""
    return render("invitation/invalide.html", 400, sign_in_url=url_for("login.page"))


def _show(
    token: str, found: Invited, form: InvitationForm, status: int = 200
) -> ResponseReturnValue:
    return render(
        "invitation/creation.html",
        status,
        form=form,
        action=url_for("invitation.submit", token=token),
        given_name=found.given_name,
        employer=found.invitation.employer,
        contract=found.invitation.contract,
    )
