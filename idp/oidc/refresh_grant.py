"""RFC 6749 §6, RFC 9700 §4.14.2, OIDC Core §12: a refresh token becomes its successor, once.

Found and judged in a read, answered in full, then claimed in a short write. Whoever loses the
claim, or repeats a use within ten seconds, gets the winner's answer; later, the family ends.
A FAPI 2.0 client keeps its token (§5.3.2.1): what a thief lacks there is the key.
"""

from typing import Any

from sqlalchemy.orm import Session

from idp.oidc import dpop, grants, issuing, refresh_store, sealed_answer, subjects, tokens
from idp.oidc.errors import EndpointError, invalid_grant, invalid_request, invalid_scope
from idp.oidc.grants import Granted
from idp.oidc.issuer import Issuer
from idp.oidc.issuing import Due
from idp.oidc.refresh_store import Found
from idp.oidc.token_request import TokenRequest
from idp.storage.keyring import new_token

Scope = tuple[str, ...]
_RESOURCE = "resource"  # beside the answer while it is sealed, where one was named


def refresh(issuer: Issuer, request: TokenRequest) -> dict[str, Any]:
    """The token response; EndpointError. At most five statements.

    One more for claims in the id_token, and one the first time that a grant is shown a key.
    """
    token = request.form.get("refresh_token")
    if token is None:
        raise invalid_request("no_refresh_token", "refresh_token is missing")
    with issuer.database.reading() as session:
        found = _checked(session, token, request)
        due = None if found.used_at else _due(issuer, session, request, found.granted)
    if due is None:
        return _repeated(issuer, request, token)
    sub = found.sub or _new_sub(issuer, due)
    if request.client.fapi2:
        return _kept(issuer, request, token, due, sub)
    return _rotated(issuer, request, token, due, sub)


def _checked(session: Session, token: str, request: TokenRequest) -> Found:
    client = request.client
    found = refresh_store.find(session, token, subjects.sector_of(client))
    if found is None:
        raise invalid_grant("refresh_unknown")
    if found.granted.client_id != client.id:
        raise invalid_grant("refresh_of_other_client")
    if not found.live:
        raise invalid_grant("refresh_revoked")
    if found.expired:
        raise invalid_grant("refresh_expired")
    if "offline_access" not in client.scopes:
        raise invalid_grant("refresh_not_allowed")
    _check_key(found.granted.dpop_jkt, request)
    return found


def _check_key(bound: str | None, request: TokenRequest) -> None:
    """RFC 9449 §5: a public client shows the one key; another proves itself, and may change it."""
    if bound is None:
        return
    if request.jkt is None:
        raise dpop.invalid_proof("missing")
    if request.client.public and request.jkt != bound:
        raise invalid_grant("refresh_of_other_key")


def _due(issuer: Issuer, session: Session, request: TokenRequest, granted: Granted) -> Due:
    return issuing.prepare(issuer, session, request, granted, _scope(request, granted.scope))


def _scope(request: TokenRequest, granted: Scope) -> Scope:
    """What was granted or less (RFC 6749 §6), of what the client may still have (CL4)."""
    asked = request.form.get("scope")
    wanted = granted if asked is None else tuple(dict.fromkeys(asked.split(" ")))
    if not set(wanted) <= set(granted):
        raise invalid_scope("scope_wider")
    return tuple(item for item in wanted if item in request.client.scopes)


def _kept(issuer: Issuer, request: TokenRequest, token: str, due: Due, sub: str) -> dict[str, Any]:
    """The same token again, until its thirty days are over."""
    with issuer.database.writing() as session:
        request.spend_proof(session)
        issuing.save_access(session, due)
    return issuing.answer(issuer, due, sub=sub, refresh=token)


def _rotated(
    issuer: Issuer, request: TokenRequest, token: str, due: Due, sub: str
) -> dict[str, Any]:
    granted, successor = due.granted, new_token()
    answer = issuing.answer(issuer, due, sub=sub, refresh=successor)
    named = request.form.get(_RESOURCE)
    kept = {**answer, _RESOURCE: named} if named else answer
    sealed = sealed_answer.seal(token, request.client.id, kept, request.jkt)
    with issuer.database.writing() as session:
        won = refresh_store.claim(session, token, sealed)
        if won:
            request.spend_proof(session)  # used before: the claim is undone
            _bind(session, request, granted)
            issuing.save_access(session, due)
            tokens.save_refresh(session, successor, granted.id, granted.expires_at)
    return answer if won else _repeated(issuer, request, token)


def _bind(session: Session, request: TokenRequest, granted: Granted) -> None:
    """What a public client holds goes with the first key that it shows (RFC 9449 §5)."""
    if request.client.public and request.jkt and granted.dpop_jkt is None:
        grants.bind(session, granted.id, request.jkt)


def _new_sub(issuer: Issuer, due: Due) -> str:
    """The client has moved to a sector that does not know this person yet."""
    with issuer.database.writing() as session:
        sector = subjects.sector_of(due.client)
        return subjects.get_or_create(session, due.granted.identity_id, sector)


def _repeated(issuer: Issuer, request: TokenRequest, token: str) -> dict[str, Any]:
    """The token was used before, or this instant by somebody faster.

    The same answer for the same client and key; anybody else has a copy. Who names another API gets
    nothing and ends nothing: they would take the token of one API to the other (RFC 8707 §3).
    """
    answer: dict[str, Any] | None = None
    with issuer.database.writing() as session:
        found = _checked(session, token, request)
        if found.in_grace and found.answer is not None:
            answer = sealed_answer.unseal(token, request.client.id, found.answer, request.jkt)
        if answer is not None:
            if answer.pop(_RESOURCE, None) != request.form.get(_RESOURCE):
                raise invalid_grant("refresh_repeated_elsewhere")
            request.spend_proof(session)
            refresh_store.record_repeat(session, found.granted)
        elif found.used_at is not None:
            refresh_store.end_family(session, found.granted)
    if answer is None:
        raise _refusal(found)
    return answer


def _refusal(found: Found) -> EndpointError:
    return invalid_grant("refresh_reused" if found.used_at else "refresh_expired")
