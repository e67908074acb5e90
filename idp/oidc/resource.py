"""RFC 8707, resource indicators: which registered API an access token is for."""

from idp.oidc.client_info import ClientInfo
from idp.oidc.errors import EndpointError
from idp.oidc.issuer import Issuer


def target(
    issuer: Issuer, client: ClientInfo, asked: str | None, granted: tuple[str, ...]
) -> str | None:
    """The API's address; None for this issuer's own userinfo. EndpointError: invalid_target.

    Asked for by name, or meant when the grant has only one; and of what was granted, only what the
    client may still have (CL4).
    """
    if asked is None and len(granted) != 1:
        return None
    wanted = granted[0] if asked is None else asked
    if wanted == issuer.address:
        return None
    if wanted not in granted or wanted not in client.resources:
        raise invalid_target("resource_not_granted")
    return wanted


def invalid_target(reason: str) -> EndpointError:
    """One answer for addresses that are unknown, malformed, not granted or not the client's."""
    return EndpointError(
        "invalid_target", reason, "The resource is unknown, malformed or was not granted"
    )
