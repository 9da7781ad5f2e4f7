"""The way in for every call of the bot: it is recorded, meets its fault, and is answered."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import web

from .blocks import Json
from .faults import Fault, Faults
from .model import Call
from .workspace import Workspace


@dataclass
class Answer:
    """An HTTP answer with a JSON body."""

    body: Json
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)

    def response(self) -> web.Response:
        """The answer for aiohttp."""
        return web.Response(
            status=self.status,
            text=json.dumps(self.body),
            content_type="application/json",
            charset="utf-8",
            headers=self.headers,
        )


def rate_limited(seconds: int) -> Answer:
    """The 429 that asks to come back after some seconds."""
    return Answer({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": str(seconds)})


class Gate:
    """Lets calls in, with the faults that were ordered for them."""

    def __init__(self, ws: Workspace, faults: Faults) -> None:
        """Guard one workspace."""
        self._ws = ws
        self._faults = faults

    async def enter(self, request: web.Request, call: Call, work: Callable[[], Answer]) -> web.StreamResponse:
        """Record a call, do its work unless a fault prevents it, and answer."""
        self._ws.calls.append(call)
        self._ws.changed("call.arrived", method=call.method)
        fault = self._faults.take(call.method)
        if self._ws.latency:
            await asyncio.sleep(self._ws.latency)
        if fault is None:
            answer = self._do(call, work)
        elif fault.drop == "before":
            return self._hang_up(request, call)
        else:
            await asyncio.sleep(fault.delay)
            if fault.until is not None:
                await fault.until.wait()
            answer = self._broken(call, work, fault)
        if fault is not None and fault.drop == "after":
            return self._hang_up(request, call)
        call.status = answer.status
        call.ok = answer.status < 400 and bool(answer.body.get("ok"))
        call.error = answer.body.get("error")
        call.seconds = max(0.0, self._ws.now() - call.at)
        self._ws.changed("call.answered", method=call.method, ok=call.ok, error=call.error)
        return answer.response()

    def _do(self, call: Call, work: Callable[[], Answer]) -> Answer:
        answer = work()
        call.carried_out = answer.status < 400 and bool(answer.body.get("ok"))
        return answer

    def _broken(self, call: Call, work: Callable[[], Answer], fault: Fault) -> Answer:
        if fault.error is None and fault.status is None:
            answer = self._do(call, work)
            if fault.lacks is not None:
                answer.body.pop(fault.lacks, None)
            return answer
        if fault.carried_out:
            self._do(call, work)
        if fault.error == "ratelimited":
            return rate_limited(fault.retry_after or 1)
        body: Json = {"ok": False, "error": fault.error or f"http_{fault.status}"}
        headers = {"Retry-After": str(fault.retry_after)} if fault.retry_after is not None else {}
        return Answer(body, fault.status or 200, headers)

    def _hang_up(self, request: web.Request, call: Call) -> web.StreamResponse:
        call.error = "connection_dropped"
        if request.transport is not None:
            request.transport.abort()
        self._ws.changed("call.dropped", method=call.method, carried_out=call.carried_out)
        return web.Response()
