"""OIDC Core §5.1, §5.4, §5.5: what a site is told of a person, by scope or asked one by one.

Only a record that is attached, of a member who is still one, says anything: a person who has left
is no member, and nobody speaks for who died. The register knows no gender, and the NIR, which would
tell it, is never read here (PII3).
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from idp.accounts import civil, identifiers, members, sessions
from idp.accounts.channels import open_value
from idp.models import Channel, Identity, Member, RoleGrant, Subject
from idp.oidc import subjects
from idp.oidc.clients import ClientInfo
from idp.oidc.scopes import CLAIMS


def asked(client: ClientInfo, request: Mapping[str, Any] | None, place: str) -> frozenset[str]:
    """The claims that a request named for `place`, userinfo or id_token (OIDC Core §5.5).

    Of those, what a scope of the client's list opens, as the list is now (PII6, CL4).
    """
    named = (request or {}).get(place) or {}
    return frozenset(named) & _opened_by(client.scopes) if named else frozenset()


def of(
    session: Session,
    client: ClientInfo,
    identity_id: str,
    email_sealed: bytes | None,
    scope: set[str],
    named: frozenset[str] = frozenset(),
) -> dict[str, Any] | None:
    """The claims of `scope`, and those `named` beyond it, for this client: one statement.

    None when it knows no such person. `email_sealed` is looked up where it is not at hand.
    """
    beyond = named - _opened_by(scope)
    opening = scope | {one for one in client.scopes if beyond & _opened_by((one,))}
    rows = _rows(session, client, identity_id, opening, with_email=email_sealed is None)
    if not rows:
        return None
    claims: dict[str, Any] = {"sub": rows[0].sub}
    if "email" in opening:
        # proved by the activation link, or the person could not have signed in (LI2)
        sealed = rows[0].email_sealed if email_sealed is None else email_sealed
        claims["email"] = identifiers.open_email(session, sealed)
        claims["email_verified"] = True
    if "phone" in opening and rows[0].phone_sealed is not None:
        # what was only declared, here or by the register, is told to nobody (LI9)
        claims["phone_number"] = open_value(session, rows[0].phone_sealed)
        claims["phone_number_verified"] = True
    if "roles" in opening:
        claims["roles"] = sorted(row.role for row in rows if row.role is not None)
    for name, told in _OF_MEMBER.items():
        if name in opening:
            claims |= told(session, rows[0])
    may = named | _opened_by(scope) | {"sub"}
    return {name: value for name, value in claims.items() if name in may}


def _opened_by(scopes: Iterable[str]) -> set[str]:
    return {name for scope in scopes for name in CLAIMS.get(scope, ())}


def _rows(
    session: Session, client: ClientInfo, identity_id: str, scope: set[str], *, with_email: bool
) -> list[Row[Any]]:
    """The sub, beside it what is asked for; as many rows as roles, one at least."""
    known = (Subject.identity_id == identity_id) & (Subject.sector == subjects.sector_of(client))
    query: Any = select(Subject.sub).select_from(Subject).where(known)
    if "email" in scope and with_email:
        query = query.add_columns(Identity.email_sealed).join(
            Identity, Identity.id == Subject.identity_id
        )
    if scope & _OF_MEMBER.keys():
        query = query.add_columns(*_MEMBER).outerjoin(Member, members.attached_to(identity_id))
    if "phone" in scope:
        sealed = Channel.value_sealed.label("phone_sealed")
        query = query.add_columns(sealed).outerjoin(Channel, sessions.proved_phone(identity_id))
    if "roles" in scope:
        mine = (RoleGrant.identity_id == identity_id) & (RoleGrant.client_id == client.id)
        query = query.add_columns(RoleGrant.role).outerjoin(RoleGrant, mine)
    return list(session.execute(query).all())


def _membership(_: Session, row: Row[Any]) -> dict[str, Any]:
    return {"is_member": row.member_number is not None}


def _member(_: Session, row: Row[Any]) -> dict[str, Any]:
    if row.member_number is None:
        return {}
    contracts = [row.contract] if row.contract else []
    return {"member_number": row.member_number, "contracts": contracts}


def _profile(session: Session, row: Row[Any]) -> dict[str, Any]:
    if row.civil_sealed is None:
        return {}
    person = civil.open_civil(session, row.civil_sealed)
    return _filled(
        name=f"{person.given_name} {person.family_name}".strip(),
        given_name=person.given_name,
        family_name=person.family_name,
        birthdate=person.birth_date.isoformat(),
    )


def _address(session: Session, row: Row[Any]) -> dict[str, Any]:
    if row.address_sealed is None:
        return {}
    home = civil.open_address(session, row.address_sealed)
    town = f"{home.postal_code} {home.city}".strip()
    parts = _filled(
        formatted="\n".join(line for line in (home.line, town) if line),
        street_address=home.line,
        postal_code=home.postal_code,
        locality=home.city,
    )
    return {"address": parts} if parts else {}


def _filled(**texts: str) -> dict[str, Any]:
    """What the register leaves empty is left out (OIDC Core §5.3.2)."""
    return {name: value for name, value in texts.items() if value}


_MEMBER = (Member.member_number, Member.contract, Member.civil_sealed, Member.address_sealed)
_OF_MEMBER: Mapping[str, Callable[[Session, Row[Any]], dict[str, Any]]] = {
    "membership": _membership,
    "member": _member,
    "profile": _profile,
    "address": _address,
}
