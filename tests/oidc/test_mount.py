"""RFC 9110: the machine endpoints under Flask, wrong methods, long bodies and failures in JSON."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from idp.oidc import endpoints, mount
from idp.oidc.endpoints import ENDPOINTS, Endpoint
from idp.oidc.http import MachineResponse
from tests.oidc.holder import holder
from tests.oidc.world import FORM, ONE_ENGINE, Person, Site, World

pytestmark = ONE_ENGINE

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "X")


@pytest.fixture
def http(world: World) -> FlaskClient:
    """A Flask app with nothing but the blueprint."""
    app = Flask("machine-only")
    app.config["MAX_CONTENT_LENGTH"] = 64 * 1024
    app.register_blueprint(mount.blueprint(world.issuer))
    return app.test_client()


def test_a_sign_in_over_http(http: FlaskClient, world: World, site: Site, person: Person) -> None:
    form = {
        "grant_type": "authorization_code",
        "code": world.code(site, person),
        "redirect_uri": site.client.redirect_uris[0],
        "code_verifier": "verifier-of-plain-tests-with-43-characters.~",
    }
    tokens = http.post(
        "/token", data=form, headers={"Authorization": site.basic()["authorization"]}
    )
    assert tokens.status_code == 200
    assert tokens.headers["Content-Type"] == "application/json"
    assert tokens.headers["Cache-Control"] == "no-store"
    assert tokens.headers["X-Content-Type-Options"] == "nosniff"
    bearer = {"Authorization": f"Bearer {tokens.json['access_token']}"}  # type: ignore[index]
    about = http.get("/userinfo", headers=bearer)
    assert about.json["email"] == "membre@mgen-connect.test"  # type: ignore[index]
    assert http.post("/userinfo", headers=bearer).json == about.json
    assert "Set-Cookie" not in tokens.headers


@pytest.mark.parametrize("path", ENDPOINTS)
@pytest.mark.parametrize("method", METHODS)
def test_a_wrong_method_is_told_in_json(http: FlaskClient, path: str, method: str) -> None:
    answer = http.open(path, method=method)
    allowed = [part.strip() for part in ENDPOINTS[path].allowed.split(",")]
    if method == "OPTIONS":
        assert (answer.status_code, answer.data) == (204, b"")
        assert answer.headers["Allow"] == ENDPOINTS[path].allowed
    elif method in allowed:
        assert answer.status_code in {200, 401, 415}
    else:
        assert answer.status_code == 405
        assert answer.headers["Allow"] == ENDPOINTS[path].allowed
        # a HEAD has no body to look at
        assert method == "HEAD" or answer.json["error"] == "invalid_request"  # type: ignore[index]
    assert "text/html" not in answer.headers.get("Content-Type", "")


def test_head_is_get_without_its_body(http: FlaskClient) -> None:
    path = "/.well-known/openid-configuration"
    full, head = http.get(path), http.head(path)
    assert head.data == b""
    assert head.headers["Content-Length"] == str(len(full.data))
    assert head.headers["Content-Type"] == full.headers["Content-Type"]


@pytest.mark.parametrize("path", ["/token", "/userinfo"])
def test_a_long_body_is_refused_unread(http: FlaskClient, path: str) -> None:
    answer = http.post(path, data=b"a=" + b"x" * (1 << 20), content_type=FORM)
    assert answer.status_code == 413
    assert answer.json["error"] == "invalid_request"  # type: ignore[index]


def test_a_body_without_a_length_is_bounded_too(http: FlaskClient) -> None:
    class Endless:
        taken = 0

        def read(self, size: int = -1) -> bytes:
            assert 0 <= size <= 70_000
            self.taken += size
            assert self.taken < 200_000, "it reads on and on"
            return b"x" * size

    environ: dict[str, Any] = {
        "HTTP_TRANSFER_ENCODING": "chunked",
        "wsgi.input_terminated": True,
        "wsgi.input": Endless(),
    }
    answer = http.post("/token", environ_overrides=environ, content_type=FORM)
    assert answer.status_code == 413


@pytest.mark.parametrize("content", [b"\xff\xfe", b"%", b"a=1&a=2", b"\x00=\x00"])
def test_odd_bodies_are_never_a_500(http: FlaskClient, content: bytes) -> None:
    for path in ("/token", "/userinfo"):
        answer = http.post(path, data=content, content_type=FORM)
        assert answer.status_code == 400
        assert answer.is_json


def test_oa17_two_credentials_are_none(http: FlaskClient, world: World, site: Site) -> None:
    """A server joins two headers into one; the wrong one must not be picked."""
    good = site.basic()["authorization"]
    for pair in ((good, good), (good, "Basic eDp5"), ("Bearer x", good)):
        headers = [("Authorization", one) for one in pair]
        answer = http.post("/token", data={"grant_type": "refresh_token"}, headers=headers)
        assert (answer.status_code, answer.json["error"]) == (401, "invalid_client")  # type: ignore[index]
    about = http.get("/userinfo", headers=[("Authorization", f"Bearer {x}") for x in "ab"])
    assert about.status_code == 400
    assert about.json["error"] == "invalid_request"  # type: ignore[index]


def test_oa14_two_proofs_are_none(http: FlaskClient, site: Site) -> None:
    """RFC 9449 §4.3: not more than one DPoP header, whichever of them is good."""
    proofs = [holder().proof("POST", "http://localhost:8000/token") for _ in range(2)]
    form = {"grant_type": "authorization_code", "code": "x", "redirect_uri": "x"}
    errors = []
    for sent in (proofs[:1], proofs, [proofs[0], "x"], [proofs[0], ""]):
        headers = [*site.basic().items(), *(("DPoP", one) for one in sent)]
        answer = http.post("/token", data=form, headers=headers)
        errors.append(answer.json["error"])  # type: ignore[index]
        assert answer.headers["DPoP-Nonce"]
    assert errors == ["invalid_grant", *["invalid_dpop_proof"] * 3]


def test_two_challenges_are_two_headers(http: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    told = (("WWW-Authenticate", "Bearer"), ("WWW-Authenticate", "DPoP"))
    asking = Endpoint(lambda *_: MachineResponse(401, told), ("GET",))
    monkeypatch.setattr(endpoints, "ENDPOINTS", {**ENDPOINTS, "/userinfo": asking})
    found = http.get("/userinfo").headers.getlist("WWW-Authenticate")
    assert found == ["Bearer", "DPoP"]


def failing(error: Exception) -> Endpoint:
    def fail(*_: object) -> Any:
        raise error

    return Endpoint(fail, ("GET",))


def test_a_failure_is_json_without_a_trace(
    http: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken = {**ENDPOINTS, "/jwks.json": failing(RuntimeError("the secret is SESAME"))}
    monkeypatch.setattr(endpoints, "ENDPOINTS", broken)
    answer = http.get("/jwks.json")
    assert answer.status_code == 500
    assert answer.json == {
        "error": "server_error",
        "error_description": "Something went wrong here",
    }
    [record] = [record for record in caplog.records if record.name == "idp.oidc"]
    assert record.__dict__["failure"] == "RuntimeError"
    assert record.__dict__["places"]
    assert "SESAME" not in caplog.text + str(record.__dict__)


def test_av2_no_database_is_503(http: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = failing(OperationalError("SELECT", {}, Exception("no connection")))
    monkeypatch.setattr(endpoints, "ENDPOINTS", {**ENDPOINTS, "/jwks.json": gone})
    answer = http.get("/jwks.json")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "2"
    assert answer.json["error"] == "temporarily_unavailable"  # type: ignore[index]


def test_av2_a_database_that_is_really_gone(
    world: World, http: FlaskClient, tmp_path_factory: pytest.TempPathFactory
) -> None:
    world.database.close()
    world.issuer.settings.state_dir.rename(tmp_path_factory.mktemp("away") / "var")
    answer = http.post("/token", data={"client_id": "x"})
    assert answer.status_code == 503
    assert answer.is_json
