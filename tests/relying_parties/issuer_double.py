"""A small OpenID provider on a free loopback port, that can be told to misbehave."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jws, jwt
from joserfc.jwk import OctKey, RSAKey
from joserfc.registry import HeaderParameter

CLIENT_ID = "espace-personnel"
CLIENT_SECRET = "a-made-up-client-secret"
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"

Json = dict[str, Any]


def _unchanged(given: Json) -> Json:
    return given


@dataclass
class Misbehaviour:
    """What to alter on the way out; each takes what would be sent and returns what is sent."""

    metadata: Callable[[Json], Json] = _unchanged
    jwks: Callable[[Json], Json] = _unchanged
    answer: Callable[[Json], Json] = _unchanged
    claims: Callable[[Json], Json] = _unchanged
    token: Callable[[Json], Json] = _unchanged
    userinfo: Callable[[Json], Json] = _unchanged
    header: Json = field(default_factory=dict)
    signed_by: RSAKey | None = None
    status: dict[str, int] = field(default_factory=dict)
    redirect: dict[str, str] = field(default_factory=dict)
    hang: threading.Event | None = None


def make_key(kid: str) -> RSAKey:
    """A signing key; 2048 bits, for tests are many."""
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig", "alg": "RS256"})


@cache
def _usual_key() -> RSAKey:
    return make_key("first")


class IssuerDouble:
    """The provider: `url` is the issuer; `seen` lists (method, path) of each request it got."""

    def __init__(self) -> None:
        self.key = _usual_key()
        self.misbehave = Misbehaviour()
        self.person: Json = {"sub": "subject-1", "email": "camille@exemple.test"}
        self.sid = "issuer-session-1"
        self.seen: list[tuple[str, str]] = []
        self.now: Callable[[], float] = time.time
        self._codes: dict[str, Json] = {}
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.issuer = self
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def stop(self) -> None:
        """Close the port; a second call does nothing."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()

    def count(self, path: str) -> int:
        """How many requests came to a path."""
        return sum(seen == path for _, seen in self.seen)

    def metadata(self) -> Json:
        """The discovery document."""
        endpoints = {
            "authorization_endpoint": "/authorize",
            "token_endpoint": "/token",
            "userinfo_endpoint": "/userinfo",
            "jwks_uri": "/jwks.json",
            "end_session_endpoint": "/deconnexion",
        }
        return {name: self.url + path for name, path in endpoints.items()} | {
            "issuer": self.url,
            "authorization_response_iss_parameter_supported": True,
            "id_token_signing_alg_values_supported": ["RS256"],
            "response_types_supported": ["code"],
            "subject_types_supported": ["pairwise"],
        }

    def authorize(self, asked: Json) -> str:
        """Consent at once: the address that the browser goes back to."""
        code = secrets.token_urlsafe(32)
        self._codes[code] = asked
        answer = {"code": code, "state": asked["state"], "iss": self.url}
        answer = self.misbehave.answer(answer)
        return f"{asked['redirect_uri']}?{urlencode(answer)}"

    def sign_out(self, asked: Json) -> str:
        """Sign out without a question: the address that the browser goes back to."""
        return f"{asked['post_logout_redirect_uri']}?{urlencode({'state': asked['state']})}"

    def token(self, form: Json, authorization: str) -> tuple[int, Json]:
        """Redeem a code: once, by its client, with its verifier and address."""
        expected = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        if authorization != f"Basic {expected}":
            return 401, {"error": "invalid_client"}
        asked = self._codes.pop(form.get("code", ""), None)
        if asked is None or form.get("redirect_uri") != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (challenge, "S256") != (asked["code_challenge"], asked["code_challenge_method"]):
            return 400, {"error": "invalid_grant"}
        response = {"access_token": "made-up-access-token", "token_type": "Bearer"}
        response |= {"expires_in": 600, "id_token": self._id_token(asked)}
        return 200, self.misbehave.token(response)

    def logout_token(
        self,
        change: Callable[[Json], Json] = _unchanged,
        header: Json | None = None,
        signed_by: RSAKey | None = None,
    ) -> str:
        """A logout token for the session at `sid`, altered as told (Back-Channel Logout §2.4)."""
        now = int(self.now())
        claims = {"iss": self.url, "aud": CLIENT_ID, "iat": now, "exp": now + 120}
        claims |= {"jti": secrets.token_urlsafe(16), "events": {LOGOUT_EVENT: {}}}
        claims |= {"sub": self.person["sub"], "sid": self.sid}
        return self._signed(change(claims), {"typ": "logout+jwt"} | (header or {}), signed_by)

    def _id_token(self, asked: Json) -> str:
        now = int(self.now())
        claims = {"iss": self.url, "sub": self.person["sub"], "aud": CLIENT_ID, "sid": self.sid}
        claims |= {"iat": now, "exp": now + 600, "auth_time": now, "nonce": asked.get("nonce")}
        claims = self.misbehave.claims(claims)
        return self._signed(claims, self.misbehave.header, self.misbehave.signed_by)

    def _signed(self, claims: Json, header: Json, signed_by: RSAKey | None) -> str:
        key = signed_by or self.key
        header = {"alg": "RS256", "kid": key.kid} | header
        registry = jws.JWSRegistry(
            header_registry={"exp2": HeaderParameter("only this issuer knows it", "bool")},
            algorithms=[header["alg"]],
            strict_check_header=False,
        )
        secret: Any = {"none": None, "HS256": OctKey.import_key(CLIENT_SECRET)}.get(
            header["alg"], key
        )
        return jwt.encode(header, claims, secret, registry=registry)


class _Server(ThreadingHTTPServer):
    issuer: "IssuerDouble"


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        path, asked = self._enter()
        issuer = self.server.issuer
        documents: dict[str, Callable[[], Json]] = {
            "/.well-known/openid-configuration": lambda: issuer.misbehave.metadata(
                issuer.metadata()
            ),
            "/jwks.json": lambda: issuer.misbehave.jwks({"keys": [issuer.key.as_dict()]}),
            "/userinfo": lambda: issuer.misbehave.userinfo(dict(issuer.person)),
        }
        if path in documents:
            self._json(path, 200, documents[path]())
        elif path == "/authorize":
            self._send(303, {"Location": issuer.authorize(asked)}, b"")
        elif path == "/deconnexion":
            self._send(303, {"Location": issuer.sign_out(asked)}, b"")
        else:
            self._json(path, 404, {})

    def do_POST(self) -> None:
        path, _ = self._enter()
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        authorization = self.headers.get("Authorization", "")
        self._json(path, *self.server.issuer.token(_flat(body), authorization))

    def _enter(self) -> tuple[str, Json]:
        parts = urlsplit(self.path)
        issuer = self.server.issuer
        issuer.seen.append((self.command, parts.path))
        if issuer.misbehave.hang is not None:
            issuer.misbehave.hang.wait(20)
        return parts.path, _flat(parts.query)

    def _json(self, path: str, status: int, document: Json) -> None:
        misbehave = self.server.issuer.misbehave
        headers = {"Content-Type": "application/json"}
        if path in misbehave.redirect:
            headers["Location"] = misbehave.redirect[path]
            status = 302
        self._send(misbehave.status.get(path, status), headers, json.dumps(document).encode())

    def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
        try:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except ConnectionError:
            # a site that did not wait is what some tests are about
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Keep the test report readable."""


def _flat(query: str) -> Json:
    return {name: values[0] for name, values in parse_qs(query).items()}
