"""RFC 9449 §8, nonces of DPoP: a digest of the current 150 seconds, so that no row is needed.

Every node that has the SECRET_KEYS gives and takes the same one. Live are this window's and the one
before: between two and a half and five minutes (OA14).
"""

import hmac

from idp import clock
from idp.oidc.http import Headers, MachineRequest, MachineResponse
from idp.oidc.issuer import Issuer
from idp.storage.keyring import Keyring

HEADER = "DPoP-Nonce"
WINDOW = 150  # seconds
_LABEL = "dpop-nonce"


def current(issuer: Issuer) -> str:
    """The nonce to give now."""
    return _of(issuer.keyring, _window())[0]


def is_live(issuer: Issuer, nonce: str) -> bool:
    """Whether we gave it less than five minutes ago, under any key that is still held."""
    given = nonce.encode("utf-8", "replace")
    window = _window()
    live = [one for w in (window, window - 1) for one in _of(issuer.keyring, w)]
    return any(hmac.compare_digest(one.encode(), given) for one in live)


def told(issuer: Issuer) -> Headers:
    """The header that gives it."""
    return ((HEADER, current(issuer)),)


def with_nonce(
    issuer: Issuer, request: MachineRequest, response: MachineResponse
) -> MachineResponse:
    """The same answer, with a nonce for the next proof if this request came with one (§8.2)."""
    if "dpop" not in request.headers or any(name == HEADER for name, _ in response.headers):
        return response
    return MachineResponse(response.status, (*response.headers, *told(issuer)), response.body)


def _window() -> int:
    return clock.timestamp() // WINDOW


def _of(keyring: Keyring, window: int) -> list[str]:
    return [digest[:43] for digest in keyring.digests("secret", _LABEL, str(window))]
