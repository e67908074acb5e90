"""RFC 9110, the machine endpoints under Flask: the only module here that knows it.

No session, form token or template is touched. The app exempts this blueprint from form tokens:
clients authenticate themselves, and no cookie is read.
"""

from flask import Blueprint, Response, request
from flask.blueprints import BlueprintSetupState
from werkzeug.exceptions import HTTPException

from idp.oidc import endpoints
from idp.oidc.endpoints import ENDPOINTS
from idp.oidc.forms import MAX_BODY
from idp.oidc.http import MachineRequest, MachineResponse
from idp.oidc.issuer import Issuer

NAME = "machine"


def blueprint(issuer: Issuer) -> Blueprint:
    """Every path of ENDPOINTS, whatever the method: a wrong one gets JSON as well."""
    made = Blueprint(NAME, __name__)

    def answer() -> Response:
        return _to_flask(_answered(issuer))

    def register(state: BlueprintSetupState) -> None:
        name = f"{NAME}.answer"
        state.app.view_functions[name] = answer
        for path in ENDPOINTS:
            # add_url_rule() would add methods of its own; a rule without methods takes any
            state.app.url_map.add(state.app.url_rule_class(path, endpoint=name))

    made.record(register)
    return made


def _answered(issuer: Issuer) -> MachineResponse:
    try:
        body = _body() if request.method == "POST" else b""
    except HTTPException as refusal:  # too long for the app's own limit, or cut short
        return endpoints.error("invalid_request", "The body cannot be read", refusal.code or 400)
    return endpoints.answer(
        issuer,
        MachineRequest(
            method=request.method,
            path=request.path,
            headers={name.lower(): value for name, value in request.headers.items()},
            query=request.query_string,
            body=body,
        ),
    )


def _body() -> bytes:
    """The whole body, or so much of it that it is too long; a read may give less than it could."""
    body = b""
    while len(body) <= MAX_BODY:
        part = request.stream.read(MAX_BODY + 1 - len(body))
        if not part:
            break
        body += part
    return body


def _to_flask(made: MachineResponse) -> Response:
    response = Response(made.body, status=made.status)
    for ours in {name for name, _ in made.headers} | {"Content-Type"}:
        response.headers.pop(ours, None)
    for name, value in made.headers:
        response.headers.add(name, value)  # two challenges are two headers (RFC 9110 §11.6.1)
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
