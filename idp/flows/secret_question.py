"""/connexion/question-secrete: who was invited chooses a secret question at the first sign-in (B3).

After the code and before the site's answer: until then there is no session (SE4).
"""

from dataclasses import replace

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from idp.accounts import identities
from idp.accounts.questions import normal_answer
from idp.flows import dispatch
from idp.flows import interaction as interactions
from idp.flows.cookies import browser
from idp.flows.forms import QuestionForm
from idp.flows.pages import handle, render, see_other
from idp.flows.runtime import runtime
from idp.flows.visit import Visit, with_person

blueprint = Blueprint("secret_question", __name__)
STEP = "secret_question"


@blueprint.get("/connexion/question-secrete")
def page() -> ResponseReturnValue:
    """The form, if it is due."""
    visit = _due()
    if visit is None:
        return see_other(dispatch.go_on(handle()))
    return _show(visit, QuestionForm())


@blueprint.post("/connexion/question-secrete")
def submit() -> ResponseReturnValue:
    """Keep question and answer, once; then on to the site."""
    here, form, visit = runtime(), QuestionForm(), _due()
    if visit is None:
        return see_other(dispatch.go_on(handle()))
    if not form.validate_on_submit():
        return _show(visit, form, status=400)
    answer_hash = here.hasher.hash(normal_answer(str(form.secret_answer.data)))
    question = str(form.secret_question.data)
    with here.database.writing() as session:
        visit = interactions.load(session, here.issuer, browser(), handle(), lock=True)
        address = dispatch.elsewhere(session, visit, STEP)
        if address is not None:
            return see_other(address)
        identities.choose_question(
            session, str(visit.identity_id), question, answer_hash, dispatch.here()
        )
        visit = with_person(session, replace(visit, person=None))
        return see_other(dispatch.enter(session, visit))


def _due() -> Visit | None:
    """The visit, if this is its step."""
    with runtime().database.reading() as session:
        visit = dispatch.of_tab(session)
    return visit if dispatch.is_at(visit, STEP) else None


def _show(visit: Visit, form: QuestionForm, status: int = 200) -> ResponseReturnValue:
    return render(
        "secret_question/question-secrete.html",
        status,
        visit=visit,
        form=form,
        action=url_for("secret_question.submit", interaction=visit.handle),
    )
