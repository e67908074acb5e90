"""A good token in the wrong place, through the whole app (OA10, OA11, OA14, OA16, OA18, OA20)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient

from idp.oidc import logout_token
from tests.oidc.caller import API, Caller, caller
from tests.oidc.corpora.corpus import cases
from tests.oidc.corpora.speaker import GOOD, encoded
from tests.oidc.holder import JWT_BEARER, Holder, holder, keyed_site
from tests.oidc.jws_corpus import cases as forged
from tests.oidc.world import (
    AFTER_LOGOUT,
    CALLBACK,
    ONE_ENGINE,
    VERIFIER,
    Person,
    Site,
    World,
    body,
)

pytestmark = ONE_ENGINE


@dataclass(frozen=True)
class Maker:
    """Makes a fresh token of each kind, all good, for one person."""

    world: World
    person: Person
    site: Caller
    keyed: Site
    keys: Holder

    def make(self, kind: str) -> str:
        """One of the kinds that the cases name."""
        made: dict[str, Callable[[], str]] = {
            "id_token": lambda: self._signed_in("id_token"),
            "access_token": lambda: self._signed_in("access_token"),
            "refresh_token": lambda: self._signed_in("refresh_token"),
            "api_token": self._for_api,
            "code": lambda: self.world.code(self.site.site, self.person),
            "logout_token": self._logout,
            "assertion": lambda: self.keys.assertion(self.keyed.id, self._address),
            "proof": lambda: holder().proof("POST", self.world.issuer.url("/token")),
            "handle": lambda: str(body(self.site.post("/par", GOOD["/par"]))["request_uri"]),
            "nobody": lambda: "x" * 43,
        }
        return made[kind]()

    @property
    def _address(self) -> str:
        return self.world.issuer.address

    @property
    def _here(self) -> Person:
        """In a session of its own: a sign-out that a token brings about ends no other's."""
        return self.world.another_session(self.person)

    def _signed_in(self, member: str) -> str:
        return str(self.site.signed_in(self._here)[member])

    def _for_api(self) -> str:
        form = {"resource": API}
        return str(self.site.signed_in(self._here, form, resources=(API,))["access_token"])

    def _logout(self) -> str:
        with self.world.database.reading() as session:
            signer = self.world.issuer.keys.signing(session)
        client_id, sub = self.site.site.id, "somebody"
        return logout_token.issue(
            self.world.issuer, signer, client_id=client_id, sid="sid", sub=sub
        )


@dataclass(frozen=True)
class Places:
    """Shows a token in each place that takes one, and says what became of it."""

    browser: FlaskClient
    maker: Maker

    def shown(self, place: str, token: str) -> object:
        """Status and error, or a word."""
        found: dict[str, Callable[[str], object]] = {
            "hint": lambda token: self._authorize(id_token_hint=token),
            "request_uri": lambda token: self._authorize(request_uri=token),
            "request": lambda token: self._authorize(request=token),
            "logout_hint": self._logout,
            "assertion": self._assertion,
            "secret": lambda token: self._post("/token", GOOD["/token"], secret=token),
            "proof": lambda token: self._post("/token", GOOD["/token"], {"dpop": token}),
            "bearer": self._bearer,
            "introspected": self._introspected,
            "code": self._code,
            "refresh": lambda token: self._post(
                "/token", {"grant_type": "refresh_token", "refresh_token": token}
            ),
        }
        return found[place](token)

    @property
    def _site(self) -> Site:
        return self.maker.site.site

    def _authorize(self, **more: str) -> str:
        asked = {**GOOD["/par"], "client_id": self._site.id, **more}
        answer = self.browser.get("/authorize", query_string=urlencode(asked))
        if answer.location is None:
            return f"a page {answer.status_code}"
        if not answer.location.startswith(CALLBACK):
            return "on"
        return answer.location.partition("error=")[2].partition("&")[0]

    def _logout(self, token: str) -> str:
        asked = {"id_token_hint": token, "post_logout_redirect_uri": AFTER_LOGOUT}
        answer = self.browser.get("/deconnexion", query_string=urlencode(asked))
        led = (answer.location or "").startswith(AFTER_LOGOUT)
        return "on to the site" if led else "a page"

    def _assertion(self, token: str) -> object:
        form = {**GOOD["/token"], "client_assertion_type": JWT_BEARER, "client_assertion": token}
        return self._outcome("POST", "/token", form, {})

    def _bearer(self, token: str) -> object:
        return self._outcome("GET", "/userinfo", None, {"authorization": f"Bearer {token}"})

    def _introspected(self, token: str) -> object:
        answer = self.browser.post("/introspect", data={"token": token}, headers=self._basic())
        told: Any = answer.get_json()
        return {True: "active", False: "inactive"}[told["active"]]

    def _code(self, token: str) -> object:
        form = {"grant_type": "authorization_code", "code": token, "redirect_uri": CALLBACK}
        return self._post("/token", {**form, "code_verifier": VERIFIER})

    def _post(
        self,
        at: str,
        form: dict[str, str],
        headers: dict[str, str] | None = None,
        secret: str | None = None,
    ) -> object:
        return self._outcome("POST", at, form, {**self._basic(secret), **(headers or {})})

    def _basic(self, secret: str | None = None) -> dict[str, str]:
        credentials = f"{self._site.id}:{self._site.secret if secret is None else secret}"
        return {"authorization": "Basic " + encoded(credentials)}

    def _outcome(
        self, method: str, at: str, form: dict[str, str] | None, headers: dict[str, str]
    ) -> object:
        answer = self.browser.open(at, method=method, data=form, headers=headers)
        told: Any = answer.get_json(silent=True) or {}
        return [answer.status_code, told.get("error")]


@pytest.fixture
def maker(world: World, person: Person) -> Maker:
    """Two sites, one with a secret and one with a key."""
    keys = holder()
    return Maker(world, person, caller(world), keyed_site(world, keys.jwk), keys)


@pytest.fixture
def places(front: Flask, maker: Maker) -> Places:
    """In front of the app."""
    return Places(front.test_client(), maker)


@pytest.mark.parametrize("place", sorted({case["place"] for case in cases("tokens")}))
def test_a_token_is_good_in_its_own_place_alone(places: Places, maker: Maker, place: str) -> None:
    found = {
        case["why"]: (places.shown(place, maker.make(case["token"])), case["expect"])
        for case in cases("tokens")
        if case["place"] == place
    }
    assert {why: got for why, (got, due) in found.items() if got != due} == {}


# where a token that anybody can have forged is read, and the one answer to it
READ = {
    "hint": ["invalid_request", "a page 400"],  # too long for any address
    "logout_hint": ["a page"],
    "assertion": [[400, "invalid_client"], [400, "invalid_request"]],
    "proof": [[400, "invalid_dpop_proof"]],
    "bearer": [[401, "invalid_token"], [400, "invalid_request"], [401, None]],
    "introspected": ["inactive"],
}


@pytest.mark.parametrize("place", READ)
def test_oa11_a_forged_token_is_good_nowhere(places: Places, maker: Maker, place: str) -> None:
    """Those of jws_corpus.py, whose signatures are right by a key of the site's own."""
    for name, token, _ in forged(maker.keys.key):
        if token and "\n" not in token and token.isascii():  # a header could not carry it
            assert places.shown(place, token) in READ[place], name
