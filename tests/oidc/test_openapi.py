"""OpenAPI 3.1, /openapi.json: every endpoint is in it, and every real answer is as it says."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from sqlalchemy.exc import OperationalError

from idp.oidc import endpoints, openapi, openapi_schemas, scopes
from idp.oidc.endpoints import ENDPOINTS, Endpoint
from idp.oidc.http import MachineResponse
from idp.oidc.issuer import Issuer
from tests.oidc.caller import API, Caller, caller, fapi2
from tests.oidc.described import Description
from tests.oidc.holder import holder
from tests.oidc.test_claims import enrol, give, phone
from tests.oidc.world import CALLBACK, CHALLENGE, FORM, ONE_ENGINE, Person, World

pytestmark = ONE_ENGINE

PUSHED = {
    "response_type": "code",
    "scope": "openid",
    "redirect_uri": CALLBACK,
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}


class Heard(World):
    """A world whose answers are compared with the description."""

    description: Description

    def send(self, method: str, path: str, *rest: Any, **more: Any) -> MachineResponse:
        answer = super().send(method, path, *rest, **more)
        headers = {name.lower(): value for name, value in answer.headers}
        found = self.description.problem(method, path, answer.status, headers, answer.body)
        assert found is None, f"{method} {path}: {found}"
        return answer


@pytest.fixture
def description(issuer: Issuer) -> Description:
    """The one of this issuer."""
    return Description(openapi.document(issuer))


@pytest.fixture
def heard(issuer: Issuer, description: Description) -> Heard:
    """The world, listened to."""
    made = Heard(issuer)
    made.description = description
    return made


def test_it_is_served_as_it_is_made(world: World, description: Description) -> None:
    answer = world.send("GET", "/openapi.json")
    assert json.loads(answer.body) == description.document
    assert answer.body.isascii()
    assert description.document["servers"] == [{"url": world.issuer.address}]


def test_every_endpoint_and_method_is_described_and_no_other(description: Description) -> None:
    taken = {(path, method) for path, one in ENDPOINTS.items() for method in one.methods}
    beside = {(path, "OPTIONS") for path in ENDPOINTS}
    heads = {(path, "HEAD") for path, method in taken if method == "GET"}
    assert description.operations() == taken | beside | heads


def test_it_is_well_made(description: Description) -> None:
    document = description.document
    names = [one["operationId"] for one in _objects(document) if "operationId" in one]
    assert len(set(names)) == len(names) == 10
    for one in _objects(document):
        if "$ref" in one:
            _, where, kind, name = one["$ref"].split("/")
            assert name in document[where][kind]
        for scheme in (scheme for needed in one.get("security", ()) for scheme in needed):
            assert scheme in document["components"]["securitySchemes"]
        if "schema" in one:
            Draft202012Validator.check_schema(one["schema"])
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_it_is_english_in_ascii_and_names_nobody(description: Description) -> None:
    text = json.dumps(description.document, ensure_ascii=False)
    assert text.isascii()
    assert "nir" not in {word.lower() for word in text.split('"')}


def _objects(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _objects(one)


def test_every_answer_is_as_described_and_each_described_is_heard(
    heard: Heard, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is said of an endpoint in vain fails here, as does what is left unsaid."""
    _documents(heard)
    for site in (caller(heard), caller(heard, holder()), fapi2(heard)):
        _days_work(site, person)
    _all_claims(heard, person)
    _refusals(heard)
    _not_for_userinfo(heard, person)
    for failure in (OperationalError("x", {}, Exception()), RuntimeError("x")):
        _failing(heard, monkeypatch, failure)
    assert heard.description.answers() == heard.description.seen


def _documents(heard: Heard) -> None:
    for path, one in ENDPOINTS.items():
        for method in ("OPTIONS", "PATCH", *_readings(one)):
            heard.send(method, path)


def _readings(one: Endpoint) -> tuple[str, ...]:
    return ("GET", "HEAD") if "GET" in one.methods else ()


def _days_work(site: Caller, person: Person) -> None:
    """What a site does in a day."""
    site.post("/par", PUSHED)
    tokens = site.signed_in(person)
    assert site.userinfo(tokens["access_token"], tokens["token_type"]).status == 200
    again = site.refreshed(tokens["refresh_token"], scope="openid")
    for_api = site.signed_in(person, {"resource": API}, resources=(API,))
    alone = json.loads(site.for_itself(resource=API).body)
    held = [again["refresh_token"], *(one["access_token"] for one in (tokens, for_api, alone))]
    for token in held:
        assert site.active(token)
    for token in [*reversed(held), "unknown", "un.kno.wn"]:
        site.revoke(token)
        assert not site.active(token)


def _all_claims(heard: Heard, person: Person) -> None:
    """Userinfo of somebody of whom everything is known."""
    enrol(heard, person)
    phone(heard, person)
    site = heard.site(scope=" ".join(scopes.CLAIMS))
    give(heard, person, site, "moderator")
    token = heard.tokens(site, person, scope=tuple(scopes.CLAIMS))["access_token"]
    answers = _with_bearer(heard, token)
    assert json.loads(answers[0].body).keys() == {
        name for names in scopes.CLAIMS.values() for name in names
    }


def _with_bearer(heard: Heard, token: str) -> list[MachineResponse]:
    headers = {"authorization": f"Bearer {token}"}
    return [heard.send(method, "/userinfo", headers) for method in ("GET", "HEAD", "POST")]


def _refusals(heard: Heard) -> None:
    site = heard.site()
    for path in openapi_schemas.FORMS:
        heard.send("POST", path, {"content-type": FORM} | site.basic(), "x=%ff")
        heard.send("POST", path, {"content-type": FORM, "authorization": "Basic x"}, "x=1")
        heard.send("POST", path, {"content-type": FORM}, "x" * 70_000)
        heard.send("POST", path, {"content-type": "application/json"}, "{}")
    for token in ("", "x", "x y"):
        _with_bearer(heard, token)


def _not_for_userinfo(heard: Heard, person: Person) -> None:
    token = caller(heard).signed_in(person, scope=("email",))["access_token"]
    assert [answer.status for answer in _with_bearer(heard, token)] == [403, 403, 403]


def _failing(heard: Heard, monkeypatch: pytest.MonkeyPatch, failure: Exception) -> None:
    def fail(*_: object) -> MachineResponse:
        raise failure

    broken = {path: Endpoint(fail, one.methods) for path, one in ENDPOINTS.items()}
    with monkeypatch.context() as patch:
        patch.setattr(endpoints, "ENDPOINTS", broken)
        for path, one in broken.items():
            for method in {*one.methods, *_readings(one)}:
                heard.send(method, path)


def test_the_comparison_sees_what_is_not_described(heard: Heard, person: Person) -> None:
    """Each answer, changed in one way, is no answer that is described."""
    told = heard.tokens(heard.site(), person)
    found = heard.description.problem
    kind = {"content-type": "application/json"}

    def of_token(status: int, headers: dict[str, str], document: object) -> str | None:
        return found("POST", "/token", status, headers, json.dumps(document).encode())

    assert of_token(200, kind, told) is None
    for change in ({"extra": 1}, {"expires_in": "600"}, {"token_type": "bearer"}, {"scope": ""}):
        assert of_token(200, kind, {**told, **change})
    assert of_token(200, kind, {"token_type": "Bearer", "expires_in": 600})
    assert of_token(200, {"content-type": "text/html"}, told)
    assert of_token(201, kind, told)
    error = {"error": "invalid_client"}
    assert of_token(401, kind, error)  # without a challenge
    assert of_token(401, {**kind, "www-authenticate": "Basic"}, error) is None
    assert of_token(400, kind, {"error": "invalid_client", "stack": "x"})
    assert found("PUT", "/token", 200, kind, b"{}")
    assert found("POST", "/revoke", 200, {}, b"{}")
    assert found("GET", "/nowhere", 200, kind, b"{}")
