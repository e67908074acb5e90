"""What the pages of a site may ask for: who is signed in, and the parts that know."""

from dataclasses import dataclass
from typing import cast

from flask import current_app, g, request
from werkzeug.wrappers import Response

from relying_parties.common.attempts import Attempts
from relying_parties.common.logouts import Logouts
from relying_parties.common.oidc import Provider
from relying_parties.common.sessions import Identity, Sessions
from relying_parties.common.settings import Settings

EXTENSION = "relying_party"


@dataclass(frozen=True, slots=True)
class Services:
    """The parts of one running site; `returns` are the endpoints that a sign-in may go on to.

    `wants` is what its links may ask of a sign-in (wants.py).
    """

    settings: Settings
    provider: Provider
    sessions: Sessions
    logouts: Logouts
    attempts: Attempts
    session_cookie: str
    returns: frozenset[str]
    wants: frozenset[str]


def services() -> Services:
    """The parts of the site that answers this request."""
    return cast(Services, current_app.extensions[EXTENSION])


def session_token() -> str:
    """The session id that the browser sent; empty where it sent none."""
    return request.cookies.get(services().session_cookie, "")


def drop_session_cookie(response: Response) -> None:
    """Take the session id away from the browser."""
    secure = services().settings.secure
    response.delete_cookie(services().session_cookie, secure=secure, httponly=True, samesite="Lax")


def signed_in() -> Identity | None:
    """The person signed in on this site, looked up once a request."""
    if "identity" not in g:
        token = session_token()
        g.identity = services().sessions.find(token) if token else None
    return cast(Identity | None, g.identity)
