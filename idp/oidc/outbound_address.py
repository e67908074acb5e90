"""RFC 6890, which addresses may be called at all: public ones, and nothing that hides another."""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

_NAT64 = ip_network("64:ff9b::/96")
# global to the library, and yet not for us: what its table is older than (RFC 6890, RFC 9637),
# and a machine's own controller on a public number (Azure's WireServer)
_NEVER = tuple(
    ip_network(block)
    for block in ("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32", "3fff::/20", "5f00::/16")
)


def is_public(address: str, *, loopback: bool = False) -> bool:
    """Whether a numeric address, and any other inside it, is public; or loopback, if allowed.

    Private, link-local, shared, reserved, multicast and metadata addresses are not.
    """
    try:
        outer = ip_address(address)
    except ValueError:
        return False
    return all(_allowed(one, loopback) for one in _layers(outer))


def _allowed(address: IPv4Address | IPv6Address, loopback: bool) -> bool:
    if address.is_loopback:
        return loopback
    if address.is_multicast or address.is_reserved or any(address in block for block in _NEVER):
        return False
    if isinstance(address, IPv6Address) and address.is_site_local:
        return False
    return address.is_global


def _layers(address: IPv4Address | IPv6Address) -> Iterator[IPv4Address | IPv6Address]:
    """The address, or in its place the IPv4 one that it carries (RFC 4291 §2.5.5, 3056, 6052)."""
    if isinstance(address, IPv4Address):
        yield address
        return
    if address.ipv4_mapped is not None:
        yield address.ipv4_mapped
    elif address in _NAT64:
        yield IPv4Address(int(address) & 0xFFFFFFFF)
    else:
        yield address
        if address.sixtofour is not None:
            yield address.sixtofour
