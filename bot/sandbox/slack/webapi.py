"""The Web API over HTTP: arguments, token, scope and rate limit, then the method itself."""

from __future__ import annotations

import hmac
import json

from aiohttp import web

from .arguments import Args, decoded
from .blocks import Json
from .errors import SlackError
from .faults import RateLimits
from .gate import Answer, Gate, rate_limited
from .methods import METHODS
from .methods.conversations import need_scope
from .methods.people import api_test
from .model import Call
from .socket_mode import Sockets
from .workspace import Workspace

CONNECTIONS_OPEN = "apps.connections.open"


class WebApi:
    """Answers ``/api/METHOD``."""

    def __init__(self, ws: Workspace, gate: Gate, limits: RateLimits, sockets: Sockets) -> None:
        """Serve one workspace."""
        self._ws = ws
        self._gate = gate
        self._limits = limits
        self._sockets = sockets

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one call."""
        method = request.match_info["method"]
        broken: SlackError | None = None
        raw: Json = {}
        try:
            raw = await _read(request)
        except SlackError as error:
            broken = error
        token = _bearer(request) or str(raw.pop("token", ""))
        raw.pop("token", None)
        args = decoded(raw)
        call = Call(method, args, self._ws.now())

        def work() -> Answer:
            try:
                if broken is not None:
                    raise broken
                return self._run(method, token, Args(args))
            except SlackError as error:
                return Answer(error.body(), headers=self._headers(method))

        return await self._gate.enter(request, call, work)

    def _run(self, method: str, token: str, args: Args) -> Answer:
        if method == "api.test":
            return Answer({"ok": True, **api_test(args)})
        if method != CONNECTIONS_OPEN and method not in METHODS:
            raise SlackError("unknown_method", req_method=method)
        self._authorise(method, token)
        if self._ws.limits:
            seconds = self._limits.wait_seconds(method, args.text("channel") or None, self._ws.now())
            if seconds:
                return rate_limited(seconds)
        if method == CONNECTIONS_OPEN:
            return Answer({"ok": True, "url": self._sockets.new_url()})
        entry = METHODS[method]
        if entry.scope is not None:
            need_scope(self._ws, entry.scope)
        return Answer({"ok": True, **entry.run(self._ws, args)}, headers=self._headers(method))

    def _authorise(self, method: str, token: str) -> None:
        if not token:
            raise SlackError("not_authed")
        is_bot = hmac.compare_digest(token.encode(), self._ws.bot_token.encode())
        is_app = hmac.compare_digest(token.encode(), self._ws.app_token.encode())
        if not is_bot and not is_app:
            raise SlackError("invalid_auth")
        if is_app != (method == CONNECTIONS_OPEN):
            raise SlackError("not_allowed_token_type")
        if is_bot and self._ws.token_revoked:
            raise SlackError("token_revoked")

    def _headers(self, method: str) -> dict[str, str]:
        entry = METHODS.get(method)
        headers = {"x-oauth-scopes": ",".join(sorted(self._ws.scopes))}
        if entry is not None and entry.scope is not None:
            headers["x-accepted-oauth-scopes"] = entry.scope
        return headers


def _bearer(request: web.Request) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


async def _read(request: web.Request) -> Json:
    """The arguments of a call, from its query and its JSON or form body."""
    args: Json = dict(request.query)
    if request.content_type == "application/json":
        text = await request.text()
        try:
            body = json.loads(text) if text else {}
        except ValueError:
            raise SlackError("invalid_json") from None
        if not isinstance(body, dict):
            raise SlackError("json_not_object")
        return {**args, **body}
    form = await request.post()
    args.update({name: value for name, value in form.items() if isinstance(value, str)})
    return args
