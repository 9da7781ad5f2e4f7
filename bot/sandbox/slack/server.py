"""The HTTP server: its routes, and the files that are uploaded and downloaded."""

from __future__ import annotations

import hmac
from email.utils import formatdate

from aiohttp import web

from .response_urls import ResponseUrls
from .socket_mode import Sockets
from .webapi import WebApi
from .workspace import Workspace

BODY_BYTES_MAX = 64 * 1024 * 1024


class Server:
    """Listens for the bot."""

    def __init__(self, ws: Workspace, webapi: WebApi, response_urls: ResponseUrls, sockets: Sockets) -> None:
        """Put the parts behind their routes."""
        self._ws = ws
        self._webapi = webapi
        self._response_urls = response_urls
        self._sockets = sockets
        self._runner: web.AppRunner | None = None

    async def start(self, host: str, port: int) -> str:
        """Listen; returns the address."""
        app = web.Application(client_max_size=BODY_BYTES_MAX)
        app.router.add_route("*", "/api/{method}", self._webapi.handle)
        app.router.add_post("/response/{key:.+}", self._response_urls.handle)
        app.router.add_get("/link/", self._sockets.handle)
        app.router.add_post("/upload/{file}", self._upload)
        app.router.add_get("/files-pri/{file}/{name:.+}", self._download)
        app.router.add_get("/signin", self._sign_in)
        app.on_response_prepare.append(self._date)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        bound = self._runner.addresses[0]
        return f"http://{bound[0]}:{bound[1]}"

    async def stop(self) -> None:
        """End listening."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _date(self, _request: web.Request, response: web.StreamResponse) -> None:
        response.headers["Date"] = formatdate(self._ws.now(), usegmt=True)

    async def _upload(self, request: web.Request) -> web.Response:
        file = self._ws.files.get(request.match_info["file"])
        if file is None or file.uploaded:
            return web.Response(status=404, text="no such upload")
        file.content = await self._content(request)
        file.uploaded = True
        self._ws.changed("file.uploaded", file=file.id)
        return web.Response(text=f"OK - {len(file.content)}")

    @staticmethod
    async def _content(request: web.Request) -> bytes:
        if not request.content_type.startswith("multipart/"):
            return await request.read()
        for part in (await request.post()).values():
            if isinstance(part, web.FileField):
                return part.file.read()
        return b""

    async def _download(self, request: web.Request) -> web.Response:
        file = self._ws.files.get(request.match_info["file"].rpartition("-")[2])
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        known = hmac.compare_digest(token.encode(), self._ws.bot_token.encode())
        allowed = known and not self._ws.token_revoked and "files:read" in self._ws.scopes
        if scheme.lower() != "bearer" or not allowed:
            # Slack sends to its sign-in page here, so that a client finds HTML where it expects a file.
            raise web.HTTPFound("/signin")
        if file is None or not file.uploaded:
            raise web.HTTPNotFound
        return web.Response(body=file.content, content_type=file.mimetype)

    async def _sign_in(self, _request: web.Request) -> web.Response:
        return web.Response(text="<html><title>Sign in | Slack</title></html>", content_type="text/html")
