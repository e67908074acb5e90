"""One row of each table with a date: MAKERS[table](session, date), parents made as needed."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from idp import clock
from idp.models import (
    AccessToken,
    AuthorizationCode,
    Base,
    BrowserSession,
    Budget,
    Client,
    Code,
    Device,
    Event,
    Grant,
    Interaction,
    Invitation,
    Link,
    Lockout,
    LogoutNotice,
    Member,
    Migration,
    Opening,
    Outgoing,
    PushedRequest,
    Recovery,
    RefreshToken,
    Spent,
    new_id,
)
from tests import factories

_CLIENT = "site"
_LONG = timedelta(days=400)


def _person(session: Session) -> str:
    return factories.make_identity(session, f"{new_id()}@exemple.test").id


def _kept(session: Session, row: Base) -> None:
    session.add(row)
    session.flush()


def _client(session: Session) -> str:
    if session.get(Client, _CLIENT) is None:
        now = clock.now()
        row = Client(
            id=_CLIENT,
            name="Un site",
            registered={},
            sector="exemple.test",
            step_up="always",
            first_party=True,
            created_at=now,
            updated_at=now,
        )
        _kept(session, row)
    return _CLIENT


def a_session(session: Session, at: datetime) -> str:
    """A browser's session that ends at `at`; its id."""
    now, person = clock.now(), _person(session)
    row = BrowserSession(
        id=new_id(),
        cookie_hash=new_id(),
        identity_id=person,
        created_at=now,
        seen_at=now,
        expires_at=at,
    )
    _kept(session, row)
    return row.id


def a_grant(session: Session, at: datetime) -> str:
    """A grant that ends at `at`; its id."""
    row = Grant(
        id=new_id(),
        client_id=_client(session),
        identity_id=_person(session),
        session_id=new_id(),
        sid=new_id(),
        scope="openid",
        auth_time=0,
        acr="eidas0",
        amr=["pwd"],
        created_at=clock.now(),
        expires_at=at,
    )
    _kept(session, row)
    return row.id


def _code(session: Session, at: datetime) -> None:
    row = Code(
        id=new_id(),
        purpose="sign_in",
        subject="nobody:",
        flow_id=new_id(),
        channel_index="",
        prefix="671",
        digest="",
        created_at=clock.now(),
        expires_at=at,
    )
    _kept(session, row)


def _link(session: Session, at: datetime) -> None:
    row = Link(
        id=new_id(),
        purpose="activation",
        token_hash=new_id(),
        identity_id=_person(session),
        created_at=clock.now(),
        expires_at=at,
    )
    _kept(session, row)


def _opening(session: Session, at: datetime) -> None:
    row = Opening(id=new_id(), browser_hash="", created_at=clock.now(), expires_at=at)
    _kept(session, row)


def _migration(session: Session, at: datetime) -> None:
    row = Migration(
        id=new_id(),
        browser_hash="",
        member_id=_member(session, at),
        created_at=clock.now(),
        expires_at=at,
    )
    _kept(session, row)


def _recovery(session: Session, at: datetime) -> None:
    row = Recovery(
        id=new_id(),
        kind="forgotten",
        browser_hash="",
        by_nir=False,
        typed="",
        pair="",
        created_at=clock.now(),
        expires_at=at,
    )
    _kept(session, row)


def _interaction(session: Session, at: datetime) -> None:
    now = clock.now()
    row = Interaction(id=new_id(), browser_hash="", created_at=now, expires_at=at)
    _kept(session, row)


def _budget(session: Session, at: datetime) -> None:
    _kept(session, Budget(name="n", key=new_id(), taken={"at": []}, version=1, expires_at=at))


def _lockout(session: Session, at: datetime) -> None:
    _kept(session, Lockout(key=new_id(), failures=2, touched_at=at))


def _authorization_code(session: Session, at: datetime) -> None:
    row = AuthorizationCode(
        code_hash=new_id(),
        client_id=_CLIENT,
        identity_id=_person(session),
        session_id=new_id(),
        redirect_uri="https://exemple.test/retour",
        code_challenge="",
        scope="openid",
        auth_time=0,
        acr="eidas0",
        amr=["pwd"],
        created_at=clock.now(),
        expires_at=at,
    )
    _kept(session, row)


def _access_token(session: Session, at: datetime) -> None:
    grant = a_grant(session, clock.now() + _LONG)
    row = AccessToken(token_hash=new_id(), grant_id=grant, scope="openid", expires_at=at)
    _kept(session, row)


def _refresh_token(session: Session, at: datetime) -> None:
    grant, now = a_grant(session, clock.now() + _LONG), clock.now()
    row = RefreshToken(token_hash=new_id(), grant_id=grant, created_at=now, expires_at=at)
    _kept(session, row)


def _device(session: Session, at: datetime) -> None:
    row = Device(
        id=new_id(),
        identity_id=_person(session),
        token_hash=new_id(),
        browser="",
        network="",
        created_at=clock.now(),
        expires_at=at,
    )
    _kept(session, row)


def _outgoing(session: Session, at: datetime) -> None:
    now = clock.now()
    row = Outgoing(id=new_id(), channel="email", purpose="code", created_at=now, expires_at=at)
    _kept(session, row)


def _logout_notice(session: Session, at: datetime) -> None:
    now, site = clock.now(), _client(session)
    _kept(session, LogoutNotice(client_id=site, sid=new_id(), created_at=now, expires_at=at))


def _event(session: Session, at: datetime) -> None:
    _kept(session, Event(id=new_id(), at=at, kind="member:identity:activated", detail={}))


def _member(session: Session, at: datetime) -> str:
    """Whom the register keeps."""
    member = Member(
        id=new_id(),
        member_number=new_id(),
        status="active",
        civil_sealed=b"",
        family_name_key="",
        birth_date_key="",
        address_sealed=b"",
        created_at=at,
        updated_at=at,
    )
    _kept(session, member)
    return member.id


def _invitation(session: Session, at: datetime) -> None:
    _kept(
        session,
        Invitation(
            id=new_id(),
            member_id=_member(session, at),
            email_sealed=b"",
            email_index="",
            employer="",
            line_digest=new_id(),
            person_index="",
            created_at=at,
            sent_at=at,
            expires_at=at,
        ),
    )


def _pushed_request(session: Session, at: datetime) -> None:
    row = PushedRequest(
        handle_hash=new_id(),
        client_id=_client(session),
        request=b"",
        created_at=clock.now(),
        expires_at=at,
    )
    _kept(session, row)


MAKERS: dict[str, Callable[[Session, datetime], object]] = {
    "codes": _code,
    "openings": _opening,
    "migrations": _migration,
    "recoveries": _recovery,
    "invitations": _invitation,
    "links": _link,
    "interactions": _interaction,
    "budgets": _budget,
    "lockouts": _lockout,
    "authorization_codes": _authorization_code,
    "pushed_requests": _pushed_request,
    "spent_ids": lambda session, at: _kept(
        session, Spent(purpose="dpop", digest=new_id(), expires_at=at)
    ),
    "access_tokens": _access_token,
    "refresh_tokens": _refresh_token,
    "grants": a_grant,
    "sessions": a_session,
    "devices": _device,
    "outbox": _outgoing,
    "logout_notices": _logout_notice,
    "events": _event,
}
