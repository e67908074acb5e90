"""/compte/deux-etapes: the second steps that are on; a telephone added, changed, removed (F5).

A number is typed, gets a code by SMS, and serves once that code is typed. It never stands in an
address: that holds the id of a row, which says nothing without the session that asked for it.
"""

from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from idp.accounts import identifiers, phone_factor, sessions
from idp.accounts.codes import Answer
from idp.accounts.phone_factor import Asker, Phone, SameNumberError
from idp.accounts.phones import BadPhoneError, canonical_phone
from idp.accounts.sms import NoSmsError
from idp.errors import InteractionLostError
from idp.flows import dispatch
from idp.flows.fields import EmptyForm, check_button
from idp.flows.forms import PhoneCodeForm, PhoneForm
from idp.flows.pages import render, see_other
from idp.flows.runtime import runtime
from idp.flows.step_up import said_of
from idp.flows.visit import TWO_STEP, Visit
from idp.models import Identity
from idp.texts import text

blueprint = Blueprint("two_step", __name__)
_PAGE = TWO_STEP
_NOTICES = {
    "active": "two_step.added",
    "retire": "two_step.removed",
    "deja": "two_step.gone",
    "termine": "two_step.over",
    "epuise": "two_step.spent",
}


@blueprint.get("/compte/deux-etapes")
def page() -> ResponseReturnValue:
    """What is on, and the form that adds or changes the telephone."""
    with runtime().database.reading() as session:
        visit = dispatch.of_account(session, _PAGE)
        if dispatch.missing(visit) is None:
            return _show(session, _asker(visit), PhoneForm(formdata=None))
    with runtime().database.writing() as session:
        visit = dispatch.of_account(session, _PAGE)
        return see_other(dispatch.first_prove(session, visit, posted=False) or _home())


@blueprint.post("/compte/deux-etapes")
def submit() -> ResponseReturnValue:
    """A code to the number typed."""
    form = PhoneForm()
    with runtime().database.writing() as session:
        asker = _changing(session)
        if isinstance(asker, str):
            return see_other(asker)
        phone = _asked(session, asker, form)
        if phone is None:
            return _show(session, asker, form, status=400)
    return see_other(_at("two_step.code", phone.id))


@blueprint.get("/compte/deux-etapes/code")
def code() -> ResponseReturnValue:
    """The field for the code that went to the number being added."""
    with runtime().database.reading() as session:
        visit = dispatch.of_account(session, _PAGE)
        if dispatch.missing(visit) is not None:
            return see_other(_home())
        return _show_code(session, _asker(visit), PhoneCodeForm(formdata=None))


@blueprint.post("/compte/deux-etapes/code")
def answer() -> ResponseReturnValue:
    """Right, the number serves from now on."""
    form = PhoneCodeForm()
    valid = form.validate_on_submit()
    with runtime().database.writing() as session:
        asker = _changing(session)
        if isinstance(asker, str):
            return see_other(asker)
        waiting = phone_factor.awaited(session, asker, _telephone())
        if waiting is None:
            return see_other(_home("termine"))
        if not valid:
            return _show_code(session, asker, form, status=400)
        tried = phone_factor.answer(session, asker, waiting[0], str(form.code.data))
        if tried.answer is Answer.RIGHT:
            return see_other(_home("active"))
        if tried.answer is Answer.WRONG and tried.tries_left == 0:
            return see_other(_home("epuise"))
        form.code.errors = [said_of(tried)]
        return _show_code(session, asker, form, status=400)


@blueprint.post("/compte/deux-etapes/code/renvoyer")
def resend() -> ResponseReturnValue:
    """Another code to the number being added."""
    check_button()
    with runtime().database.writing() as session:
        asker = _changing(session)
        if isinstance(asker, str):
            return see_other(asker)
        waiting = phone_factor.awaited(session, asker, _telephone())
        if waiting is None:
            return see_other(_home("termine"))
        full = phone_factor.ask_again(session, asker, waiting[0])
    return see_other(_at("two_step.code", waiting[0].id, renvoye=None if full else "oui"))


@blueprint.post("/compte/deux-etapes/retirer")
def remove() -> ResponseReturnValue:
    """The telephone serves no more; of two tabs the later one says so."""
    check_button()
    with runtime().database.writing() as session:
        asker = _changing(session)
        if isinstance(asker, str):
            return see_other(asker)
        removed = phone_factor.remove(session, asker, _telephone())
    return see_other(_home("retire" if removed else "deja"))


def _changing(session: Session) -> Asker | str:
    """Who may change it now; else the address where something has to be proved first."""
    visit = dispatch.of_account(session, _PAGE)
    address = dispatch.first_prove(session, visit, posted=True)
    if address is not None:
        return address
    if visit.signed_in is not None:
        sessions.seen(session, visit.signed_in)
    return _asker(visit)


def _asker(visit: Visit) -> Asker:
    if visit.signed_in is None:
        raise InteractionLostError("nobody")
    return Asker(visit.signed_in.identity_id, visit.signed_in.id, dispatch.here())


def _asked(session: Session, asker: Asker, form: PhoneForm) -> Phone | None:
    """The number that a code went to, or None with the form telling why not."""
    if not form.validate_on_submit():
        return None
    try:
        return phone_factor.ask(session, asker, canonical_phone(str(form.mobile.data)))
    except NoSmsError:
        form.mobile.errors = [text("two_step.no_sms")]
    except (BadPhoneError, SameNumberError) as refused:
        form.mobile.errors = [text(refused.text_key)]
    return None


def _telephone() -> str:
    return request.args.get("telephone", "")


def _at(endpoint: str, phone_id: str, **more: Any) -> str:
    return url_for(endpoint, telephone=phone_id, **more)


def _home(message: str | None = None) -> str:
    return url_for("two_step.page", message=message)


def _show(
    session: Session, asker: Asker, form: PhoneForm, status: int = 200
) -> ResponseReturnValue:
    identity = session.get_one(Identity, asker.identity_id)
    now = phone_factor.active(session, asker.identity_id)
    given = phone_factor.declared(session, asker.identity_id)
    waiting = phone_factor.awaited(session, asker, given.id) if given else None
    if given and form.mobile.data is None:
        form.mobile.data = given.national
    notice = _NOTICES.get(request.args.get("message", ""))
    email = identifiers.open_email(session, identity.email_sealed)
    return render(
        "two_step/deux-etapes.html",
        status,
        mail_mask=identifiers.mask_after_password(email),
        phone=now,
        waiting_mask=waiting[0].mask if waiting else None,
        waiting_url=_at("two_step.code", waiting[0].id) if waiting else None,
        form=form,
        action=url_for("two_step.submit"),
        remove_form=EmptyForm(formdata=None),
        remove_action=_at("two_step.remove", now.id) if now else None,
        notice=text(notice) if notice and status == 200 else None,
        services_url=url_for("services.page"),
        home_url=url_for("accueil.page"),
    )


def _show_code(
    session: Session, asker: Asker, form: PhoneCodeForm, status: int = 200
) -> ResponseReturnValue:
    waiting = phone_factor.awaited(session, asker, _telephone())
    if waiting is None:  # too late, or another number was typed in another tab
        return see_other(_home("termine"))
    phone, live = waiting
    return render(
        "two_step/code.html",
        status,
        form=form,
        action=_at("two_step.answer", phone.id),
        mask=phone.mask,
        prefix=live.prefix,
        minutes=runtime().settings.code_lifetime // 60,
        sent_again="renvoye" in request.args,
        resend_form=EmptyForm(formdata=None),
        resend_action=_at("two_step.resend", phone.id),
        wait_until=phone_factor.room_at(session, asker, phone),
        back_url=_home(),
    )
