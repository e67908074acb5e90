"""RFC 9110 §9, every machine endpoint by path and method; whatever goes wrong is JSON.

One implementation of each; mount.py puts them under Flask, and another mount can do the same.
"""

import logging
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy.exc import InterfaceError, OperationalError, TimeoutError

from idp.oidc import cors, dpop_nonce
from idp.oidc.discovery import discovery
from idp.oidc.errors import EndpointError
from idp.oidc.http import NO_STORE, Headers, MachineRequest, MachineResponse, json_response
from idp.oidc.introspection import introspect
from idp.oidc.issuer import Issuer
from idp.oidc.jwks import jwks
from idp.oidc.openapi import openapi
from idp.oidc.par import par
from idp.oidc.revocation import revoke
from idp.oidc.token import token
from idp.oidc.userinfo import userinfo

log = logging.getLogger("idp.oidc")

RETRY_AFTER = (("Retry-After", "2"),)


@dataclass(frozen=True)
class Endpoint:
    """A function of issuer and request, and the methods it takes."""

    answer: Callable[[Issuer, MachineRequest], MachineResponse]
    methods: tuple[str, ...]

    @property
    def allowed(self) -> str:
        """The Allow header."""
        head = ("HEAD",) if "GET" in self.methods else ()
        return ", ".join((*self.methods, *head, "OPTIONS"))


ENDPOINTS: Mapping[str, Endpoint] = {
    "/.well-known/openid-configuration": Endpoint(discovery, ("GET",)),
    "/.well-known/oauth-authorization-server": Endpoint(discovery, ("GET",)),
    "/jwks.json": Endpoint(jwks, ("GET",)),
    "/openapi.json": Endpoint(openapi, ("GET",)),
    "/par": Endpoint(par, ("POST",)),
    "/token": Endpoint(token, ("POST",)),
    "/userinfo": Endpoint(userinfo, ("GET", "POST")),
    "/introspect": Endpoint(introspect, ("POST",)),
    "/revoke": Endpoint(revoke, ("POST",)),
}


def answer(issuer: Issuer, request: MachineRequest) -> MachineResponse:
    """The answer to a request whose path is one of ENDPOINTS. Never raises."""
    endpoint = ENDPOINTS[request.path]
    made = dpop_nonce.with_nonce(issuer, request, _by_method(endpoint, issuer, request))
    try:
        return cors.shared(issuer, request, made, endpoint.methods)
    except Exception as failure:  # the answer itself stands; another origin cannot read it
        log.error("endpoint.origin_unknown", extra=_told(request, failure))
        return made


def _by_method(endpoint: Endpoint, issuer: Issuer, request: MachineRequest) -> MachineResponse:
    allow = (("Allow", endpoint.allowed),)
    if request.method == "OPTIONS":
        return MachineResponse(204, allow)
    if request.method == "HEAD" and "GET" in endpoint.methods:
        return _without_body(_safely(endpoint, issuer, request))
    if request.method not in endpoint.methods:
        return error("invalid_request", "Method not allowed", 405, allow)
    return _safely(endpoint, issuer, request)


def error(name: str, description: str, status: int, headers: Headers = ()) -> MachineResponse:
    """An error that is nobody's RFC: a method, a body's length, a failure of ours."""
    told = {"error": name, "error_description": description}
    return json_response(told, status, (*NO_STORE, *headers))


def _safely(endpoint: Endpoint, issuer: Issuer, request: MachineRequest) -> MachineResponse:
    try:
        return endpoint.answer(issuer, request)
    except EndpointError as refusal:
        log.info("endpoint.refused", extra={"path": request.path, **refusal.told()})
        return refusal.response()
    except (OperationalError, InterfaceError, TimeoutError) as failure:
        log.error("database.unavailable", extra=_told(request, failure))
        return error("temporarily_unavailable", "Try again soon", 503, RETRY_AFTER)
    except Exception as failure:  # the last resort: a machine is answered in JSON
        log.error("endpoint.failed", extra=_told(request, failure))
        return error("server_error", "Something went wrong here", 500)


def _told(request: MachineRequest, failure: Exception) -> dict[str, object]:
    """Class and places of a failure; its text may quote what was sent, and stays out (AU3)."""
    places = [
        f"{frame.filename}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(failure.__traceback__)
    ]
    return {"path": request.path, "failure": type(failure).__name__, "places": places[-8:]}


def _without_body(response: MachineResponse) -> MachineResponse:
    length = ("Content-Length", str(len(response.body)))
    return MachineResponse(response.status, (*response.headers, length))
