"""/annulation/TOKEN: "this was not me". GET shows a button, POST freezes and detaches (R9, LI4).

It signs nobody in. Every session, device and token of the identity ends in the same transaction.
"""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from idp.accounts import joining, links
from idp.errors import BadLinkError
from idp.flows import dispatch
from idp.flows.fields import EmptyForm
from idp.flows.pages import hold_a_token, render
from idp.flows.runtime import runtime
from idp.oidc import ending

blueprint = Blueprint("undo", __name__)
hold_a_token(blueprint)


@blueprint.get("/annulation/<token>")
def page(token: str) -> ResponseReturnValue:
    """A button: mail scanners that open links change nothing."""
    try:
        with runtime().database.reading() as session:
            links.look(session, "undo", token)
    except BadLinkError:
        return render("undo/invalide.html", 400)
    return render("undo/lien.html", form=EmptyForm(), action=url_for("undo.submit", token=token))


@blueprint.post("/annulation/<token>")
def submit(token: str) -> ResponseReturnValue:
    """Undo, once."""
    try:
        with runtime().database.writing() as session:
            undone = joining.undo(session, token, dispatch.here())
            if undone is not None:
                ending.end_everything(session, undone, why="undo")
    except BadLinkError:
        undone = None
    return render("undo/annule.html") if undone else render("undo/invalide.html", 400)
