"""/connexion/nir: the NIR and the old password, which lead to an e-mail identity only (C1, C10).

What a try is worth is in accounts/legacy_door.py, how it is made in nir_door.py; the code that
follows a right one is in legacy_code.py.
"""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from idp import clock
from idp.accounts import migrating, nir
from idp.accounts.nir import BadNirError, Nir
from idp.accounts.sign_in import Blocked
from idp.flows import dispatch, login, nir_door
from idp.flows import interaction as interactions
from idp.flows.cookies import browser
from idp.flows.forms import NirLoginForm
from idp.flows.pages import handle, render, see_other
from idp.flows.runtime import runtime
from idp.flows.visit import Visit
from idp.texts import text

blueprint = Blueprint("legacy_nir", __name__)


@blueprint.get("/connexion/nir")
def page() -> ResponseReturnValue:
    """The form; or the way on, when who is signed in already is enough."""
    visit = _visit()
    if dispatch.missing(visit) is None:
        return see_other(dispatch.go_on(handle()))
    return _show(visit, NirLoginForm())


@blueprint.post("/connexion/nir")
def submit() -> ResponseReturnValue:
    """Claim a try, verify once, settle; then on to the code."""
    form, visit = NirLoginForm(), _visit()
    typed = _checked(form)
    if typed is None:
        return _show(visit, form, status=400)
    answer = nir_door.knock(
        typed,
        str(form.password.data),
        lambda session, member_id: _begin(session, visit, member_id),
        lambda: _closed(visit),
    )
    if isinstance(answer, Blocked):
        return login.blocked(visit, answer)
    if answer is None:
        return _show(visit, form, failure=text("login.failure"), status=400)
    return answer


def _visit() -> Visit:
    with runtime().database.reading() as session:
        return interactions.load(session, runtime().issuer, browser(), handle())


def _checked(form: NirLoginForm) -> Nir | None:
    if not form.validate_on_submit():
        return None
    try:
        return nir.parse(str(form.nir.data))
    except BadNirError as bad:
        form.nir.errors = [text(bad.text_key)]
        return None


def _begin(session: Session, visit: Visit, member_id: str) -> ResponseReturnValue:
    """The migration begins in this tab; every sign-in by NIR asks for a code (LI4)."""
    migration = migrating.begin(
        session,
        browser().hash,
        member_id,
        password_at=clock.now(),
        interaction_id=visit.handle,
        client_id=visit.client.id if visit.client else None,
        where=dispatch.here(),
    )
    on_way = interactions.migrate(session, browser(), visit, migration)
    return see_other(dispatch.enter(session, on_way))


def _show(
    visit: Visit, form: NirLoginForm, *, failure: str | None = None, status: int = 200
) -> ResponseReturnValue:
    return render(
        "legacy_nir/nir.html",
        status,
        visit=visit,
        form=form,
        failure=failure,
        action=url_for("legacy_nir.submit", interaction=visit.handle),
        sign_in_url=url_for("login.page", interaction=visit.handle),
        forgotten_url=url_for("recovery.forgotten", interaction=visit.handle),
        open_url=url_for("opening.page", interaction=visit.handle),
    )


def _closed(visit: Visit) -> ResponseReturnValue:
    """The password was right: who has left may be told so."""
    return render("legacy_nir/ferme.html", 403, visit=visit)
