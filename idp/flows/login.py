"""/connexion: e-mail and password (E1, D1). One Argon2 verification, whoever it is.

Not here: the code that may follow (step_up.py), and what a try is worth (accounts/sign_in.py).
"""

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from idp.accounts.sign_in import Blocked
from idp.flows import dispatch, password_door
from idp.flows import interaction as interactions
from idp.flows.cookies import browser
from idp.flows.forms import LoginForm
from idp.flows.interaction import Visit
from idp.flows.pages import handle, render, see_other
from idp.flows.runtime import runtime
from idp.flows.typed import checked_email
from idp.texts import text

blueprint = Blueprint("login", __name__)
NOTICES = {
    "compte-active": "login.notice_activated",
    "codes-errones": "login.notice_wrong_codes",
    "acces-cree": "login.notice_invited",
}


@blueprint.get("/connexion")
def page() -> ResponseReturnValue:
    """The form; or the way on, when who is signed in already is enough."""
    here = runtime()
    with here.database.reading() as session:
        visit = interactions.load(session, here.issuer, browser(), handle())
    if dispatch.missing(visit) is None:
        return see_other(dispatch.go_on(handle()))
    form = LoginForm()
    if request.method == "GET" and visit.request and visit.request.login_hint:
        form.email.data = visit.request.login_hint
    return _show(visit, form)


@blueprint.post("/connexion")
def submit() -> ResponseReturnValue:
    """Claim a try, verify once, settle; then on to the next step."""
    here, form = runtime(), LoginForm()
    with here.database.reading() as session:
        visit = interactions.load(session, here.issuer, browser(), handle())
    email = checked_email(form)
    if email is None:
        return _show(visit, form, status=400)
    answer = password_door.knock(
        email,
        str(form.password.data),
        lambda session, identity_id, made: see_other(
            dispatch.advance(session, visit, identity_id, made)
        ),
    )
    if isinstance(answer, Blocked):
        return blocked(visit, answer)
    if answer is None:
        return _show(visit, form, failure=text("login.failure"), status=400)
    return answer


def _show(
    visit: Visit, form: LoginForm, *, failure: str | None = None, status: int = 200
) -> ResponseReturnValue:
    notice = NOTICES.get(request.args.get("message", ""))
    return render(
        "login/connexion.html",
        status,
        visit=visit,
        form=form,
        action=url_for("login.submit", interaction=visit.handle),
        open_url=url_for("opening.page", interaction=visit.handle),
        sign_up_url=url_for("signup.page", interaction=visit.handle),
        notice=text(notice) if notice and request.method == "GET" else None,
        failure=failure,
        resend_url=url_for("activation.ask", interaction=visit.handle),
    )


def blocked(visit: Visit, block: Blocked) -> ResponseReturnValue:
    """The page of a block, whichever door met it."""
    return render(
        "login/bloque.html",
        403,
        visit=visit,
        until=block.until,
        sign_in_url=url_for("login.page", interaction=visit.handle),
    )
