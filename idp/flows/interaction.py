"""The paused authorization request: one row a tab, its opaque id in the URL (WB4, WB5).

It belongs to the browser that began it (OA23), lives 30 minutes, and is finished once. What is
proved on the way hangs on it, and is worth nothing anywhere else (SE4): only complete_login()
turns it into a session.
"""

import json
from dataclasses import replace

from sqlalchemy import and_, insert, select, update
from sqlalchemy.orm import Session

from idp import clock
from idp.accounts import migrating, sessions
from idp.accounts.lifetimes import INTERACTION
from idp.errors import InteractionLostError
from idp.flows.cookies import Browser
from idp.flows.visit import Visit, moved_to, with_consent
from idp.models import BrowserSession, Interaction, Migration, new_id
from idp.oidc import consents
from idp.oidc.authorize import AuthorizationRequest
from idp.oidc.authorize_address import is_registered
from idp.oidc.clients import ClientInfo
from idp.oidc.consents import Agreed
from idp.oidc.issuer import Issuer
from idp.storage.claims import changed
from idp.storage.engine import keys_of

_LABEL = "interaction.request"


def begin(
    session: Session,
    browser: Browser,
    request: AuthorizationRequest | None,
    identity_id: str | None = None,
    opening_id: str | None = None,
    leads_to: str | None = None,
) -> Interaction:
    """Pause a request; its row, whose id goes into the address."""
    now = clock.now()
    row = Interaction(
        id=new_id(),
        browser_hash=browser.hash,
        client_id=request.client_id if request else None,
        request=_sealed(session, request) if request else None,
        identity_id=identity_id,
        opening_id=opening_id,
        leads_to=leads_to,
        created_at=now,
        expires_at=now + INTERACTION,
    )
    columns = {c.key: getattr(row, c.key) for c in Interaction.__table__.columns}
    session.execute(insert(Interaction).values(**columns))
    return row


def load(
    session: Session,
    issuer: Issuer,
    browser: Browser,
    handle: str | None,
    *,
    lock: bool = False,
) -> Visit:
    """The visit behind a URL. InteractionLostError unless it is live and of this browser.

    `lock` holds its row first, before any code: two pages of one tab never wait on each other.
    """
    if handle is None:
        return _direct(session, browser)
    query = (
        select(Interaction, BrowserSession)
        .outerjoin(BrowserSession, and_(*sessions.live(browser.session)))
        .where(
            Interaction.id == handle,
            Interaction.browser_hash == browser.hash,
            Interaction.expires_at > clock.now(),
            Interaction.completed_at.is_(None),
        )
    )
    if lock:
        query = query.with_for_update(of=Interaction)
    row = session.execute(query).one_or_none()
    if row is None:
        raise InteractionLostError
    interaction, signed_in = row
    request = _opened(session, interaction.request) if interaction.request else None
    client = issuer.clients.get(session, request.client_id) if request else None
    if request is not None:
        request = _still_good(request, client, issuer.address)
    migration = migrating.live(session, interaction.migration_id)
    known = interaction.identity_id
    visit = Visit(interaction, request, client, signed_in, known, migration=migration)
    return _standing(session, visit)


def _still_good(
    request: AuthorizationRequest, client: ClientInfo | None, issuer: str
) -> AuthorizationRequest:
    """The request as its site may make it now: what was registered may have changed meanwhile."""
    if client is None or client.disabled or not is_registered(client, request.redirect_uri):
        raise InteractionLostError("client")
    good = consents.narrowed(client, request, issuer)
    if "openid" not in good.scope:
        raise InteractionLostError("scope")
    return good


def resumed(
    session: Session, issuer: Issuer, browser: Browser, request: AuthorizationRequest
) -> Visit:
    """The visit of a request that is not paused yet: who is signed in may be enough."""
    signed_in = sessions.current(session, browser.session)
    client = issuer.clients.get(session, request.client_id)
    visit = Visit(None, request, client, signed_in)
    return _standing(session, visit)


def owned(browser: Browser, interaction: Interaction | None) -> bool:
    """Whether this browser began it and it still waits: a mailed link may then resume it."""
    return (
        interaction is not None
        and interaction.browser_hash == browser.hash
        and interaction.completed_at is None
        and interaction.expires_at > clock.now()
    )


def know(session: Session, interaction: Interaction, identity_id: str | None) -> None:
    """Somebody's password was right here; another's before it counts no more."""
    one = update(Interaction).where(Interaction.id == interaction.id)
    free = Interaction.identity_id.is_(None) | (Interaction.identity_id == identity_id)
    # the row decides, not what was read of it: another may be known here since
    if not changed(session, one.where(free).values(identity_id=identity_id)):
        sessions.void_proofs(session, interaction.id)
        changed(session, one.values(identity_id=identity_id, method=None))
        interaction.method = None  # the other's choice
    interaction.identity_id = identity_id


def join(session: Session, browser: Browser, visit: Visit, opening_id: str) -> Visit:
    """The visit takes a member's record on its way; a page opened directly is paused for it."""
    if visit.interaction is None:
        return moved_to(visit, begin(session, browser, None, opening_id=opening_id))
    _set_opening(session, visit.interaction, opening_id)
    return visit


def joined(session: Session, visit: Visit) -> None:
    """The record is attached, or given up: the visit goes on without."""
    if visit.interaction is not None:
        _set_opening(session, visit.interaction, None)


def migrate(session: Session, browser: Browser, visit: Visit, migration: Migration | None) -> Visit:
    """The visit takes a migration on its way, or leaves it; a page opened directly is paused."""
    if visit.interaction is None:
        visit = moved_to(visit, begin(session, browser, None))
    if visit.interaction is not None:
        migration_id = migration.id if migration else None
        one = update(Interaction).where(Interaction.id == visit.interaction.id)
        changed(session, one.values(migration_id=migration_id))
        visit.interaction.migration_id = migration_id
        if migration is not None:
            migrating.hang(session, migration, visit.interaction.id)
    return replace(visit, migration=migration)


def choose_method(session: Session, visit: Visit, method: str) -> None:
    """The second factor that this tab goes on with."""
    if visit.interaction is not None:
        one = update(Interaction).where(Interaction.id == visit.interaction.id)
        changed(session, one.values(method=method))
        visit.interaction.method = method


def choose_account(session: Session, visit: Visit) -> None:
    """Who is signed in is who the site shall know (prompt=select_account)."""
    if visit.interaction is not None:
        one = update(Interaction).where(Interaction.id == visit.interaction.id)
        visit.interaction.account_chosen_at = clock.now()
        changed(session, one.values(account_chosen_at=visit.interaction.account_chosen_at))


def consent(session: Session, visit: Visit, more: Agreed) -> Visit:
    """The person was asked in this tab, and agreed (prompt=consent): the visit with it."""
    if visit.interaction is not None:
        one = update(Interaction).where(Interaction.id == visit.interaction.id)
        visit.interaction.consented_at = clock.now()
        changed(session, one.values(consented_at=visit.interaction.consented_at))
    return replace(visit, agreed=more if visit.agreed is None else visit.agreed | more)


def forget(session: Session, interaction: Interaction) -> None:
    """Nobody is known here any more, and what was proved or chosen counts no more."""
    sessions.void_proofs(session, interaction.id)
    one = update(Interaction).where(Interaction.id == interaction.id)
    changed(session, one.values(identity_id=None, method=None))
    session.expire(interaction)


def _set_opening(session: Session, interaction: Interaction, opening_id: str | None) -> None:
    one = update(Interaction).where(Interaction.id == interaction.id)
    changed(session, one.values(opening_id=opening_id))
    interaction.opening_id = opening_id


def finish(session: Session, interaction: Interaction) -> None:
    """Claim the end of it: of two at once, one goes on and one is lost (InteractionLostError)."""
    claim = (
        update(Interaction)
        .where(Interaction.id == interaction.id, Interaction.completed_at.is_(None))
        .values(completed_at=clock.now())
    )
    if changed(session, claim) != 1:
        raise InteractionLostError("finished")


def _sealed(session: Session, request: AuthorizationRequest) -> bytes:
    """As it is stored: a login_hint is somebody's address (PII8)."""
    return keys_of(session).seal("pii", _LABEL, json.dumps(request.to_json()))


def _opened(session: Session, stored: bytes) -> AuthorizationRequest:
    return AuthorizationRequest.from_json(json.loads(keys_of(session).open("pii", _LABEL, stored)))


def _direct(session: Session, browser: Browser) -> Visit:
    visit = Visit(None, None, None, sessions.current(session, browser.session))
    return _standing(session, visit)


def _standing(session: Session, visit: Visit) -> Visit:
    same = visit.same_session
    started = visit.handle if visit.known_id else None
    if visit.identity_id is None or (same is None and started is None):
        return visit
    proofs, member, person = sessions.standing_of(
        session,
        visit.identity_id,
        interaction_id=started,
        session_id=same.id if same else None,
    )
    known = replace(visit, proofs=proofs, member=member, person=person)
    return with_consent(session, known)


def site_of(
    session: Session, issuer: Issuer, browser: Browser, handle: str | None
) -> ClientInfo | None:
    """The site of a request that is over, if this browser began it: only to show the way back."""
    row = session.get(Interaction, handle) if handle else None
    if row is None or row.browser_hash != browser.hash or row.client_id is None:
        return None
    return issuer.clients.get(session, row.client_id)
