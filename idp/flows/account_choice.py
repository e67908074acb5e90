"""/connexion/compte: who is signed in goes on, or somebody else signs in (prompt=select_account).

Another account is chosen by its password, on the page of the sign-in: this one lists nobody else.
"""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from idp.accounts import identities
from idp.flows import dispatch
from idp.flows import interaction as interactions
from idp.flows.fields import EmptyForm, check_button
from idp.flows.pages import handle, render, see_other
from idp.flows.runtime import runtime
from idp.flows.visit import Visit

blueprint = Blueprint("account_choice", __name__)
STEP = "select_account"


@blueprint.get("/connexion/compte")
def page() -> ResponseReturnValue:
    """The account of this browser, masked; the way on when nothing is to be chosen."""
    with runtime().database.reading() as session:
        visit = dispatch.of_tab(session)
        if dispatch.is_at(visit, STEP):
            return _show(session, visit)
    return see_other(dispatch.go_on(handle()))


@blueprint.post("/connexion/compte")
def submit() -> ResponseReturnValue:
    """This one; of a session that another has replaced, the form is too old (forms.py)."""
    check_button()
    with runtime().database.writing() as session:
        visit = dispatch.of_tab(session, lock=True)
        address = dispatch.elsewhere(session, visit, STEP)
        if address is not None:
            return see_other(address)
        interactions.choose_account(session, visit)
        return see_other(dispatch.enter(session, visit))


def _show(session: Session, visit: Visit) -> ResponseReturnValue:
    return render(
        "account_choice/compte.html",
        visit=visit,
        form=EmptyForm(formdata=None),
        action=url_for("account_choice.submit", interaction=visit.handle),
        mask=identities.mask_of(session, str(visit.identity_id)),
        other_url=url_for("login.page", interaction=visit.handle),
    )
