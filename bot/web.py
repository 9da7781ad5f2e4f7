"""The bot's own HTTP server: the health page, in HTTP mode Slack's way in, and Flipkart's for notifications."""

import asyncio
import os

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request

from bot.clock import Seldom
from bot.gate import MOST_CONNECTIONS, Gate, Handler, read_body
from bot.health import Health
from bot.notifications import Notifications
from bot.slack.events import MALFORMED, SlackEvents
from bot.timing import WebTiming

log = structlog.get_logger()

LARGEST_BODY = 1024 * 1024
EVENTS_PATH = "/slack/events"
HEALTH_PATH = "/healthz"
NOTIFICATIONS_PATH = "/flipkart/notifications"


class PortTakenError(Exception):
    """HTTP_HOST and HTTP_PORT can't be listened on; the message is a sentence."""


class WebServer:
    """Listens on HTTP_HOST and HTTP_PORT."""

    def __init__(self, host: str, port: int, timing: WebTiming, most: int = MOST_CONNECTIONS) -> None:
        """`most` is how many connections there may be."""
        self._timing = timing
        self._most = most
        self._host = host
        self._port = port
        self._health: Health | None = None
        self._events: SlackEvents | None = None
        self._notifications: Notifications | None = None
        self._garbage = Seldom(timing.strangers)
        self._gate: Gate | None = None
        self._listening: asyncio.Server | None = None
        self._app = web.Application(client_max_size=LARGEST_BODY, middlewares=[self._bound])
        self._app.router.add_get(HEALTH_PATH, self._healthz)
        self._app.router.add_post(EVENTS_PATH, self._slack)
        self._app.router.add_post(NOTIFICATIONS_PATH, self._flipkart)
        self._runner = web.AppRunner(
            self._app, access_log=None, handle_signals=False, shutdown_timeout=3.0, keepalive_timeout=timing.head
        )

    async def start(self) -> str:
        """Listens, and returns the address.

        Raises:
            PortTakenError: the port is in use, or may not be used.
        """
        await self._runner.setup()
        if self._runner.server is None:
            raise RuntimeError("the server was not set up")
        self._gate = Gate(self._runner.server, self._timing, self._most)
        try:
            self._listening = await asyncio.get_running_loop().create_server(self._gate, self._host, self._port)
        except OSError as error:
            await self._runner.cleanup()
            why = os.strerror(error.errno or 0)
            raise PortTakenError(
                f"HTTP_HOST {self._host}, HTTP_PORT {self._port}: can't listen there ({why}); "
                "choose another port, or 0 for any free one"
            ) from error
        host, port = self._listening.sockets[0].getsockname()[:2]
        return f"http://{host}:{port}"

    def serve(self, health: Health, events: SlackEvents | None, notifications: Notifications | None) -> None:
        """From now on answers with this health, in HTTP mode hands deliveries to `events`, and takes notifications."""
        self._health = health
        self._notifications = notifications
        self._events = events

    def take_no_more(self) -> None:
        """Refuses deliveries from now on: whoever presses is told by Slack that it failed, instead of nothing."""
        self._events = None

    async def close(self) -> None:
        """Answers what is being asked, and takes no more."""
        if self._listening is not None:
            self._listening.close()
        await self._runner.cleanup()
        if self._gate is not None:
            self._gate.close()

    @web.middleware
    async def _bound(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        return await (self._gate.bound(request, handler) if self._gate else handler(request))

    async def _healthz(self, _: web.Request) -> web.Response:
        if self._health is None:
            return web.json_response({"ok": False, "problems": ["the bot is starting"]}, status=503)
        report = await self._health.report()
        return web.json_response(report, status=200 if report["ok"] else 503)

    async def _slack(self, request: web.Request) -> web.Response:
        if self._events is None:
            return web.json_response({"error": "this bot uses Socket Mode, is still starting, or stops"}, status=503)
        try:
            await read_body(request, self._timing.body)
            bolt_request = await to_bolt_request(request)
        except MALFORMED as error:
            # Nothing is verified yet: whoever sent this is told nothing.
            if self._garbage.is_due():
                log.warning("a body that slack does not make was refused", problem=type(error).__name__)
            return web.Response(status=400)
        return await to_aiohttp_response(await self._events.async_dispatch(bolt_request))

    async def _flipkart(self, request: web.Request) -> web.Response:
        if self._notifications is not None:
            return await self._notifications.answer(request)
        if self._health is None:
            return web.json_response({"result": "the bot is starting"}, status=503)
        return web.json_response({"result": "[notifications] url is not set in bot.toml"}, status=404)
