"""WB7, CORS: the origins of registered browser apps read machine endpoints, and no others do."""

from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from idp.models import Client
from idp.oidc import clients, cors
from idp.oidc.cors_origins import Origins
from idp.oidc.endpoints import ENDPOINTS
from idp.oidc.http import MachineResponse
from idp.oidc.issuer import Issuer
from tests.fixtures import Statements
from tests.oidc.world import ONE_ENGINE, Person, Site, World, header

pytestmark = ONE_ENGINE

APP = "http://localhost:8005"
SHARED = sorted(cors.SHARED & ENDPOINTS.keys())
CORS_HEADERS = {
    "access-control-allow-origin",
    "access-control-allow-methods",
    "access-control-allow-headers",
    "access-control-expose-headers",
    "access-control-max-age",
    "access-control-allow-credentials",
    "access-control-allow-private-network",
}


@pytest.fixture
def app(world: World) -> Site:
    """A single-page app, as its maker registered it."""
    return world.site(
        token_endpoint_auth_method="none",
        redirect_uris=[f"{APP}/retour", "http://127.0.0.1:8006/"],
        sector_identifier="localhost:8005",
    )


def cors_of(answer: MachineResponse) -> dict[str, str]:
    return {k.lower(): v for k, v in answer.headers if k.lower() in CORS_HEADERS}


def asked(world: World, path: str, origin: str | None, method: str = "GET") -> MachineResponse:
    headers = {"origin": origin} if origin is not None else {}
    return world.send(method, path, headers)


def preflight(world: World, path: str, origin: str, **more: str) -> MachineResponse:
    said = {"origin": origin, "access-control-request-method": "POST", **more}
    return world.send("OPTIONS", path, said)


@pytest.mark.parametrize("path", SHARED)
def test_wb7_a_registered_app_reads_the_answer(world: World, app: Site, path: str) -> None:
    method = ENDPOINTS[path].methods[0]
    for origin in (APP, "http://127.0.0.1:8006"):
        answer = asked(world, path, origin, method)
        assert cors_of(answer) == {
            "access-control-allow-origin": origin,
            "access-control-expose-headers": "DPoP-Nonce, Retry-After, WWW-Authenticate",
        }
        assert header(answer, "Vary") == "Origin"


@pytest.mark.parametrize("path", SHARED)
def test_wb7_its_preflight_is_answered(world: World, app: Site, path: str) -> None:
    answer = preflight(world, path, APP)
    assert (answer.status, answer.body) == (204, b"")
    assert cors_of(answer) == {
        "access-control-allow-origin": APP,
        "access-control-allow-methods": ", ".join(ENDPOINTS[path].methods),
        "access-control-allow-headers": "Authorization, Content-Type, DPoP",
        "access-control-max-age": "600",
    }


STRANGERS = [
    *("null", "", "*", "https://autre.exemple.fr", "http://localhost:8001", "http://localhost"),
    *(f"{APP}/", f"{APP}/retour", APP.upper(), f"{APP}.exemple.fr", f"{APP}5", f"x{APP}"),
    *("https://localhost:8005", "http://localhost:8005:80", f"{APP}, {APP}", f"{APP} {APP}"),
    *("file://", "chrome-extension://abc", "http://", "http://localhost:8000", f"{APP}\n"),
]


@pytest.mark.parametrize("origin", STRANGERS)
def test_wb7_nobody_else_does(world: World, app: Site, site: Site, origin: str) -> None:
    """http://localhost:8001 is a site with a secret: its browser has no business here."""
    for path in SHARED:
        answers = (
            asked(world, path, origin, ENDPOINTS[path].methods[0]),
            preflight(world, path, origin),
        )
        for answer in answers:
            assert cors_of(answer) == {}
            assert header(answer, "Vary") == "Origin"


def test_without_an_origin_nothing_is_asked_of_the_database(world: World, app: Site) -> None:
    statements = Statements(world.database)
    for origin in (None, "null", "file://"):
        assert cors_of(asked(world, "/.well-known/openid-configuration", origin)) == {}
    assert statements == []


def test_wb7_other_endpoints_have_none(world: World, app: Site) -> None:
    for path in ENDPOINTS.keys() - cors.SHARED:
        for answer in (asked(world, path, APP, "POST"), preflight(world, path, APP)):
            assert cors_of(answer) == {}
            assert header(answer, "Vary") is None
    assert not cors.SHARED & {"/authorize", "/deconnexion", "/introspect"}


def test_wb7_never_with_cookies_and_never_for_all(world: World, app: Site) -> None:
    for path in SHARED:
        for answer in (asked(world, path, APP), preflight(world, path, APP)):
            said = cors_of(answer)
            assert "access-control-allow-credentials" not in said
            assert "*" not in said.values()


@pytest.mark.parametrize(
    "registered",
    [
        {"token_endpoint_auth_method": "client_secret_post"},
        {"token_endpoint_auth_method": "none", "application_type": "native"},
    ],
    ids=str,
)
def test_only_browser_apps_count(world: World, registered: dict[str, str]) -> None:
    change_application(world, **registered)
    assert cors_of(asked(world, "/jwks.json", APP)) == {}
    change_application(world, token_endpoint_auth_method="none", application_type="web")
    again = World(Issuer.of(world.issuer.settings, world.database))
    assert cors_of(asked(again, "/jwks.json", APP))


def change_application(world: World, **registered: str) -> None:
    """A site at APP that is registered so, whatever the validator thinks of it."""
    made = world.site(redirect_uris=[f"{APP}/retour"])
    row = {
        "redirect_uris": [f"{APP}/retour"],
        "post_logout_redirect_uris": [],
        "grant_types": [],
        "scope": "openid",
        "subject_type": "public",
        **registered,
    }
    world.change(update(Client).where(Client.id == made.id).values(registered=row))


def test_cl4_a_disabled_app_is_out_within_a_minute(world: World, app: Site) -> None:
    seconds = iter([0.0, 29.9, 30.0])
    origins = Origins(age=lambda: next(seconds))
    with world.database.reading() as session:
        assert APP in origins.get(session)
    with world.database.writing() as session:
        clients.disable(session, app.id)
    with world.database.reading() as session:
        assert APP in origins.get(session)
        assert origins.get(session) == frozenset()


def test_one_statement_for_many_requests(world: World, app: Site) -> None:
    asked(world, "/jwks.json", APP)  # reads the keys
    again = World(Issuer.of(world.issuer.settings, world.database))
    statements = Statements(world.database)
    for number in range(20):
        asked(again, "/.well-known/openid-configuration", f"https://site-{number}.exemple.fr")
        asked(again, "/.well-known/openid-configuration", APP)
    assert len(statements) == 1


def test_a_browser_app_signs_in(world: World, app: Site, person: Person) -> None:
    """What oidc-client-ts does: token, then userinfo with its preflight."""
    form = {
        "grant_type": "authorization_code",
        "client_id": app.id,
        "code": world.code(app, person, redirect_uri=f"{APP}/retour"),
        "redirect_uri": f"{APP}/retour",
        "code_verifier": "verifier-of-plain-tests-with-43-characters.~",
    }
    answer = world.token(form, {"origin": APP})
    assert answer.status == 200
    assert cors_of(answer)["access-control-allow-origin"] == APP
    refused = world.token(form, {"origin": APP})
    assert refused.status == 400
    assert cors_of(refused)["access-control-allow-origin"] == APP, "an app reads its errors, too"
    said = {"access-control-request-headers": "authorization"}
    assert preflight(world, "/userinfo", APP, **said).status == 204


def test_av2_without_a_database_the_answer_stands(
    world: World, app: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def gone(*_: Any) -> Any:
        raise OperationalError("SELECT", {}, Exception("no connection"))

    monkeypatch.setattr(Origins, "get", gone)
    answer = asked(world, "/.well-known/openid-configuration", APP)
    assert (answer.status, cors_of(answer)) == (200, {})
    assert [one.message for one in caplog.records] == ["endpoint.origin_unknown"]
