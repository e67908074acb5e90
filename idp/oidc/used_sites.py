"""The sites that a person has used, since when, and what each may receive (F6).

Ours: those opened in the last year, as long as that is kept (PII8); what they may receive is their
allow-list. Others: those that the person has agreed to, or that still hold a token of then.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from idp.accounts.activity import Kind
from idp.models import Consent, Event, Grant, Subject
from idp.oidc import clients, consents, grants
from idp.oidc.client_info import ClientInfo
from idp.oidc.consents import Agreed
from idp.oidc.subjects import PUBLIC_SECTOR, sector_of

_OPENING = (Kind.SIGNED_IN.value, Kind.SITE_OPENED.value)


@dataclass(frozen=True)
class UsedSite:
    """One site; `ours`: it is no third party, and nothing was agreed to that could be withdrawn."""

    id: str
    name: str
    since: datetime
    receives: Agreed
    ours: bool


def used_sites(session: Session, identity_id: str) -> list[UsedSite]:
    """All of them, in the order of their names; five statements, however many there are."""
    known = clients.listing(session)
    ours = [client for client in known if client.first_party]
    others = [client for client in known if not client.first_party]
    found = [*_ours(session, identity_id, ours), *_others(session, identity_id, others)]
    return sorted(found, key=lambda site: (site.name.casefold(), site.id))


def _ours(session: Session, identity_id: str, ours: list[ClientInfo]) -> list[UsedSite]:
    mine = Subject.identity_id == identity_id
    told = {row.sector: row.created_at for row in session.scalars(select(Subject).where(mine))}
    told.pop(PUBLIC_SECTOR, None)  # of several sites
    opened = (Event.identity_id == identity_id) & Event.kind.in_(_OPENING)
    first = select(Event.client_id, func.min(Event.at)).where(opened).group_by(Event.client_id)
    seen = {client_id: at for client_id, at in session.execute(first)}  # noqa: C416 — rows, not pairs
    return [
        UsedSite(
            client.id,
            client.name,
            told.get(sector_of(client), seen[client.id]),
            Agreed(frozenset(client.scopes)),
            ours=True,
        )
        for client in ours
        if client.id in seen
    ]


def _others(session: Session, identity_id: str, others: list[ClientInfo]) -> list[UsedSite]:
    held = select(Grant).where(Grant.identity_id == identity_id, grants.is_live())
    given = select(Consent).where(Consent.identity_id == identity_id)
    has: dict[str, tuple[datetime, Agreed]] = {}
    for grant in session.scalars(held.order_by(Grant.created_at.desc())):
        has[grant.client_id] = grant.created_at, Agreed(frozenset(grant.scope.split()))
    for row in session.scalars(given):
        has[row.client_id] = row.given_at, consents.of_row(row)
    return [
        UsedSite(client.id, client.name, since, what.within(client), ours=False)
        for client in others
        if client.id in has
        for since, what in (has[client.id],)
    ]
