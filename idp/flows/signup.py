"""/creer-un-compte: an identity without a NIR (A9, A3, A5). One last page for everybody (A8).

The page after it carries a sealed note of who applied, so that "Renvoyer le message" needs no row
of its own and works in this browser only.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, replace
from datetime import timedelta

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session

from idp import clock
from idp.accounts import budgets, signup
from idp.accounts.questions import normal_answer
from idp.accounts.signup import Application, Towards
from idp.errors import BadRequestError, InteractionLostError, TooManyError
from idp.flows import dispatch
from idp.flows import interaction as interactions
from idp.flows.cookies import browser
from idp.flows.fields import EmptyForm
from idp.flows.forms import SignUpForm
from idp.flows.pages import handle, render, see_other
from idp.flows.runtime import runtime
from idp.flows.typed import checked_access
from idp.flows.visit import Visit
from idp.storage.keyring import UnreadableError

blueprint = Blueprint("signup", __name__)
_LABEL = "signup.sent"
_NOTE_LIFE = timedelta(hours=12)


@dataclass(frozen=True)
class Note:
    """Who applied from this browser: what the last page needs."""

    identity_id: str
    email: str


@blueprint.get("/creer-un-compte")
def page() -> ResponseReturnValue:
    """The form."""
    return _show(_visit(), SignUpForm())


@blueprint.post("/creer-un-compte")
def submit() -> ResponseReturnValue:
    """Check, hash, write: the same work whether the address is free or taken."""
    here, form, visit = runtime(), SignUpForm(), _visit()
    email = checked_access(form)
    if email is None:
        return _show(visit, form, status=400)
    with here.database.writing() as session:
        signup.knock(session, email, dispatch.here())  # before the two hashes are paid for
    wanted = hashed(form, email)
    with here.database.writing() as session:
        identity_id = signup.apply(session, wanted, towards(visit), dispatch.here())
    return see_other(sent_address(identity_id, email))


@blueprint.get("/creer-un-compte/message-envoye")
def sent() -> ResponseReturnValue:
    """The same for everybody: a message has gone; look in the junk folder; send it again."""
    note = _note()
    with runtime().database.reading() as session:
        visit = still_waiting(session)
        wait_until = budgets.room_at(session, "mail_anonymous", note.email)
    return render(
        "signup/message-envoye.html",
        visit=visit,
        email=note.email,
        form=EmptyForm(),
        action=url_for("signup.resend", suite=request.args["suite"], interaction=handle()),
        sent_again="renvoye" in request.args,
        wait_until=wait_until,
        sign_in_url=url_for("login.page", interaction=visit.handle),
    )


@blueprint.post("/creer-un-compte/message-envoye")
def resend() -> ResponseReturnValue:
    """Once more, within the budget; back to the same page either way."""
    note, suite = _note(), request.args["suite"]
    with runtime().database.writing() as session:
        renvoye = sent_again(session, note.identity_id, still_waiting(session))
    return see_other(url_for("signup.sent", suite=suite, interaction=handle(), renvoye=renvoye))


def towards(visit: Visit) -> Towards:
    """The paused request that the mailed link leads back to."""
    client = visit.client
    return Towards(visit.handle, client.id if client else None, client.name if client else None)


def sent_address(identity_id: str, email: str) -> str:
    """The last page for this application, in this browser."""
    note = {
        "identity": identity_id,
        "email": email,
        "browser": browser().hash,
        "until": (clock.now() + _NOTE_LIFE).timestamp(),
    }
    sealed = runtime().database.keys.seal("secret", _LABEL, json.dumps(note))
    suite = urlsafe_b64encode(sealed).decode().rstrip("=")
    return url_for("signup.sent", suite=suite, interaction=handle())


def hashed(form: FlaskForm, email: str) -> Application:
    """What a sound form of a new account chose; one or two Argon2 hashes, outside a transaction."""
    hasher = runtime().hasher
    password_hash = hasher.hash(str(form["password"].data))
    if "secret_question" not in form:  # the setting secret_questions
        return Application(email, password_hash)
    return Application(
        email,
        password_hash,
        question=str(form["secret_question"].data),
        answer_hash=hasher.hash(normal_answer(str(form["secret_answer"].data))),
    )


def sent_again(session: Session, identity_id: str, visit: Visit) -> str | None:
    """The message once more, within the budget; "oui" for the page to say so, or None."""
    try:
        signup.send_again(session, identity_id, towards(visit), dispatch.here())
    except TooManyError:
        return None
    return "oui"


def _note() -> Note:
    sealed = request.args.get("suite", "")
    try:
        blob = urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
        note = json.loads(runtime().database.keys.open("secret", _LABEL, blob))
    except (UnreadableError, ValueError) as bad:
        raise BadRequestError("note") from bad
    if note["browser"] != browser().hash or note["until"] < clock.now().timestamp():
        raise BadRequestError("note of another browser, or too old")
    return Note(note["identity"], note["email"])


def _visit() -> Visit:
    with runtime().database.reading() as session:
        return still_waiting(session)


def still_waiting(session: Session) -> Visit:
    """The paused request; or its site alone, for who awaits the message longer than that lives."""
    issuer = runtime().issuer
    try:
        return interactions.load(session, issuer, browser(), handle())
    except InteractionLostError:
        direct = interactions.load(session, issuer, browser(), None)
        return replace(direct, client=interactions.site_of(session, issuer, browser(), handle()))


def _show(visit: Visit, form: SignUpForm, status: int = 200) -> ResponseReturnValue:
    return render(
        "signup/creer-un-compte.html",
        status,
        visit=visit,
        form=form,
        action=url_for("signup.submit", interaction=visit.handle),
        sign_in_url=url_for("login.page", interaction=visit.handle),
    )
