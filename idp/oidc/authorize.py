"""RFC 6749 §4.1.1, OIDC Core §3.1.2, the authorization request: what it may say, in what order.

Client and redirect_uri come first: until both are known good nothing is sent anywhere
(UnsafeRequestError: a page). Whatever is wrong after that goes back to the site
(RedirectableError). Which addresses are good: authorize_address.py. Each other parameter's rule:
authorize_parameters.py, authorize_claims.py. What a site pushed before: pushed_requests.py. The
answers are in authorization_response.py, the code in authorization_code.py.
"""

from sqlalchemy.orm import Session

from idp.errors import DomainError
from idp.oidc import authorize_claims, consents, hints, pushed_requests, subjects
from idp.oidc import authorize_parameters as parameters
from idp.oidc.authorization_code import issue_code
from idp.oidc.authorization_request import AuthorizationRequest
from idp.oidc.authorization_response import RedirectableError
from idp.oidc.authorize_address import is_registered
from idp.oidc.authorize_claims import AskedClaims, MalformedClaimsError
from idp.oidc.client_auth import find_client
from idp.oidc.clients import ClientInfo
from idp.oidc.issuer import Issuer

__all__ = [
    "AuthorizationRequest",
    "RedirectableError",
    "UnsafeRequestError",
    "checked",
    "issue_code",
    "parse",
]

MAX_BYTES = 8 * 1024

Pairs = list[tuple[str, str]]


class UnsafeRequestError(DomainError):
    """Nowhere safe to send an answer.

    `reason` is client, redirect_uri, repeated, too_large, or pushed: no such pushed request.
    """

    text_key = "errors.authorization"

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(detail)
        self.reason = reason


def parse(issuer: Issuer, session: Session, pairs: Pairs) -> AuthorizationRequest:
    """The request in `pairs` (decoded, in any order), or one of the two errors (OA1, OA2, OA7).

    Beside the handle of a pushed request nothing but client_id is read (RFC 9126 §4).
    """
    handles = [value for name, value in pairs if name == "request_uri"]
    if any(map(pushed_requests.is_handle, handles)) and not _longer_than(pairs, MAX_BYTES):
        return _pushed(issuer, session, pairs)
    return checked(issuer, session, pairs)


def _pushed(issuer: Issuer, session: Session, pairs: Pairs) -> AuthorizationRequest:
    """What this client pushed; unknown, another's, expired and used are one answer: a page."""
    client = _client(issuer, session, pairs)
    asked = pushed_requests.find(session, client.id, _single(pairs, "request_uri"))
    if asked is None or not is_registered(client, asked.redirect_uri):
        raise UnsafeRequestError("pushed")
    good = consents.narrowed(client, asked, issuer.address)
    if "openid" not in good.scope:
        raise UnsafeRequestError("pushed")
    return good


def checked(
    issuer: Issuer, session: Session, pairs: Pairs, *, pushed: bool = False
) -> AuthorizationRequest:
    """The same for a request that holds its parameters itself; `pushed` by the site (RFC 9126)."""
    if _longer_than(pairs, MAX_BYTES):
        raise UnsafeRequestError("too_large")
    client = _client(issuer, session, pairs)
    redirect_uri = _redirect_uri(client, pairs)
    state = parameters.state_of(pairs)
    try:
        given = _given(pairs)
        parameters.check_pushed(client, given, pushed=pushed)
        parameters.check_form(client, given)
        return _rest(issuer, session, client, redirect_uri, given, pairs)
    except parameters.BadParameterError as bad:
        raise RedirectableError(
            bad.error,
            bad.description,
            redirect_uri,
            state,
            response_mode=parameters.mode_sent(client, redirect_uri, pairs),
            client_id=client.id,
        ) from None


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
    """Required, even with a single one registered (OA1, RFC 9700 §2.1)."""
    redirect_uri = _single(pairs, "redirect_uri")
    if not is_registered(client, redirect_uri):
        raise UnsafeRequestError("redirect_uri", "unregistered" if redirect_uri else "missing")
    return redirect_uri


def _single(pairs: Pairs, name: str) -> str:
    values = [value for given, value in pairs if given == name]
    if len(values) > 1:
        raise UnsafeRequestError("repeated", name)
    return values[0] if values else ""


def _given(pairs: Pairs) -> dict[str, str]:
    """Each parameter once, those without a value left out (RFC 6749 §3.1)."""
    once = [(name, value) for name, value in pairs if name != parameters.REPEATABLE]
    if len(dict(once)) < len(once):
        raise parameters.bad("A parameter is repeated")
    return {name: value for name, value in pairs if value}


def _rest(
    issuer: Issuer,
    session: Session,
    client: ClientInfo,
    redirect_uri: str,
    given: dict[str, str],
    pairs: Pairs,
) -> AuthorizationRequest:
    claims = _claims(client, given)
    return AuthorizationRequest(
        client_id=client.id,
        redirect_uri=redirect_uri,
        scope=parameters.scope_of(client, given),
        code_challenge=parameters.challenge_of(client, given),
        state=parameters.opaque_of(given, "state"),
        nonce=parameters.opaque_of(given, "nonce"),
        prompt=parameters.prompt_of(given),
        max_age=parameters.max_age_of(client, given),
        acr_values=tuple(dict.fromkeys((*parameters.acr_values_of(given), *claims.acr_values))),
        login_hint=parameters.login_hint_of(given),
        hinted_identity_id=_hinted(issuer, session, client, given, claims.subs),
        response_mode=parameters.mode_of(client, redirect_uri, given),
        claims=claims.kept,
        acr_essential=claims.acr_essential,
        resources=parameters.resources_of(issuer.address, client, pairs),
        dpop_jkt=parameters.dpop_jkt_of(given),
    )


def _claims(client: ClientInfo, given: dict[str, str]) -> AskedClaims:
    try:
        return (
            authorize_claims.read(client, given["claims"]) if "claims" in given else AskedClaims()
        )
    except MalformedClaimsError as malformed:
        raise parameters.bad(str(malformed)) from None


def _hinted(
    issuer: Issuer,
    session: Session,
    client: ClientInfo,
    given: dict[str, str],
    subs: tuple[str, ...],
) -> str | None:
    """Whom an id_token_hint and the claim sub name: one person, whom this client knows."""
    token = given.get("id_token_hint")
    named = [_of_sub(session, client, sub) for sub in subs]
    if token is not None:
        named.append(_of_token(issuer, session, client, token))
    if len(set(named)) > 1:
        raise _nobody("Several people are asked for")
    return named[0] if named else None


def _of_token(issuer: Issuer, session: Session, client: ClientInfo, token: str) -> str:
    """One of our tokens for this client, expired or not."""
    hint = hints.read(issuer, session, token)
    if hint is None or client.id not in hint.audience:
        raise parameters.bad("id_token_hint is not an ID token of this issuer for this client")
    if hint.identity_id is None:
        # signed by us, but nobody's any more: that person cannot be signed in (§3.1.2.1)
        raise _nobody("The hinted person is not known")
    return hint.identity_id


def _of_sub(session: Session, client: ClientInfo, sub: str) -> str:
    """Only as this client's own sector is told: of another's no site may learn who it is (PII5)."""
    identity_id = subjects.identity_of(session, sub, subjects.sector_of(client))
    if identity_id is None:
        raise _nobody("The person asked for is not known")
    return identity_id


def _nobody(description: str) -> parameters.BadParameterError:
    return parameters.BadParameterError("login_required", description)
