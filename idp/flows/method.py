"""/connexion/methode: the code by e-mail or by SMS, for who has activated a telephone (E5).

Whatever is chosen here proves nothing: the page of the code still has to be answered (OTC10).
"""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms.fields import SelectChoice

from idp.accounts import second_step
from idp.accounts.second_step import Asking
from idp.flows import dispatch
from idp.flows import interaction as interactions
from idp.flows.forms import MethodForm
from idp.flows.pages import handle, render, see_other
from idp.flows.runtime import runtime
from idp.flows.visit import EMAIL, SMS, Visit
from idp.texts import text

blueprint = Blueprint("method", __name__)
STEPS = ("method", "second_step")


@blueprint.get("/connexion/methode")
def page() -> ResponseReturnValue:
    """The ways to choose from; again, for who chose one and gets nothing by it."""
    with runtime().database.reading() as session:
        visit = dispatch.of_tab(session)
        if _is_due(visit):
            form = MethodForm()
            if visit.by_sms:  # it was chosen and does not come: the other
                form.method.data = EMAIL
            return _show(session, visit, form)
    return see_other(dispatch.go_on(handle()))


@blueprint.post("/connexion/methode")
def submit() -> ResponseReturnValue:
    """Keep the choice in this tab, and send a code that way."""
    form = MethodForm()
    with runtime().database.writing() as session:
        visit = dispatch.of_tab(session, lock=True)
        if not _is_due(visit):
            step = dispatch.missing(visit)
            page = dispatch.page_of(step, visit) if step else dispatch.answer(session, visit)
            return see_other(page)
        if not form.validate_on_submit():
            return _show(session, visit, form, status=400)
        interactions.choose_method(session, visit, str(form.method.data))
        return see_other(dispatch.enter(session, visit))


def _is_due(visit: Visit) -> bool:
    step = dispatch.missing(visit)
    return step is not None and step.name in STEPS and visit.has_choice


def _show(
    session: Session, visit: Visit, form: MethodForm, status: int = 200
) -> ResponseReturnValue:
    form.method.choices = [
        SelectChoice(SMS, text("method.by_sms", mask=_mask(session, visit, by_sms=True))),
        SelectChoice(EMAIL, text("method.by_mail", mask=_mask(session, visit, by_sms=False))),
    ]
    return render(
        "method/methode.html",
        status,
        visit=visit,
        form=form,
        action=url_for("method.submit", interaction=visit.handle),
        cancel_url=url_for("login.page", interaction=visit.handle),
    )


def _mask(session: Session, visit: Visit, *, by_sms: bool) -> str:
    asking = Asking(str(visit.identity_id), str(visit.handle), None, dispatch.here(), by_sms)
    way = second_step.way_of(session, asking)
    return way.mask if way else ""
