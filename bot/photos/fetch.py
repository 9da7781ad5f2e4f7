"""Fetches pictures from links that come from outside: from public addresses over https, and from nowhere else.

A link could name the router, a cloud's metadata service or this very bot. So the check is made where the connection is
made: on every address that the name resolves to, and on the one that is connected to. A name that resolves differently
the second time gains nothing, and no redirect is followed.
"""

import asyncio
import socket
from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import ResolveResult
from aiohttp.resolver import ThreadedResolver

from bot.i18n import N_
from bot.photos.ports import DownloadError, NotFetchableError

LONGEST_LINK = 2000
CHUNK = 64 * 1024

NOT_HTTPS = N_("The link of the picture is no https address, so it was not fetched.")
NOT_PUBLIC = N_("The link of the picture leads to a private address, so it was not fetched.")
REDIRECTED = N_("The link of the picture leads on to another address, so it was not fetched.")
GONE = N_("The picture is no longer at its link; perhaps the link has expired.")
TOO_LARGE = N_("The picture at the link is larger than 10 MB, so it was not kept.")

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


class PublicFetcher:
    """A `Download` of links from outside."""

    def __init__(self, seconds: float, loopback_origin: str = "") -> None:
        """Takes an origin on this machine that may be asked too (a simulator's), such as ``http://127.0.0.1:8081``.

        A picture may take so many `seconds`.
        """
        self._own = _origin(loopback_origin)
        self._seconds = seconds

    async def __call__(self, url: str, most_bytes: int) -> bytes:
        """The bytes at the link.

        Raises:
            NotFetchableError: the link may not be followed, leads nowhere any more, or to something too large.
            DownloadError: it did not come this time.
        """
        origin = _origin(url)
        own = origin is not None and origin == self._own
        if not own and (origin is None or origin[0] != "https"):
            raise NotFetchableError(NOT_HTTPS)
        refused: list[str] = []
        require = _nothing if own else _requirement(refused)
        connector = aiohttp.TCPConnector(
            resolver=_Resolver(require), socket_factory=_factory(require), use_dns_cache=False, force_close=True
        )
        timeout = aiohttp.ClientTimeout(total=self._seconds)
        try:
            async with (
                aiohttp.ClientSession(
                    connector=connector, timeout=timeout, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False
                ) as session,
                session.get(url, allow_redirects=False, headers={"Accept-Encoding": "identity"}) as response,
            ):
                return await _body(response, most_bytes)
        except aiohttp.InvalidURL as error:
            raise NotFetchableError(NOT_HTTPS) from error
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            if refused:
                raise NotFetchableError(NOT_PUBLIC) from error
            raise DownloadError(type(error).__name__) from error


async def _body(response: aiohttp.ClientResponse, most_bytes: int) -> bytes:
    if 300 <= response.status < 400:
        raise NotFetchableError(REDIRECTED)
    if response.status in (400, 401, 403, 404, 410):
        raise NotFetchableError(GONE)
    if response.status != 200 or response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise DownloadError(f"http_{response.status}")
    if (response.content_length or 0) > most_bytes:
        raise NotFetchableError(TOO_LARGE)
    content = bytearray()
    async for chunk in response.content.iter_chunked(CHUNK):
        content += chunk
        if len(content) > most_bytes:
            raise NotFetchableError(TOO_LARGE)
    return bytes(content)


def _origin(url: str) -> tuple[str, str, int | None] | None:
    """Scheme, host and port; None for what is no plain address of a host."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if len(url) > LONGEST_LINK or parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        return None
    return parts.scheme, parts.hostname, port


def _nothing(_: str) -> None:
    """Every address will do."""


def _requirement(refused: list[str]) -> Callable[[str], None]:
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
