"""/connexion/niveau: the site demands a level that this account has not reached (RFC 9470).

What can raise it is offered: the member's record, joined as always. Else the site is told, by a
button: unmet_authentication_requirements. The second step never leads here, it is simply asked for.
"""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from idp.flows import dispatch
from idp.flows.fields import EmptyForm, check_button
from idp.flows.pages import handle, render, see_other
from idp.flows.runtime import runtime

blueprint = Blueprint("level", __name__)
STEP = "level"
UNMET = "unmet_authentication_requirements"


@blueprint.get("/connexion/niveau")
def page() -> ResponseReturnValue:
    """What is missing, the way to get it, and the way back without it."""
    with runtime().database.reading() as session:
        visit = dispatch.of_tab(session)
    if not dispatch.is_at(visit, STEP):
        return see_other(dispatch.go_on(handle()))
    return render(
        "level/niveau.html",
        visit=visit,
        form=EmptyForm(formdata=None),
        action=url_for("level.submit", interaction=visit.handle),
        open_url=url_for("opening.page", interaction=visit.handle),
        other_url=url_for("login.page", interaction=visit.handle),
    )


@blueprint.post("/connexion/niveau")
def submit() -> ResponseReturnValue:
    """Back to the site without it."""
    check_button()
    with runtime().database.writing() as session:
        visit = dispatch.of_tab(session, lock=True)
        address = dispatch.elsewhere(session, visit, STEP)
        if address is not None:
            return see_other(address)
        return see_other(dispatch.refuse(session, visit, UNMET, "No member record is attached"))
