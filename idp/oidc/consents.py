"""What a person lets a third-party site have: given once, remembered, withdrawn at will.

A site that is ours asks for nothing: what it may know is settled with the member's contract, and
its scopes are its allow-list. What no scope names, a claim asked one by one (OIDC Core §5.5) or an
API (RFC 8707), is agreed to by its own name. Consent is one person's: it is never a session's.

narrowed   a request without what its site may have no more
asked      what a request wants of the person
agreed     what the person has let the site have so far
give       one row, widened by what is agreed to now
withdraw   the row goes, and with it every code and every token that the site holds
"""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from idp import clock
from idp.accounts.activity import NOWHERE, Kind, Where, record
from idp.models import AuthorizationCode, Consent
from idp.oidc import grants
from idp.oidc.authorization_request import AuthorizationRequest
from idp.oidc.client_info import ClientInfo
from idp.oidc.scopes import CLAIMS
from idp.storage.claims import changed
from idp.storage.turns import take_turn
from idp.storage.upsert import insert_into

_SCOPE_OF = {claim: scope for scope, claims in CLAIMS.items() for claim in claims}


@dataclass(frozen=True)
class Agreed:
    """Scopes, single claims that no scope of these opens, and APIs by their addresses."""

    scopes: frozenset[str] = frozenset()
    claims: frozenset[str] = frozenset()
    resources: frozenset[str] = frozenset()

    def covers(self, other: "Agreed") -> bool:
        """Whether the other wants nothing that is not here."""
        claims = {name for name in other.claims if _SCOPE_OF[name] not in self.scopes}
        return (
            other.scopes <= self.scopes
            and claims <= self.claims
            and other.resources <= self.resources
        )

    def within(self, client: ClientInfo) -> "Agreed":
        """The part that the client may still have, whatever it once could."""
        return Agreed(
            self.scopes & set(client.scopes),
            frozenset(name for name in self.claims if _SCOPE_OF.get(name) in client.scopes),
            self.resources & set(client.resources),
        )

    def __or__(self, other: "Agreed") -> "Agreed":
        return Agreed(
            self.scopes | other.scopes,
            self.claims | other.claims,
            self.resources | other.resources,
        )


NOTHING = Agreed()


def narrowed(
    client: ClientInfo, request: AuthorizationRequest, issuer: str
) -> AuthorizationRequest:
    """The request without what the client may have no more: it was registered for less since.

    `issuer`: our own address, a resource that nobody registers (RFC 8707).
    """
    return replace(
        request,
        scope=tuple(scope for scope in request.scope if scope in client.scopes),
        resources=tuple(one for one in request.resources if one in {*client.resources, issuer}),
        claims={
            place: {name: how for name, how in names.items() if _may_have(client, name)}
            for place, names in request.claims.items()
        },
    )


def _may_have(client: ClientInfo, claim: str) -> bool:
    return claim not in _SCOPE_OF or _SCOPE_OF[claim] in client.scopes


def asked(client: ClientInfo, request: AuthorizationRequest) -> Agreed:
    """What the request wants that the client may still have."""
    members: list[dict[str, Any]] = list(request.claims.values())
    single = {name for member in members for name in member if name in _SCOPE_OF}
    scopes = frozenset(request.scope)
    return Agreed(
        scopes,
        frozenset(name for name in single if _SCOPE_OF[name] not in scopes),
        frozenset(request.resources),
    ).within(client)


def agreed(session: Session, identity_id: str, client_id: str, *, hold: bool = False) -> Agreed:
    """What the person has let this site have; NOTHING before they are asked.

    `hold`: nobody withdraws it until the end of this transaction, which rests on it.
    """
    query = select(Consent).where(
        Consent.identity_id == identity_id, Consent.client_id == client_id
    )
    if hold:
        query = query.with_for_update(read=True)
    row = session.scalars(query).one_or_none()
    return NOTHING if row is None else of_row(row)


def of_row(row: Consent) -> Agreed:
    """The same from the database; a claim that we tell no more is left aside."""
    claims = frozenset(row.beyond.get("claims", ())) & _SCOPE_OF.keys()
    return Agreed(frozenset(row.scope.split()), claims, frozenset(row.beyond.get("resources", ())))


def give(
    session: Session,
    identity_id: str,
    client_id: str,
    more: Agreed,
    *,
    flow_id: str | None = None,
    where: Where = NOWHERE,
) -> None:
    """The site may have this too, from now on."""
    take_turn(session, f"consent:{identity_id}:{client_id}")  # two tabs widen one row
    both = agreed(session, identity_id, client_id) | more
    values = {
        "scope": " ".join(sorted(both.scopes)),
        "beyond": {"claims": sorted(both.claims), "resources": sorted(both.resources)},
    }
    key = {"identity_id": identity_id, "client_id": client_id}
    row = insert_into(session, Consent).values(**key, **values, given_at=clock.now())
    session.execute(row.on_conflict_do_update(index_elements=list(key), set_=values))
    record(session, Kind.CONSENT_GIVEN, **key, flow_id=flow_id, where=where)


def withdraw(session: Session, identity_id: str, client_id: str, where: Where = NOWHERE) -> bool:
    """The site has nothing more from now on; False when it had nothing.

    In this order: an answer under way holds the row until its code is there, and an exchange its
    code until its grant is.
    """
    take_turn(session, f"consent:{identity_id}:{client_id}")
    its = (Consent.identity_id == identity_id) & (Consent.client_id == client_id)
    gone = changed(session, delete(Consent).where(its))
    codes = (AuthorizationCode.identity_id == identity_id) & (
        AuthorizationCode.client_id == client_id
    )
    unused = AuthorizationCode.used_at.is_(None) & (AuthorizationCode.expires_at > clock.now())
    # its time is over: kept, so that it is still known when it comes
    changed(session, update(AuthorizationCode).where(codes, unused).values(expires_at=clock.now()))
    gone += grants.revoke_at_client(session, identity_id, client_id, "consent_withdrawn")
    if gone:
        kind = Kind.CONSENT_WITHDRAWN
        record(session, kind, identity_id=identity_id, client_id=client_id, where=where)
    return gone > 0
