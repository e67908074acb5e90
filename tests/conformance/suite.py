"""A certification suite of our own: it plays the site and reads nothing but the discovery document.

Every step makes the checks that every module makes (checks.py); a module adds its own.
"""

import base64
import secrets
from collections.abc import Set
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from flask import Flask
from werkzeug.test import TestResponse

from tests.conformance import checks, jose
from tests.conformance.browser import ISSUER, Browser, Callback, Https

SITE = "https://suite.exemple.test/test/a/connect"
CALLBACK = f"{SITE}/callback"
SECOND_CALLBACK = f"{CALLBACK}?dummy1=lorem&dummy2=ipsum"
AFTER_LOGOUT = f"{SITE}/post_logout_redirect"
SCOPE = "openid profile email address phone offline_access"

Sent = dict[str, str]


class Server:
    """The issuer under test; `metadata` and `jwks` as they were fetched at the start."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.metadata: dict[str, Any] = self.get(
            f"{ISSUER}/.well-known/openid-configuration"
        ).get_json()
        self.jwks: dict[str, Any] = self.get(self["jwks_uri"]).get_json()
        checks.configuration(self.metadata, self.jwks)

    def __getitem__(self, name: str) -> str:
        """An address of the metadata."""
        address = self.metadata[name]
        assert isinstance(address, str)
        return address

    def get(self, address: str, **headers: str) -> TestResponse:
        """A GET of a machine."""
        return self.send("GET", address, headers=headers)

    def post(self, address: str, form: Sent, **headers: str) -> TestResponse:
        """A POST of a machine."""
        return self.send("POST", address, data=form, headers=headers)

    def send(self, method: str, address: str, **options: Any) -> TestResponse:
        """Any request of a machine: no cookies, https, and only to this issuer."""
        assert address.startswith(f"{ISSUER}/"), address
        machine = Https(self.app, self.app.response_class, use_cookies=False)
        return machine.open(address.removeprefix(ISSUER), method=method, **options)


@dataclass(frozen=True)
class Authorized:
    """A code, and the request that it answers."""

    code: str
    sent: Sent
    verifier: str


@dataclass(frozen=True)
class Tokens:
    """What the site holds after a sign-in."""

    access: str
    id_token: str
    claims: dict[str, Any]
    refresh: str | None = None


@dataclass
class Party:
    """A site that is registered with a secret. `mode` is the response_mode that it asks for."""

    server: Server
    id: str
    secret: str
    method: str = "client_secret_basic"
    redirect_uri: str = CALLBACK
    mode: str | None = None
    scope: str = "openid"
    verifiers: dict[str, str] = field(default_factory=dict)
    pkce: bool = False  # the suite sends a challenge in one module only, and under FAPI

    def request(self, **changes: str | None) -> Sent:
        """A good authorization request; None takes a parameter away."""
        verifier = secrets.token_urlsafe(48)
        asked: dict[str, str | None] = {
            "client_id": self.id,
            "redirect_uri": self.redirect_uri,
            "scope": self.scope,
            "state": secrets.token_urlsafe(12)[:10],
            "nonce": secrets.token_urlsafe(12)[:10],
            "response_type": "code",
            "response_mode": self.mode,
            **(self._challenge(verifier) if self.pkce else {}),
            **changes,
        }
        sent = {name: value for name, value in asked.items() if value is not None}
        if "code_challenge" in sent:
            self.verifiers[sent["code_challenge"]] = verifier
        return sent

    @staticmethod
    def _challenge(verifier: str) -> dict[str, str | None]:
        return {"code_challenge": jose.digest(verifier), "code_challenge_method": "S256"}

    def address(self, sent: Sent) -> str:
        """Where a browser is sent with it."""
        return f"{self.server['authorization_endpoint']}?{urlencode(sent, quote_via=quote)}"

    def authorize(self, browser: Browser, **changes: str | None) -> Authorized:
        """Send the browser there and wait for the code."""
        sent = self.request(**changes)
        return self.authorized(sent, browser.visit(self.address(sent)), browser)

    def authorized(self, sent: Sent, callback: Callback | None, browser: Browser) -> Authorized:
        """The code in what came back."""
        assert callback is not None, browser.text
        told = checks.answer(callback, sent, self.server["issuer"])
        verifier = self.verifiers.get(sent.get("code_challenge", ""), "")
        return Authorized(checks.success(told), sent, verifier)

    def refused(self, browser: Browser, errors: set[str], **changes: str | None) -> None:
        """The same, when the answer is one of these errors and nothing was shown."""
        sent = self.request(**changes)
        callback = browser.visit(self.address(sent), stay=True)
        assert callback is not None, browser.text
        checks.refusal(checks.answer(callback, sent, self.server["issuer"]), errors)

    def redeem(self, given: Authorized, **changes: str) -> TestResponse:
        """Present the code at the token endpoint."""
        form = {
            "grant_type": "authorization_code",
            "code": given.code,
            "redirect_uri": given.sent["redirect_uri"],
            **({"code_verifier": given.verifier} if given.verifier else {}),
        }
        return self.token({**form, **changes})

    def refresh(self, refresh_token: str) -> TestResponse:
        """Present a refresh token."""
        return self.token({"grant_type": "refresh_token", "refresh_token": refresh_token})

    def token(self, form: Sent) -> TestResponse:
        """POST to the token endpoint as this site."""
        assert self.method in self.server.metadata["token_endpoint_auth_methods_supported"]
        if self.method == "client_secret_post":
            own = {"client_id": self.id, "client_secret": self.secret}
            return self.server.post(self.server["token_endpoint"], {**form, **own})
        pair = f"{quote(self.id, safe='')}:{quote(self.secret, safe='')}"
        basic = "Basic " + base64.b64encode(pair.encode()).decode()
        return self.server.post(self.server["token_endpoint"], form, Authorization=basic)

    def tokens(self, given: Authorized) -> Tokens:
        """The tokens for a code, checked."""
        told = checks.tokens(self.redeem(given))
        return self.checked(told, given.sent.get("nonce"))

    def checked(
        self, told: dict[str, Any], nonce: str | None = None, also: Set[str] = frozenset()
    ) -> Tokens:
        """The same from a token response; `also` were asked for by the claims parameter."""
        claims = checks.id_token(
            told["id_token"],
            issuer=self.server["issuer"],
            jwks=self.server.jwks,
            client_id=self.id,
            nonce=nonce,
            also=also,
        )
        checks.at_hash(claims, told["access_token"])
        return Tokens(told["access_token"], told["id_token"], claims, told.get("refresh_token"))

    def sign_in(self, browser: Browser, **changes: str | None) -> Tokens:
        """The whole happy flow: code, tokens, userinfo."""
        tokens = self.tokens(self.authorize(browser, **changes))
        self.userinfo(tokens)
        return tokens

    def userinfo(self, tokens: Tokens, method: str = "GET") -> dict[str, Any]:
        """What the site is told of the person, types checked."""
        told = checks.document(
            self.server.send(
                method,
                self.server["userinfo_endpoint"],
                headers={"Authorization": f"Bearer {tokens.access}"},
            ),
            200,
        )
        checks.userinfo(told, tokens.claims["sub"])
        return told
