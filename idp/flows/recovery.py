"""/debloquer and /mot-de-passe-oublie: one mechanism with two names (D2, D4-D6, D8).

Who one is, then by which channel; then the same page for everybody. A recovery has an id of its
own in the address (`recuperation`), bound to this browser. What the link or the temporary password
opens is in new_password.py.
"""

from contextlib import suppress
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from idp.accounts import recoveries, recovery_channels
from idp.accounts.birth_date import BadBirthDateError, parse_birth_date
from idp.accounts.channels import ChannelKind
from idp.accounts.identifiers import BadEmailError
from idp.accounts.lifetimes import LINKS, TEMPORARY_PASSWORD
from idp.accounts.nir import BadNirError
from idp.accounts.reach import Offer, chosen
from idp.accounts.recoveries import Cause, Identifier, Request
from idp.accounts.recovery_channels import KINDS, LINK, WAYS, Way
from idp.errors import TooManyError
from idp.flows import dispatch
from idp.flows.cookies import browser
from idp.flows.failures import too_many
from idp.flows.forms_recovery import RecoveryChannelForm, RecoveryForm
from idp.flows.pages import handle, render, see_other
from idp.flows.runtime import runtime
from idp.flows.signup import still_waiting, towards
from idp.flows.visit import Visit
from idp.models import Recovery
from idp.texts import text
from idp.texts.dates import long_date

blueprint = Blueprint("recovery", __name__)


@blueprint.get("/.well-known/change-password")
def change_password() -> ResponseReturnValue:
    """Where password managers lead (W3C, A Well-Known URL for Changing Passwords)."""
    return see_other(url_for("recovery.forgotten"))


@blueprint.get("/debloquer", endpoint="unblock")
@blueprint.get("/mot-de-passe-oublie", endpoint="forgotten")
def page() -> ResponseReturnValue:
    """The form: who is asking."""
    with runtime().database.reading() as session:
        visit = still_waiting(session)
    return _ask(visit, RecoveryForm())


@blueprint.post("/debloquer", endpoint="unblock_submit")
@blueprint.post("/mot-de-passe-oublie", endpoint="forgotten_submit")
def submit() -> ResponseReturnValue:
    """A recovery begins, whoever it is for; with one channel only it is used at once (D4)."""
    form = RecoveryForm()
    with runtime().database.writing() as session:
        visit = still_waiting(session)
        given = _checked(session, form)
        if given is None:
            return _ask(visit, form, status=400)
        asked = Request(_cause(), *given, browser().hash, towards(visit), dispatch.here())
        recovery = recoveries.begin(session, asked)
        found = recovery_channels.offers(session, recovery)
        if len(found) == 1:
            with suppress(TooManyError):  # the page has a button to ask again
                recovery_channels.send(session, recovery, found[0], dispatch.here())
        return see_other(_at("channel", recovery))


@blueprint.get("/debloquer/canal", endpoint="unblock_channel")
@blueprint.get("/mot-de-passe-oublie/canal", endpoint="forgotten_channel")
def channel() -> ResponseReturnValue:
    """The channels to choose from; then that a message has gone, and what to do with it."""
    with runtime().database.reading() as session:
        recovery = recoveries.load(session, browser().hash, request.args.get("recuperation"))
        found = recovery_channels.offers(session, recovery)
        return _show(still_waiting(session), recovery, found)


@blueprint.post("/debloquer/canal", endpoint="unblock_send")
@blueprint.post("/mot-de-passe-oublie/canal", endpoint="forgotten_send")
def send() -> ResponseReturnValue:
    """Send to the channel chosen. Over its budget nothing goes, and the page says until when."""
    form = RecoveryChannelForm()
    with runtime().database.writing() as session:
        recovery = recoveries.load(session, browser().hash, request.args.get("recuperation"))
        found = recovery_channels.offers(session, recovery)
        visit = still_waiting(session)
        if not form.validate_on_submit():
            return _show(visit, recovery, found, choice=form)
        again = "oui" if recovery.sent_at is not None else None
        try:
            _send(session, recovery, found, str(form.channel.data))
        except TooManyError as full:
            return _show(visit, recovery, found, full=full)
        return see_other(_at("channel", recovery, renvoye=again))


def _cause() -> Cause:
    """Which of the two names the address bears."""
    return Cause(str(request.endpoint).removeprefix("recovery.").partition("_")[0])


def _send(session: Session, recovery: Recovery, found: list[Offer], name: str) -> None:
    kind = KINDS[Way(name)].value if name in set(Way) else None
    recovery_channels.send(session, recovery, chosen(found, kind), dispatch.here())


def _checked(session: Session, form: RecoveryForm) -> tuple[Identifier, date | None] | None:
    """What was typed, or None with the form telling what is wrong with its shape."""
    sound = form.validate_on_submit()
    identifier = _identifier(session, form) if form.identifier.data else None
    born = _birth_date(form)
    if identifier is not None and identifier.by_nir and not form.birth_date.data:
        form.birth_date.errors = [text("recovery.birth_missing")]
    if sound and identifier is not None and not form.errors:
        return identifier, born
    if "@" not in (form.identifier.data or ""):
        form.identifier.data = ""  # a NIR is never shown again once sent (PII3)
    return None


def _identifier(session: Session, form: RecoveryForm) -> Identifier | None:
    field = form.identifier
    if field.errors:
        return None
    try:
        return recoveries.parse(session, str(field.data))
    except BadEmailError as bad:
        field.errors = [text(bad.text_key)]
    except BadNirError as bad:
        field.errors = [
            text("forms.nir_key_wrong" if bad.detail == "key" else "forms.identifier_invalid")
        ]
    return None


def _birth_date(form: RecoveryForm) -> date | None:
    field = form.birth_date
    if not field.data or field.errors:
        return None
    try:
        return parse_birth_date(field.data)
    except BadBirthDateError as bad:
        field.errors = [text(bad.text_key)]
        return None


def _at(name: str, recovery: Recovery, **more: str | None) -> str:
    values: dict[str, Any] = {"recuperation": recovery.id, "interaction": handle(), **more}
    return url_for(f"recovery.{recovery.kind}_{name}", **values)


def _ask(visit: Visit, form: RecoveryForm, status: int = 200) -> ResponseReturnValue:
    cause = _cause()
    return render(
        "recovery/demande.html",
        status,
        visit=visit,
        form=form,
        cause=cause.value,
        action=url_for(f"recovery.{cause.value}_submit", interaction=handle()),
        sign_in_url=url_for("login.page", interaction=visit.handle),
    )


def _show(
    visit: Visit,
    recovery: Recovery,
    found: list[Offer],
    *,
    choice: RecoveryChannelForm | None = None,
    full: TooManyError | None = None,
) -> ResponseReturnValue:
    """Before anything was sent, or after: then of the channel that it went to."""
    kind = KINDS[Way(recovery.sent_by)].value if recovery.sent_by else None
    offer = chosen(found, kind)
    by_sms = offer.kind is ChannelKind.MOBILE
    door = "legacy_nir.page" if recovery.by_nir else "login.page"
    response = render(
        "recovery/message-envoye.html" if recovery.sent_by else "recovery/canal.html",
        400 if choice is not None and choice.errors else 200,
        visit=visit,
        choice=_choice(found, offer, choice, elsewhere=bool(recovery.sent_by) and by_sms),
        mask=offer.mask,
        by_sms=by_sms,
        by_nir=recovery.by_nir,
        minutes=(TEMPORARY_PASSWORD if by_sms else LINKS[LINK]) // timedelta(minutes=1),
        mail_only=recovery.mail_only,
        refused=_refused(full) if full else None,
        sent_again="renvoye" in request.args and full is None,
        send_action=_at("send", recovery),
        again_url=url_for(f"recovery.{recovery.kind}", interaction=visit.handle),
        sign_in_url=url_for(door, interaction=visit.handle),
    )
    return too_many(response, full) if full else response


def _choice(
    found: list[Offer], offer: Offer, form: RecoveryChannelForm | None, *, elsewhere: bool
) -> RecoveryChannelForm:
    """The channels; `elsewhere`: the SMS did not come, so the e-mail is chosen beforehand."""
    first = chosen(found, ChannelKind.CONTACT_EMAIL.value) if elsewhere else offer
    choice = form or RecoveryChannelForm(formdata=None, channel=WAYS[first.kind].value)
    choice.channel.choices = [(WAYS[each.kind].value, _way(each)) for each in found]
    return choice


def _way(offer: Offer) -> str:
    by_sms = offer.kind is ChannelKind.MOBILE
    return text("recovery.by_sms" if by_sms else "recovery.by_mail", mask=offer.mask)


def _refused(full: TooManyError) -> str:
    key = "recovery.too_many_sms" if full.budget.startswith("sms_") else "recovery.too_many"
    return text(key, date=long_date(full.retry_at))
