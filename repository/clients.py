"""Who asks, by the addresses of connections and the words of proxies. Pure."""

import ipaddress
from collections.abc import Sequence
from typing import Final

HERE: Final = ("127.0.0.1", "::1")
"""Where a proxy on the same machine calls from."""

_NETWORK: Final = 64
"""Bits of an IPv6 address that name one customer's network. Source: RFC 6177."""


def client_of(remote: str, forwarded: str, proxies: Sequence[str]) -> str:
    """Who asks: the address of the connection, or, behind a proxy that is trusted, the one that it names last and that
    is no such proxy itself. An IPv6 address stands for its network.

    `forwarded` is the header X-Forwarded-For, which anybody can send and which counts from trusted proxies alone.
    """
    chain = [remote, *reversed([each.strip() for each in forwarded.split(",") if each.strip()])]
    chosen = remote
    for address in chain:
        if (found := _network(address)) is None:
            break
        chosen = found
        if address not in proxies:
            break
    return chosen


def is_one(client: str, proxies: Sequence[str]) -> bool:
    """Whether an address stands for one client: behind a proxy on this machine that is not named as one, all do."""
    try:
        return bool(proxies) or not ipaddress.ip_address(client).is_loopback
    except ValueError:
        return False


def _network(address: str) -> str | None:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return None
    if parsed.version == 4:
        return address
    return str(ipaddress.ip_network((parsed, _NETWORK), strict=False).network_address)
