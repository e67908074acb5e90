"""The answer to a site: the address that the browser is sent to with it.

By query it is the site's own address. By form_post (OAuth 2.0 Form Post Response Mode) it is a page
of ours, whose form holds the answer and is posted to the site by a script, or by its button. What
that page shows waits nowhere: it is sealed in the page's address, for this browser and one minute,
so that a site's answer can be read in no log and opened by nobody else.
"""

import base64
import json
from datetime import timedelta

from flask import Blueprint, g, request, url_for
from flask.typing import ResponseReturnValue

from idp import clock
from idp.errors import InteractionLostError
from idp.flows.cookies import browser
from idp.flows.pages import csp_source, render
from idp.flows.runtime import runtime
from idp.oidc.authorization_response import FORM_POST, Answer, query_address
from idp.storage.keyring import UnreadableError

blueprint = Blueprint("answers", __name__)

LIVES = timedelta(seconds=60)
_LABEL = "authorization.answer"


def address(answer: Answer) -> str:
    """Where the browser goes with this answer: a redirect to it brings the site its answer."""
    if answer.mode != FORM_POST:
        return query_address(answer)
    return url_for("answers.page", reponse=_sealed(answer))


@blueprint.get("/authorize/reponse")
def page() -> ResponseReturnValue:
    """The form that posts itself. InteractionLostError in another browser, or a minute later."""
    answer, here = _opened(request.args.get("reponse", "")), runtime()
    with here.database.reading() as session:
        client = here.issuer.clients.get(session, answer.client_id)
    if client is None or client.disabled:
        raise InteractionLostError("client")
    g.answer_to = csp_source(answer.redirect_uri)
    return render(
        "answers/page.html", site=client, action=answer.redirect_uri, members=answer.members
    )


def _sealed(answer: Answer) -> str:
    until = clock.timestamp() + int(LIVES.total_seconds())
    document = [until, browser().hash, answer.client_id, answer.redirect_uri, dict(answer.members)]
    blob = runtime().database.keys.seal("secret", _LABEL, json.dumps(document))
    return base64.urlsafe_b64encode(blob).decode().rstrip("=")


def _opened(sealed: str) -> Answer:
    try:
        blob = base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
        text = runtime().database.keys.open("secret", _LABEL, blob)
    except (ValueError, UnreadableError):
        raise InteractionLostError("answer") from None
    until, owner, client_id, redirect_uri, members = json.loads(text)
    if until <= clock.timestamp() or owner != browser().hash:
        raise InteractionLostError("answer")
    return Answer(redirect_uri, FORM_POST, members, client_id)
