"""Sign-in and sign-out of a member site.

GET, POST /auth/login     go to the issuer (also OIDC Core §4's initiate_login_uri)
GET       /auth/callback  come back from it
POST      /auth/logout    end the session here, then at the issuer
POST      /auth/backchannel-logout  the issuer ends it: backchannel.py
"""

import secrets

from flask import Blueprint, after_this_request, g, redirect, request, session, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from relying_parties.common import clock, wants
from relying_parties.common.attempts import LIFE, Attempt
from relying_parties.common.errors import ProblemError, refusal
from relying_parties.common.issuer import IssuerUnavailableError, SignInRefusedError
from relying_parties.common.returns import own_host, path_of, safe_path
from relying_parties.common.services import (
    drop_session_cookie,
    services,
    session_token,
    signed_in,
)
from relying_parties.common.sessions import Identity

_HINT_MAX = 254  # an e-mail address (RFC 5321 §4.5.3.1)

pages = Blueprint(
    "auth", __name__, template_folder="templates", static_folder="static", static_url_path="/commun"
)


@pages.route("/auth/login", methods=["GET", "POST"])
def login() -> Response:
    """Send the browser to the issuer, with a state that only this browser can answer."""
    asked = _single(request.args if request.method == "GET" else request.form)
    if (elsewhere := own_host(request)) is not None:
        return redirect(elsewhere, 303)
    if asked.get("iss", services().settings.issuer) != services().settings.issuer:
        raise ProblemError("400", "sign-in asked for another issuer")
    g.then = safe_path(asked.get("next") or path_of(asked.get("target_link_uri")))
    g.want = _want(asked.get("want", ""))
    started = services().provider.start(
        _hint(asked.get("login_hint", "")), wants.parameters(g.want)
    )
    response = redirect(started.url, 303)
    attempt = Attempt(
        state=started.state,
        nonce=started.nonce,
        code_verifier=started.code_verifier,
        then=g.then,
        expires_at=clock.timestamp() + int(LIFE.total_seconds()),
        want=g.want,
    )
    services().attempts.keep(request, response, attempt)
    return response


@pages.get("/auth/callback")
def callback() -> Response:
    """Take the issuer's answer: once, in the browser that asked, and from that issuer only."""
    answer = _single(request.args)
    state = answer.get("state", "")
    attempt = services().attempts.take(request, state)
    if attempt is None:
        if signed_in():  # the back button, or another tab was faster
            return redirect(url_for("site.home"), 303)
        raise ProblemError("attempt_unknown")

    @after_this_request
    def forget(response: Response) -> Response:
        services().attempts.forget(response, state)
        return response

    g.then, g.want = attempt.then, attempt.want
    provider = services().provider
    provider.check_answer_issuer(answer.get("iss"))
    if "error" in answer:
        raise refusal(_printable(answer["error"]))
    if not answer.get("code"):
        raise SignInRefusedError("the answer holds no code")
    identity = provider.finish(answer["code"], attempt.nonce, attempt.code_verifier)
    if not wants.granted(attempt.want, identity.claims):
        short_of = "no_record" if wants.lacks_record(identity.claims) else "stronger"
        raise ProblemError(short_of, "the level asked for was not given")
    return _enter(identity, attempt.then)


@pages.post("/auth/logout")
def logout() -> Response:
    """End the session of this site first; whatever the issuer does, it is over here."""
    over_already = services().logouts.has_ended(session_token())
    id_token = services().sessions.end(session_token())
    session.clear()
    state = secrets.token_urlsafe(24)
    try:
        # where the issuer ended it first there is nothing left to ask there
        onward = None if over_already else services().provider.sign_out_url(id_token, state)
    except IssuerUnavailableError:
        onward, session["notice"] = None, "signed_out_here"
    if onward:
        session["sign_out_state"] = state
    else:
        session.setdefault("notice", "signed_out")
    response = redirect(onward or url_for("site.home"), 303)
    drop_session_cookie(response)
    return response


def _enter(identity: Identity, then: str) -> Response:
    """The one crossing of privilege: new session id, new form token, the old session ended."""
    token = services().sessions.open(identity, replaces=session_token())
    session.clear()
    if token is None:
        raise ProblemError("ended_meanwhile")
    response = redirect(then, 303)
    response.set_cookie(
        services().session_cookie,
        token,
        httponly=True,
        secure=services().settings.secure,
        samesite="Lax",
    )
    return response


def _single(values: MultiDict[str, str]) -> dict[str, str]:
    """The parameters; none may come twice, for each reader could take another (RFC 6749 §3.1)."""
    if any(len(values.getlist(name)) > 1 for name in values):
        raise ProblemError("400", "repeated parameter")
    return values.to_dict()


def _hint(raw: str) -> str | None:
    return raw if 0 < len(raw) <= _HINT_MAX and raw.isprintable() else None


def _want(raw: str) -> str:
    """One that this site offers, or "": anybody may write a link to it."""
    return raw if raw in services().wants else ""


def _printable(error: str) -> str:
    return "".join(char for char in error[:60] if char.isascii() and char.isprintable())
