"""/creer-mon-espace/coordonnees: who the member is (A4). The same page follows whatever is typed.

Two come here: a sign-up, on its own; and an identity that joins a record, led by the dispatcher
once its password and its second step are proved (R9).
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from idp.accounts import opening_member, openings
from idp.accounts.birth_date import BadBirthDateError, parse_birth_date
from idp.accounts.channels import ChannelKind
from idp.accounts.nir import Nir
from idp.accounts.opening_member import Coordinates
from idp.accounts.openings import OpeningLostError
from idp.accounts.phones import BadPhoneError, canonical_phone
from idp.errors import TooManyError
from idp.flows import dispatch
from idp.flows import interaction as interactions
from idp.flows.cookies import browser
from idp.flows.fields import EmptyForm, check_button
from idp.flows.forms_opening import CoordinatesForm
from idp.flows.opening import at, dossier
from idp.flows.pages import handle, render, see_other
from idp.flows.runtime import runtime
from idp.flows.signup import still_waiting
from idp.flows.visit import Visit
from idp.models import Opening
from idp.texts import text

blueprint = Blueprint("opening_member", __name__)
STEP = "join_member"


@dataclass(frozen=True)
class Standing:
    """An opening, the visit it belongs to, and the address to go to instead, if any."""

    opening: Opening
    visit: Visit
    elsewhere: str | None


def standing(session: Session, endpoint: str, *, writing: bool) -> Standing:
    """Where this browser stands at the page `endpoint` of its opening. OpeningLostError.

    Who joins must be at that step of the policy, in this very tab, as the identity that began.
    """
    opening = openings.load(session, browser().hash, dossier())
    if opening.joining:
        visit = interactions.load(session, runtime().issuer, browser(), handle(), lock=writing)
        if visit.opening_id != opening.id or visit.identity_id != opening.identity_id:
            raise OpeningLostError("of another tab or person")
        step = dispatch.missing(visit)
        if step is None or step.name != STEP:
            address = dispatch.page_of(step, visit) if step else None
            return Standing(opening, visit, address or at(endpoint, opening.id))
    else:
        visit = still_waiting(session)
    due = dispatch.opening_page(opening, openings.typed_of(session, opening))
    return Standing(opening, visit, None if due == endpoint else at(due, opening.id))


@blueprint.get("/creer-mon-espace/coordonnees")
def coordinates() -> ResponseReturnValue:
    """The form."""
    try:
        with runtime().database.reading() as session:
            here = standing(session, "opening_member.coordinates", writing=False)
    except OpeningLostError:
        return _go_on_without()
    return see_other(here.elsewhere) if here.elsewhere else _show(here, CoordinatesForm())


@blueprint.post("/creer-mon-espace/coordonnees")
def submit() -> ResponseReturnValue:
    """Look the member up, and go on in the same way whoever it is."""
    form = CoordinatesForm()
    with runtime().database.writing() as session:
        here = standing(session, "opening_member.coordinates", writing=True)
        if here.elsewhere:
            return see_other(here.elsewhere)
        typed = openings.typed_of(session, here.opening)
        said = _checked(form, Nir(str(typed.nir)))
        if said is None:
            return _show(here, form, status=400)
        found = opening_member.match(
            session, said, dispatch.here(), identity_id=here.opening.identity_id
        )
        openings.keep_match(session, here.opening, found, _phones(form))
        _send_to_only(session, here.opening)
    return see_other(at("opening_code.page", here.opening.id))


@blueprint.post("/creer-mon-espace/plus-tard")
def later() -> ResponseReturnValue:
    """Who joins a record goes on without it: the opening ends, the visit does not."""
    check_button()
    with runtime().database.writing() as session:
        opening = openings.load(session, browser().hash, dossier())
        visit = interactions.load(session, runtime().issuer, browser(), handle(), lock=True)
        if not opening.joining or visit.opening_id != opening.id:
            raise OpeningLostError("of another tab")
        openings.end(session, opening.id)
        interactions.joined(session, visit)
        return see_other(dispatch.enter(session, visit))


def _go_on_without() -> ResponseReturnValue:
    """The opening is over and its visit is not: the request that waits must still be answered."""
    with runtime().database.writing() as session:
        visit = interactions.load(session, runtime().issuer, browser(), handle(), lock=True)
        if visit.opening_id is None:
            raise OpeningLostError
        interactions.joined(session, visit)
    return see_other(dispatch.go_on(handle()))


def _send_to_only(session: Session, opening: Opening) -> None:
    """With one channel only it is used at once (D4)."""
    found = opening_member.offers(session, opening)
    if len(found) == 1:
        with suppress(TooManyError):  # the page has a button to ask again
            opening_member.send(session, opening, found[0], dispatch.here())


def _checked(form: CoordinatesForm, nir: Nir) -> Coordinates | None:
    """What was typed, or None with the form telling what is wrong with its shape."""
    sound = form.validate_on_submit()
    born = _birth_date(form)
    if form.nir_key.data and "".join(form.nir_key.data.split()).zfill(2) != nir.key:
        form.nir_key.errors = [text("forms.nir_key_wrong")]  # anybody can compute it (A4)
        sound = False
    for field in (form.landline, form.mobile):
        try:
            canonical_phone(field.data) if field.data else None
        except BadPhoneError as bad:
            field.errors = [text(bad.text_key)]
            sound = False
    if not sound or born is None:
        return None
    return Coordinates(nir, str(form.family_name.data), born)


def _birth_date(form: CoordinatesForm) -> date | None:
    try:
        return parse_birth_date(form.birth_date.data or "")
    except BadBirthDateError as bad:
        form.birth_date.errors = list(form.birth_date.errors) or [text(bad.text_key)]
        return None


def _phones(form: CoordinatesForm) -> dict[str, str]:
    given = {ChannelKind.LANDLINE: form.landline.data, ChannelKind.MOBILE: form.mobile.data}
    return {kind.value: canonical_phone(typed) for kind, typed in given.items() if typed}


def _show(here: Standing, form: CoordinatesForm, status: int = 200) -> ResponseReturnValue:
    return render(
        "opening/coordonnees.html",
        status,
        visit=here.visit,
        form=form,
        action=at("opening_member.submit", here.opening.id),
        later_form=EmptyForm() if here.opening.joining else None,
        later_action=at("opening_member.later", here.opening.id),
    )
