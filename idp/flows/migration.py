"""/migration: the e-mail and the password that replace the NIR (C2, C3); then the link (C4).

An address that another identity has looks like a free one: the mail alone tells (C5). The fold of
who has an account already is association.py, the mailed link validation.py.
"""

from contextlib import suppress
from datetime import datetime
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from idp.accounts import budgets, migrating, migrating_end
from idp.accounts.channels import ChannelKind, open_channel
from idp.accounts.migrating import Stage
from idp.accounts.reach import on_file
from idp.accounts.sign_in import network
from idp.accounts.signup import Application
from idp.errors import TooManyError
from idp.flows import association, dispatch
from idp.flows import interaction as interactions
from idp.flows.cookies import browser
from idp.flows.fields import EmptyForm
from idp.flows.forms_opening import AccessForm, JoinForm
from idp.flows.pages import handle, render, see_other
from idp.flows.runtime import runtime
from idp.flows.signup import hashed
from idp.flows.typed import checked_access
from idp.flows.visit import Visit
from idp.models import Migration

blueprint = Blueprint("migration", __name__)
_NEXT_LOOK = 10  # seconds until the waiting page looks again whether the link was used


@blueprint.get("/migration")
def page() -> ResponseReturnValue:
    """Two folds: an address of one's own, the register's proposed; or an account that exists."""
    with runtime().database.reading() as session:
        visit, migration = _at(session, Stage.CHOOSE)
        if migration is not None:
            proposed = _proposed(session, migration)
            return _show(visit, create=AccessForm(formdata=None, email=proposed))
    return see_other(dispatch.go_on(handle()))


@blueprint.post("/migration")
def submit() -> ResponseReturnValue:
    """One fold or the other, named by the hidden field."""
    with runtime().database.reading() as session:
        visit, migration = _at(session, Stage.CHOOSE)
    if migration is None:
        return see_other(dispatch.go_on(handle()))
    if request.form.get("have_account") == "yes":
        return association.knock_from(JoinForm(), visit)
    form = AccessForm()
    email = checked_access(form)
    if email is None:
        return _show(visit, create=form, status=400)
    _may_ask(migration, email)  # before the two hashes are paid for
    _choose(hashed(form, email))
    return see_other(_onward())


@blueprint.get("/migration/message-envoye")
def sent() -> ResponseReturnValue:
    """The same for everybody: a message has gone. Once its link is used, the way on."""
    with runtime().database.reading() as session:
        visit, migration = _at(session, Stage.SENT)
        if migration is not None:
            typed = migrating.chosen_of(session, migration)
            email = typed.email if typed else ""
            wait_until = budgets.room_at(session, "mail_anonymous", email)
            return _show_sent(visit, email, wait_until)
    return see_other(dispatch.go_on(handle()))


@blueprint.post("/migration/message-envoye")
def resend() -> ResponseReturnValue:
    """The message once more, within the budget; back to the same page either way."""
    renvoye = None
    with runtime().database.writing() as session:
        visit, migration = _at(session, Stage.SENT, lock=True)
        if migration is not None:
            with suppress(TooManyError):
                migrating_end.send(session, migration, visit.site_name, dispatch.here())
                renvoye = "oui"
    return see_other(url_for("migration.sent", interaction=handle(), renvoye=renvoye))


@blueprint.post("/migration/message-envoye/autre")
def other() -> ResponseReturnValue:
    """Another address: the links to this one are dead, and who has agreed by one is forgotten."""
    with runtime().database.writing() as session:
        visit, _migration = _at(session, Stage.SENT, lock=True)
        if visit.migration is not None and visit.stage in (Stage.SENT, Stage.AGREED):
            migrating.unchoose(session, visit.migration)
    return see_other(url_for("migration.page", interaction=handle()))


def _at(session: Session, stage: Stage, *, lock: bool = False) -> tuple[Visit, Migration | None]:
    """The visit, and its migration if that is where it stands."""
    visit = dispatch.of_tab(session, lock=lock)
    return visit, visit.migration if visit.stage is stage else None


def _may_ask(migration: Migration, email: str) -> None:
    """TooManyError when this network, or that mailbox, has had enough.

    No mail goes to an address that is kept: what strangers had sent there stops nobody (D10).
    """
    with runtime().database.writing() as session:
        budgets.take(session, "sign_up_ip", network(dispatch.here()))
        room = budgets.room_at(session, "mail_anonymous", email)
        free = migrating_end.is_free(session, email)
        at_once = free and migrating_end.kept(session, migration, email)
        if room is not None and not at_once:
            raise TooManyError("mail_anonymous", room)


def _choose(wanted: Application) -> None:
    """Keep the choice; then the end at once, where that address is proved and free, or its link."""
    where = dispatch.here()
    with runtime().database.writing() as session:
        visit, migration = _at(session, Stage.CHOOSE, lock=True)
        if migration is None:
            return
        migrating_end.hold(session, migration, wanted.email)
        if not migrating.choose(session, migration, wanted):
            return
        if not migrating_end.kept(session, migration, wanted.email):
            migrating_end.send(session, migration, visit.site_name, where)
        elif migrating_end.finish(session, migration, where=where) is None:
            if migrating_end.is_free(session, wanted.email):  # attached elsewhere, or closed
                migrating.give_up(session, migration)
            else:
                migrating_end.send(session, migration, visit.site_name, where)


def _onward() -> str:
    """Whatever is due now, sent a code if need be: a letter is no second step."""
    with runtime().database.writing() as session:
        visit = interactions.load(session, runtime().issuer, browser(), handle())
        return dispatch.enter(session, visit)


def _proposed(session: Session, migration: Migration) -> str | None:
    """The contact e-mail on file, unless another identity has it (C2). Shown whole: after C1."""
    for channel in on_file(session, migration.member_id):
        if channel.kind == ChannelKind.CONTACT_EMAIL:
            email = open_channel(session, channel)
            return email if migrating_end.is_free(session, email) else None
    return None


def _show(visit: Visit, *, create: AccessForm, status: int = 200) -> ResponseReturnValue:
    return render(
        "migration/choix.html",
        status,
        visit=visit,
        create=create,
        join=JoinForm(formdata=None),
        known=visit.known_id is not None,  # a new password of that account: C6, C7
        action=url_for("migration.submit", interaction=visit.handle),
    )


def _show_sent(visit: Visit, email: str, wait_until: datetime | None) -> ResponseReturnValue:
    at: dict[str, Any] = {"interaction": visit.handle}
    return render(
        "migration/message-envoye.html",
        visit=visit,
        email=email,
        form=EmptyForm(),
        action=url_for("migration.resend", **at),
        other_action=url_for("migration.other", **at),
        here_url=url_for("migration.sent", **at),
        next_look=_NEXT_LOOK,
        sent_again="renvoye" in request.args,
        wait_until=wait_until,
    )
