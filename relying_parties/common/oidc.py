"""OpenID Connect, the site's side: one class over Authlib's Flask client.

Authlib makes state, nonce and PKCE, redeems the code and verifies the id_token. Added here: `iss`
in the answer (RFC 9207), the exact audience, and userinfo of the same person (OIDC Core §5.3.2).
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from authlib.integrations.flask_client import OAuth
from flask import Flask

from relying_parties.common import logout_token
from relying_parties.common.claims import Shape, kept
from relying_parties.common.issuer import (
    ISS_PARAMETER,
    IssuerClient,
    SignInRefusedError,
    discovery_url,
    issuer_failures,
)
from relying_parties.common.logout_token import LEEWAY_SECONDS
from relying_parties.common.logouts import Logout
from relying_parties.common.sessions import Identity
from relying_parties.common.settings import Settings, is_loopback

CALLBACK_PATH = "/auth/callback"
_TIMEOUTS = (2.0, 5.0)  # seconds: to connect, between two bytes


@dataclass(frozen=True, slots=True)
class Started:
    """A sign-in under way: where to send the browser, and what must match when it is back."""

    url: str
    state: str
    nonce: str
    code_verifier: str


class Provider:
    """The issuer as a site sees it."""

    def __init__(
        self, app: Flask, settings: Settings, scope: str, claims: Mapping[str, Shape]
    ) -> None:
        self._settings = settings
        self._claims = claims
        # Authlib logs code verifiers at DEBUG
        logging.getLogger("authlib").setLevel(logging.INFO)
        self._client: IssuerClient = OAuth(app).register(
            "mgen_connect",
            client_cls=IssuerClient,
            client_id=settings.client_id,
            client_secret=settings.client_secret,
            server_metadata_url=discovery_url(settings.issuer),
            client_kwargs={
                "scope": scope,
                "code_challenge_method": "S256",
                "default_timeout": _TIMEOUTS,
                "max_redirects": 0,
                # a proxy of the environment knows nothing of this machine's own ports
                "trust_env": not is_loopback(settings.issuer),
            },
        )
        self._client.issuer = settings.issuer

    def start(self, login_hint: str | None, more: Mapping[str, str]) -> Started:
        """Begin a sign-in that says `more` than usual. Raises IssuerUnavailableError."""
        said = {**more, "login_hint": login_hint} if login_hint else dict(more)
        with issuer_failures():
            begun = self._client.create_authorization_url(self._callback_url, **said)
        return Started(begun["url"], begun["state"], begun["nonce"], begun["code_verifier"])

    def check_answer_issuer(self, iss: str | None) -> None:
        """Refuse an answer that may be another issuer's (RFC 9207 §2.4). Raises both errors."""
        if iss is None:
            with issuer_failures():
                metadata = self._client.load_server_metadata()
            if not metadata[ISS_PARAMETER]:
                return
        if iss != self._settings.issuer:
            raise SignInRefusedError("the answer names another issuer, or none")

    def finish(self, code: str, nonce: str, code_verifier: str) -> Identity:
        """Redeem the code and return who signed in. Raises both errors."""
        with issuer_failures():
            token = self._client.fetch_access_token(
                redirect_uri=self._callback_url, code=code, code_verifier=code_verifier
            )
            if not token.get("id_token") or not token.get("access_token"):
                raise SignInRefusedError("the token response lacks a token")
            claims = self._client.parse_id_token(
                token, nonce=nonce, claims_options=self._claims_options(), leeway=LEEWAY_SECONDS
            )
            about = self._userinfo(token, claims["sub"])
            issued_at = max(0, int(claims["iat"]))
        sid = claims.get("sid")
        return Identity(
            sub=claims["sub"],
            sid=sid if isinstance(sid, str) else None,
            claims=kept({**about, **claims}, self._claims),
            id_token=token["id_token"],
            issued_at=issued_at,
        )

    def read_logout_token(self, raw: str) -> Logout:
        """The logout that the issuer orders (Back-Channel Logout §2.6). Raises both errors."""
        with issuer_failures():
            return logout_token.read(self._client, self._settings.client_id, raw)

    def sign_out_url(self, id_token: str | None, state: str) -> str | None:
        """Where a sign-out goes on (RP-Initiated Logout §2); None where there is no such page.

        Raises IssuerUnavailableError.
        """
        with issuer_failures():
            if "end_session_endpoint" not in self._client.load_server_metadata():
                return None
            result = self._client.create_logout_url(
                self._settings.url("/"),
                id_token_hint=id_token,
                state=state,
                client_id=self._settings.client_id,
            )
        return str(result["url"])

    def origins(self) -> tuple[str, ...]:
        """The issuer's origins that a form of ours may lead to, as far as known without asking."""
        known = self._client.server_metadata.get("end_session_endpoint")
        addresses = [self._settings.issuer] + ([known] if known else [])
        return tuple(dict.fromkeys(_origin(address) for address in addresses))

    @property
    def _callback_url(self) -> str:
        return self._settings.url(CALLBACK_PATH)

    def _claims_options(self) -> dict[str, Any]:
        client_id = self._settings.client_id
        # exact: Authlib alone would take any audience from a token whose azp is ours
        ours: Callable[[object, object], bool] = lambda _, aud: aud in (client_id, [client_id])  # noqa: E731
        return {
            "iss": {"essential": True, "value": self._settings.issuer},
            "aud": {"essential": True, "validate": ours},
            "sub": {"essential": True},
        }

    def _userinfo(self, token: Mapping[str, Any], sub: str) -> dict[str, Any]:
        if "userinfo_endpoint" not in self._client.load_server_metadata():
            return {}
        about: dict[str, Any] = self._client.userinfo(token=token)
        if about.get("sub") != sub:
            raise SignInRefusedError("userinfo speaks of somebody else")
        return about


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
