"""/validation/TOKEN: GET shows a button, POST ends the migration (C4). Works in any browser.

In the browser that began, the paused request goes on; in another the link makes its one change,
opens nothing, and offers the site's own start address.
"""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from idp.accounts import links, migrating, migrating_end
from idp.errors import BadLinkError, InteractionLostError
from idp.flows import dispatch
from idp.flows import interaction as interactions
from idp.flows.cookies import browser
from idp.flows.fields import EmptyForm
from idp.flows.pages import hold_a_token, render, see_other
from idp.flows.runtime import runtime
from idp.flows.visit import Visit
from idp.models import Interaction, Migration
from idp.oidc.clients import ClientInfo

blueprint = Blueprint("validation", __name__)
hold_a_token(blueprint)


@blueprint.get("/validation/<token>")
def page(token: str) -> ResponseReturnValue:
    """A button: mail scanners that open links change nothing."""
    try:
        with runtime().database.reading() as session:
            _link, migration = migrating_end.look(session, token)
            visit = _visit(session, migration)
    except BadLinkError:
        return _dead(token)
    action = url_for("validation.submit", token=token)
    return render("validation/lien.html", visit=visit, form=EmptyForm(), action=action)


@blueprint.post("/validation/<token>")
def submit(token: str) -> ResponseReturnValue:
    """The address is proved: the identity is made, and the record attached to it; once."""
    try:
        with runtime().database.writing() as session:
            migration, made = migrating_end.validate(session, token, dispatch.here())
            handle, site = _goes_on(session, migration, made), _site(session, migration)
    except BadLinkError:
        return _dead(token)
    if handle is not None:
        return see_other(_onward(handle))
    return render(
        "validation/faite.html",
        site=site,
        start_url=site.initiate_login_uri if site else None,
        sign_in_url=url_for("login.page"),
        same=migration.browser_hash == browser().hash,
    )


def _onward(handle: str) -> str:
    with runtime().database.writing() as session:
        visit = interactions.load(session, runtime().issuer, browser(), handle)
        return dispatch.enter(session, visit)


def _paused(session: Session, migration: Migration) -> Interaction | None:
    """The request that it began in, if this browser did and it waits."""
    paused = session.get(Interaction, migration.interaction_id or "", populate_existing=True)
    return paused if interactions.owned(browser(), paused) else None


def _visit(session: Session, migration: Migration) -> Visit | None:
    """What goes on in this browser: its form may be answered by the site that asked (WB2)."""
    paused = _paused(session, migration)
    if paused is None:
        return None
    try:
        return interactions.load(session, runtime().issuer, browser(), paused.id)
    except InteractionLostError:  # its site has been disabled
        return None


def _goes_on(session: Session, migration: Migration, identity_id: str) -> str | None:
    """None too where somebody signs in by e-mail since: the answer would be as somebody else."""
    paused = _paused(session, migration)
    return paused.id if paused and paused.identity_id == identity_id else None


def _site(session: Session, migration: Migration) -> ClientInfo | None:
    clients = runtime().issuer.clients
    return clients.get(session, migration.client_id) if migration.client_id else None


def _dead(token: str) -> ResponseReturnValue:
    """One text for every kind of bad; the browser that began is led to choose another address."""
    with runtime().database.reading() as session:
        waiting = _waiting(session, token)
    sign_in_url = url_for("legacy_nir.page")
    return render("validation/invalide.html", 400, waiting_url=waiting, sign_in_url=sign_in_url)


def _waiting(session: Session, token: str) -> str | None:
    try:
        link = links.look(session, migrating_end.LINK, token)
    except BadLinkError:
        return None
    migration = migrating.live(session, link.flow_id)
    paused = _paused(session, migration) if migration else None
    if migration is None or paused is None or paused.migration_id != migration.id:
        return None
    return url_for("migration.sent", interaction=paused.id)
