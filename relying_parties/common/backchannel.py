"""POST /auth/backchannel-logout: the issuer itself tells that a session has ended.

No browser is on the line: no cookie is read or set, no form token asked; the signature proves it.
Answers of Back-Channel Logout 1.0 §2.8: 200, or 400 with JSON; 503 where trying again may help.
"""

import sqlite3

from flask import Response, current_app, jsonify, request
from werkzeug.exceptions import HTTPException

from relying_parties.common.auth import pages
from relying_parties.common.issuer import IssuerUnavailableError, SignInRefusedError
from relying_parties.common.services import services

PATH = "/auth/backchannel-logout"
_FORM = "application/x-www-form-urlencoded"
_RETRY_AFTER_SECONDS = "30"


@pages.post(PATH)
def backchannel_logout() -> Response:
    """End the sessions that the logout token names, once a token."""
    try:
        logout = services().provider.read_logout_token(_sent())
        if not services().logouts.take(logout):
            raise SignInRefusedError("the logout token was taken before")
    except (SignInRefusedError, HTTPException) as error:
        current_app.logger.warning("logout token refused: %s", error)
        return _answer(400, "invalid_request", "The logout token was not accepted")
    except (IssuerUnavailableError, sqlite3.OperationalError) as error:
        current_app.logger.error("logout token not taken: %s", error)
        response = _answer(503, "temporarily_unavailable", "Try again")
        response.headers["Retry-After"] = _RETRY_AFTER_SECONDS
        return response
    return Response(status=200)


def _sent() -> str:
    """The one logout_token of the form; what else may be in it is ignored (§2.5)."""
    tokens = request.form.getlist("logout_token") if request.mimetype == _FORM else []
    if len(tokens) != 1:
        raise SignInRefusedError("not a form with one logout_token")
    return tokens[0]


def _answer(status: int, error: str, description: str) -> Response:
    response = jsonify(error=error, error_description=description)
    response.status_code = status
    return response
