"""RFC 6749 §3.1.2, RFC 8252 §7.3: whether an answer may be sent to an address (OA1)."""

import re

from idp.oidc.clients import ClientInfo

# RFC 8252 §7.3, §8.3: the literal, since a name may resolve elsewhere
_LOOPBACK = re.compile(r"(http://(?:127\.0\.0\.1|\[::1\]))(?::([1-9][0-9]{0,4}))?([/?][^#]*)?")
_LAST_PORT = 65535


def is_registered(client: ClientInfo, address: str) -> bool:
    """Byte-equal to a registered address; a native app's on loopback may differ in its port.

    The system gives such an app whatever port is free as it starts to listen.
    """
    if address in client.redirect_uris:
        return True
    if client.application_type != "native" or (wanted := _but_port(address)) is None:
        return False
    return any(_but_port(known) == wanted for known in client.redirect_uris)


def _but_port(address: str) -> tuple[str, str] | None:
    """What is before and after the port of an address on loopback; None for any other."""
    found = _LOOPBACK.fullmatch(address)
    if found is None or int(found[2] or 0) > _LAST_PORT:
        return None
    return found[1], found[3] or ""
