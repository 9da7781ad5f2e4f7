"""Socket Mode: one WebSocket to Slack, watched, because it can go deaf while it looks open."""

import asyncio
import contextlib
import logging
import time

import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.errors import APP_TOKEN_REFUSED, FAILURES, explain_app_token, reason_of
from bot.slack.events import MALFORMED, SlackEvents

log = structlog.get_logger()

PING_SECONDS = 5.0
HANDSHAKE_SECONDS = 15.0
LOOK_SECONDS = 2.0
DEAF_SECONDS = 30.0
"""How long the SDK may try to mend a broken socket by itself before it gets a new one-time URL."""
FIRST_BACKOFF = 1.0
LONGEST_BACKOFF = 60.0
"""Seconds between attempts: apps.connections.open is tier 1."""


class AppTokenError(Exception):
    """Slack has never accepted the app-level token; the message is a sentence for the one who installs."""


class _Handler(AsyncSocketModeHandler):
    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        """Takes an envelope; one that bolt can't even read is acknowledged, or Slack would send it again."""
        try:
            await super().handle(client, req)
        except MALFORMED as error:
            log.warning("a payload that slack does not make was ignored", problem=type(error).__name__)
            await client.send_socket_mode_response(SocketModeResponse(envelope_id=req.envelope_id))


class SocketLink:
    """Keeps the socket open. The SDK retries a failed handshake on the same one-time URL for ever; this does not."""

    def __init__(self, events: SlackEvents, app_token: str, client: AsyncWebClient) -> None:
        """`client` calls apps.connections.open; it carries the app-level token."""
        self._events = events
        self._app_token = app_token
        self._client = client
        self._handler: _Handler | None = None
        self.connected = asyncio.Event()

    async def keep_open(self) -> None:
        """Connects, watches and reconnects until cancelled.

        Raises:
            AppTokenError: the token was refused before the socket was ever open.
        """
        backoff = FIRST_BACKOFF
        while True:
            if await self._connect():
                backoff = FIRST_BACKOFF
                log.info("connected to slack", mode="socket")
                await self._watch()
                log.warning("the socket to slack is broken; getting a new one")
            await asyncio.sleep(backoff)
            backoff = min(backoff * 2, LONGEST_BACKOFF)

    async def problem(self) -> str | None:
        """Why the bot is deaf now, or None when it hears."""
        if not self.connected.is_set():
            return "not connected to Slack yet"
        return None if await self._hears() else "the socket to Slack is broken"

    async def close(self) -> None:
        """Closes the socket; Slack then sends nothing more here."""
        handler, self._handler = self._handler, None
        if handler is not None:
            with contextlib.suppress(*FAILURES):
                await handler.client.close()

    async def _hears(self) -> bool:
        return self._handler is not None and await self._handler.client.is_connected()

    async def _connect(self) -> bool:
        # A new client each time: the one before may still be trying its old URL, and would fight this one over it.
        await self.close()
        log_of_sdk = logging.getLogger(__name__)
        self._handler = _Handler(self._events, self._app_token, logger=log_of_sdk, ping_interval=PING_SECONDS)
        sdk = self._handler.client
        try:
            answer = await self._client.apps_connections_open(app_token=self._app_token)
            sdk.wss_uri = str(answer["url"])
            async with asyncio.timeout(HANDSHAKE_SECONDS):
                await sdk.connect()
        except FAILURES as error:
            if reason_of(error) in APP_TOKEN_REFUSED and not self.connected.is_set():
                raise AppTokenError(f"Slack refuses the bot: {explain_app_token(error)}") from error
            log.warning("can't connect to slack", reason=explain_app_token(error))
            return False
        self.connected.set()
        return True

    async def _watch(self) -> None:
        broken_since: float | None = None
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if await self._hears():
                broken_since = None
                continue
            now = time.monotonic()
            broken_since = broken_since if broken_since is not None else now
            if now - broken_since >= DEAF_SECONDS:
                return
