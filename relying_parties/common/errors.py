"""French pages for whatever goes wrong, with a way forward and no technical word of anybody's."""

import secrets
import sqlite3

from flask import Flask, Response, current_app, g, make_response, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from relying_parties.common.issuer import IssuerUnavailableError, SignInRefusedError
from relying_parties.common.refusals import ANSWERED, OTHER, REDEEMED, REFUSALS
from relying_parties.common.texts import PROBLEMS

_RETRY_AFTER_SECONDS = "30"
_PAGES = {**PROBLEMS, **REFUSALS}


class ProblemError(Exception):
    """Answer with the page `key` of texts.py or refusals.py; its text is for the log."""

    def __init__(self, key: str, detail: str = "") -> None:
        super().__init__(detail or key)
        self.key = key


def refusal(error: str) -> ProblemError:
    """The page for an error that the issuer sent the browser back with."""
    return ProblemError(ANSWERED.get(error, OTHER), error)


def register(app: Flask) -> None:
    """Give `app` a page for every error."""
    app.register_error_handler(ProblemError, _problem)
    app.register_error_handler(IssuerUnavailableError, _unavailable)
    app.register_error_handler(SignInRefusedError, _refused)
    app.register_error_handler(sqlite3.OperationalError, _busy)
    app.register_error_handler(CSRFError, _form_expired)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unforeseen)


def _page(key: str, **context: object) -> Response:
    problem = _PAGES[key]
    # the sign-in that failed knows where it was going on to, and what it asked for
    want = problem.want or g.get("want") or None
    retry = url_for("auth.login", next=g.get("then"), want=want)
    html = render_template("problem.html", problem=problem, retry=retry, **context)
    response = make_response(html, problem.status)
    if problem.status == 503:
        response.headers["Retry-After"] = _RETRY_AFTER_SECONDS
    return response


def _problem(error: ProblemError) -> Response:
    if error.key == "our_fault":
        return _our_fault(error)
    current_app.logger.info("page %s: %s", error.key, error)
    return _page(error.key, kept=_typed())


def _our_fault(error: Exception) -> Response:
    """The issuer does not take what this site sends: its operator must know."""
    incident = secrets.token_hex(4)
    current_app.logger.error("incident %s: the issuer refuses this site: %s", incident, error)
    return _page("our_fault", incident=incident)


def _unavailable(error: IssuerUnavailableError) -> Response:
    current_app.logger.warning("the issuer is unavailable: %s", error)
    return _page("unavailable")


def _refused(error: SignInRefusedError) -> Response:
    key = REDEEMED.get(error.code, "refused")
    if key == "our_fault":
        return _our_fault(error)
    current_app.logger.warning("sign-in refused: %s", error)
    return _page(key)


def _busy(error: sqlite3.OperationalError) -> Response:
    current_app.logger.error("the database fails: %s", error)
    return _page("busy")


def _form_expired(error: CSRFError) -> Response:
    offer_sign_out = request.endpoint == "auth.logout"
    return _page("form_expired", offer_sign_out=offer_sign_out, kept=_typed())


def _typed() -> str:
    """A long text that came with the form: its author may want it back."""
    return request.form.get("body", "")


def _http(error: HTTPException) -> Response:
    code = error.code or 500
    key = str(code) if str(code) in _PAGES else ("400" if code < 500 else "500")
    response = _page(key)
    response.status_code = code
    if isinstance(error, MethodNotAllowed):
        response.allow.update(error.valid_methods or ())
    return response


def _unforeseen(error: Exception) -> Response:
    incident = secrets.token_hex(4)
    current_app.logger.error("incident %s", incident, exc_info=error)
    return _page("500", incident=incident)
