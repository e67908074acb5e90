"""/migration/association/TOKEN: the mail of an address that is taken leads to the account there.

In the browser that began, it goes on there as by choice (association.py). In another, the link,
the password and a second step given there note that this identity agrees, and open nothing: the
member may have mistyped the address, and says the last word where they began (LI10,
association_agreed.py).
"""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from idp.accounts import association, links
from idp.accounts.association import Invited
from idp.accounts.sessions import Made
from idp.accounts.sign_in import Blocked
from idp.errors import BadLinkError
from idp.flows import interaction as interactions
from idp.flows import password_door
from idp.flows.association import agreed, refused
from idp.flows.cookies import browser
from idp.flows.forms_association import LinkForm
from idp.flows.pages import hold_a_token, render, see_other
from idp.flows.runtime import runtime
from idp.flows.visit import Visit
from idp.models import Interaction

blueprint = Blueprint("association_link", __name__)
hold_a_token(blueprint)


@blueprint.get("/migration/association/<token>")
def page(token: str) -> ResponseReturnValue:
    """The password of the one account it is about. Mail scanners that open links change nothing."""
    try:
        with runtime().database.reading() as session:
            found = association.look(session, token)
    except BadLinkError:
        return _dead()
    return _show(token, found, LinkForm())


@blueprint.post("/migration/association/<token>")
def submit(token: str) -> ResponseReturnValue:
    """The password of that very identity, whoever is signed in here (OTC9); right, used once."""
    try:
        return _knock(token, LinkForm())
    except BadLinkError:
        return _dead()


def _knock(token: str, form: LinkForm) -> ResponseReturnValue:
    with runtime().database.reading() as session:
        found = association.look(session, token)
        visit = _resumed(session, found) or interactions.load(
            session, runtime().issuer, browser(), None
        )
    if not form.validate_on_submit():
        return _show(token, found, form, status=400)

    def on_right(session: Session, identity_id: str, made: list[Made]) -> ResponseReturnValue:
        again = association.look(session, token)
        if again.link.identity_id != identity_id:
            raise BadLinkError("the address is another's by now")
        links.use(session, again.link)
        ahead = _resumed(session, again) or _begun(session, again)
        return see_other(agreed(session, ahead, identity_id, made))

    answer = password_door.knock(found.email, str(form.password.data), on_right)
    if answer is None or isinstance(answer, Blocked):
        again = url_for("association_link.page", token=token)
        blocked = refused(visit, found.email, answer, again)
        return blocked or _show(token, found, form, failed=True, status=400)
    return answer


def _resumed(session: Session, found: Invited) -> Visit | None:
    """The paused visit of the browser that began, if this is it and it still waits."""
    paused = session.get(Interaction, found.migration.interaction_id or "")
    if paused is None or not interactions.owned(browser(), paused):
        return None
    if paused.migration_id != found.migration.id:
        return None
    return interactions.load(session, runtime().issuer, browser(), paused.id)


def _begun(session: Session, found: Invited) -> Visit:
    """Another browser, or too late for the first: a visit of its own, which will open nothing."""
    visit = interactions.load(session, runtime().issuer, browser(), None)
    row = association.elsewhere(session, found, browser().hash)
    return interactions.migrate(session, browser(), visit, row)


def _dead() -> ResponseReturnValue:
    return render("association/invalide.html", 400, sign_in_url=url_for("legacy_nir.page"))


def _show(
    token: str, found: Invited, form: LinkForm, *, failed: bool = False, status: int = 200
) -> ResponseReturnValue:
    return render(
        "association/lien.html",
        status,
        form=form,
        failed=failed,
        email=found.email,
        action=url_for("association_link.submit", token=token),
        forgotten_url=url_for("recovery.forgotten"),
    )
