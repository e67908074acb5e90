"""/code-courrier: the code that came by post attaches the record (R9). Any browser, once signed in.

The tries are counted on the opening, not on the code: a stranger who knows a member's NIR must not
use up the letter that the member waits for.
"""

from enum import Enum, auto

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from idp.accounts import assurance, joining, letters, openings
from idp.accounts.activity import Kind, record
from idp.flows import dispatch
from idp.flows import interaction as interactions
from idp.flows.cookies import browser
from idp.flows.forms_opening import LetterForm
from idp.flows.pages import handle, render, see_other
from idp.flows.runtime import runtime
from idp.flows.visit import Visit
from idp.models import Opening
from idp.texts import text

blueprint = Blueprint("letter", __name__)


class _Outcome(Enum):
    ATTACHED = auto()
    LATE = auto()
    WRONG = auto()


@blueprint.get("/code-courrier")
def page() -> ResponseReturnValue:
    """The field, for who is signed in and has an opening that waits; else what to do first."""
    with runtime().database.reading() as session:
        visit = _visit(session)
        opening = _waiting(session, visit)
    return _show(visit, opening, LetterForm())


@blueprint.post("/code-courrier")
def submit() -> ResponseReturnValue:
    """Claim a try, then the code, then the record: each by one conditional UPDATE."""
    form = LetterForm()
    valid = form.validate_on_submit()
    with runtime().database.writing() as session:
        visit = _visit(session)
        opening = _waiting(session, visit)
        if opening is None or not valid:
            return _show(visit, opening, form, status=400)
        outcome = _tried(session, opening, str(form.code.data))
        if outcome is _Outcome.ATTACHED:
            return see_other(_after(visit))
        if outcome is _Outcome.LATE:
            return _show(visit, None, form, status=400, late=True)
        left = openings.LETTER_TRIES - opening.letter_tries
        if left <= 0:
            openings.end(session, opening.id)
    form.code.errors = [text("letter.wrong")]
    return _show(visit, opening if left > 0 else None, form, status=400)


def _tried(session: Session, opening: Opening, typed: str) -> _Outcome:
    """The try stays counted; a letter that can attach nothing stays good for what comes later."""
    if not openings.claim_letter_try(session, opening):
        return _Outcome.WRONG
    where = dispatch.here()
    with session.begin_nested() as point:
        right = letters.redeem(session, opening.member_id, opening.id, typed)
        if right and joining.attach_opening(session, opening, where, how="letter"):
            return _Outcome.ATTACHED
        point.rollback()
    if right:
        return _Outcome.LATE
    record(
        session,
        Kind.LETTER_WRONG,
        identity_id=opening.identity_id,
        flow_id=opening.id,
        where=where,
    )
    return _Outcome.WRONG


def _visit(session: Session) -> Visit:
    return interactions.load(session, runtime().issuer, browser(), handle())


def _waiting(session: Session, visit: Visit) -> Opening | None:
    """None too while a step of the sign-in is missing: half a sign-in opens nothing (SE4).

    And without a real second step: a trusted device, or a site that asks for none, does not stand
    in for a change of the account (TD3). The pages of joining ask for one.
    """
    if visit.identity_id is None or dispatch.missing(visit) is not None:
        return None
    if not assurance.has_stepped_up(visit.proofs):
        return None
    return openings.waiting_of(session, visit.identity_id)


def _after(visit: Visit) -> str:
    if visit.interaction is not None:
        return url_for("login.page", interaction=visit.handle)
    return url_for("accueil.page", message="rattache")


def _show(
    visit: Visit,
    opening: Opening | None,
    form: LetterForm,
    *,
    status: int = 200,
    late: bool = False,
) -> ResponseReturnValue:
    signed_in = visit.identity_id is not None and dispatch.missing(visit) is None
    return render(
        "letter/code-courrier.html",
        status,
        visit=visit,
        form=form,
        waiting=opening is not None,
        signed_in=signed_in,
        late=late,
        action=url_for("letter.submit", interaction=visit.handle),
        begin_url=url_for("opening.page", interaction=visit.handle),
        sign_in_url=url_for("login.page", interaction=visit.handle),
    )
