"""RFC 6749 §4.1.2, the authorization code: 256 bits, 60 seconds, one use; only its hash is kept."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, insert, literal_column, select, update
from sqlalchemy.orm import Session

from idp import clock
from idp.accounts.activity import Kind, record
from idp.accounts.states import USING_TOKENS
from idp.models import AuthorizationCode, BrowserSession, Identity
from idp.oidc import grants, subjects
from idp.oidc.authorization_request import AuthorizationRequest
from idp.oidc.lifetimes import CODE
from idp.storage.keyring import new_token, token_hash

_KEPT = (
    AuthorizationCode.identity_id,
    AuthorizationCode.session_id,
    AuthorizationCode.scope,
    AuthorizationCode.nonce,
    AuthorizationCode.auth_time,
    AuthorizationCode.acr,
    AuthorizationCode.amr,
    AuthorizationCode.claims,
    AuthorizationCode.resources,
    AuthorizationCode.dpop_jkt,
)
# written out: of a column in RETURNING, SQLite's dialect leaves the table's name away, and within
# the subquery it would be the subquery's own
_WHOSE: ColumnElement[str] = literal_column("authorization_codes.identity_id")
# identity_id, session_id, scope, nonce, auth_time, acr, amr, claims, resources, dpop_jkt
CodeRow = Row[
    str,
    str,
    str,
    str | None,
    int,
    str,
    list[str],
    dict[str, Any] | None,
    list[str] | None,
    str | None,
]


@dataclass(frozen=True)
class Redemption:
    """What comes with a code at the token endpoint; the challenge is that of the verifier.

    `jkt` is the key of the DPoP proof beside it, None without one; `sector` whose sub is wanted.
    """

    code: str
    client_id: str
    redirect_uri: str
    challenge: str
    jkt: str | None = None
    sector: str = ""


def issue_code(
    session: Session,
    request: AuthorizationRequest,
    *,
    identity_id: str,
    session_id: str,
    auth_time: int,
    acr: str,
    amr: list[str],
) -> str:
    """A code for this person and session; it carries what the id_token will say of the sign-in."""
    code, now = new_token(), clock.now()
    session.execute(
        insert(AuthorizationCode).values(
            code_hash=token_hash(code),
            client_id=request.client_id,
            identity_id=identity_id,
            session_id=session_id,
            redirect_uri=request.redirect_uri,
            code_challenge=request.code_challenge,
            nonce=request.nonce,
            scope=" ".join(request.scope),
            auth_time=auth_time,
            acr=acr,
            amr=amr,
            claims=request.claims or None,
            resources=list(request.resources) or None,
            dpop_jkt=request.dpop_jkt,
            created_at=now,
            expires_at=now + CODE,
        )
    )
    return code


def claim(session: Session, asked: Redemption, grant_id: str) -> CodeRow | None:
    """Use the code for the grant `grant_id`: one conditional UPDATE decides. None when refused.

    Client, address, verifier and key are conditions of that same UPDATE, so a try that fails uses
    nothing up: whoever has stolen a code but not its verifier (256 bits, nothing to guess) cannot
    burn it before its owner comes. RFC 6749 §4.1.2 asks for one use, and a refused try is none;
    RFC 9700 §2.1.1 leaves the defence against injection to PKCE; a client registered without it
    has its secret, and the nonce of the id_token.
    """
    statement = (
        update(AuthorizationCode)
        .where(
            AuthorizationCode.code_hash == token_hash(asked.code),
            AuthorizationCode.used_at.is_(None),
            AuthorizationCode.expires_at > clock.now(),
            AuthorizationCode.client_id == asked.client_id,
            AuthorizationCode.redirect_uri == asked.redirect_uri,
            AuthorizationCode.code_challenge == asked.challenge,
            AuthorizationCode.dpop_jkt.is_(None) | (AuthorizationCode.dpop_jkt == asked.jkt),
            _session_is_open(),
            _person_may_use_tokens(),
        )
        .values(used_at=clock.now(), grant_id=grant_id)
        .returning(*_KEPT, subjects.known(_WHOSE, asked.sector))
    )
    return session.execute(
        statement, execution_options={"synchronize_session": False}
    ).one_or_none()


def refuse(session: Session, asked: Redemption) -> str:
    """Why claim() said no, for the log; a second use by the same client ends the family (OA5).

    Another client's try ends nothing: it proves no more than that the code was seen.
    """
    row = session.execute(
        select(AuthorizationCode).where(AuthorizationCode.code_hash == token_hash(asked.code))
    ).scalar_one_or_none()
    if row is None:
        return "code_unknown"
    if row.client_id != asked.client_id:
        return "code_of_other_client"
    if row.used_at is not None:
        _reused(session, row)
        return "code_reused"
    if row.expires_at <= clock.now():
        return "code_expired"
    if row.redirect_uri != asked.redirect_uri:
        return "code_redirect_uri"
    if row.code_challenge != asked.challenge:
        return "code_verifier"
    return "code_person" if row.dpop_jkt in (None, asked.jkt) else "code_key"


def _reused(session: Session, row: AuthorizationCode) -> None:
    if row.grant_id and grants.revoke(session, row.grant_id, "code_reused"):
        record(session, Kind.CODE_REUSED, identity_id=row.identity_id, client_id=row.client_id)


def _session_is_open() -> ColumnElement[bool]:
    """Locked until the grant is written: "everywhere" then finds the grant, or we no session."""
    open_session = (
        select(BrowserSession.id)
        .where(BrowserSession.id == AuthorizationCode.session_id, BrowserSession.ended_at.is_(None))
        .with_for_update(read=True)
    )
    return AuthorizationCode.session_id.in_(open_session)


def _person_may_use_tokens() -> ColumnElement[bool]:
    person = select(Identity.id).where(
        Identity.id == AuthorizationCode.identity_id, Identity.state.in_(USING_TOKENS)
    )
    return AuthorizationCode.identity_id.in_(person)
