"""What a page tells on top of itself, once: somebody signed out here, or elsewhere."""

import hmac

from flask import after_this_request, request, session
from werkzeug.wrappers import Response

from relying_parties.common.services import drop_session_cookie, services, session_token, signed_in
from relying_parties.common.texts import NOTICES


def notice() -> str | None:
    """The sentence for this page, or None."""
    key = _farewell() or _ended_elsewhere()
    return NOTICES.get(key) if key else None


def _farewell() -> str | None:
    """Somebody comes home from the sign-out that began here."""
    expected = session.get("sign_out_state", "")
    given = request.args.get("state", "")
    if expected and hmac.compare_digest(expected.encode(), given.encode()):
        del session["sign_out_state"]
        return "signed_out"
    key: str | None = session.pop("notice", None)
    return key


def _ended_elsewhere() -> str | None:
    """The issuer ended the session whose cookie this browser still sends."""
    token = session_token()
    if not token or signed_in() or not services().logouts.has_ended(token):
        return None

    @after_this_request
    def forget(response: Response) -> Response:
        drop_session_cookie(response)
        return response

    return "ended_elsewhere"
