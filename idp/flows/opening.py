"""/creer-mon-espace: the NIR, then the access in two folds (A1-A3); then opening_member.py.

An opening has an id of its own in the address (`dossier`), bound to this browser: it outlives the
paused request that it may have begun in. Who is signed in already skips the folds (A9).
"""

from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from idp.accounts import budgets, joining, nir, openings, signup
from idp.accounts.activity import Kind, record
from idp.accounts.nir import BadNirError, Nir
from idp.accounts.sessions import Made
from idp.accounts.sign_in import Blocked, network
from idp.flows import dispatch, login, password_door
from idp.flows import interaction as interactions
from idp.flows.cookies import browser
from idp.flows.forms_opening import AccessForm, JoinForm, NirForm
from idp.flows.pages import handle, render, see_other
from idp.flows.runtime import runtime
from idp.flows.signup import hashed, still_waiting
from idp.flows.typed import checked_access, checked_email
from idp.flows.visit import Visit
from idp.models import Opening
from idp.texts import text

blueprint = Blueprint("opening", __name__)
# the fold may be chosen again until the coordinates are given
_CHOOSING = frozenset({"opening.access", "opening_member.coordinates"})


def dossier() -> str | None:
    """The id of the opening that a page belongs to, from its address."""
    return request.args.get("dossier") or None


def at(endpoint: str, opening_id: str, **more: str | None) -> str:
    """The address of a page of this opening."""
    values: dict[str, Any] = {"dossier": opening_id, "interaction": handle(), **more}
    return url_for(endpoint, **values)


@blueprint.get("/creer-mon-espace")
def page() -> ResponseReturnValue:
    """The form for the NIR; or that there is nothing to open, for whose record is attached."""
    with runtime().database.reading() as session:
        visit = still_waiting(session)
        attached = _attached(session, visit)
    return render("opening/deja.html", visit=visit) if attached else _show(visit, NirForm())


@blueprint.post("/creer-mon-espace")
def submit() -> ResponseReturnValue:
    """Begin the opening; nothing of the register is looked at."""
    form = NirForm()
    given = _checked_nir(form)
    with runtime().database.writing() as session:
        visit = still_waiting(session)
        if given is None:
            return _show(visit, form, status=400)
        if _attached(session, visit):
            return render("opening/deja.html", visit=visit)
        return see_other(_begin(session, visit, given))


@blueprint.get("/creer-mon-espace/acces")
def access() -> ResponseReturnValue:
    """Two folds: an account that exists, or a new one."""
    with runtime().database.reading() as session:
        opening = openings.load(session, browser().hash, dossier())
        due = dispatch.opening_page(opening, openings.typed_of(session, opening))
        visit = still_waiting(session)
    if due not in _CHOOSING:
        return see_other(at(due, opening.id))
    return _show_folds(visit, opening.id)


@blueprint.post("/creer-mon-espace/acces")
def submit_access() -> ResponseReturnValue:
    """One fold or the other, named by the hidden field."""
    with runtime().database.reading() as session:
        opening = openings.load(session, browser().hash, dossier())
        due = dispatch.opening_page(opening, openings.typed_of(session, opening))
        visit = still_waiting(session)
    if due not in _CHOOSING:
        return see_other(at(due, opening.id))
    if request.form.get("have_account") == "yes":
        return _join(visit, opening)
    return _choose(visit, opening)


def _begin(session: Session, visit: Visit, given: Nir) -> str:
    where = dispatch.here()
    budgets.take(session, "sign_up_ip", network(where))
    opening_id = openings.begin(session, browser().hash, given)
    record(session, Kind.OPENING_BEGUN, flow_id=opening_id, where=where)
    if visit.identity_id is None:
        return at("opening.access", opening_id)
    opening = openings.load(session, browser().hash, opening_id)
    openings.join(session, opening, visit.identity_id)
    return dispatch.enter(session, interactions.join(session, browser(), visit, opening_id))


def _join(visit: Visit, opening: Opening) -> ResponseReturnValue:
    """The password of an account that exists; then its code, then the coordinates."""
    form = JoinForm()
    email = checked_email(form)
    if email is None:
        return _show_folds(visit, opening.id, join=form, status=400)

    def on_right(session: Session, identity_id: str, made: list[Made]) -> ResponseReturnValue:
        mine = openings.load(session, browser().hash, opening.id)
        openings.join(session, mine, identity_id)
        ahead = interactions.join(session, browser(), visit, opening.id)
        return see_other(dispatch.advance(session, ahead, identity_id, made))

    answer = password_door.knock(email, str(form.password.data), on_right)
    if isinstance(answer, Blocked):
        return login.blocked(visit, answer)
    if answer is None:
        failure = text("login.failure")
        return _show_folds(visit, opening.id, join=form, failure=failure, status=400)
    return answer


def _choose(visit: Visit, opening: Opening) -> ResponseReturnValue:
    """A new access: checked and hashed, and kept until the member is looked up."""
    form, here = AccessForm(), runtime()
    with here.database.reading() as session:
        number = openings.typed_of(session, opening).nir
    email = checked_access(form, about=(number,) if number else ())
    if email is None:
        return _show_folds(visit, opening.id, create=form, status=400)
    with here.database.writing() as session:
        signup.knock(session, email, dispatch.here())  # before the two hashes are paid for
    wanted = hashed(form, email)
    with here.database.writing() as session:
        mine = openings.load(session, browser().hash, opening.id)
        openings.keep_access(session, mine, wanted)
        due = dispatch.opening_page(mine, openings.typed_of(session, mine))
    return see_other(at(due, opening.id))


def _attached(session: Session, visit: Visit) -> bool:
    """Of who is signed in: half a sign-in is told nothing."""
    signed_in = visit.signed_in
    return signed_in is not None and joining.member_of(session, signed_in.identity_id) is not None


def _checked_nir(form: NirForm) -> Nir | None:
    if not form.validate_on_submit():
        return None
    try:
        return nir.parse(str(form.nir.data))
    except BadNirError as bad:
        form.nir.errors = [text("forms.nir_key_wrong" if bad.detail == "key" else bad.text_key)]
        return None


def _show(visit: Visit, form: NirForm, status: int = 200) -> ResponseReturnValue:
    return render(
        "opening/nir.html",
        status,
        visit=visit,
        form=form,
        action=url_for("opening.submit", interaction=visit.handle),
        sign_in_url=url_for("login.page", interaction=visit.handle),
        sign_up_url=url_for("signup.page", interaction=visit.handle),
        signed_in=visit.identity_id is not None,
    )


def _show_folds(
    visit: Visit,
    opening_id: str,
    *,
    join: JoinForm | None = None,
    create: AccessForm | None = None,
    failure: str | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    return render(
        "opening/acces.html",
        status,
        visit=visit,
        join=join or JoinForm(formdata=None),
        create=create or AccessForm(formdata=None),
        folded="yes" if join else "no",
        failure=failure,
        action=at("opening.submit_access", opening_id),
    )
