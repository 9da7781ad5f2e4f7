"""Bounds of the bot's own web server: how many connections, how long each may say nothing, and who may read what.

aiohttp keeps a connection that never asks for anything for ever, and one that has asked for an hour. Anybody who
reaches the port could so use up the file handles that the database and Slack's socket need.
"""

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from ipaddress import IPv6Address, ip_address

from aiohttp import web
from aiohttp.web_protocol import RequestHandler
from pydantic import SecretStr

from bot.timing import WebTiming

MOST_CONNECTIONS = 200
"""When one more comes, whoever has owed a request for longest makes room."""

PROXIES = frozenset({"forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"})
"""What a proxy adds: one on this machine passes on what comes from anywhere."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Gate:
    """Makes the connections of a server. `bound` is its middleware."""

    def __init__(self, server: web.Server, timing: WebTiming, most: int) -> None:
        """`most` is how many connections there may be."""
        self._server = server
        self._timing = timing
        self._most = most
        self._owing: dict[RequestHandler, asyncio.TimerHandle] = {}
        """Connections without a request, the oldest first."""

    def __call__(self) -> asyncio.Protocol:
        """Implements asyncio's protocol factory: called once for each connection."""
        if len(self._server.connections) >= self._most and not self._make_room():
            return _Refused()
        connection = self._server()
        self._owes(connection)
        return connection

    async def bound(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Lets a connection be while its request is answered."""
        connection = request.protocol
        self._settled(connection)
        try:
            return await handler(request)
        finally:
            self._owes(connection)

    def _owes(self, connection: RequestHandler) -> None:
        loop = asyncio.get_running_loop()
        self._owing[connection] = loop.call_later(self._timing.head, self._end, connection)

    def _settled(self, connection: RequestHandler) -> None:
        timer = self._owing.pop(connection, None)
        if timer is not None:
            timer.cancel()

    def _make_room(self) -> bool:
        here = set(self._server.connections)
        oldest = next((one for one in self._owing if one in here), None)
        if oldest is not None:
            self._end(oldest)
        return oldest is not None

    def _end(self, connection: RequestHandler) -> None:
        self._settled(connection)
        if connection.transport is not None:
            connection.transport.abort()

    def close(self) -> None:
        """Forgets all connections; whoever made them ends them."""
        for connection in list(self._owing):
            self._settled(connection)


class Access:
    """Who may read what is not for everybody: whoever shows the token; where there is none, programs on this machine.

    A proxy on this machine looks like one of those, unless it adds a header: nginx adds none by itself, and what only
    passes bytes on can't. So once there is a token, to come from here is not enough.
    """

    def __init__(self, token: SecretStr | None = None) -> None:
        """None: there is no token."""
        self._token = token

    def allows(self, request: web.Request) -> bool:
        """Whether this one may."""
        return _is_from_here(request) if self._token is None else _shows(request, self._token.get_secret_value())


def _shows(request: web.Request, token: str) -> bool:
    scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return False
    return hmac.compare_digest(shown.strip().encode(errors="replace"), token.encode())


def _is_from_here(request: web.Request) -> bool:
    if PROXIES & {name.lower() for name in request.headers}:
        return False
    peer = request.transport.get_extra_info("peername") if request.transport else None
    try:
        address = ip_address(str(peer[0]).partition("%")[0]) if isinstance(peer, tuple) else None
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return address is not None and address.is_loopback


class _Refused(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.Transport):
            transport.abort()


async def read_body(request: web.Request, seconds: float) -> bytes:
    """The body of a request, which may take so many seconds; from then on its `read` and `text` give it at once.

    Raises:
        web.HTTPRequestTimeout: it takes too long; the connection is closed after the answer.
        web.HTTPRequestEntityTooLarge: it is larger than the server takes.
    """
    try:
        async with asyncio.timeout(seconds):
            return await request.read()
    except TimeoutError as error:
        late = web.HTTPRequestTimeout()
        late.force_close()
        raise late from error
