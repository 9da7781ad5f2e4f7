"""The bot's own HTTP server: the health pages, in HTTP mode Slack's way in, and Flipkart's for notifications."""

import asyncio
import os
from contextlib import AbstractContextManager
from typing import Any, Protocol

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request

from bot import trace
from bot.clock import Seldom
from bot.gate import MOST_CONNECTIONS, Access, Gate, Handler, read_body
from bot.monitoring.page import CONTENT_TYPE
from bot.notifications import Notifications
from bot.slack.events import MALFORMED
from bot.slack.hearing import Hears
from bot.timing import WebTiming

log = structlog.get_logger()

LARGEST_BODY = 1024 * 1024
EVENTS_PATH = "/slack/events"
ALIVE_PATH = "/livez"
HEALTH_PATH = "/healthz"
METRICS_PATH = "/metrics"
READY_PATH = "/readyz"
NOTIFICATIONS_PATH = "/flipkart/notifications"


class Reporting(Protocol):
    """What knows how the bot is doing."""

    async def report(self) -> dict[str, Any]:
        """The health page's content; `ok` decides over its status."""


class Measuring(Protocol):
    """What knows the figures of a bot."""

    async def metrics(self) -> bytes:
        """The page that Prometheus reads."""


class PortTakenError(Exception):
    """HTTP_HOST and HTTP_PORT can't be listened on; the message is a sentence."""


class WebServer:
    """Listens on HTTP_HOST and HTTP_PORT."""

    def __init__(
        self,
        host: str,
        port: int,
        timing: WebTiming,
        most: int = MOST_CONNECTIONS,
        access: Access | None = None,
        *,
        limited: bool = False,
    ) -> None:
        """Takes where it listens.

        Args:
            host: as HTTP_HOST.
            port: as HTTP_PORT.
            timing: how long it waits.
            most: how many connections there may be.
            access: who may read what is not for everybody; None: this machine.
            limited: whether what is wrong is said to those alone.
        """
        self._access = access or Access()
        self._limited = limited
        self._timing = timing
        self._most = most
        self._host = host
        self._port = port
        self._health: Reporting | None = None
        self._figures: Measuring | None = None
        self._events: dict[str, Hears] = {}
        self._notifications: dict[str, Notifications | None] = {}
        self._garbage = Seldom(timing.strangers)
        self._gate: Gate | None = None
        self._listening: asyncio.Server | None = None
        self._app = web.Application(client_max_size=LARGEST_BODY, middlewares=[self._bound])
        self._app.router.add_get(ALIVE_PATH, self._livez)
        self._app.router.add_get(HEALTH_PATH, self._healthz)
        self._app.router.add_get(READY_PATH, self._readyz)
        self._app.router.add_get(METRICS_PATH, self._metrics)
        for path, handler in ((EVENTS_PATH, self._slack), (NOTIFICATIONS_PATH, self._flipkart)):
            self._app.router.add_post(path, handler)
            self._app.router.add_post(f"{path}/{{name}}", handler)
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
        except (OSError, UnicodeError) as error:
            await self._runner.cleanup()
            why = os.strerror(error.errno or 0) if isinstance(error, OSError) else "no host is called so"
            raise PortTakenError(
                f"HTTP_HOST {self._host}, HTTP_PORT {self._port}: can't listen there ({why}); "
                "choose another port, or 0 for any free one"
            ) from error
        host, port = self._listening.sockets[0].getsockname()[:2]
        return f"http://{host}:{port}"

    def serve(self, health: Reporting) -> None:
        """From now on answers with this health."""
        self._health = health

    def measure(self, figures: Measuring) -> None:
        """From now on gives these figures."""
        self._figures = figures

    def hear(self, workspace: str, events: Hears) -> None:
        """Hands on the deliveries for a workspace that is reached over HTTP; "" is the one there is."""
        self._events[workspace] = events

    def take_no_more(self, workspace: str) -> None:
        """Refuses deliveries from now on: whoever presses is told by Slack that it failed, instead of nothing."""
        self._events.pop(workspace, None)

    def notify(self, seller: str, notifications: Notifications | None) -> None:
        """Takes what Flipkart tells a seller; None for one who has not registered. "" is the one there is."""
        self._notifications[seller] = notifications

    def notify_no_more(self, seller: str) -> None:
        """Takes nothing for this seller from now on."""
        self._notifications.pop(seller, None)

    async def close(self) -> None:
        """Answers what is being asked, and takes no more."""
        if self._listening is not None:
            self._listening.close()
        await self._runner.cleanup()
        if self._gate is not None:
            self._gate.close()

    @web.middleware
    async def _bound(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        trace.begin()  # requests of one connection share a task
        return await (self._gate.bound(request, handler) if self._gate else handler(request))

    async def _report(self) -> dict[str, Any]:
        return await self._health.report() if self._health else {"ok": False, "problems": ["the bot is starting"]}

    async def _livez(self, _: web.Request) -> web.Response:
        """That the process answers: whoever is deaf or stuck for reasons of others is not mended by a restart."""
        return web.json_response({"alive": True})

    async def _healthz(self, request: web.Request) -> web.Response:
        report = await self._report()
        said = report if self._may_know_why(request) else {"ok": report["ok"]}
        return web.json_response(said, status=200 if report["ok"] else 503)

    async def _readyz(self, request: web.Request) -> web.Response:
        """Whether presses may come here. Of several copies also to one without shards: it passes them on."""
        report = await self._report()
        ready = bool(report["ok"])
        said: dict[str, Any] = {"ready": ready}
        if self._may_know_why(request):
            said["reasons"] = [] if ready else report["problems"]
        return web.json_response(said, status=200 if ready else 503)

    async def _metrics(self, request: web.Request) -> web.Response:
        if not self._access.allows(request):
            said = (
                "where METRICS_TOKEN is set, for those that show it (Authorization: Bearer …), also on the bot's own "
                "machine; else for programs on that machine alone"
            )
            return web.Response(status=401, text=said + "\n", headers={"WWW-Authenticate": "Bearer"})
        if self._figures is None:
            return web.Response(status=503, text="the bot is starting\n")
        return web.Response(body=await self._figures.metrics(), headers={"Content-Type": CONTENT_TYPE})

    def _may_know_why(self, request: web.Request) -> bool:
        return not self._limited or self._access.allows(request)

    async def _slack(self, request: web.Request) -> web.Response:
        workspace = request.match_info.get("name", "")
        events = self._events.get(workspace)
        if events is None:
            return web.json_response({"error": "this bot uses Socket Mode, is still starting, or stops"}, status=503)
        try:
            await read_body(request, self._timing.body)
            bolt_request = await to_bolt_request(request)
        except MALFORMED as error:
            # Nothing is verified yet: whoever sent this is told nothing.
            if self._garbage.is_due():
                log.warning("a body that slack does not make was refused", problem=type(error).__name__)
            return web.Response(status=400)
        with _told_apart(workspace=workspace):
            return await to_aiohttp_response(await events.async_dispatch(bolt_request))

    async def _flipkart(self, request: web.Request) -> web.Response:
        seller = request.match_info.get("name", "")
        if seller not in self._notifications:
            return web.json_response({"result": "the bot is starting, or knows no such seller"}, status=503)
        notifications = self._notifications[seller]
        if notifications is None:
            return web.json_response({"result": "[notifications] url is not set in bot.toml"}, status=404)
        with _told_apart(seller=seller):
            return await notifications.answer(request)


def _told_apart(**whose: str) -> AbstractContextManager[object]:
    """Has the log say whose request it is, where there are several."""
    return structlog.contextvars.bound_contextvars(**{key: name for key, name in whose.items() if name})
