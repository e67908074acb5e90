"""/connexion: e-mail and password (E1, D1). One Argon2 verification, whoever it is.

Not here: the code that may follow (step_up.py), and what a try is worth (accounts/sign_in.py).
"""

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from idp.accounts import association
from idp.accounts.migrating import Stage
from idp.accounts.sign_in import Blocked
from idp.flows import dispatch, password_door
from idp.flows import interaction as interactions
from idp.flows.cookies import browser
from idp.flows.forms import LoginForm
from idp.flows.pages import handle, render, see_other
from idp.flows.runtime import runtime
from idp.flows.typed import checked_email
from idp.flows.visit import Visit
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
        joined = association.ended_elsewhere(session, visit.interaction)
    if dispatch.missing(visit) is None:
        return see_other(dispatch.go_on(handle()))
    form = LoginForm()
    if request.method == "GET" and visit.request and visit.request.login_hint:
        form.email.data = visit.request.login_hint
    return _show(visit, form, notice="login.notice_joined" if joined else None)


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
            dispatch.advance(session, _alone(session, visit, identity_id), identity_id, made)
        ),
    )
    if isinstance(answer, Blocked):
        return blocked(visit, answer)
    if answer is None:
        return _show(visit, form, failure=text("login.failure"), status=400)
    return answer


def _alone(session: Session, visit: Visit, identity_id: str) -> Visit:
    """Who signs in with an e-mail leaves the move from a NIR, but for the one to join (C5)."""
    if visit.migration is None:
        return visit
    if visit.stage is Stage.JOIN and visit.migration.identity_id == identity_id:
        return visit
    return interactions.migrate(session, browser(), visit, None)


def _show(
    visit: Visit,
    form: LoginForm,
    *,
    notice: str | None = None,
    failure: str | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    notice = notice or NOTICES.get(request.args.get("message", ""))
    return render(
        "login/connexion.html",
        status,
        visit=visit,
        form=form,
        action=url_for("login.submit", interaction=visit.handle),
        nir_url=url_for("legacy_nir.page", interaction=visit.handle),
        forgotten_url=url_for("recovery.forgotten", interaction=visit.handle),
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
        unblock_url=url_for("recovery.unblock", interaction=visit.handle),
        sign_in_url=url_for("login.page", interaction=visit.handle),
    )
