"""What sends a case to a machine endpoint of the whole app, and reads status and error."""

import base64
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask.testing import FlaskClient

from tests.oidc.corpora.corpus import Case
from tests.oidc.described import Description
from tests.oidc.world import CHALLENGE, FORM, Site

Outcome = list[int | str | None]

GOOD: dict[str, dict[str, str]] = {
    "/token": {"grant_type": "refresh_token", "refresh_token": "x"},
    "/par": {
        "response_type": "code",
        "scope": "openid",
        "redirect_uri": "http://localhost:8001/auth/callback",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    },
    "/introspect": {"token": "x"},
    "/revoke": {"token": "x"},
}
# a good form of a client that is let in gets this far
LET_IN: dict[str, Outcome] = {
    "/token": [400, "invalid_grant"],
    "/par": [201, None],
    "/introspect": [200, None],
    "/revoke": [200, None],
}


@dataclass(frozen=True)
class Speaker:
    """A site in front of the app."""

    browser: FlaskClient
    site: Site
    description: Description

    def says(self, at: str, case: Case) -> Outcome:
        """The outcome of a case at an endpoint."""
        form = {**GOOD.get(at, {}), **case.get("form", {})}
        good = urlencode(
            [(name, self.fill(text)) for name, text in form.items() if text is not None]
        )
        return self.send(
            case.get("method", "POST"),
            at,
            self.fill(case.get("body", "{good}")).replace("{good}", good),
            self.fill(case.get("query", "")).replace("{good}", good),
            {**self._headers(case), **case.get("headers", {})},
        )

    def send(self, method: str, at: str, body: str, query: str, headers: dict[str, str]) -> Outcome:
        """Status and error of whatever is sent; every answer is as described, no refusal kept."""
        data = None if method == "GET" else body
        answer = self.browser.open(
            at, method=method, query_string=query, data=data, headers=headers
        )
        seen = {name.lower(): value for name, value in answer.headers}
        problem = self.description.problem(method, at, answer.status_code, seen, answer.data)
        assert problem is None, f"{at}: {problem}"
        assert answer.status_code < 400 or seen["cache-control"] == "no-store"
        told: Any = answer.get_json(silent=True) if answer.data else None
        return [answer.status_code, told.get("error") if told else None]

    def fill(self, text: str) -> str:
        """`text` with the id and the secret where it names them."""
        return text.replace("{id}", self.site.id).replace("{secret}", self.site.secret)

    def _headers(self, case: Case) -> dict[str, str]:
        kind = case.get("type", FORM)
        headers = {} if kind is None else {"content-type": kind}
        credentials = {
            "basic": f"{self.site.id}:{self.site.secret}",
            "unknown": f"{'0' * 32}:{self.site.secret}",
            "wrong": f"{self.site.id}:{'x' * 43}",
        }.get(case.get("auth", "basic"))
        if credentials is None:
            return headers
        return {**headers, "authorization": "Basic " + encoded(credentials)}


def encoded(credentials: str) -> str:
    """base64 of the characters as bytes."""
    return base64.b64encode(credentials.encode("latin-1")).decode()


def header_of(case: Case, site: Site) -> str:
    """The Authorization header of a case, over the credentials of a site."""
    good = encoded(f"{site.id}:{site.secret}")
    parts = {
        "id": site.id,
        "secret": site.secret,
        "SECRET": site.secret.swapcase(),
        "cut": site.secret[:-1],
        "good": good,
        "unpadded": good.rstrip("=") if good.endswith("=") else good[:-1],
        "head": good[:6],
        "tail": good[7:],
    }
    text: str = case.get("basic", case.get("header"))
    for name, value in parts.items():
        text = text.replace(f"{{{name}}}", value)
    return "Basic " + encoded(text) if "basic" in case else text
