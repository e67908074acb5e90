"""RFC 6749 §4.1.2, the authorization code: 256 bits, 60 seconds, one use; only its hash is kept."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Row, insert, select, update
from sqlalchemy.orm import Session

from idp import clock
from idp.accounts.activity import Kind, record
from idp.accounts.states import USING_TOKENS
from idp.models import AuthorizationCode, BrowserSession, Identity
from idp.oidc import grants
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
)
CodeRow = Row[str, str, str, str | None, int, str, list[str]]


@dataclass(frozen=True)
class Redemption:
    """What comes with a code at the token endpoint; the challenge is that of the verifier."""

    code: str
    client_id: str
    redirect_uri: str
    challenge: str


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
            created_at=now,
            expires_at=now + CODE,
        )
    )
    return code


def claim(session: Session, asked: Redemption, grant_id: str) -> CodeRow | None:
    """Use the code for the grant `grant_id`: one conditional UPDATE decides. None when refused.

    Client, address and verifier are conditions of that same UPDATE, so a try that fails uses
    nothing up: whoever has stolen a code but not its verifier (256 bits, nothing to guess) cannot
    burn it before its owner comes. RFC 6749 §4.1.2 asks for one use, and a refused try is none;
    RFC 9700 §2.1.1 leaves the defence against injection to PKCE, which is never optional here.
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
            _session_is_open(),
            _person_may_use_tokens(),
        )
        .values(used_at=clock.now(), grant_id=grant_id)
        .returning(*_KEPT)
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
    return "code_verifier" if row.code_challenge != asked.challenge else "code_person"


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
