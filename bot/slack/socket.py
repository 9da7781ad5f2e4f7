"""Socket Mode: one WebSocket to Slack, watched, because it can go deaf while it looks open."""

import asyncio
import contextlib
import logging
import time

import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.errors import FAILURES, explain
from bot.slack.events import SlackEvents

log = structlog.get_logger()

PING_SECONDS = 5.0
HANDSHAKE_SECONDS = 15.0
LOOK_SECONDS = 2.0
DEAF_SECONDS = 30.0
"""How long the SDK may try to mend a broken socket by itself before it gets a new one-time URL."""
FIRST_BACKOFF = 1.0
LONGEST_BACKOFF = 60.0
"""Seconds between attempts: apps.connections.open is tier 1."""


class SocketLink:
    """Keeps the socket open. The SDK retries a failed handshake on the same one-time URL for ever; this does not."""

    def __init__(self, events: SlackEvents, app_token: str, client: AsyncWebClient) -> None:
        """`client` calls apps.connections.open; it carries the app-level token."""
        self._client = client
        self._handler = AsyncSocketModeHandler(
            events, app_token, logger=logging.getLogger(__name__), ping_interval=PING_SECONDS
        )
        self.connected = asyncio.Event()

    async def keep_open(self) -> None:
        """Connects, watches and reconnects until cancelled."""
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
        if await self._handler.client.is_connected():
            return None
        return "the socket to Slack is broken"

    async def close(self) -> None:
        """Closes the socket; Slack then sends nothing more here."""
        await self._handler.close_async()

    async def _connect(self) -> bool:
        sdk = self._handler.client
        try:
            answer = await self._client.apps_connections_open(app_token=self._handler.app_token)
            sdk.wss_uri = str(answer["url"])
            async with asyncio.timeout(HANDSHAKE_SECONDS):
                await sdk.connect()
        except FAILURES as error:
            # Whatever became of the URL, it can be used only once.
            sdk.wss_uri = None
            log.warning("can't connect to slack", reason=explain(error))
            return False
        self.connected.set()
        return True

    async def _watch(self) -> None:
        broken_since: float | None = None
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if await self._handler.client.is_connected():
                broken_since = None
                continue
            now = time.monotonic()
            broken_since = broken_since if broken_since is not None else now
            if now - broken_since >= DEAF_SECONDS:
                self._handler.client.wss_uri = None
                with contextlib.suppress(*FAILURES):
                    await self._handler.client.disconnect()
                return
