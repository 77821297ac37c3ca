"""Where a request comes from, as far as limits care."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any


def address_of(scope: Mapping[str, Any]) -> str:
    """Tells who is to be counted as one.

    Behind a reverse proxy on this machine it is the address that the proxy tells.

    Args:
        scope: Of the ASGI request.

    Returns:
        An IPv4 address; of an IPv6 address the network, of which somebody has all the rest.

    Example:
        >>> address_of({"client": ("2001:db8::1:2", 50000)})
        '2001:db8::/64'
    """
    host = (scope.get("client") or ("",))[0]
    try:
        found = ip_address(host)
    except ValueError:
        return host[:64]
    if isinstance(found, IPv6Address):
        inside = found.ipv4_mapped
        return str(inside) if inside else str(ip_network((found, 64), strict=False))
    return str(found)
