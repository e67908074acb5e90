"""/connexion: e-mail and password (E1, D1). One Argon2 verification, whoever it is.

Not here: the code that may follow (step_up.py), and what a try is worth (accounts/sign_in.py).
"""

from contextlib import suppress

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from idp import clock
from idp.accounts import identifiers, sign_in
from idp.accounts.assurance import ProofKind
from idp.accounts.identifiers import BadEmailError
from idp.accounts.sessions import Made
from idp.accounts.sign_in import Blocked, Outcome, Ticket
from idp.errors import BusyError
from idp.flows import dispatch
from idp.flows import interaction as interactions
from idp.flows.cookies import browser
from idp.flows.forms import LoginForm
from idp.flows.interaction import Visit
from idp.flows.pages import handle, render, see_other
from idp.flows.runtime import runtime
from idp.texts import text

blueprint = Blueprint("login", __name__)
NOTICES = {"compte-active": "login.notice_activated", "codes-errones": "login.notice_wrong_codes"}


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
    email = _checked(form)
    if email is None:
        return _show(visit, form, status=400)
    with here.database.writing() as session:
        ticket = sign_in.claim(session, email, browser().device, dispatch.here())
    if isinstance(ticket, Blocked):
        return _blocked(visit, ticket)
    password = str(form.password.data)
    right = _verified(ticket, password)
    renewed = _rehashed(ticket, password) if right else None
    try:
        return _settle(visit, form, ticket, right, renewed)
    except Exception:
        if right:  # its settlement is undone, and a right password must not count as wrong
            _abandon(ticket)
        raise


def _verified(ticket: Ticket, password: str) -> bool:
    """One verification. BusyError when the queue is full: the try is then given back (AV1)."""
    here = runtime()
    try:
        return here.hasher.verify(ticket.stored, password)
    except BusyError:
        _abandon(ticket)
        raise


def _abandon(ticket: Ticket) -> None:
    with runtime().database.writing() as session:
        sign_in.abandon(session, ticket)


def _settle(
    visit: Visit, form: LoginForm, ticket: Ticket, right: bool, renewed: str | None
) -> ResponseReturnValue:
    with runtime().database.writing() as session:
        outcome = sign_in.settle(session, ticket, right)
        if outcome is Outcome.RIGHT and ticket.identity is not None:
            if renewed:
                sign_in.keep_rehash(session, ticket.identity, renewed)
            return see_other(dispatch.advance(session, visit, ticket.identity.id, _proved(ticket)))
    return _show(visit, form, failure=text("login.failure"), status=400)


def _proved(ticket: Ticket) -> list[Made]:
    now = clock.now()
    made = [Made(ProofKind.PASSWORD, now)]
    if ticket.device is not None:
        made.append(Made(ProofKind.TRUSTED_DEVICE, now, ticket.device.id))
    return made


def _rehashed(ticket: Ticket, password: str) -> str | None:
    hasher = runtime().hasher
    if ticket.stored and hasher.outdated(ticket.stored):
        with suppress(BusyError):  # the next sign-in will do it
            return hasher.hash(password)
    return None


def _checked(form: LoginForm) -> str | None:
    """The canonical address, or None with the form telling why not."""
    if not form.validate_on_submit():
        return None
    try:
        return identifiers.canonical_email(
            str(form.email.data), development=runtime().settings.development
        )
    except BadEmailError as bad:
        form.email.errors = [text(bad.text_key)]
        return None


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
        sign_up_url=url_for("signup.page", interaction=visit.handle),
        notice=text(notice) if notice and request.method == "GET" else None,
        failure=failure,
        resend_url=url_for("activation.ask", interaction=visit.handle),
    )


def _blocked(visit: Visit, blocked: Blocked) -> ResponseReturnValue:
    return render(
        "login/bloque.html",
        403,
        visit=visit,
        until=blocked.until,
        sign_in_url=url_for("login.page", interaction=visit.handle),
    )
