"""What every hosted page is protected by, before its own code runs.

Repeated parameters, control characters, other media types and foreign origins end here with a
French page: nothing is stored and nothing typed is logged.
"""

import re

from flask import Flask, request
from werkzeug.exceptions import MethodNotAllowed, UnsupportedMediaType

from idp.errors import BadRequestError
from idp.flows.pages import origin
from idp.settings import Settings

MAX_BODY = 64 * 1024
_FORM = "application/x-www-form-urlencoded"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_ANSWERING = frozenset(
    {
        "authorization",
        "login",
        "method",
        "step_up",
        "two_step",
        "services",
        "account_choice",
        "consent",
        "level",
        "secret_question",
        "opening_member",
        "opening_code",
        "sign_out",
    }
)
_OWN_GRAMMAR = frozenset({"authorization", "machine", "sign_out", "static", "health", "metrics"})


def install(app: Flask, settings: Settings) -> None:
    """Guard all pages but those that judge their parameters themselves (RFC grammar)."""
    home = origin(settings.issuer)

    @app.before_request
    def no_head() -> None:
        # a GET of these pages may answer a site or end a session: a HEAD must not (RFC 9110 §9.2.1)
        if request.method == "HEAD" and request.blueprint in _ANSWERING:
            raise MethodNotAllowed(valid_methods=["GET", "POST"])

    @app.before_request
    def check() -> None:
        if request.blueprint in _OWN_GRAMMAR or request.endpoint == "static":
            return
        _single_and_printable()
        if request.method == "POST":
            _from_our_own_page(home)


def _single_and_printable() -> None:
    if request.method == "POST" and request.mimetype != _FORM:
        raise UnsupportedMediaType
    for values in (request.args, request.form):
        for name, given in values.lists():
            if len(given) > 1:
                raise BadRequestError("repeated parameter")
            if _CONTROL.search(name) or _CONTROL.search(given[0]):
                raise BadRequestError("control character")


def _from_our_own_page(home: str) -> None:
    """Beside the form token: what browsers say of where a POST comes from (WB3)."""
    site = request.headers.get("Sec-Fetch-Site")
    if site not in (None, "same-origin", "none"):
        raise BadRequestError("cross-site post")
    sender = request.headers.get("Origin")
    if sender not in (None, "null", home):
        raise BadRequestError("foreign origin")
