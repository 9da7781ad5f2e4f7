"""Socket Mode: one WebSocket to Slack, watched, because it can go deaf while it looks open."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

import aiohttp
import structlog
from slack_bolt.adapter.socket_mode.async_base_handler import AsyncBaseSocketModeHandler
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot import trace
from bot.monitoring.counted import Counts
from bot.slack.errors import APP_TOKEN_REFUSED, FAILURES, explain_app_token, reason_of, retry_after, text_in
from bot.slack.events import MALFORMED
from bot.slack.hearing import Hears
from bot.timing import SocketTiming

if TYPE_CHECKING:
    from slack_bolt.app.async_app import AsyncApp

log = structlog.get_logger()

GOODBYES = frozenset({"warning", "refresh_requested"})
"""Slack's ordinary reasons to move to another socket, every few hours."""
ADVICE: Mapping[str, str] = {
    "too_many_websockets": "ten connections with this SLACK_APP_TOKEN are open: stop the other copies of the bot, "
    "or wait until Slack drops dead ones; it goes on trying",
    "link_disabled": "Socket Mode was switched off: switch it on in the app's settings",
}


class AppTokenError(Exception):
    """Slack has never accepted the app-level token; the message is a sentence for the one who installs."""


class SocketRefusedError(Exception):
    """Slack said goodbye instead of hello; the message is its word for why."""


class _Client(SocketModeClient):
    """The SDK's client for one socket on one one-time URL.

    The SDK would retry a failed handshake on the same URL for ever, and answer every goodbye with a new connection at
    once. Both are the link's to decide, so this one connects once, and tells what Slack says.
    """

    def __init__(self, app_token: str, web_client: AsyncWebClient, timing: SocketTiming) -> None:
        self._timing = timing
        super().__init__(
            app_token,
            logger=logging.getLogger(__name__),
            web_client=web_client,
            auto_reconnect_enabled=False,
            ping_interval=timing.ping,
        )
        self._spoken = asyncio.Event()
        # The SDK notes each answer to a ping by the wall clock, which may be set back; how long ago that was is counted
        # from when the note changed.
        self._answered: float | None = None
        self._heard = 0.0
        self.goodbye = asyncio.Event()
        self.goodbye_reason = ""

    async def connect(self) -> None:
        """Opens the socket at `wss_uri`. Raises one of FAILURES."""
        session = await self.aiohttp_client_session.ws_connect(
            str(self.wss_uri),
            autoping=False,
            proxy=self.proxy,
            timeout=aiohttp.ClientWSTimeout(ws_close=self._timing.close),
        )
        self.current_session = session
        self.last_ping_pong_time = time.time()
        self.current_session_monitor = asyncio.ensure_future(self.monitor_current_session())
        self.message_receiver = asyncio.ensure_future(self.receive_messages())

    async def close(self) -> None:
        """Closes everything, also when the line fails in the middle: the SDK's own would leave its session open."""
        try:
            await super().close()  # type: ignore[no-untyped-call]
        finally:
            for task in (self.message_processor, self.current_session_monitor, self.message_receiver):
                if task is not None:
                    task.cancel()
            try:
                if self.current_session is not None:
                    await self.current_session.close()
            finally:
                await self.aiohttp_client_session.close()

    async def hello(self) -> None:
        """Waits until Slack has said it. Raises SocketRefusedError."""
        await self._spoken.wait()
        if self.goodbye.is_set():
            raise SocketRefusedError(self.goodbye_reason)

    async def is_ping_pong_failing(self) -> bool:
        """Whether the socket is half-open."""
        if self.last_ping_pong_time != self._answered:
            self._answered, self._heard = self.last_ping_pong_time, time.monotonic()
        return self._answered is not None and time.monotonic() - self._heard >= self._timing.deaf

    async def run_message_listeners(self, message: dict[str, Any], raw_message: str) -> None:
        """Takes Slack's hello and goodbye, and hands on all else."""
        kind = message.get("type")
        if kind == "hello":
            self._spoken.set()
        elif kind == "disconnect":
            self.goodbye_reason = str(message.get("reason") or "disconnect")
            self.goodbye.set()
            self._spoken.set()
        else:
            await super().run_message_listeners(message, raw_message)


class _Handler(AsyncBaseSocketModeHandler):
    """Hands a socket's envelopes to bolt."""

    app: "AsyncApp"
    client: _Client

    def __init__(self, app: Hears, client: _Client) -> None:
        self.app = cast("AsyncApp", app)  # of bolt's app no more is used
        self.client = client
        client.socket_mode_request_listeners.append(self.handle)  # type: ignore[arg-type]

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        """Takes an envelope; one that bolt can't even read is acknowledged, or Slack would send it again.

        One whose socket closes before it is acknowledged is sent again by Slack, on the next socket, and is known then.
        """
        trace.begin()
        started = time.time()
        try:
            answer = await run_async_bolt_app(self.app, req)
            await send_async_response(client, req, answer, started)
        except MALFORMED as error:
            log.warning("a payload that slack does not make was ignored", problem=type(error).__name__)
            await client.send_socket_mode_response(SocketModeResponse(envelope_id=req.envelope_id))
        except aiohttp.ClientConnectionError as error:
            log.warning("a socket closed before a press was acknowledged; slack sends it again", problem=str(error))


class SocketLink:
    """Keeps a socket open: opens the next before it leaves one that Slack takes away, and replaces a broken one."""

    def __init__(
        self,
        events: Hears,
        app_token: str,
        client: AsyncWebClient,
        timing: SocketTiming,
        before: "SocketLink | None" = None,
        opened: Counts | None = None,
    ) -> None:
        """`client` calls apps.connections.open; it carries the app-level token.

        `before` is one of the same app whose socket was left open: this one goes on with it. `opened` counts how
        connecting went.
        """
        self._opened = Counts() if opened is None else opened
        self._timing = timing
        self._events = events
        self._app_token = app_token
        self._client = client
        self._socket: _Client | None = None
        self._leaving: set[asyncio.Task[None]] = set()
        """Closings that go on although whoever wanted them was stopped."""
        self._trouble = ""
        """Why the last attempt failed; empty after one that did not."""
        self.connected = asyncio.Event()
        if before is not None:
            self._socket, before._socket = before._socket, None
            if self._socket is not None:
                self.connected.set()

    async def keep_open(self) -> None:
        """Connects, watches and reconnects until cancelled.

        Raises:
            AppTokenError: the token was refused before the socket was ever open.
        """
        backoff = self._timing.first_backoff
        goes_on = self._socket is not None
        while True:
            pause = None if goes_on else await self._connect()
            goes_on = False
            if pause is None:
                opened = time.monotonic()
                await self._watch()
                if time.monotonic() - opened >= self._timing.steady:
                    backoff = self._timing.first_backoff
                    continue
            await asyncio.sleep(max(backoff, pause or 0.0))
            backoff = min(backoff * 2, self._timing.longest_backoff)

    async def problems(self) -> list[str]:
        """Why the bot is deaf now; empty when it hears."""
        if await self._hears():
            return []
        what = "the socket to Slack is broken" if self.connected.is_set() else "not connected to Slack yet"
        return [f"{what}: {self._trouble}" if self._trouble else what]

    async def close(self) -> None:
        """Closes the socket; Slack then sends nothing more here."""
        socket, self._socket = self._socket, None
        if socket is not None:
            await self._leave(socket)
        await asyncio.gather(*self._leaving)

    async def _hears(self) -> bool:
        return self._socket is not None and await self._socket.is_connected()

    async def _connect(self) -> float | None:
        """Puts a new socket in the place of the one before; None, or after a failure the seconds that Slack names.

        A socket that still hears is closed only after the new one is open, so that no press falls between them.
        """
        if not await self._hears():
            await self.close()
        try:
            fresh = await self._open()
        except FAILURES as error:
            if reason_of(error) in APP_TOKEN_REFUSED and not self.connected.is_set():
                raise AppTokenError(f"Slack refuses the bot: {explain_app_token(error)}") from error
            self._failed(self._why(error))
            return retry_after(error) or 0.0
        except SocketRefusedError as error:
            self._failed(_explain(str(error)))
            return 0.0
        # The new one is held before the old one is closed: a stop in between would leave it open and forgotten.
        before, self._socket = self._socket, fresh
        self._trouble = ""
        self.connected.set()
        self._opened.add("opened")
        log.info("connected to slack", mode="socket")
        if before is not None:
            await self._leave(before)
        return None

    def _failed(self, why: str) -> None:
        """Says it once, and not at every attempt of a long night."""
        self._opened.add("failed")
        level = log.debug if why == self._trouble else log.warning
        self._trouble = why
        level("can't connect to slack; trying again", reason=why)

    def _why(self, error: BaseException) -> str:
        if isinstance(error, aiohttp.WSServerHandshakeError):
            return f"Slack refused the handshake with HTTP {error.status}"
        if isinstance(error, TimeoutError):
            return f"no answer from Slack within {self._timing.handshake:.0f} s"
        return explain_app_token(error)

    async def _open(self) -> _Client:
        """A new socket on which Slack has said hello. Raises SocketRefusedError or one of FAILURES."""
        address = text_in(await self._client.apps_connections_open(app_token=self._app_token), "url")
        fresh = _Client(self._app_token, self._client, self._timing)
        _Handler(self._events, fresh)
        fresh.wss_uri = address
        try:
            async with asyncio.timeout(self._timing.handshake):
                await fresh.connect()
                await fresh.hello()
        except BaseException:
            await self._leave(fresh)
            raise
        return fresh

    async def _leave(self, socket: _Client) -> None:
        """Closes a socket; a stop meanwhile does not end it halfway, with a line that is still open."""
        task = asyncio.create_task(_close(socket))
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)
        await asyncio.shield(task)

    async def _watch(self) -> None:
        """Returns as soon as a new socket is needed."""
        socket = self._socket
        # Slack closes a line right after its goodbye: that is no line that was cut.
        while socket is not None and (socket.goodbye.is_set() or await socket.is_connected()):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._timing.look):
                    await socket.goodbye.wait()
                reason = socket.goodbye_reason
                level = log.info if reason in GOODBYES else log.warning
                level("slack asks for another connection", reason=_explain(reason))
                return
        half_open = socket is not None and await socket.is_ping_pong_failing()
        self._trouble = "Slack answers no ping" if half_open else "the line was cut"
        log.warning("the socket to slack is broken; getting a new one", reason=self._trouble)


async def _close(socket: _Client) -> None:
    with contextlib.suppress(*FAILURES):
        await socket.close()


def _explain(word: str) -> str:
    return f"{word} ({ADVICE[word]})" if word in ADVICE else word
