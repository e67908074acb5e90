"""A site that is not ours, and somebody in front of what it asks."""

from typing import Any

from flask import Flask
from sqlalchemy import select

from idp.models import Consent, Event
from idp.oidc import clients
from idp.oidc.clients import Registered
from idp.storage.engine import Database
from tests.flows.conftest import register
from tests.flows.support import authorize, with_code
from tests.member import Member

PARTNER = "https://partenaire.exemple.test"
API = "https://api.exemple.test/rendez-vous"
CONSENT_PAGE = "Partager vos informations ?"
ALLOW, REFUSE = "Autoriser", "Refuser"


def partner(store: Database, **changes: object) -> Registered:
    """A third party, registered for more than it asks by habit."""
    metadata: dict[str, Any] = {
        "client_name": "Les Mutuelles du Coin",
        "redirect_uris": [f"{PARTNER}/retour"],
        "post_logout_redirect_uris": [],
        "initiate_login_uri": None,
        "sector_identifier": "partenaire.exemple.test",
        "scope": "openid profile email phone offline_access",
        "grant_types": ["authorization_code", "refresh_token"],
        "resource": [API],
        "policy_uri": f"{PARTNER}/vie-privee",
        "tos_uri": f"{PARTNER}/conditions",
        "first_party": False,
        **changes,
    }
    return register(store, **{k: v for k, v in metadata.items() if v is not None})


def asked(member: Member, site: Registered, **changes: str | None) -> Member:
    """Signed in with a code, in front of what the site asks."""
    with_code(member.open(authorize(site, **changes)))
    assert CONSENT_PAGE in member.text, member.text
    return member


def agreed(member: Member, site: Registered, **changes: str | None) -> Member:
    """The same, and allowed."""
    asked(member, site, **changes).submit(ALLOW)
    assert "code" in member.answer, member.text
    return member


def change(app: Flask, site: Registered, **changes: object) -> None:
    """The operator changes the site; nobody keeps what it was."""
    runtime = app.extensions["idp"]
    runtime.issuer.clients._max_age = 0.0
    with runtime.database.writing() as session:
        clients.update(session, site.client.id, changes)


def kept(store: Database) -> list[tuple[str, dict[str, Any]]]:
    """What is kept of consents: scope and what goes beyond."""
    with store.reading() as session:
        return [(row.scope, row.beyond) for row in session.scalars(select(Consent))]


def events(store: Database, kind: str) -> list[tuple[str | None, str | None]]:
    """Whom and which site these events name."""
    with store.reading() as session:
        found = select(Event.identity_id, Event.client_id).where(Event.kind == kind)
        return [tuple(row) for row in session.execute(found)]
