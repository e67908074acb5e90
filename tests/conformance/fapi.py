"""A site under the FAPI 2.0 security profile: PAR, private_key_jwt, DPoP, and what each checks."""

import secrets
from collections.abc import Set
from dataclasses import dataclass, field
from typing import Any

from werkzeug.test import TestResponse

from idp import clock
from tests.conformance import checks, jose
from tests.conformance.browser import Browser, Callback
from tests.conformance.jose import Key
from tests.conformance.suite import CALLBACK, Authorized, Party, Sent, Server, Tokens

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
HANDLE = "urn:ietf:params:oauth:request_uri:"
ALGORITHMS = {"PS256", "ES256"}

Claims = dict[str, Any]
Asked = dict[str, str | None]


@dataclass
class Fapi:
    """One such client. `key` authenticates it, `proves` is the key of its proofs."""

    server: Server
    id: str
    key: Key
    proves: Key = field(default_factory=jose.ec_key)
    redirect_uri: str = CALLBACK
    scope: str = "openid"
    nonce: str | None = None  # what the issuer gave last, used until it gives another

    # --- what it signs

    def assertion(self, *, key: Key | None = None, alg: str | None = None, **claims: Any) -> str:
        """A client assertion, good for a minute; a claim that is None is left out."""
        now, signer = clock.timestamp(), key or self.key
        good = {
            "iss": self.id,
            "sub": self.id,
            "aud": self.server["issuer"],
            "jti": secrets.token_urlsafe(16),
            "iat": now,
            "nbf": now,
            "exp": now + 60,
        }
        header = {"alg": alg or signer.alg, "kid": self.key.thumbprint}
        return signer.sign(header, _without_none({**good, **claims}))

    def proof(
        self,
        method: str,
        address: str,
        *,
        key: Key | None = None,
        header: Claims | None = None,
        **claims: Any,
    ) -> str:
        """A DPoP proof, with the nonce that was given; what is None is left out."""
        signer = key or self.proves
        good = {
            "jti": secrets.token_urlsafe(16),
            "htm": method,
            "htu": address,
            "iat": clock.timestamp(),
            "nonce": self.nonce,
        }
        head = {"typ": "dpop+jwt", "alg": signer.alg, "jwk": signer.bare, **(header or {})}
        return signer.sign(_without_none(head), _without_none({**good, **claims}))

    # --- what it sends

    def call(self, endpoint: str, form: Asked, proof: bool | str = True) -> TestResponse:
        """POST to an endpoint of the metadata, authenticated unless the form says how."""
        own = {"client_assertion_type": ASSERTION, "client_assertion": self.assertion()}
        sent = _without_none({"client_id": self.id, **own, **form})
        return self._proving("POST", self.server[endpoint], proof, data=sent)

    def push(self, sent: Sent, *, proof: bool | str = False, **form: Any) -> TestResponse:
        """POST to the PAR endpoint; `form` changes how it authenticates."""
        return self.call("pushed_authorization_request_endpoint", {**sent, **form}, proof)

    def pushed(self, sent: Sent, *, proof: bool | str = False) -> str:
        """The request_uri for a request, checked."""
        told = checks.document(self.push(sent, proof=proof), 201)
        assert told["request_uri"].startswith(HANDLE)
        assert checks.entropy(told["request_uri"].removeprefix(HANDLE)) > 96
        assert type(told["expires_in"]) is int
        assert told["expires_in"] >= 5
        handle: str = told["request_uri"]
        return handle

    def request(self, **changes: str | None) -> Sent:
        """A good request to push; None takes a parameter away."""
        return self._plain().request(**changes)

    def address(self, sent: Sent, request_uri: str, **outside: str) -> str:
        """Where the browser goes: the handle, and beside it what may be repeated."""
        beside = {name: sent[name] for name in ("response_type", "scope", "redirect_uri")}
        handle = {"client_id": self.id, "request_uri": request_uri}
        return self._plain().address({**handle, **beside, **outside})

    def authorize(
        self, browser: Browser, *, proof: bool | str = False, **changes: str | None
    ) -> Authorized:
        """Push, go there, come back with a code."""
        sent = self.request(**changes)
        handle = self.pushed(sent, proof=proof)
        return self.authorized(sent, browser.visit(self.address(sent, handle)), browser)

    def authorized(self, sent: Sent, callback: Callback | None, browser: Browser) -> Authorized:
        """The code in what came back; iss is mandatory here."""
        return self._plain().authorized(sent, callback, browser)

    def redeem(
        self, given: Authorized, proof: bool | str = True, **changes: str | None
    ) -> TestResponse:
        """Present the code."""
        form: Asked = {
            "grant_type": "authorization_code",
            "code": given.code,
            "redirect_uri": given.sent["redirect_uri"],
            "code_verifier": given.verifier,
        }
        return self.call("token_endpoint", {**form, **changes}, proof)

    def refresh(self, token: str, proof: bool | str = True, **changes: str | None) -> TestResponse:
        """Present a refresh token."""
        form: Asked = {"grant_type": "refresh_token", "refresh_token": token}
        return self.call("token_endpoint", {**form, **changes}, proof)

    def tokens(self, given: Authorized) -> Tokens:
        """The tokens for a code, checked."""
        return self.checked(checks.tokens(self.redeem(given), "DPoP"), given.sent.get("nonce"))

    def checked(
        self, told: Claims, nonce: str | None = None, also: Set[str] = frozenset()
    ) -> Tokens:
        """The same from a token response: by an algorithm of the profile."""
        assert jose.part(told["id_token"], 0)["alg"] in ALGORITHMS
        return self._plain().checked(told, nonce, also)

    def sign_in(self, browser: Browser, **changes: str | None) -> Tokens:
        """The whole happy flow."""
        tokens = self.tokens(self.authorize(browser, proof=False, **changes))
        self.told(tokens)
        return tokens

    def told(self, tokens: Tokens) -> Claims:
        """What userinfo, the protected resource of every issuer, says."""
        found = checks.document(self.resource(tokens), 200)
        checks.userinfo(found, tokens.claims["sub"])
        return found

    def resource(
        self, tokens: Tokens, proof: bool | str = True, scheme: str = "DPoP", **headers: str
    ) -> TestResponse:
        """Ask the resource; `proof` may be one made beforehand, or False."""
        sent = {"Authorization": f"{scheme} {tokens.access}", **headers}
        ath = jose.digest(tokens.access)
        return self._proving("GET", self.server["userinfo_endpoint"], proof, headers=sent, ath=ath)

    def _proving(
        self,
        method: str,
        address: str,
        proof: bool | str,
        headers: Sent | None = None,
        ath: str | None = None,
        **options: Any,
    ) -> TestResponse:
        """Send it with a proof; once more where the issuer asks for its nonce (RFC 9449 §8, §9)."""
        for _ in range(2):
            made = self.proof(method, address, ath=ath) if proof is True else proof
            sent = {**(headers or {}), **({"DPoP": made} if made else {})}
            response = self.server.send(method, address, headers=sent, **options)
            self.nonce = response.headers.get("DPoP-Nonce", self.nonce)
            if proof is not True or not _asks_for_nonce(response):
                break
        return response

    _verifiers: dict[str, str] = field(default_factory=dict)

    def _plain(self) -> Party:
        """The same site as the other plans have it: what is common is done there."""
        return Party(
            self.server,
            self.id,
            "",
            "private_key_jwt",
            self.redirect_uri,
            None,
            self.scope,
            self._verifiers,
            pkce=True,
        )


def _asks_for_nonce(response: TestResponse) -> bool:
    told = response.headers.get("WWW-Authenticate", "") + response.get_data(as_text=True)
    return response.status_code in (400, 401) and "use_dpop_nonce" in told


def _without_none(members: Claims) -> Claims:
    return {name: value for name, value in members.items() if value is not None}
