"""/connexion/nir/code: the code to a channel on file, after NIR and old password (C1, LI4).

Channel, code, "Je ne reçois rien": help, and the code of a letter. It leads to migration.py.
"""

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from idp.accounts import migrating_code
from idp.accounts.channels import ChannelKind
from idp.accounts.codes import Answer
from idp.accounts.migrating import Stage
from idp.accounts.reach import Offer, chosen
from idp.flows import dispatch
from idp.flows import interaction as interactions
from idp.flows.cookies import browser
from idp.flows.forms_opening import ChannelForm, LetterForm, MemberCodeForm
from idp.flows.opening_code import KINDS, NAMES, said_way
from idp.flows.pages import handle, render, see_other
from idp.flows.runtime import runtime
from idp.flows.step_up import said_of
from idp.flows.visit import Visit
from idp.models import Migration
from idp.texts import text

blueprint = Blueprint("legacy_code", __name__)


@blueprint.get("/connexion/nir/code")
def page() -> ResponseReturnValue:
    """The channels to choose from, or the field for the code that went to one of them."""
    with runtime().database.reading() as session:
        visit, migration = _at(session)
        if migration is not None:
            return _show(session, visit, migration)
    return see_other(dispatch.go_on(handle()))


@blueprint.post("/connexion/nir/code/envoyer")
def send() -> ResponseReturnValue:
    """Send a code to the channel chosen; the one before dies."""
    form = ChannelForm()
    with runtime().database.writing() as session:
        visit, migration = _at(session, lock=True)
        if migration is not None:
            offer = _chosen(migrating_code.offers(session, migration), form.channel.data)
            if offer is None or not form.validate_on_submit():
                return _show(session, visit, migration, choice=form)
            again = migrating_code.live_code(session, migration, offer) is not None
            migrating_code.send(session, migration, offer, visit.site_name, dispatch.here())
            renvoye = "oui" if again else None
            way, at = NAMES[offer.kind], visit.handle
            address = url_for("legacy_code.page", interaction=at, canal=way, renvoye=renvoye)
            return see_other(address)
    return see_other(dispatch.go_on(handle()))


@blueprint.post("/connexion/nir/code")
def submit() -> ResponseReturnValue:
    """Right, the member is proved, and what they left half-way is gone on with (C12)."""
    form = MemberCodeForm()
    valid = form.validate_on_submit()
    with runtime().database.writing() as session:
        visit, migration = _at(session, lock=True)
        if migration is not None:
            offer = _chosen(migrating_code.offers(session, migration), form.channel.data)
            if offer is None or not valid:
                return _show(session, visit, migration, form=form)
            typed, where = str(form.code.data), dispatch.here()
            tried = migrating_code.answer(session, migration, offer, typed, where)
            if tried.answer is Answer.RIGHT:
                return see_other(dispatch.enter(session, visit))
            if tried.answer is Answer.WRONG and tried.tries_left == 0:
                return see_other(_leave(session, visit))
            form.code.errors = [said_of(tried)]
            return _show(session, visit, migration, form=form)
    return see_other(dispatch.go_on(handle()))


@blueprint.post("/connexion/nir/code/courrier")
def letter() -> ResponseReturnValue:
    """The code that came by post, for whom no channel reaches (R9)."""
    form = LetterForm()
    valid = form.validate_on_submit()
    with runtime().database.writing() as session:
        visit, migration = _at(session, lock=True)
        if migration is not None:
            if not valid:
                return _show(session, visit, migration, post=form)
            typed, where = str(form.code.data), dispatch.here()
            left = migrating_code.letter(session, migration, typed, where)
            if left is None:
                return see_other(dispatch.enter(session, visit))
            if left <= 0:
                return see_other(_leave(session, visit))
            form.code.errors = [text("legacy_code.letter_wrong", left=left)]
            return _show(session, visit, migration, post=form)
    return see_other(dispatch.go_on(handle()))


def _at(session: Session, *, lock: bool = False) -> tuple[Visit, Migration | None]:
    """The visit, and its migration if the code is what it waits for."""
    visit = dispatch.of_tab(session, lock=lock)
    return visit, visit.migration if visit.stage is Stage.CODE else None


def _leave(session: Session, visit: Visit) -> str:
    """Five wrong tries have ended the migration (OTC3): the tab goes on without it."""
    interactions.migrate(session, browser(), visit, None)
    return url_for("login.page", interaction=visit.handle, message="codes-errones")


def _chosen(found: list[Offer], name: str | None) -> Offer | None:
    return chosen(found, KINDS.get(name or "")) if found else None


def _show(
    session: Session,
    visit: Visit,
    migration: Migration,
    *,
    form: MemberCodeForm | None = None,
    choice: ChannelForm | None = None,
    post: LetterForm | None = None,
) -> ResponseReturnValue:
    found = migrating_code.offers(session, migration)
    name = request.args.get("canal") if form is None else form.channel.data
    offer = _in_hand(session, migration, found, name)
    live = migrating_code.live_code(session, migration, offer) if offer else None
    wrong = any(each is not None for each in (form, choice, post))
    form, choice = form or MemberCodeForm(formdata=None), choice or ChannelForm(formdata=None)
    choice.channel.choices = [(NAMES[each.kind], said_way(each)) for each in found]
    if offer is not None:
        choice.channel.data = form.channel.data = NAMES[offer.kind]
    at = visit.handle
    return render(
        "legacy_code/code.html",
        400 if wrong else 200,
        visit=visit,
        form=form,
        choice=choice,
        post=post or (LetterForm(formdata=None) if _by_post(found) else None),
        by_sms=offer is not None and offer.kind is ChannelKind.MOBILE,
        mask=offer.mask if offer else None,
        prefix=live.prefix if live else None,
        minutes=runtime().settings.code_lifetime // 60,
        sent_again="renvoye" in request.args and not wrong,
        action=url_for("legacy_code.submit", interaction=at),
        send_action=url_for("legacy_code.send", interaction=at),
        letter_action=url_for("legacy_code.letter", interaction=at),
        code_url=url_for("legacy_code.page", interaction=at),
        letter_url=url_for("legacy_code.page", interaction=at, courrier="oui"),
        sign_in_url=url_for("login.page", interaction=at),
    )


def _by_post(found: list[Offer]) -> bool:
    return not found or "courrier" in request.args


def _in_hand(
    session: Session, migration: Migration, found: list[Offer], name: str | None
) -> Offer | None:
    """The channel named; else the one whose code is awaited; else the first."""
    if name not in KINDS:
        awaited = (o for o in found if migrating_code.live_code(session, migration, o))
        return next(awaited, found[0] if found else None)
    return _chosen(found, name)
