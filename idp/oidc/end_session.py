"""OIDC RP-Initiated Logout §2, §3: whom a site signs out, and where the browser may go after it.

Only a good hint leads anywhere but to our own page: without one the request may come from anybody,
and a redirect could not be told from an open one (OA20).
"""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from idp.models import Grant
from idp.oidc import hints
from idp.oidc.authorization_response import with_query
from idp.oidc.client_auth import find_client
from idp.oidc.clients import ClientInfo
from idp.oidc.forms import CONTROL
from idp.oidc.hints import Hint
from idp.oidc.issuer import Issuer

MAX_BYTES = 32 * 1024
MAX_STATE = 2048

Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class LogoutRequest:
    """What to end and where to go. Everything is None unless the hint is a good one.

    `session_id` is the session that the hint names; `needs_confirmation` asks for a page with a
    button first: no good hint, or an address that is not registered.
    """

    client: ClientInfo | None = None
    identity_id: str | None = None
    session_id: str | None = None
    sid: str | None = None
    post_logout_redirect_uri: str | None = None
    state: str | None = None
    needs_confirmation: bool = True


def parse(issuer: Issuer, session: Session, pairs: Pairs) -> LogoutRequest:
    """The request in `pairs` (decoded, in any order). Never raises: what is wrong asks first."""
    given = _given(pairs)
    token = given.get("id_token_hint")
    hint = hints.read(issuer, session, token) if token else None
    client = _client(issuer, session, given, hint) if hint else None
    if hint is None or client is None:
        return LogoutRequest()
    address = given.get("post_logout_redirect_uri")
    registered = address in client.post_logout_redirect_uris
    return LogoutRequest(
        client=client,
        identity_id=hint.identity_id,
        session_id=_session_of(session, client, hint),
        sid=hint.sid,
        post_logout_redirect_uri=address if registered else None,
        state=given.get("state"),
        needs_confirmation=address is not None and not registered,
    )


def redirect_url(request: LogoutRequest) -> str:
    """The registered address with `state` as it came; only for a request that has an address."""
    if request.post_logout_redirect_uri is None:
        raise ValueError("this request leads nowhere")
    members = {} if request.state is None else {"state": request.state}
    return with_query(request.post_logout_redirect_uri, members)


def _given(pairs: Pairs) -> dict[str, str]:
    """The parameters; none at all when one is repeated, too long or holds a control character."""
    given = dict(pairs)
    sizes = sum(len(name) + len(value) for name, value in pairs)
    odd = any(CONTROL.search(name) or CONTROL.search(value) for name, value in pairs)
    if len(given) < len(pairs) or sizes > MAX_BYTES or odd:
        return {}
    if len(given.get("state", "")) > MAX_STATE:
        return {}
    return {name: value for name, value in given.items() if value}


def _client(
    issuer: Issuer, session: Session, given: dict[str, str], hint: Hint
) -> ClientInfo | None:
    """The one client that the hint was made for, and that a client_id beside it names too (§2)."""
    client_id = given.get("client_id", hint.audience[0])
    if hint.audience != (client_id,):
        return None
    client = find_client(issuer, session, client_id)
    return None if client is None or client.disabled else client


def _session_of(session: Session, client: ClientInfo, hint: Hint) -> str | None:
    if hint.sid is None:
        return None
    return session.scalar(
        select(Grant.session_id).where(Grant.sid == hint.sid, Grant.client_id == client.id).limit(1)
    )
