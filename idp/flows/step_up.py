"""/connexion/code: the code by e-mail or SMS, and the box that makes a trusted device (E2-E5)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from idp import clock
from idp.accounts import (
    devices,
    identifiers,
    invitation_use,
    joining,
    second_step,
)
from idp.accounts.codes import Answer, Tried
from idp.accounts.sessions import Made
from idp.delivery import outbox
from idp.errors import InteractionLostError
from idp.flows import dispatch
from idp.flows import interaction as interactions
from idp.flows.cookies import browser
from idp.flows.fields import EmptyForm
from idp.flows.forms import CodeForm
from idp.flows.pages import handle, render, see_other
from idp.flows.runtime import runtime
from idp.flows.visit import Visit
from idp.models import Identity
from idp.texts import text

blueprint = Blueprint("step_up", __name__)
STEP = "second_step"
JUNK_HINT = timedelta(minutes=5)


@dataclass(frozen=True)
class _Waiting:
    """What the page shows of the code it waits for."""

    visit: Visit
    mask: str
    prefix: str | None
    hint_in: int
    wait_until: datetime | None


@blueprint.get("/connexion/code")
def page() -> ResponseReturnValue:
    """The form of the live code, or a button that sends one."""
    with runtime().database.reading() as session:
        visit = dispatch.of_tab(session)
        if dispatch.is_at(visit, STEP):
            waiting = _waiting(session, visit)
            return _show(waiting, CodeForm(), sent_again="renvoye" in request.args)
    return see_other(dispatch.go_on(handle()))


@blueprint.post("/connexion/code")
def submit() -> ResponseReturnValue:
    """Answer the code; right, it is a proof, and may make this browser a trusted device."""
    form = CodeForm()
    valid = form.validate_on_submit()
    with runtime().database.writing() as session:
        visit = dispatch.of_tab(session, lock=True)
        address = dispatch.elsewhere(session, visit, STEP)
        if address is not None:
            return see_other(address)
        if not valid:
            return _show(_waiting(session, visit), form, status=400)
        tried = second_step.answer(session, dispatch.asking(visit), str(form.code.data))
        if tried.answer is Answer.RIGHT:
            return see_other(_right(session, visit, tried, trust=bool(form.trust_device.data)))
        if tried.answer is Answer.WRONG and tried.tries_left == 0:
            return see_other(_give_up(session, visit))
        waiting = _waiting(session, visit)
    form.code.errors = [said_of(tried)]
    return _show(waiting, form, status=400)


@blueprint.post("/connexion/code/renvoyer")
def resend() -> ResponseReturnValue:
    """Another code, within the budget; the one before dies."""
    with runtime().database.writing() as session:
        visit = dispatch.of_tab(session, lock=True)
        address = dispatch.elsewhere(session, visit, STEP)
        if address is not None:
            return see_other(address)
        wait_until = second_step.send(session, dispatch.asking(visit))
    renvoye = None if wait_until else "oui"
    return see_other(url_for("step_up.page", interaction=visit.handle, renvoye=renvoye))


def _right(session: Session, visit: Visit, tried: Tried, *, trust: bool) -> str:
    identity_id, where = str(visit.identity_id), dispatch.here()
    person, proved = visit.person, dispatch.asking(visit).proof
    if person is not None and person.unproved:
        # the code proves the address that an invited person chose (B3)
        invitation_use.proved(session, identity_id, where)
        visit = replace(visit, member=None, person=None)
    elif person is not None and person.opening_waits and not visit.by_sms:
        # nor has a code by SMS shown who reads that mailbox
        joining.at_sign_in(session, identity_id, where)
        visit = replace(visit, member=None)
    if trust:
        browser().trust(devices.trust(session, identity_id, where))
        identity = session.get_one(Identity, identity_id)
        outbox.queue_mail(
            session,
            "device_added",
            identifiers.open_email(session, identity.email_sealed),
            at=clock.now(),
            browser=where.browser,
        )
    proof = Made(proved, clock.now(), tried.code_id)
    return dispatch.advance(session, visit, identity_id, [proof])


def _give_up(session: Session, visit: Visit) -> str:
    """Five wrong tries end the code and what was proved on the way to it (OTC3)."""
    if visit.interaction is not None:
        interactions.forget(session, visit.interaction)
    return url_for("login.page", interaction=visit.handle, message="codes-errones")


def _waiting(session: Session, visit: Visit) -> _Waiting:
    asking = dispatch.asking(visit)
    way = second_step.way_of(session, asking)
    if way is None:
        raise InteractionLostError("the telephone was removed at this moment")
    code = second_step.live_code(session, asking, way)
    return _Waiting(
        visit=visit,
        mask=way.mask,
        prefix=code.prefix if code else None,
        hint_in=_seconds_to_hint(code.created_at) if code else 0,
        wait_until=second_step.room_at(session, asking, way),
    )


def _seconds_to_hint(sent_at: datetime) -> int:
    """The hint about junk mail comes five minutes after the message, not after each error (E3)."""
    return max(0, int((sent_at + JUNK_HINT - clock.now()).total_seconds()))


def said_of(tried: Tried) -> str:
    """The sentence beside the field, whichever page asked for the code."""
    return {
        Answer.WRONG: text("step_up.wrong", left=tried.tries_left),
        Answer.OLD_MESSAGE: text("step_up.older", prefix=tried.prefix),
        Answer.NOT_A_CODE: text("step_up.not_a_code", prefix=tried.prefix),
        Answer.DEAD: text("step_up.dead"),
    }[tried.answer]


def _show(
    waiting: _Waiting, form: CodeForm, *, status: int = 200, sent_again: bool = False
) -> ResponseReturnValue:
    at = waiting.visit.handle
    return render(
        "step_up/code.html",
        status,
        visit=waiting.visit,
        form=form,
        action=url_for("step_up.submit", interaction=at),
        resend_action=url_for("step_up.resend", interaction=at),
        resend_form=EmptyForm(),
        mask=waiting.mask,
        by_sms=waiting.visit.by_sms,
        prefix=waiting.prefix,
        hint_in=waiting.hint_in,
        sent_again=sent_again,
        wait_until=waiting.wait_until,
        minutes=runtime().settings.code_lifetime // 60,
        method_url=url_for("method.page", interaction=at) if waiting.visit.has_choice else None,
        cancel_url=url_for("login.page", interaction=at),
    )
