"""The demo's page and its wire: static files, a stream of states, and one address for acts. Loopback only."""

import asyncio
import contextlib
import json
from importlib import resources
from typing import Any
from urllib.parse import quote, urlsplit

from aiohttp import WSMsgType, web

from bot.sandbox.demo.act import ActError
from bot.sandbox.demo.acts import Acts
from bot.sandbox.demo.changes import change
from bot.sandbox.demo.day import Day
from bot.sandbox.demo.mood import Moods
from bot.sandbox.demo.place import Place
from bot.sandbox.demo.state import state

SETTLE_SECONDS = 0.1
"""Changes within this time make one state on the stream."""
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
POLICY = "default-src 'self'; img-src 'self' data: blob:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'"
SHOWN = ("application/pdf", "image/png", "image/jpeg", "text/csv")
"""Files that the browser may open; anything else is only saved. Nothing in them can run here."""
LARGEST_ACT = 8 * 1024 * 1024


class DemoServer:
    """Serves the page for a place."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self.day = Day(place)
        self._moods = Moods(place.flipkart)
        self._acts = Acts(place, self.day, self._moods)
        self._streams: set[asyncio.Event] = set()
        self._app = web.Application(client_max_size=LARGEST_ACT, middlewares=[_guard])
        self._app.router.add_get("/", self._index)
        self._app.router.add_get("/api/stream", self._stream)
        self._app.router.add_get("/api/state", self._state)
        self._app.router.add_get("/api/files/{id}", self._file)
        self._app.router.add_post("/api/act", self._act)
        self._app.router.add_static("/static/", str(resources.files("bot.sandbox.demo") / "static"))
        self._app.on_shutdown.append(self._close_streams)
        self._sockets: set[web.WebSocketResponse] = set()
        self._runner = web.AppRunner(self._app, access_log=None, handle_signals=False, shutdown_timeout=1.0)

    async def start(self, host: str, port: int) -> str:
        """Listens and returns the address. Raises OSError when the port is taken."""
        self._place.slack.on_change(self._changed)
        self._place.flipkart.on_change(self._changed)
        self.day.on_change(self._ring)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host, port).start()
        except OSError:
            await self._runner.cleanup()
            raise
        return f"http://{host}:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Ends the day and every stream."""
        await self.day.stop()
        await self._runner.cleanup()

    def _changed(self, _: Any) -> None:
        self._ring()

    def _ring(self) -> None:
        for bell in self._streams:
            bell.set()

    async def _index(self, _: web.Request) -> web.FileResponse:
        return web.FileResponse(str(resources.files("bot.sandbox.demo") / "static" / "index.html"))

    def _viewer(self, request: web.Request) -> str:
        wanted = request.query.get("viewer", "")
        return wanted if wanted in self._place.notes else next(iter(self._place.notes))

    async def _state(self, request: web.Request) -> web.Response:
        return web.json_response(state(self._place, self._viewer(request), self.day, self._moods))

    async def _stream(self, request: web.Request) -> web.WebSocketResponse:
        viewer = self._viewer(request)
        socket = web.WebSocketResponse(heartbeat=20, compress=False)
        await socket.prepare(request)
        bell = asyncio.Event()
        bell.set()
        self._streams.add(bell)
        self._sockets.add(socket)
        sender = asyncio.create_task(self._send(socket, bell, viewer))
        try:
            async for message in socket:
                if message.type is WSMsgType.ERROR:
                    break
        finally:
            self._streams.discard(bell)
            self._sockets.discard(socket)
            sender.cancel()
            await asyncio.gather(sender, return_exceptions=True)
        return socket

    async def _send(self, socket: web.WebSocketResponse, bell: asyncio.Event, viewer: str) -> None:
        sent: Any = None
        with contextlib.suppress(ConnectionError):
            while not socket.closed:
                await bell.wait()
                bell.clear()
                # As text and back: what is live would change along with what was sent before.
                now = json.loads(json.dumps(state(self._place, viewer, self.day, self._moods)))
                if sent is None:
                    await socket.send_json({"type": "state", "state": now})
                elif (what := change(sent, now)) is not None:
                    await socket.send_json({"type": "change", "change": what})
                sent = now
                await asyncio.sleep(SETTLE_SECONDS)

    async def _act(self, request: web.Request) -> web.Response:
        try:
            act = await request.json()
        except (json.JSONDecodeError, UnicodeDecodeError):
            act = None
        if not isinstance(act, dict):
            return web.json_response({"ok": False, "error": "An act is a JSON object."}, status=400)
        try:
            result = await self._acts.do(act)
        except ActError as error:
            self._ring()
            return web.json_response({"ok": False, "error": str(error), "fields": error.fields})
        self._ring()
        return web.json_response({"ok": True, "result": result})

    async def _file(self, request: web.Request) -> web.Response:
        file = self._place.slack.files.get(request.match_info["id"])
        if file is None:
            raise web.HTTPNotFound
        kind = file.mimetype if file.mimetype in SHOWN else "application/octet-stream"
        headers = {
            "X-Content-Type-Options": "nosniff",
            "Content-Disposition": f"inline; filename*=UTF-8''{quote(file.name, safe='')}",
        }
        return web.Response(body=file.content, content_type=kind, headers=headers)

    async def _close_streams(self, _: web.Application) -> None:
        for socket in list(self._sockets):
            await socket.close(code=1001, message=b"the demo has stopped")


@web.middleware
async def _guard(request: web.Request, handler: Any) -> web.StreamResponse:
    """Only this machine's own pages: another site in the same browser must not press buttons here."""
    host = urlsplit(f"//{request.host}").hostname
    origin = request.headers.get("Origin")
    if host not in LOOPBACK or (origin is not None and urlsplit(origin).netloc != request.host):
        raise web.HTTPForbidden(text="The demo answers only to its own page on this machine.")
    response: web.StreamResponse = await handler(request)
    if not response.prepared:
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["Cache-Control"] = "no-store"
    return response
