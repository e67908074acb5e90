"""OpenAPI 3.1: the machine endpoints described for programs, at /openapi.json.

The shapes are in openapi_schemas.py. What a site has to know of /authorize and /deconnexion, which
are pages, is in the metadata and the RFCs.
"""

from collections.abc import Mapping
from typing import Any

from idp.oidc.forms import MEDIA_TYPE
from idp.oidc.http import JSON, MachineRequest, MachineResponse, json_response
from idp.oidc.issuer import Issuer
from idp.oidc.openapi_schemas import ANSWERS, FORMS, TEXT, ref

Described = dict[str, Any]

VERSION = "1.0.0"  # of the description: a major one when something is taken away
CACHE = (("Cache-Control", "public, max-age=300"),)

_CHALLENGE: Described = {
    "WWW-Authenticate": {"required": True, "schema": TEXT, "description": "RFC 9110, 11.6.1"}
}
_RETRY: Described = {"Retry-After": {"required": True, "schema": TEXT}}
_ERRORS: Mapping[int, str] = {
    400: "The request is refused; error says why",
    401: "Who asks is not known, or not by these credentials",
    403: "The token is good, but not for this",
    413: "The body is too long",
    415: f"The body is not {MEDIA_TYPE}",
    500: "Something went wrong here",
    503: "Something that is needed does not answer; try again soon",
}
_FORM_ERRORS = (400, 401, 413, 415, 500, 503)
_CLIENTS: tuple[dict[str, list[str]], ...] = ({"client_secret_basic": []}, {})
_TOKENS: tuple[dict[str, list[str]], ...] = ({"bearer": []}, {"dpop": []}, {})


def openapi(issuer: Issuer, request: MachineRequest) -> MachineResponse:
    """GET: the description."""
    return json_response(document(issuer), headers=CACHE)


def document(issuer: Issuer) -> Described:
    """OpenAPI 3.1.0, English and ASCII; `servers` is this issuer."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "MGEN Connect, machine endpoints",
            "version": VERSION,
            "description": "OAuth 2.0 and OpenID Connect; the metadata says what is supported.",
        },
        "servers": [{"url": issuer.address}],
        "paths": {path: _path(operations) for path, operations in _paths().items()},
        "components": {"schemas": dict(ANSWERS), "securitySchemes": _SCHEMES},
    }


_SCHEMES: Described = {
    "client_secret_basic": {"type": "http", "scheme": "basic"},
    "bearer": {"type": "http", "scheme": "bearer"},
    "dpop": {"type": "http", "scheme": "dpop", "description": "RFC 9449, with a DPoP header"},
}


def _paths() -> dict[str, dict[str, Described]]:
    metadata = "Provider metadata (OpenID Connect Discovery 1.0, RFC 8414)"
    return {
        "/.well-known/openid-configuration": {"get": _document("Metadata", metadata, "discovery")},
        "/.well-known/oauth-authorization-server": {
            "get": _document("Metadata", metadata, "metadata")
        },
        "/jwks.json": {"get": _document("Keys", "Public signing keys (RFC 7517)", "keys")},
        "/openapi.json": {"get": _document("OpenAPI", "This description", "description")},
        "/par": {"post": _form("/par", "Pushed request (RFC 9126)", (201, "Pushed"), dpop=True)},
        "/token": {"post": _form("/token", "Tokens (RFC 6749)", (200, "Tokens"), dpop=True)},
        "/introspect": {
            "post": _form("/introspect", "Introspection (RFC 7662)", (200, "Introspection"))
        },
        "/revoke": {"post": _form("/revoke", "Revocation (RFC 7009)", (200, None))},
        "/userinfo": {"get": _userinfo("userinfo"), "post": _userinfo("userinfoByPost", form=True)},
    }


def _path(operations: dict[str, Described]) -> dict[str, Described]:
    """The operations, and what HTTP adds to them (RFC 9110 §9.3.2, §9.3.7)."""
    allow = {"Allow": {"required": True, "schema": TEXT}}
    options = {204: {"description": "What this address can be asked", "headers": allow}}
    found = {**operations, "options": {"summary": "Methods", "responses": _by_status(options)}}
    if "get" in operations:
        told = operations["get"]["responses"]
        heads = {
            status: {name: value for name, value in one.items() if name != "content"}
            for status, one in told.items()
        }
        copied = ("parameters", "security")
        same = {name: operations["get"][name] for name in copied if name in operations["get"]}
        found["head"] = {"summary": "The headers of GET", **same, "responses": heads}
    return found


def _document(schema: str, summary: str, name: str) -> Described:
    answers = {200: _told("The document", schema), **_errors(500, 503)}
    return {"operationId": name, "summary": summary, "responses": _by_status(answers)}


def _form(
    path: str, summary: str, good: tuple[int, str | None], *, dpop: bool = False
) -> Described:
    status, schema = good
    answers = {status: _told("Done", schema), **_errors(*_FORM_ERRORS)}
    operation: Described = {
        "operationId": path.strip("/"),
        "summary": summary,
        "security": list(_CLIENTS),
        "requestBody": {"required": True, "content": {MEDIA_TYPE: {"schema": FORMS[path]}}},
        "responses": _by_status(answers),
    }
    return {**operation, "parameters": [_PROOF]} if dpop else operation


def _userinfo(name: str, *, form: bool = False) -> Described:
    statuses = (400, 401, 403, *((413,) if form else ()), 500, 503)
    answers = {200: _told("The person's claims", "Claims"), **_errors(*statuses)}
    # of a request without a token no error is told, only how to bring one (RFC 6750 §3.1)
    answers[401] = {part: value for part, value in answers[401].items() if part != "content"}
    operation: Described = {
        "operationId": name,
        "summary": "Userinfo (OpenID Connect Core 1.0, 5.3)",
        "security": list(_TOKENS),
        "parameters": [_PROOF],
        "responses": _by_status(answers),
    }
    if form:
        body = {MEDIA_TYPE: {"schema": FORMS["/userinfo"]}}
        operation["requestBody"] = {"required": False, "content": body}
    return operation


_PROOF: Described = {
    "name": "DPoP",
    "in": "header",
    "required": False,
    "schema": TEXT,
    "description": "A proof of possession (RFC 9449)",
}


def _told(description: str, schema: str | None, headers: Described | None = None) -> Described:
    told: Described = {"description": description}
    if headers:
        told["headers"] = headers
    if schema:
        told["content"] = {JSON: {"schema": ref(schema)}}
    return told


def _errors(*statuses: int) -> dict[int, Described]:
    headers = {401: _CHALLENGE, 503: _RETRY}
    return {one: _told(_ERRORS[one], "Error", headers.get(one)) for one in statuses}


def _by_status(answers: Mapping[int, Described]) -> dict[str, Described]:
    return {str(status): answer for status, answer in answers.items()}
