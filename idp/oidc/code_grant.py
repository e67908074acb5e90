"""RFC 6749 §4.1.3, OIDC Core §3.1.3: a code becomes tokens, once."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from idp import clock
from idp.models import new_id
from idp.oidc import authorization_code, grants, id_token, pkce, sid, subjects, tokens
from idp.oidc.authorization_code import CodeRow, Redemption
from idp.oidc.clients import ClientInfo
from idp.oidc.errors import invalid_grant, invalid_request
from idp.oidc.grants import Granted
from idp.oidc.issuer import Issuer
from idp.oidc.lifetimes import GRANT_OF_A_SESSION, REFRESH_ABSOLUTE
from idp.storage.keyring import new_token


def exchange(issuer: Issuer, client: ClientInfo, form: Mapping[str, str]) -> dict[str, Any]:
    """The token response; EndpointError. At most six statements, in one transaction.

    The id_token is signed after it: no other writer waits for an RSA signature.
    """
    asked = _redemption(client, form)
    with issuer.database.writing() as session:
        signer = issuer.keys.signing(session)
        row = authorization_code.claim(session, asked, grant_id := new_id())
        if row is None:
            # leave the block first: what refuse() revoked must be kept
            reason = authorization_code.refuse(session, asked)
        else:
            granted = _granted(issuer, client, row, grant_id)
            access, refresh = _save(session, client, granted)
            sub = subjects.get_or_create(session, granted.identity_id, subjects.sector_of(client))
    if row is None:
        raise invalid_grant(reason)
    signed = id_token.issue(issuer, signer, granted, sub=sub, access_token=access, nonce=row.nonce)
    return tokens.answer(access, granted.scope, refresh=refresh, id_token=signed)


def _redemption(client: ClientInfo, form: Mapping[str, str]) -> Redemption:
    code, redirect_uri = form.get("code"), form.get("redirect_uri")
    if code is None:
        raise invalid_request("no_code", "code is missing")
    if redirect_uri is None:
        raise invalid_request("no_redirect_uri", "redirect_uri is missing")
    challenge = pkce.challenge_of(form.get("code_verifier", ""))
    if challenge is None:
        raise invalid_grant("code_verifier")  # RFC 7636 §4.6
    return Redemption(code, client.id, redirect_uri, challenge)


def _granted(issuer: Issuer, client: ClientInfo, row: CodeRow, grant_id: str) -> Granted:
    # of what was asked a minute ago, what the client may still have (CL4)
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
    )


def _save(session: Session, client: ClientInfo, granted: Granted) -> tuple[str, str | None]:
    """Write the grant and its first tokens."""
    grants.save(session, granted)
    access = new_token()
    tokens.save_access(session, access, granted.id, granted.scope)
    if not _may_refresh(client, granted.scope):
        return access, None
    refresh = new_token()
    tokens.save_refresh(session, refresh, granted.id, granted.expires_at)
    return access, refresh


def _may_refresh(client: ClientInfo, scope: tuple[str, ...]) -> bool:
    return "offline_access" in scope and "refresh_token" in client.grant_types
