"""Socket Mode: one-time addresses, the open sockets, and the envelopes on them."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import WSMsgType, web

from .blocks import Json
from .workspace import Workspace

CONNECTIONS_MAX = 10
CLOSE_SECONDS = 1.0
CONNECTION_SECONDS = 18_060
_GONE = frozenset({WSMsgType.CLOSE, WSMsgType.CLOSED, WSMsgType.CLOSING, WSMsgType.ERROR})


@dataclass(eq=False)
class Connection:
    """One open socket. ``muted`` makes it half-open: it sends nothing and hears nothing."""

    socket: web.WebSocketResponse
    transport: asyncio.BaseTransport | None
    muted: bool = False

    def abort(self) -> None:
        """Cut the TCP connection."""
        if isinstance(self.transport, asyncio.WriteTransport):
            self.transport.abort()


@dataclass
class Ack:
    """The answer to an envelope: whether it came in time, and its payload."""

    acked: bool
    payload: Any = None


class Sockets:
    """The open sockets of the app. ``taken`` counts those of others with the same app-level token."""

    def __init__(self, ws: Workspace) -> None:
        """Serve one workspace."""
        self._ws = ws
        self._tickets: set[str] = set()
        self._open: list[Connection] = []
        self._waiting: dict[str, tuple[asyncio.Future[Any], Callable[[Any], None]]] = {}
        self._turn = 0
        self.taken = 0
        self.refused_handshakes = 0
        self.handshake_status = 503

    @property
    def count(self) -> int:
        """How many sockets are open."""
        return len(self._open)

    def new_url(self) -> str:
        """An address for one connection."""
        ticket = secrets.token_urlsafe(16)
        self._tickets.add(ticket)
        host = self._ws.url.removeprefix("http://")
        return f"ws://{host}/link/?ticket={ticket}&app_id={self._ws.app_id}"

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one socket for as long as it is open."""
        if self.refused_handshakes > 0:
            self.refused_handshakes -= 1
            self._ws.changed("socket.refused", status=self.handshake_status)
            return web.Response(status=self.handshake_status)
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            self._ws.changed("socket.refused", status=408)
            return web.Response(status=408, text="the ticket was used, or never given out")
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse(autoping=False, autoclose=False, timeout=CLOSE_SECONDS)
        await socket.prepare(request)
        if len(self._open) + self.taken >= CONNECTIONS_MAX:
            self._ws.changed("socket.refused", status=101)
            await socket.send_str(json.dumps(self._disconnect_message("too_many_websockets")))
            await socket.close()
            return socket
        await self._serve(Connection(socket, request.transport))
        return socket

    async def _serve(self, connection: Connection) -> None:
        self._open.append(connection)
        pings = asyncio.create_task(self._ping(connection))
        try:
            await self._send(connection, self._hello())
            self._ws.changed("socket.opened", connections=len(self._open))
            await self._listen(connection)
        finally:
            pings.cancel()
            if connection in self._open:
                self._open.remove(connection)
            self._ws.changed("socket.closed", connections=len(self._open))

    async def _listen(self, connection: Connection) -> None:
        socket = connection.socket
        while True:
            message = await socket.receive()
            if message.type in _GONE:
                break
            if connection.muted:
                continue
            if message.type is WSMsgType.PING:
                with contextlib.suppress(ConnectionError):
                    await socket.pong(message.data)
            elif message.type is WSMsgType.TEXT:
                self._hear(message.data)
        # A half-open connection does not answer the close either, and a transport has no event for its end.
        while connection.muted and connection.transport is not None and not connection.transport.is_closing():  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        if not connection.muted:
            await socket.close()

    def _hear(self, text: str) -> None:
        try:
            answer = json.loads(text)
        except ValueError:
            return
        if not isinstance(answer, dict):
            return
        waiting, taken = self._waiting.get(str(answer.get("envelope_id")), (None, None))
        if waiting is not None and taken is not None and not waiting.done():
            taken(answer.get("payload"))
            waiting.set_result(answer.get("payload"))

    async def _ping(self, connection: Connection) -> None:
        while True:
            await asyncio.sleep(self._ws.ping_seconds)
            if not connection.muted:
                with contextlib.suppress(ConnectionError):
                    await connection.socket.ping(b"Ping from the simulated Slack")

    async def _send(self, connection: Connection, message: Json) -> None:
        if not connection.muted:
            with contextlib.suppress(ConnectionError):
                await connection.socket.send_str(json.dumps(message))

    async def send(self, envelope: Json, seconds: float, taken: Callable[[Any], None]) -> Ack | None:
        """Send an envelope on one of the sockets and wait for its ack; None where no socket is open.

        `taken` is called with the ack's payload in the moment in which it is read.
        """
        if not self._open:
            return None
        self._turn += 1
        connection = self._open[self._turn % len(self._open)]
        waiting: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[envelope["envelope_id"]] = waiting, taken
        try:
            await self._send(connection, envelope)
            return Ack(True, await asyncio.wait_for(waiting, seconds))
        except TimeoutError:
            return Ack(False)
        finally:
            self._waiting.pop(envelope["envelope_id"], None)

    async def disconnect(self, reason: str) -> None:
        """Tell every socket to leave; all but a ``warning`` close it too."""
        for connection in list(self._open):
            await self._send(connection, self._disconnect_message(reason))
            if reason != "warning" and not connection.muted:
                await connection.socket.close()

    def abort_all(self) -> None:
        """Cut every TCP connection without a word."""
        for connection in list(self._open):
            connection.abort()

    def mute(self, muted: bool) -> None:
        """Make the sockets that are open now half-open, or well again."""
        for connection in self._open:
            connection.muted = muted

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._open) + self.taken,
            "debug_info": {
                "host": "applink-sim",
                "build_number": 1,
                "approximate_connection_time": CONNECTION_SECONDS,
            },
            "connection_info": {"app_id": self._ws.app_id},
        }

    @staticmethod
    def _disconnect_message(reason: str) -> Json:
        return {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-sim"}}
