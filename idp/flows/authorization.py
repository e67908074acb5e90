"""/authorize, as a browser meets it (OIDC Core §3.1.2): answer at once, or pause and show a page.

What a request may say is in oidc/authorize.py; which page comes is the policy's.
"""

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from idp.accounts import migrating
from idp.flows import answers, dispatch
from idp.flows import interaction as interactions
from idp.flows.cookies import browser
from idp.flows.pages import carried, failure, see_other
from idp.flows.policy import MIGRATION, told
from idp.flows.runtime import runtime
from idp.flows.visit import Visit, moved_to, situation
from idp.oidc import authorize
from idp.oidc.authorization_response import of_error
from idp.oidc.authorize import AuthorizationRequest, RedirectableError, UnsafeRequestError

blueprint = Blueprint("authorization", __name__)


@blueprint.get("/authorize")
def page() -> ResponseReturnValue:
    """Valid: the answer, or the first page. Invalid: an error to the site, or a French page."""
    here = runtime()
    pairs = list(request.args.items(multi=True))
    try:
        with here.database.reading() as session:
            asked = authorize.parse(here.issuer, session, pairs)
            visit = interactions.resumed(session, here.issuer, browser(), asked)
    except UnsafeRequestError as unsafe:
        return _refused(unsafe)
    except RedirectableError as error:
        return redirect(answers.address(of_error(here.issuer, error)), 302)
    return redirect(_way_on(visit, asked), 302)


@blueprint.post("/authorize")
def posted() -> ResponseReturnValue:
    """The same by POST. A site's POST brings no cookie (SameSite=Lax), the GET after it does."""
    request.max_content_length = 3 * authorize.MAX_BYTES  # as long as escapes can make the most
    return see_other(carried("authorization.page", request.form))


def _way_on(visit: Visit, asked: AuthorizationRequest) -> str:
    step = dispatch.missing(visit)
    if step is not None and ("none" in asked.prompt or not step.shown):
        if step.shown and visit.signed_in is None and _migrates(visit):
            step = MIGRATION
        step = told(step, situation(visit))
        doors = runtime().database
        with doors.writing() if asked.pushed else doors.reading() as session:
            return dispatch.refuse(session, visit, step.refusal, step.reason)
    with runtime().database.writing() as session:
        if step is None:
            return dispatch.answer(session, visit)
        return _paused(session, visit, asked)


def _migrates(visit: Visit) -> bool:
    """Whether a move from a NIR to an e-mail waits in this browser: a page can go on with it.

    Only members have a NIR here: a site that is not ours is not told so (PII6).
    """
    if visit.client is None or not visit.client.first_party:
        return False
    with runtime().database.reading() as session:
        return migrating.under_way(session, browser().hash)


def _paused(session: Session, visit: Visit, asked: AuthorizationRequest) -> str:
    row = interactions.begin(session, browser(), asked)
    paused = moved_to(visit, row)
    step = dispatch.missing(paused)
    assert step is not None  # noqa: S101 — pausing proves nothing
    return dispatch.page_of(step, paused)


def _refused(unsafe: UnsafeRequestError) -> ResponseReturnValue:
    known = {
        "redirect_uri": "errors.redirect_uri",
        "client": "errors.unknown_client",
        "pushed": "errors.pushed_request",
    }
    key = known.get(unsafe.reason, "errors.authorization")
    return failure(key, 400)
