"""A partner's site on another host, as small as a site can be: it asks, redeems, shows who came.

`/entrer?NAME=VALUE` goes to the issuer with these parameters beside the usual; `/retour` takes the
answer, by query or posted.
"""

import base64
import hashlib
import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import requests
from flask import Flask, redirect, request
from markupsafe import escape
from werkzeug.serving import make_server

from idp.oidc.clients import Registered
from tests.stories.stack import Stack

NAME = "Club de marche (exemple)"
WELCOME, REFUSED = "Bienvenue au club", "Le club ne vous connaît pas"
_SECONDS = 20
_PAGE = """<!doctype html><html lang="fr"><title>{title}</title>
<link rel="icon" href="data:,"><h1>{title}</h1><p>{told}</p><a href="/entrer">Me connecter</a>"""


@dataclass
class Partner:
    """The running site: what it was answered, and the tokens and claims that it has got."""

    stack: Stack
    client: Registered
    address: str
    answers: list[tuple[str, dict[str, str]]] = field(default_factory=list)  # method, parameters
    tokens: list[dict[str, Any]] = field(default_factory=list)
    persons: list[dict[str, Any]] = field(default_factory=list)
    _verifiers: dict[str, str] = field(default_factory=dict)  # by state

    def ask(self, **more: str) -> str:
        """The address of this site that sends a browser to sign in."""
        return f"{self.address}/entrer?{urlencode(more)}"

    def acr(self) -> object:
        """The level that the newest ID token tells; tests/interop checks signatures."""
        payload = self.tokens[-1]["id_token"].split(".")[1]
        return json.loads(base64.urlsafe_b64decode(payload + "=="))["acr"]

    def userinfo(self) -> requests.Response:
        """What the newest access token gives now."""
        bearer = {"Authorization": f"Bearer {self.tokens[-1]['access_token']}"}
        return requests.get(f"{self.stack.idp}/userinfo", headers=bearer, timeout=_SECONDS)

    def routes(self, app: Flask) -> None:
        """Its three pages."""
        app.add_url_rule("/", "home", lambda: _PAGE.format(title="Le club", told=""))
        app.add_url_rule("/entrer", "go", self._go)
        app.add_url_rule("/retour", "back", self._back, methods=["GET", "POST"])

    def _go(self) -> Any:
        state, verifier = secrets.token_urlsafe(16), secrets.token_urlsafe(32)
        self._verifiers[state] = verifier
        digest = hashlib.sha256(verifier.encode()).digest()
        asked = {
            "client_id": self.client.client.id,
            "response_type": "code",
            "redirect_uri": f"{self.address}/retour",
            "scope": "openid email",
            "state": state,
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
            "code_challenge_method": "S256",
        }
        query = urlencode(asked | request.args.to_dict())
        return redirect(f"{self.stack.idp}/authorize?{query}", 303)

    def _back(self) -> str:
        answer = request.values.to_dict()
        self.answers.append((request.method, answer))
        verifier = self._verifiers.pop(answer["state"])
        if "error" in answer:
            return _PAGE.format(title=REFUSED, told=escape(answer["error"]))
        self.tokens.append(self._redeem(answer["code"], verifier))
        self.persons.append(self.userinfo().json())
        return _PAGE.format(title=WELCOME, told=escape(self.persons[-1]["email"]))

    def _redeem(self, code: str, verifier: str) -> dict[str, Any]:
        answer = requests.post(
            f"{self.stack.idp}/token",
            {
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": f"{self.address}/retour",
                "code_verifier": verifier,
            },
            auth=(self.client.client.id, self.client.secret or ""),
            timeout=_SECONDS,
        )
        answer.raise_for_status()
        tokens: dict[str, Any] = answer.json()
        return tokens


@contextmanager
def open_site(stack: Stack, **metadata: Any) -> Iterator[Partner]:
    """The site, registered without --first-party, until the block ends."""
    app = Flask("a partner")
    server = make_server("127.0.0.1", 0, app, threaded=True)
    address = f"http://127.0.0.1:{server.server_port}"
    usual: dict[str, Any] = {
        "client_name": NAME,
        "redirect_uris": [f"{address}/retour"],
        "initiate_login_uri": f"{address}/entrer",
        "scope": "openid email profile offline_access",
    }
    partner = Partner(stack, stack.register(**usual | metadata), address)
    partner.routes(app)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield partner
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
