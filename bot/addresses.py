"""Which addresses an address of the internet may lead to: public ones alone, whoever wrote it down.

It could name the router, a cloud's metadata service or this very bot. So the check is made where the connection is
made: on every address that the name resolves to, and on the one that is connected to. A name that resolves differently
the second time gains nothing.
"""

import asyncio
import socket
from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any

import aiohttp
from aiohttp.abc import ResolveResult
from aiohttp.resolver import ThreadedResolver

Refused = list[str]
"""The addresses that were not public, so that nobody connected to them."""

# What the tables of some of Python's versions take for public, and nobody is reached at.
# https://www.iana.org/assignments/iana-ipv4-special-registry and the same for ipv6.
_NOT_PUBLIC_4 = (IPv4Network("192.0.0.0/24"), IPv4Network("192.88.99.0/24"))
"""Protocol assignments, and relays of 6to4."""
_UNICAST = IPv6Network("2000::/3")
"""All that was ever given out to networks; site-local, NAT64 and the like lie outside."""
_NOT_PUBLIC_6 = (
    IPv6Network("2001::/23"),
    IPv6Network("2001:db8::/32"),
    IPv6Network("2002::/16"),
    IPv6Network("3fff::/20"),
)
"""Protocol assignments with Teredo, documentation, 6to4, documentation."""


class _NotPublicError(OSError):
    """An address that nobody outside may make the bot ask."""


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet, and to it alone: not through another that translates."""
    try:
        ip: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped is None:
            return ip in _UNICAST and ip.is_global and not any(ip in net for net in _NOT_PUBLIC_6)
        ip = ip.ipv4_mapped
    return ip.is_global and not (ip.is_multicast or ip.is_reserved) and not any(ip in net for net in _NOT_PUBLIC_4)


async def addresses_of(host: str) -> list[str]:
    """The IP addresses of a host. Raises OSError where none is known."""
    found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def connector(refused: Refused | None) -> aiohttp.TCPConnector:
    """Connects to public addresses, and notes in `refused` which others were named; None: connects to all."""
    require = _nothing if refused is None else _requirement(refused)
    return aiohttp.TCPConnector(
        resolver=_Resolver(require), socket_factory=_factory(require), use_dns_cache=False, force_close=True
    )


def _nothing(_: str) -> None:
    """Every address will do."""


def _requirement(refused: Refused) -> Callable[[str], None]:
    def require(address: str) -> None:
        if not is_public(address):
            refused.append(address)
            raise _NotPublicError("not a public address")

    return require


class _Resolver(ThreadedResolver):
    """Refuses a name if any of its addresses is not public."""

    def __init__(self, require: Callable[[str], None]) -> None:
        super().__init__(loop=asyncio.get_running_loop())
        self._require = require

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses of the host."""
        found = await super().resolve(host, port, family)
        for one in found:
            self._require(one["host"])
        return found


def _factory(require: Callable[[str], None]) -> Callable[[Any], socket.socket]:
    """Makes the sockets, and looks at the address of each just before it is connected to."""

    def make(info: tuple[Any, ...]) -> socket.socket:
        family, kind, protocol, _, address = info
        require(str(address[0]))
        return socket.socket(family=family, type=kind, proto=protocol)

    return make
