"""From where a request comes: the right-most trusted hops only, and nothing unparsable (LK5)."""

import re
from ipaddress import ip_address

from flask import Request

from idp.accounts.activity import Where

_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Windows", "Windows"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def where(request: Request, trusted_hops: int) -> Where:
    """Address and browser family of a request, as events and devices keep them."""
    agent = request.headers.get("User-Agent", "")
    return Where(address=_address(request, trusted_hops), browser=browser_family(agent))


def browser_family(agent: str) -> str:
    """ "Firefox sur Windows": a family and a system, never the string itself."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), "Navigateur inconnu")
    system = next((name for mark, name in _SYSTEMS if mark in agent), None)
    return f"{browser} sur {system}" if system else browser


def _address(request: Request, trusted_hops: int) -> str | None:
    peer = _parsed(request.remote_addr or "")
    if not trusted_hops:
        return peer
    hops = ",".join(request.headers.getlist("X-Forwarded-For")).split(",")
    if len(hops) < trusted_hops:
        return peer
    return _parsed(hops[-trusted_hops]) or peer


def _parsed(text: str) -> str | None:
    # some load balancers write the port as well: 192.0.2.1:4711, [2001:db8::1]:4711
    bare = re.sub(r"^\[([^\]]*)\](:\d+)?$|^([\d.]+):\d+$", r"\1\3", text.strip())
    try:
        address = ip_address(bare)
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address)
