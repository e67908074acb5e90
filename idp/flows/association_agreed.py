"""/migration/confirmation: the member's last word, once an account has agreed in another browser.

Whoever has that account may be a stranger, whose address the member mistyped: the page shows it in
full, and nothing is attached before its button (C5, LI10). "Another address" is in migration.py,
the agreement in association_link.py and association.py.
"""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from idp.accounts import association
from idp.errors import BadRequestError
from idp.flows import dispatch
from idp.flows import interaction as interactions
from idp.flows.association import OBSTACLES
from idp.flows.cookies import browser
from idp.flows.forms_association import AgreedForm
from idp.flows.pages import handle, render, see_other
from idp.flows.runtime import runtime
from idp.flows.visit import Visit
from idp.models import Migration
from idp.texts import text

blueprint = Blueprint("association_agreed", __name__)


@blueprint.get("/migration/confirmation")
def page() -> ResponseReturnValue:
    """The address in full, and the question; or why it cannot be. A GET changes nothing."""
    with runtime().database.reading() as session:
        visit, migration = _at(session)
        if migration is not None:
            return _show(session, visit, migration)
    return see_other(dispatch.go_on(handle()))


@blueprint.post("/migration/confirmation")
def submit() -> ResponseReturnValue:
    """Attach the record. Nothing of that account was proved here: its sign-in comes next."""
    form = AgreedForm()
    if not form.validate_on_submit():
        raise BadRequestError("form token")
    with runtime().database.writing() as session:
        visit, migration = _at(session, lock=True)
        if migration is not None and visit.interaction is not None:
            read = str(form.email.data)
            if association.finish(session, migration, read, dispatch.here()) is not None:
                interactions.forget(session, visit.interaction)
    return see_other(dispatch.go_on(handle()))


def _at(session: Session, *, lock: bool = False) -> tuple[Visit, Migration | None]:
    """The visit, and its migration if an account has agreed to it."""
    visit = interactions.load(session, runtime().issuer, browser(), handle(), lock=lock)
    return visit, visit.migration if association.has_agreed(visit.migration) else None


def _show(session: Session, visit: Visit, migration: Migration) -> ResponseReturnValue:
    email = association.agreed_email(session, migration)
    vain = association.obstacle(session, str(migration.identity_id))
    return render(
        "association/confirmation.html",
        visit=visit,
        form=AgreedForm(formdata=None, email=email),
        email=email,
        obstacle=text(OBSTACLES[vain]) if vain else None,
        action=url_for("association_agreed.submit", interaction=visit.handle),
        other_action=url_for("migration.other", interaction=visit.handle),
    )
