"""What sites call by the thousand does no work of pages, and few statements (surface.md, speed)."""

from collections.abc import Callable
from itertools import product
from typing import Any

import flask_wtf.csrf
import jinja2
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from idp.app import create_app
from idp.flows.cookies import BrowserCookies
from idp.oidc.endpoints import ENDPOINTS
from tests.fixtures import Statements
from tests.oidc.caller import API, Caller, caller, good
from tests.oidc.world import CALLBACK, ONE_ENGINE, VERIFIER, Person, World

pytestmark = ONE_ENGINE


@pytest.fixture
def app(world: World) -> Flask:
    """The whole identity provider over the world's database."""
    return create_app(world.issuer.settings)


@pytest.fixture
def http(app: Flask, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """A client of an app that can show no page: whatever pages are made of raises."""

    def forbidden(what: str) -> Callable[..., Any]:
        def fail(*_: object, **__: object) -> Any:
            raise AssertionError(f"{what} at a machine endpoint")

        return fail

    for name in ("get_template", "select_template", "get_or_select_template", "from_string"):
        monkeypatch.setattr(jinja2.Environment, name, forbidden("a template"))
    for name in ("generate_csrf", "validate_csrf"):
        monkeypatch.setattr(flask_wtf.csrf, name, forbidden("a form token"))
    for name in ("_read", "_write"):
        monkeypatch.setattr(BrowserCookies, name, forbidden("a cookie"))
    return app.test_client()


def test_the_traps_are_set(http: FlaskClient) -> None:
    with pytest.raises(AssertionError, match="at a machine endpoint"):
        http.get("/aide", headers={"Cookie": "x=y"})


def test_no_page_no_session_no_form_token(http: FlaskClient) -> None:
    cookie = {"Cookie": "mgen_connect_8000_session=x"}
    for path, method in product(ENDPOINTS, ("GET", "POST", "OPTIONS", "PUT")):
        answer = http.open(path, method=method, headers=cookie)
        assert answer.status_code in {200, 204, 400, 401, 405, 415}, (method, path)
        assert "Set-Cookie" not in answer.headers
        assert "text/html" not in answer.headers.get("Content-Type", "")


def test_a_sign_in_and_its_life(http: FlaskClient, world: World, person: Person) -> None:
    site = caller(world)
    auth = {"Authorization": site.site.basic()["authorization"]}
    form = {
        "grant_type": "authorization_code",
        "code": world.code(site.site, person),
        "redirect_uri": CALLBACK,
        "code_verifier": VERIFIER,
    }
    given = posted(http, "/token", form, auth)
    bearer = {"Authorization": f"Bearer {given['access_token']}"}
    assert http.get("/userinfo", headers=bearer).status_code == 200
    again = {"grant_type": "refresh_token", "refresh_token": given["refresh_token"]}
    second = posted(http, "/token", again, auth)
    posted(http, "/token", {"grant_type": "client_credentials", "resource": API}, auth)
    assert posted(http, "/introspect", {"token": second["access_token"]}, auth)["active"]
    gone = http.post("/revoke", data={"token": second["refresh_token"]}, headers=auth)
    assert gone.status_code == 200
    assert not posted(http, "/introspect", {"token": second["access_token"]}, auth)["active"]


def posted(
    http: FlaskClient, path: str, form: dict[str, str], headers: dict[str, str]
) -> dict[str, Any]:
    answer = http.post(path, data=form, headers=headers)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json  # type: ignore[assignment]
    return told


@pytest.fixture
def site(world: World) -> Caller:
    """A site that the issuer knows, with its keys."""
    known = caller(world)
    known.for_itself(resource=API)
    return known


def test_what_is_public_costs_nothing_when_known(world: World, site: Caller) -> None:
    ran = Statements(world.database)
    for name in ("openid-configuration", "oauth-authorization-server"):
        assert world.send("GET", f"/.well-known/{name}").status == 200
    assert world.send("GET", "/jwks.json").status == 200
    assert ran == []


def test_the_table_of_costs(
    world: World, site: Caller, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Statements a request, and no object of the ORM loaded beside them."""
    first, second, api = (
        world.code(site.site, person, **more) for more in ({}, {}, {"resources": (API,)})
    )
    monkeypatch.setattr(Session, "get", None)
    monkeypatch.setattr(Session, "flush", lambda *_: None)
    given = {}

    def keep(name: str, tokens: dict[str, Any]) -> None:
        given[name] = tokens

    calls: list[tuple[str, int, Callable[[], Any]]] = [
        ("code, first time", 5, lambda: keep("first", good(site.exchange(first)))),
        ("code", 4, lambda: keep("second", good(site.exchange(second)))),
        ("code, for an API", 3, lambda: keep("api", good(site.exchange(api)))),
        ("refresh", 4, lambda: site.refreshed(given["first"]["refresh_token"])),
        ("refresh, for an API", 3, lambda: site.refreshed(given["api"]["refresh_token"])),
        ("client_credentials", 0, lambda: site.for_itself(resource=API)),
        ("userinfo", 2, lambda: world.userinfo(given["second"]["access_token"])),
        ("introspection", 1, lambda: site.introspect(given["second"]["access_token"])),
        ("introspection, signed", 1, lambda: site.introspect(given["api"]["access_token"])),
    ]
    ran = Statements(world.database)
    for name, cost, call in calls:
        ran.clear()
        call()
        assert len(ran) == cost, (name, ran)
