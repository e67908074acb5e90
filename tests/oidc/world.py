"""An issuer with a site, a person who is signed in, and a client that speaks to the endpoints."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

import pytest
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from idp import clock
from idp.accounts import identifiers
from idp.models import BrowserSession, Identity, new_id
from idp.oidc import clients, endpoints
from idp.oidc.authorize import AuthorizationRequest, issue_code
from idp.oidc.clients import ClientInfo
from idp.oidc.http import MachineRequest, MachineResponse
from idp.oidc.issuer import Issuer
from idp.storage.engine import Database
from idp.storage.keyring import new_token, token_hash

CALLBACK = "http://localhost:8001/auth/callback"
AFTER_LOGOUT = "http://localhost:8001/"
VERIFIER = "verifier-of-plain-tests-with-43-characters.~"
CHALLENGE = create_s256_code_challenge(VERIFIER)
FORM = "application/x-www-form-urlencoded"

# for what asks the database nothing that the other engine could answer otherwise
ONE_ENGINE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)

Pairs = Sequence[tuple[str, str]] | dict[str, str]


@dataclass(frozen=True)
class Person:
    """Somebody active, and the browser session they are signed in with."""

    id: str
    session_id: str


@dataclass(frozen=True)
class Site:
    """A registered client and its secret ("" for a public one)."""

    client: ClientInfo
    secret: str

    @property
    def id(self) -> str:
        """Its client_id."""
        return self.client.id

    def basic(self) -> dict[str, str]:
        """The header of client_secret_basic."""
        return {"authorization": basic(f"{self.id}:{self.secret}")}


@dataclass
class World:
    """What a test sets up and calls; `default` site and person are made on first use."""

    issuer: Issuer
    made: list[Site] = field(default_factory=list)

    @property
    def database(self) -> Database:
        """The issuer's database."""
        return self.issuer.database

    def site(self, **metadata: object) -> Site:
        """A new client: first-party, refreshing, at CALLBACK, unless said otherwise."""
        base: dict[str, object] = {
            "client_name": f"Site {len(self.made)}",
            "redirect_uris": [CALLBACK],
            "post_logout_redirect_uris": [AFTER_LOGOUT],
            "scope": "openid email offline_access",
        }
        with self.database.writing() as session:
            registered = clients.create(session, {**base, **metadata})
        self.made.append(Site(registered.client, registered.secret or ""))
        return self.made[-1]

    def person(self, email: str = "membre@mgen-connect.test", state: str = "active") -> Person:
        """Somebody with a session of their own."""
        person = Person(new_id(), new_id())
        with self.database.writing() as session:
            session.execute(insert(Identity).values(**_identity(session, person, email, state)))
            session.execute(insert(BrowserSession).values(**_session(person)))
        return person

    def another_session(self, person: Person) -> Person:
        """The same person in a second browser."""
        other = replace(person, session_id=new_id())
        with self.database.writing() as session:
            session.execute(insert(BrowserSession).values(**_session(other)))
        return other

    def set_state(self, person: Person, state: str) -> None:
        """Move the person to a state, whatever the rules of moving."""
        self.change(update(Identity).where(Identity.id == person.id).values(state=state))

    def end_session(self, person: Person) -> None:
        """End the person's session."""
        self.change(
            update(BrowserSession)
            .where(BrowserSession.id == person.session_id)
            .values(ended_at=clock.now())
        )

    def change(self, statement: Any) -> None:
        """Run one statement."""
        with self.database.writing() as session:
            session.execute(statement)

    def code(self, site: Site, person: Person, **changes: Any) -> str:
        """A code as the sign-in pages would issue it."""
        request = AuthorizationRequest(
            client_id=site.id,
            redirect_uri=CALLBACK,
            scope=("openid", "email", "offline_access"),
            code_challenge=CHALLENGE,
            state="etat",
            nonce="une-fois",
        )
        with self.database.writing() as session:
            return issue_code(
                session,
                replace(request, **changes),
                identity_id=person.id,
                session_id=person.session_id,
                auth_time=clock.timestamp() - 5,
                acr="eidas0-mfa",
                amr=["pwd", "mail"],
            )

    def exchange(self, site: Site, code: str, /, **changes: str | None) -> MachineResponse:
        """Present a code at the token endpoint; None takes a parameter away."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": CALLBACK,
            "code_verifier": VERIFIER,
            **changes,
        }
        return self.token({k: v for k, v in form.items() if v is not None}, site.basic())

    def refresh(self, site: Site, token: str, **more: str) -> MachineResponse:
        """Present a refresh token at the token endpoint."""
        form = {"grant_type": "refresh_token", "refresh_token": token, **more}
        return self.token(form, site.basic())

    def tokens(self, site: Site, person: Person, **changes: Any) -> dict[str, Any]:
        """The tokens of a fresh sign-in."""
        answer = self.exchange(site, self.code(site, person, **changes))
        assert answer.status == 200, answer
        return body(answer)

    def token(self, form: Pairs, headers: dict[str, str] | None = None) -> MachineResponse:
        """POST a form to the token endpoint."""
        return self.post("/token", form, headers)

    def post(
        self, path: str, form: Pairs, headers: dict[str, str] | None = None
    ) -> MachineResponse:
        """POST a form."""
        return self.send("POST", path, {"content-type": FORM, **(headers or {})}, urlencode(form))

    def userinfo(self, access_token: str) -> MachineResponse:
        """GET userinfo with a bearer token in the header."""
        return self.send("GET", "/userinfo", {"authorization": f"Bearer {access_token}"})

    def send(
        self,
        method: str,
        path: str,
        headers: dict[str, str] | None = None,
        content: str | bytes = b"",
        query: bytes = b"",
    ) -> MachineResponse:
        """Any request at all."""
        raw = content if isinstance(content, bytes) else content.encode()
        return endpoints.answer(
            self.issuer, MachineRequest(method, path, headers or {}, query, raw)
        )


def body(answer: MachineResponse) -> dict[str, Any]:
    """The JSON of an answer."""
    document = json.loads(answer.body)
    assert isinstance(document, dict)
    return document


def refusal(answer: MachineResponse) -> tuple[int, str]:
    """Status and error code of a refusal."""
    return answer.status, body(answer)["error"]


def header(answer: MachineResponse, name: str) -> str | None:
    """The header of that name, None when there is none; it must not be repeated."""
    values = [value for key, value in answer.headers if key.lower() == name.lower()]
    assert len(values) <= 1, values
    return values[0] if values else None


def basic(credentials: str | bytes) -> str:
    """A Basic header over these credentials as they are."""
    raw = credentials.encode() if isinstance(credentials, str) else credentials
    return "Basic " + base64.b64encode(raw).decode()


def part_of(token: str, index: int) -> dict[str, Any]:
    """Header (0) or claims (1) of a JWT, unverified and without any library of JWTs."""
    part = token.split(".")[index]
    document = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    assert isinstance(document, dict)
    return document


def claims_of(token: str) -> dict[str, Any]:
    """The claims of a JWT, unverified."""
    return part_of(token, 1)


def _identity(session: Session, person: Person, email: str, state: str) -> dict[str, object]:
    return {
        "id": person.id,
        "state": state,
        "email_sealed": identifiers.seal_email(session, email),
        "email_index": token_hash(new_token()),
        "password_hash": "no password opens this",
        "created_at": clock.now(),
    }


def _session(person: Person) -> dict[str, object]:
    now = clock.now()
    return {
        "id": person.session_id,
        "cookie_hash": token_hash(new_token()),
        "identity_id": person.id,
        "created_at": now,
        "seen_at": now,
        "expires_at": now.replace(year=now.year + 1),
    }
