"""RFC 6749 §4.1.3, OIDC Core §3.1.3: a code becomes tokens, once."""

from typing import Any

from sqlalchemy.orm import Session

from idp import clock
from idp.models import new_id
from idp.oidc import authorization_code, grants, issuing, pkce, sid, subjects, tokens
from idp.oidc.authorization_code import CodeRow, Redemption
from idp.oidc.clients import ClientInfo
from idp.oidc.errors import invalid_grant, invalid_request
from idp.oidc.grants import Granted
from idp.oidc.issuer import Issuer
from idp.oidc.issuing import Due
from idp.oidc.lifetimes import GRANT_OF_A_SESSION, REFRESH_ABSOLUTE
from idp.oidc.token_request import TokenRequest
from idp.storage.keyring import new_token


def exchange(issuer: Issuer, request: TokenRequest) -> dict[str, Any]:
    """The token response; EndpointError. At most six statements, in one transaction.

    One more where the request asked for claims in the id_token. Signed after it: no other writer
    waits for a signature. What is wrong with a resource or a proof leaves the code as it was.
    """
    asked = _redemption(request)
    with issuer.database.writing() as session:
        row = authorization_code.claim(session, asked, grant_id := new_id())
        if row is None:
            # leave the block first: what refuse() revoked must be kept
            reason = authorization_code.refuse(session, asked)
        else:
            sub = row.sub or subjects.create(session, row.identity_id, asked.sector)
            granted = _granted(issuer, request, row, grant_id)
            due = issuing.prepare(issuer, session, request, granted, granted.scope)
            refresh = _save(session, due)
            request.spend_proof(session)
    if row is None:
        raise invalid_grant(reason)
    return issuing.answer(issuer, due, sub=sub, refresh=refresh, nonce=row.nonce)


def _redemption(request: TokenRequest) -> Redemption:
    form, client = request.form, request.client
    code, redirect_uri = form.get("code"), form.get("redirect_uri")
    if code is None:
        raise invalid_request("no_code", "code is missing")
    if redirect_uri is None:
        raise invalid_request("no_redirect_uri", "redirect_uri is missing")
    challenge = _challenge(client, form.get("code_verifier"))
    if challenge is None:
        raise invalid_grant("code_verifier")  # RFC 7636 §4.6
    sector = subjects.sector_of(client)
    return Redemption(code, client.id, redirect_uri, challenge, request.jkt, sector)


def _challenge(client: ClientInfo, verifier: str | None) -> str | None:
    """What the code must have come with: a verifier is needed or refused, never passed over."""
    if verifier is None:
        return None if client.require_pkce else pkce.WITHOUT
    return pkce.challenge_of(verifier)


def _granted(issuer: Issuer, request: TokenRequest, row: CodeRow, grant_id: str) -> Granted:
    # of what was asked a minute ago, what the client may still have (CL4)
    client = request.client
    scope = tuple(item for item in row.scope.split() if item in client.scopes)
    now = clock.now()
    lives = REFRESH_ABSOLUTE if _may_refresh(client, scope) else GRANT_OF_A_SESSION
    return Granted(
        id=grant_id,
        client_id=client.id,
        identity_id=row.identity_id,
        session_id=row.session_id,
        sid=sid.of(issuer.keyring, row.session_id, client.id),
        scope=scope,
        auth_time=row.auth_time,
        acr=row.acr,
        amr=tuple(row.amr),
        created_at=now,
        expires_at=now + lives,
        claims=row.claims,
        resources=tuple(row.resources or ()),
        dpop_jkt=request.jkt,
    )


def _save(session: Session, due: Due) -> str | None:
    """Write the grant and its first tokens; the refresh token, if there is one."""
    grants.save(session, due.granted)
    issuing.save_access(session, due)
    if not _may_refresh(due.client, due.scope):
        return None
    refresh, granted = new_token(), due.granted
    rotates = not due.client.fapi2
    tokens.save_refresh(session, refresh, granted.id, granted.expires_at, rotates=rotates)
    return refresh


def _may_refresh(client: ClientInfo, scope: tuple[str, ...]) -> bool:
    return "offline_access" in scope and "refresh_token" in client.grant_types
