"""/connexion/annuler: « Annuler », wherever a site waits. It is told access_denied, and no more.

One button for everybody, at every step (RFC 6749 §4.1.2.1): what was proved on the way is worth
nothing then, and who was signed in before still is.
"""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from idp.flows import dispatch
from idp.flows.fields import check_button
from idp.flows.pages import see_other
from idp.flows.runtime import runtime

blueprint = Blueprint("refusal", __name__)


@blueprint.post("/connexion/annuler")
def submit() -> ResponseReturnValue:
    """The request ends here. InteractionLostError once it has ended, or in another browser."""
    check_button()
    with runtime().database.writing() as session:
        visit = dispatch.of_tab(session, lock=True)
        return see_other(dispatch.refuse(session, visit, "access_denied", "The person cancelled"))
