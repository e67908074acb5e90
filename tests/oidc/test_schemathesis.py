"""Schemathesis over /openapi.json: whatever is sent, no 500 and no answer that is not described.

By nobody, and by a site that proves itself: half of what it sends gets past the door.
"""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode, checks

from idp import clock
from idp.app import create_app
from idp.oidc import clients, keys
from idp.oidc.endpoints import ENDPOINTS
from idp.oidc.openapi_schemas import FORMS
from idp.storage.engine import Database
from tests.fixtures import START, sqlite_settings
from tests.oidc.caller import API
from tests.oidc.world import CALLBACK, basic

pytestmark = [pytest.mark.slow, pytest.mark.fuzz]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, sqlite_template: bytes) -> Iterator[Flask]:
    """The identity provider, at a stopped clock."""
    made = sqlite_settings(tmp_path_factory.mktemp("described"), sqlite_template)
    with clock.frozen(START):
        database = Database.open(made)
        keys.ensure_signing_key(database, made)
        database.close()
        app = create_app(made)
        yield app
        app.extensions["idp"].database.close()


@pytest.fixture(scope="module")
def credentials(app: Flask) -> str:
    """The Authorization header of a site that may do everything."""
    metadata: dict[str, Any] = {
        "client_name": "Site",
        "redirect_uris": [CALLBACK],
        "scope": "openid email offline_access",
        "grant_types": ["authorization_code", "refresh_token", "client_credentials"],
        "resource": [API],
    }
    with app.extensions["idp"].database.writing() as session:
        made = clients.create(session, metadata)
    return basic(f"{made.client.id}:{made.secret}")


@pytest.fixture(scope="module")
def described(app: Flask) -> Any:
    """The schema, as it is served."""
    return schemathesis.openapi.from_wsgi("/openapi.json", app)


thorough = settings(
    max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
checks.load_all_checks()
HELD = [
    checks.CHECKS.get_one(name)
    for name in (
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
        "allow_header_conformance",
        "unsupported_method",
    )
]


FREE = [(path, method) for path, one in ENDPOINTS.items() for method in one.methods]
# of a document nothing can be asked wrongly
MODES = [
    (path, method, mode)
    for path, method in FREE
    for mode in GenerationMode
    if mode is GenerationMode.POSITIVE or path in FORMS
]


def run(operation: Any, mode: GenerationMode, credentials: str = "") -> set[int]:
    """Send what the description allows, or does not; the statuses, each held against it."""
    seen = set[int]()

    @thorough
    @given(case=operation.as_strategy(generation_mode=mode))
    def one(case: Any) -> None:
        if credentials and isinstance(case.body, dict):
            _make_it_ours(case)
        headers = {"Authorization": credentials} if credentials else {}
        seen.add(case.call_and_validate(checks=HELD, headers=headers).status_code)

    one()
    return seen


def _make_it_ours(case: Any) -> None:
    """One way of proving who one is, what is registered, and nothing that only we can sign."""
    for name in [name for name in case.body if name.startswith(("client_", "claims", "id_token"))]:
        del case.body[name]
    for name, value in {"redirect_uri": CALLBACK, "resource": API}.items():
        if name in case.body:
            case.body[name] = value
    (case.headers or {}).pop("DPoP", None)


@pytest.mark.parametrize(("path", "method", "mode"), MODES, ids=str)
def test_by_nobody(described: Any, path: str, method: str, mode: GenerationMode) -> None:
    assert run(described[path][method], mode)


@pytest.mark.parametrize("mode", list(GenerationMode), ids=str)
@pytest.mark.parametrize("path", FORMS)
def test_by_a_site(described: Any, credentials: str, path: str, mode: GenerationMode) -> None:
    seen = run(described[path]["POST"], mode, credentials)
    if mode is GenerationMode.POSITIVE:
        # past the door: what is described is also taken, where no token is needed
        assert seen & {200, 201} or path == "/userinfo", seen
