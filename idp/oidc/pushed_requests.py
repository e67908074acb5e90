"""RFC 9126: requests that their sites pushed, each behind a handle of 256 bits for 60 seconds.

A handle may be looked at as often as a page is reloaded; the answer uses it up, also when that
comes after the 60 seconds: whoever signs in slowly began in time (§4, §7.3).
"""

import json

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from idp import clock
from idp.models import PushedRequest
from idp.oidc.authorization_request import AuthorizationRequest
from idp.oidc.lifetimes import PUSHED_REQUEST
from idp.storage.claims import changed
from idp.storage.engine import keys_of
from idp.storage.keyring import new_token, token_hash

PREFIX = "urn:ietf:params:oauth:request_uri:"
_LABEL = "pushed.request"


def is_handle(request_uri: str) -> bool:
    """Whether it is ours to look up, rather than an address that nobody fetches (OA12)."""
    return request_uri.startswith(PREFIX)


def push(session: Session, request: AuthorizationRequest) -> str:
    """Keep a checked request; its handle, for `request_uri`. A login_hint is sealed (PII8)."""
    handle, now = PREFIX + new_token(), clock.now()
    session.execute(
        insert(PushedRequest).values(
            handle_hash=token_hash(handle),
            client_id=request.client_id,
            request=keys_of(session).seal("pii", _LABEL, json.dumps(request.to_json())),
            created_at=now,
            expires_at=now + PUSHED_REQUEST,
        )
    )
    return handle


def find(session: Session, client_id: str, handle: str) -> AuthorizationRequest | None:
    """What this client pushed under the handle, while it is live and not used; changes nothing."""
    digest = token_hash(handle.encode("utf-8", "replace").decode())
    sealed = session.scalar(
        select(PushedRequest.request).where(
            PushedRequest.handle_hash == digest,
            PushedRequest.client_id == client_id,
            PushedRequest.used_at.is_(None),
            PushedRequest.expires_at > clock.now(),
        )
    )
    if sealed is None:
        return None
    document = json.loads(keys_of(session).open("pii", _LABEL, sealed))
    return AuthorizationRequest.from_json({**document, "pushed": digest})


def use(session: Session, pushed: str) -> bool:
    """Use up what stands behind a handle's hash: of two answers at once, one is sent."""
    unused = (PushedRequest.handle_hash == pushed) & PushedRequest.used_at.is_(None)
    return changed(session, update(PushedRequest).where(unused).values(used_at=clock.now())) == 1
