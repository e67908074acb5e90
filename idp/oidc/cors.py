"""Fetch §3.2, CORS: which pages of other origins may read what machine endpoints answer (WB7).

Those of registered browser apps (public, web), by the origins of their redirect_uris, and nobody
else: never `*`, never `null`, never with cookies. /authorize and every page have no CORS at all.
"""

from collections.abc import Iterable

from idp.oidc.http import Headers, MachineRequest, MachineResponse
from idp.oidc.issuer import Issuer

SHARED = frozenset(
    {
        "/.well-known/openid-configuration",
        "/.well-known/oauth-authorization-server",
        "/jwks.json",
        "/token",
        "/userinfo",
        "/revoke",
        "/par",
    }
)
# what an app may send, and read, beyond what every page may
_SENT = "Authorization, Content-Type, DPoP"
_READ = "DPoP-Nonce, Retry-After, WWW-Authenticate"
_KEPT_SECONDS = 600


def shared(
    issuer: Issuer, request: MachineRequest, response: MachineResponse, methods: Iterable[str]
) -> MachineResponse:
    """The same answer, readable by the page that asked if it is a registered app's."""
    if request.path not in SHARED:
        return response
    headers: Headers = (("Vary", "Origin"),)
    if _allowed(issuer, origin := request.headers.get("origin")):
        headers += (("Access-Control-Allow-Origin", str(origin)),)
        headers += _told(request, methods)
    return MachineResponse(response.status, (*response.headers, *headers), response.body)


def _told(request: MachineRequest, methods: Iterable[str]) -> Headers:
    if request.method != "OPTIONS" or "access-control-request-method" not in request.headers:
        return (("Access-Control-Expose-Headers", _READ),)
    return (
        ("Access-Control-Allow-Methods", ", ".join(methods)),
        ("Access-Control-Allow-Headers", _SENT),
        ("Access-Control-Max-Age", str(_KEPT_SECONDS)),
    )


def _allowed(issuer: Issuer, origin: str | None) -> bool:
    if origin is None or not origin.startswith(("https://", "http://")):
        return False
    with issuer.database.reading() as session:
        return origin in issuer.origins.get(session)
