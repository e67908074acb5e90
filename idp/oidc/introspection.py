"""RFC 7662, introspection: whether a token is good now, told to the client that it was given to.

Everything is looked up at each question: token, grant, person, and what the client may still have
(CL4). A token that is unknown, ended or somebody else's has one answer (OA18). ID tokens are none.
"""

from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from idp import clock
from idp.accounts.states import USING_TOKENS
from idp.models import AccessToken, Grant, Identity, RefreshToken
from idp.oidc import access_token, client_auth, grants, subjects, tokens
from idp.oidc.clients import ClientInfo
from idp.oidc.errors import invalid_client, invalid_request
from idp.oidc.forms import form_alone, single
from idp.oidc.http import MachineRequest, MachineResponse, json_response
from idp.oidc.issuer import Issuer
from idp.oidc.lifetimes import ACCESS_TOKEN
from idp.oidc.revocation import REVOKED
from idp.storage.keyring import token_hash
from idp.storage.spent import was_spent

Told = dict[str, Any] | None


def introspect(issuer: Issuer, request: MachineRequest) -> MachineResponse:
    """POST: what the token is good for, or that it is not active; EndpointError.

    At most two statements, one for what looks like a JWT.
    """
    form = single(form_alone(request))
    client = client_auth.authenticated(issuer, request, form)
    if client.public:  # RFC 7662 §2.1: anybody could say its name, and try tokens
        raise invalid_client("client_public", challenge=False)
    token = form.get("token")
    if token is None:
        raise invalid_request("no_token", "token is missing")
    with issuer.database.reading() as session:
        if "." in token:
            told = _signed(issuer, session, client, token)
        else:
            told = _opaque(issuer, session, client, token)
            told = told or _refresh(issuer, session, client, token)
    return json_response(told or {"active": False})


def _opaque(issuer: Issuer, session: Session, client: ClientInfo, token: str) -> Told:
    query = select(AccessToken.scope, AccessToken.expires_at, AccessToken.dpop_jkt, *_of(client))
    kept = AccessToken.token_hash == token_hash(token)
    query = query.join(Grant, Grant.id == AccessToken.grant_id).where(kept)
    row = session.execute(_alive(query.where(AccessToken.expires_at > clock.now()), client)).first()
    if row is None:
        return None
    return {
        **_told(issuer, client, row, row.scope),
        "token_type": tokens.type_of(row.dpop_jkt),
        "exp": int(row.expires_at.timestamp()),
        "iat": int((row.expires_at - ACCESS_TOKEN).timestamp()),
        "aud": issuer.address,
        **({"cnf": {"jkt": row.dpop_jkt}} if row.dpop_jkt else {}),
    }


def _refresh(issuer: Issuer, session: Session, client: ClientInfo, token: str) -> Told:
    """A refresh token that could be used now, by a client that could use it."""
    query = select(RefreshToken.expires_at, RefreshToken.created_at, Grant.dpop_jkt, *_of(client))
    kept = RefreshToken.token_hash == token_hash(token)
    unused = RefreshToken.used_at.is_(None) & (RefreshToken.expires_at > clock.now())
    query = query.join(Grant, Grant.id == RefreshToken.grant_id).where(kept, unused)
    row = session.execute(_alive(query, client)).first()
    if row is None or "refresh_token" not in client.grant_types:
        return None
    if "offline_access" not in client.scopes:
        return None
    return {
        **_told(issuer, client, row, row.granted_scope),
        "exp": int(row.expires_at.timestamp()),
        "iat": int(row.created_at.timestamp()),
        **({"cnf": {"jkt": row.dpop_jkt}} if row.dpop_jkt and client.public else {}),
    }


def _signed(issuer: Issuer, session: Session, client: ClientInfo, token: str) -> Told:
    """What the token says of itself, where nothing of it has ended since."""
    said = access_token.read(issuer, session, token)
    if said is None or said["client_id"] != client.id or said["aud"] not in client.resources:
        return None
    grant_id, spent = access_token.grant_of(said), was_spent(REVOKED, said["jti"])
    if grant_id is None:
        if "client_credentials" not in client.grant_types or session.scalar(select(spent)):
            return None
    else:
        alive = _alive(select(Grant.id).where(Grant.id == grant_id, ~spent), client)
        if session.execute(alive).first() is None:
            return None
    jkt = said.get("cnf", {}).get("jkt")
    told = {**said, "active": True, "token_type": tokens.type_of(jkt)}
    if "scope" in said:
        told["scope"] = _still(client, said["scope"])
    return told


def _of(client: ClientInfo) -> tuple[Any, ...]:
    known = subjects.known(Grant.identity_id, subjects.sector_of(client))
    granted = Grant.scope.label("granted_scope")
    return known, granted, Grant.sid, Grant.acr, Grant.amr, Grant.auth_time


def _alive(query: Select[Any], client: ClientInfo) -> Select[Any]:
    """The client's own, of a grant that has not ended and a person who may use it."""
    mine = Grant.client_id == client.id
    person = Identity.state.in_(USING_TOKENS)
    query = query.join(Identity, Identity.id == Grant.identity_id)
    return query.where(mine, grants.is_live(), person)


def _told(issuer: Issuer, client: ClientInfo, row: Row[Any], scope: str) -> dict[str, Any]:
    return {
        "active": True,
        "iss": issuer.address,
        "client_id": client.id,
        "scope": _still(client, scope),
        "sid": row.sid,
        "acr": row.acr,
        "amr": list(row.amr),
        "auth_time": row.auth_time,
        **({"sub": row.sub} if row.sub else {}),
    }


def _still(client: ClientInfo, scope: str) -> str:
    """Of what was granted, what the client may still have (CL4)."""
    return " ".join(one for one in scope.split() if one in client.scopes)
