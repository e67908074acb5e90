"""/creer-mon-espace/code, …/message-envoye: the code to a channel on file, and the end (A4, A5).

Masked channels, a code, "Je ne reçois rien": everybody sees the same, decoys where nobody is.
"""

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from idp.accounts import budgets, joining, opening_end, opening_member, openings
from idp.accounts.channels import ChannelKind
from idp.accounts.codes import Answer
from idp.accounts.reach import Offer, chosen
from idp.flows import dispatch
from idp.flows import interaction as interactions
from idp.flows.cookies import browser
from idp.flows.fields import EmptyForm
from idp.flows.forms_opening import ChannelForm, MemberCodeForm
from idp.flows.opening import at, dossier
from idp.flows.opening_member import Standing, standing
from idp.flows.pages import handle, render, see_other
from idp.flows.runtime import runtime
from idp.flows.signup import sent_again, still_waiting, towards
from idp.flows.step_up import said_of
from idp.texts import text

blueprint = Blueprint("opening_code", __name__)
_PAGE = "opening_code.page"
NAMES = {ChannelKind.CONTACT_EMAIL: "email", ChannelKind.MOBILE: "sms"}
KINDS = {name: kind.value for kind, name in NAMES.items()}


@blueprint.get("/creer-mon-espace/code")
def page() -> ResponseReturnValue:
    """The channels to choose from, or the field for the code that went to one of them."""
    with runtime().database.reading() as session:
        here = standing(session, _PAGE, writing=False)
        if here.elsewhere:
            return see_other(here.elsewhere)
        found = opening_member.offers(session, here.opening)
        offer = _chosen(found, request.args.get("canal"))
        return _show(session, here, found, offer, MemberCodeForm(formdata=None))


@blueprint.post("/creer-mon-espace/code/envoyer")
def send() -> ResponseReturnValue:
    """Send a code to the channel chosen; the one before dies."""
    form = ChannelForm()
    with runtime().database.writing() as session:
        here = standing(session, _PAGE, writing=True)
        if here.elsewhere:
            return see_other(here.elsewhere)
        found = opening_member.offers(session, here.opening)
        offer = _chosen(found, form.channel.data)
        if not form.validate_on_submit():
            return _show(session, here, found, offer, MemberCodeForm(formdata=None), choice=form)
        again = opening_member.live_code(session, here.opening, offer) is not None
        opening_member.send(session, here.opening, offer, dispatch.here())
    renvoye = "oui" if again else None
    return see_other(at(_PAGE, here.opening.id, canal=NAMES[offer.kind], renvoye=renvoye))


@blueprint.post("/creer-mon-espace/code")
def submit() -> ResponseReturnValue:
    """Right, the member is proved and the opening goes to its end."""
    form = MemberCodeForm()
    valid = form.validate_on_submit()
    with runtime().database.writing() as session:
        here = standing(session, _PAGE, writing=True)
        if here.elsewhere:
            return see_other(here.elsewhere)
        found = opening_member.offers(session, here.opening)
        offer = _chosen(found, form.channel.data)
        if not valid:
            return _show(session, here, found, offer, form)
        tried = opening_member.answer(
            session, here.opening, offer, str(form.code.data), dispatch.here()
        )
        over = tried.answer is Answer.WRONG and tried.tries_left == 0  # and the flow with it (OTC3)
        if not over and tried.answer is not Answer.RIGHT:
            form.code.errors = [said_of(tried)]
            return _show(session, here, found, offer, form)
    return _ended()  # apart: whatever comes of the end, the try is counted


@blueprint.post("/creer-mon-espace/code/sans")
def without() -> ResponseReturnValue:
    """Nothing came: go on without the record, until the code of a letter is typed."""
    if not EmptyForm().validate_on_submit():
        return see_other(at(_PAGE, str(dossier())))
    return _ended()


def _ended() -> ResponseReturnValue:
    with runtime().database.writing() as session:
        here = standing(session, _PAGE, writing=True)
        return see_other(here.elsewhere or _end(session, here))


@blueprint.get("/creer-mon-espace/message-envoye")
def sent() -> ResponseReturnValue:
    """The last page, the same for everybody; and where the code of a letter is typed."""
    with runtime().database.reading() as session:
        here = standing(session, "opening_code.sent", writing=False)
        if here.elsewhere:
            return see_other(here.elsewhere)
        email = openings.typed_of(session, here.opening).email
        wait_until = budgets.room_at(session, "mail_anonymous", email or "")
    return render(
        "opening/message-envoye.html",
        visit=here.visit,
        email=email,
        form=EmptyForm(),
        action=at("opening_code.resend", here.opening.id),
        sent_again="renvoye" in request.args,
        wait_until=wait_until,
        proved=here.opening.proved_at is not None,
        sign_in_url=url_for("login.page", interaction=here.visit.handle),
    )


@blueprint.post("/creer-mon-espace/message-envoye")
def resend() -> ResponseReturnValue:
    """The activation message once more, within the budget; back to the same page either way."""
    with runtime().database.writing() as session:
        here = standing(session, "opening_code.sent", writing=True)
        if here.elsewhere:
            return see_other(here.elsewhere)
        renvoye = sent_again(session, str(here.opening.identity_id), here.visit)
    return see_other(at("opening_code.sent", here.opening.id, renvoye=renvoye))


def _end(session: Session, here: Standing) -> str:
    """A sign-up ends on its last page; who joins goes on to the site, or is told of the letter."""
    opening, where = here.opening, dispatch.here()
    if not opening.joining:
        opening_end.sign_up(session, opening, towards(still_waiting(session)), where)
        return at("opening_code.sent", opening.id)
    attached = opening.proved_at is not None and joining.attach_opening(
        session, opening, where, how="join"
    )
    interactions.joined(session, here.visit)
    if not attached:
        opening_end.wait_for_letter(session, opening)
        return at("letter.page", opening.id)
    visit = interactions.load(session, runtime().issuer, browser(), handle())
    return dispatch.enter(session, visit)


def said_way(offer: Offer) -> str:
    """The words beside a channel, whichever page offers it."""
    by_sms = offer.kind is ChannelKind.MOBILE
    return text("opening.by_sms" if by_sms else "opening.by_mail", mask=offer.mask)


def _chosen(found: list[Offer], name: str | None) -> Offer:
    return chosen(found, KINDS.get(name or ""))


def _show(
    session: Session,
    here: Standing,
    found: list[Offer],
    offer: Offer,
    form: MemberCodeForm,
    *,
    choice: ChannelForm | None = None,
) -> ResponseReturnValue:
    live = opening_member.live_code(session, here.opening, offer)
    choice = choice or ChannelForm(formdata=None, channel=NAMES[offer.kind])
    choice.channel.choices = [(NAMES[each.kind], said_way(each)) for each in found]
    form.channel.data = NAMES[offer.kind]
    opening_id = here.opening.id
    return render(
        "opening/code.html",
        400 if form.errors or choice.errors else 200,
        visit=here.visit,
        form=form,
        choice=choice,
        by_sms=offer.kind is ChannelKind.MOBILE,
        mask=offer.mask,
        prefix=live.prefix if live else None,
        minutes=runtime().settings.code_lifetime // 60,
        sent_again="renvoye" in request.args and not form.errors,
        action=at("opening_code.submit", opening_id),
        send_action=at("opening_code.send", opening_id),
        without_action=at("opening_code.without", opening_id),
        without_form=EmptyForm(),
    )
