"""What the tests of the pages share: requests of a site, its tokens, people made without a page."""

import base64
import hashlib
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from joserfc import jwt
from joserfc.jwk import KeySet
from sqlalchemy import ColumnElement, func, insert, select, update

from idp import clock
from idp.accounts import identifiers
from idp.accounts.passwords import Hasher
from idp.models import Base, Identity, new_id
from idp.oidc.clients import Registered
from idp.settings import Settings
from idp.storage.engine import Database, settings_of
from tests.flows.conftest import EMAIL, register, sign_in
from tests.member import PASSWORD, Member

ISSUER = "http://localhost:8000"
SESSION = "mgen_connect_8000_session"
BROWSER = "mgen_connect_8000_browser"
DEVICE = "mgen_connect_8000_device"
DENIS = "denis.moreau@exemple.test"
FORUM = "http://localhost:8002/auth/callback"
VERIFIER = "a-verifier-of-forty-three-characters-or-more-0"
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
)


def forum(store: Database, **changes: object) -> Registered:
    """Another site, at another address."""
    return register(store, client_name="Forum", redirect_uris=[FORUM], **changes)


def authorize(site: Registered, **changes: str | None) -> str:
    """A good authorization request of the site; None takes a parameter away."""
    asked = {
        "client_id": site.client.id,
        "redirect_uri": site.client.redirect_uris[0],
        "response_type": "code",
        "scope": "openid email",
        "state": "s1",
        "nonce": "n1",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        **changes,
    }
    return "/authorize?" + urlencode({k: v for k, v in asked.items() if v is not None})


def exchange(app: Flask, site: Registered, code: str, **changes: str) -> dict[str, Any]:
    """What /token answers to a code, as JSON."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": site.client.redirect_uris[0],
        "code_verifier": VERIFIER,
        **changes,
    }
    return token(app, site, form)


def token(app: Flask, site: Registered, form: dict[str, str]) -> dict[str, Any]:
    """POST to /token with the site's own credentials."""
    return _asked(app, "/token", site, form)


def introspect(app: Flask, site: Registered, of: str) -> dict[str, Any]:
    """What /introspect tells the site of a token."""
    return _asked(app, "/introspect", site, {"token": of})


def _asked(app: Flask, path: str, site: Registered, form: dict[str, str]) -> dict[str, Any]:
    basic = base64.b64encode(f"{site.client.id}:{site.secret}".encode()).decode()
    answer = app.test_client().post(path, data=form, headers={"Authorization": f"Basic {basic}"})
    told: dict[str, Any] = answer.get_json()
    return told


def claims(app: Flask, site: Registered, browser: Member) -> dict[str, Any]:
    """The claims of the id_token for the code that the browser was just sent away with."""
    return verified(app, exchange(app, site, browser.answer["code"])["id_token"])


def verified(app: Flask, id_token: str) -> dict[str, Any]:
    """The claims of an id_token whose signature fits the published keys."""
    keys = KeySet.import_key_set(app.test_client().get("/jwks.json").get_json())
    return dict(jwt.decode(id_token, keys, algorithms=["RS256"]).claims)


def person(store: Database, email: str = EMAIL, state: str = "active") -> str:
    """Somebody whose password is PASSWORD; the id."""
    identity_id = new_id()
    with store.writing() as session:
        session.execute(
            insert(Identity).values(
                id=identity_id,
                state=state,
                email_sealed=identifiers.seal_email(session, email),
                email_index=identifiers.email_index(session, email),
                password_hash=_hash(settings_of(session)),
                question="first_pet",
                created_at=clock.now(),
            )
        )
    return identity_id


def set_state(store: Database, identity_id: str, state: str) -> None:
    """Move an identity to a state, whatever the rules of moving."""
    with store.writing() as session:
        session.execute(update(Identity).where(Identity.id == identity_id).values(state=state))


def with_code(browser: Member, email: str = EMAIL, *, trust: bool = False) -> Member:
    """From the sign-in page on: password, code, and the box if asked."""
    box = {"trust_device": "yes"} if trust else {}
    return sign_in(browser, email).submit("Valider", code=browser.code(email), **box)


def trusted(browser: Member, site: Registered, email: str = EMAIL) -> Member:
    """A browser whose only sign-in of now rests on a password and a trusted device."""
    with_code(browser.open(authorize(site)), email, trust=True)
    browser.open("/deconnexion").submit("déconnecter").open(authorize(site))
    return sign_in(browser, email)


def count(store: Database, table: type[Base], *where: ColumnElement[bool]) -> int:
    """How many rows there are."""
    with store.reading() as session:
        return session.scalar(select(func.count()).select_from(table).where(*where)) or 0


def cookie(browser: Member, name: str = SESSION) -> str | None:
    """What the browser holds under that name."""
    held = browser.client.get_cookie(name)
    return held.value if held else None


def is_signed_in(browser: Member, site: Registered) -> bool:
    """Whether a site that asks without a page is answered with a code."""
    return "code" in browser.open(authorize(site, prompt="none")).answer


def tab(browser: Member) -> Member:
    """Another tab of the same browser: its own page, the same cookies."""
    other = Member(browser.app)
    other.client = browser.client
    return other


def copy(browser: Member) -> Member:
    """A browser of its own that holds the same cookies now."""
    other = Member(browser.app)
    for name in (BROWSER, SESSION, DEVICE):
        value = cookie(browser, name)
        if value is not None:
            other.client.set_cookie(name, value)
    return other


def email_at(app: Flask, site: Registered, browser: Member) -> str:
    """Who the site is told has come: the e-mail of /userinfo."""
    access = exchange(app, site, browser.answer["code"])["access_token"]
    told = app.test_client().get("/userinfo", headers={"Authorization": f"Bearer {access}"})
    return str(told.get_json()["email"])


def is_lost(browser: Member) -> bool:
    """Whether this is the page of a request that is over, or of another browser."""
    lost = "Cette connexion n'est plus en cours" in browser.text
    return browser.page.status_code == 400 and lost and browser.left_to is None


@lru_cache
def _hash(settings: Settings) -> str:
    return Hasher.of(settings).hash(PASSWORD)
