"""RFC 6749 §4.1.1, OIDC Core §3.1.2, the authorization request: what it may say, in what order.

Client and redirect_uri come first: until both are known good nothing is sent anywhere
(UnsafeRequestError: a page). Whatever is wrong after that goes back to the site
(RedirectableError). Each other parameter's rule is in authorize_parameters.py; the answers are in
authorization_response.py, the code in authorization_code.py.
"""

from collections import Counter

from sqlalchemy.orm import Session

from idp.errors import DomainError
from idp.oidc import authorize_parameters as parameters
from idp.oidc import hints
from idp.oidc.authorization_code import issue_code
from idp.oidc.authorization_request import AuthorizationRequest
from idp.oidc.authorization_response import (
    RedirectableError,
    error_redirect,
    error_url,
    success_url,
)
from idp.oidc.client_auth import find_client
from idp.oidc.clients import ClientInfo
from idp.oidc.issuer import Issuer

__all__ = [
    "AuthorizationRequest",
    "RedirectableError",
    "UnsafeRequestError",
    "error_redirect",
    "error_url",
    "issue_code",
    "parse",
    "success_url",
]

MAX_BYTES = 8 * 1024

Pairs = list[tuple[str, str]]


class UnsafeRequestError(DomainError):
    """Nowhere safe to send an answer. `reason` is client, redirect_uri, repeated or too_large."""

    text_key = "errors.authorization"

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(detail)
        self.reason = reason


def parse(issuer: Issuer, session: Session, pairs: Pairs) -> AuthorizationRequest:
    """The request in `pairs` (decoded, in any order), or one of the two errors (OA1, OA2, OA7)."""
    if _longer_than(pairs, MAX_BYTES):
        raise UnsafeRequestError("too_large")
    client = _client(issuer, session, pairs)
    redirect_uri = _redirect_uri(client, pairs)
    state = parameters.state_of(pairs)
    try:
        return _rest(issuer, session, client, redirect_uri, pairs)
    except parameters.BadParameterError as bad:
        raise RedirectableError(bad.error, bad.description, redirect_uri, state) from None


def _longer_than(pairs: Pairs, limit: int) -> bool:
    """Whether they are over `limit` bytes, without reading much further than that (OA22)."""
    total = 0
    for name, value in pairs:
        total += len(name) + len(value) + 2  # at least a byte a character
        if total > limit:
            return True
    return sum(len((n + v).encode("utf-8", "replace")) + 2 for n, v in pairs) > limit


def _client(issuer: Issuer, session: Session, pairs: Pairs) -> ClientInfo:
    client = find_client(issuer, session, _single(pairs, "client_id"))
    if client is None or client.disabled:
        raise UnsafeRequestError("client", "disabled" if client else "unknown")
    return client


def _redirect_uri(client: ClientInfo, pairs: Pairs) -> str:
    """Required, and byte-equal to a registered one (OA1, RFC 9700 §2.1)."""
    redirect_uri = _single(pairs, "redirect_uri")
    if redirect_uri not in client.redirect_uris:
        raise UnsafeRequestError("redirect_uri", "unregistered" if redirect_uri else "missing")
    return redirect_uri


def _single(pairs: Pairs, name: str) -> str:
    values = [value for given, value in pairs if given == name]
    if len(values) > 1:
        raise UnsafeRequestError("repeated", name)
    return values[0] if values else ""


def _rest(
    issuer: Issuer, session: Session, client: ClientInfo, redirect_uri: str, pairs: Pairs
) -> AuthorizationRequest:
    if any(times > 1 for times in Counter(name for name, _ in pairs).values()):
        raise parameters.bad("A parameter is repeated")
    given = {name: value for name, value in pairs if value}  # RFC 6749 §3.1
    parameters.check_form(client, given)
    return AuthorizationRequest(
        client_id=client.id,
        redirect_uri=redirect_uri,
        scope=parameters.scope_of(client, given),
        code_challenge=parameters.challenge_of(given),
        state=parameters.opaque_of(given, "state"),
        nonce=parameters.opaque_of(given, "nonce"),
        prompt=parameters.prompt_of(given),
        max_age=parameters.max_age_of(given),
        acr_values=parameters.acr_values_of(given),
        login_hint=parameters.login_hint_of(given),
        hinted_identity_id=_hinted(issuer, session, client, given),
    )


def _hinted(
    issuer: Issuer, session: Session, client: ClientInfo, given: dict[str, str]
) -> str | None:
    """Whom an id_token_hint names: one of ours for this client, expired or not."""
    token = given.get("id_token_hint")
    if token is None:
        return None
    hint = hints.read(issuer, session, token)
    if hint is None or client.id not in hint.audience:
        raise parameters.bad("id_token_hint is not an ID token of this issuer for this client")
    if hint.identity_id is None:
        # signed by us, but nobody's any more: that person cannot be signed in (§3.1.2.1)
        raise parameters.BadParameterError("login_required", "The hinted person is not known")
    return hint.identity_id
