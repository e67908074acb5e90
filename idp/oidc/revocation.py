"""RFC 7009, revocation: a client gives back a token of its own, and nothing else happens (OA18).

A refresh token ends the whole grant, with every token of it; an access token ends alone. Unknown
and foreign ones get the same answer as good ones, and have no effect.
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from idp.accounts.activity import Kind, record
from idp.models import AccessToken, Grant, RefreshToken
from idp.oidc import access_token, client_auth, grants
from idp.oidc.clients import ClientInfo
from idp.oidc.errors import invalid_request
from idp.oidc.forms import form_alone, single
from idp.oidc.http import NO_STORE, MachineRequest, MachineResponse
from idp.oidc.issuer import Issuer
from idp.storage.claims import changed
from idp.storage.keyring import token_hash
from idp.storage.spent import spend

REVOKED = "revoked"  # the purpose of a spent jti
_KEPT_AFTER = timedelta(minutes=1)  # clocks of nodes that differ


def revoke(issuer: Issuer, request: MachineRequest) -> MachineResponse:
    """POST: 200 and an empty body, whatever the token was; EndpointError for the client's errors.

    The hint would only change where we look first: of tokens, no two kinds look alike in the rows.
    """
    form = single(form_alone(request))
    client = client_auth.authenticated(issuer, request, form)
    token = form.get("token")
    if token is None:
        raise invalid_request("no_token", "token is missing")
    with issuer.database.writing() as session:
        if "." in token:
            _signed(issuer, session, client, token)
        elif not _opaque(session, client, token):
            _family(session, client, token)
    return MachineResponse(200, NO_STORE)


def _signed(issuer: Issuer, session: Session, client: ClientInfo, token: str) -> None:
    """It is not kept, so its id is, until it would have expired anyway."""
    said = access_token.read(issuer, session, token)
    if said is None or said["client_id"] != client.id:
        return
    until = datetime.fromtimestamp(said["exp"], UTC) + _KEPT_AFTER
    if spend(session, REVOKED, said["jti"], until):
        _record(session, client, "access_token")


def _opaque(session: Session, client: ClientInfo, token: str) -> bool:
    theirs = select(Grant.id).where(Grant.client_id == client.id)
    mine = AccessToken.token_hash == token_hash(token), AccessToken.grant_id.in_(theirs)
    found = changed(session, delete(AccessToken).where(*mine)) == 1
    if found:
        _record(session, client, "access_token")
    return found


def _family(session: Session, client: ClientInfo, token: str) -> None:
    """Any link of the chain, used ones too: who has one wants the chain to end."""
    row = session.execute(
        select(Grant.id, Grant.identity_id)
        .join(RefreshToken, RefreshToken.grant_id == Grant.id)
        .where(RefreshToken.token_hash == token_hash(token), Grant.client_id == client.id)
    ).one_or_none()
    if row and grants.revoke(session, row.id, "site"):
        _record(session, client, "refresh_token", row.identity_id)


def _record(session: Session, client: ClientInfo, token: str, whose: str | None = None) -> None:
    record(session, Kind.TOKEN_REVOKED, identity_id=whose, client_id=client.id, token=token)
