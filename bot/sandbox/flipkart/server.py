"""The HTTP side: takes a request, checks it, lets faults happen, answers."""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import formatdate
from urllib.parse import parse_qsl

from aiohttp import web

from bot.sandbox.flipkart.calls import Call, Route, route
from bot.sandbox.flipkart.desk import Desk, Json
from bot.sandbox.flipkart.faults import HTML, Fault, Faults, Mood
from bot.sandbox.flipkart.quota import Quota
from bot.sandbox.flipkart.refusals import Refusal
from bot.sandbox.flipkart.tokens import Tokens
from bot.sandbox.flipkart.world import World

CLOSE_SECONDS = 2.0


@dataclass(frozen=True)
class Answer:
    """What is about to be sent."""

    status: int
    body: Json
    retry_after: float | None = None


class Server:
    """Serves one simulated Flipkart on one port."""

    def __init__(self, world: World, desk: Desk, *, tokens: Tokens, quota: Quota, faults: Faults, mood: Mood) -> None:
        """A server that is not listening yet."""
        self._world = world
        self._desk = desk
        self._tokens = tokens
        self._quota = quota
        self._faults = faults
        self._mood = mood
        self._runner: web.ServerRunner | None = None
        self._closing = asyncio.Event()
        self._running = 0
        self.calls: list[Call] = []
        self.busiest = 0
        self.url = ""

    async def start(self, host: str, port: int) -> None:
        """Listen; port 0 takes a free one."""
        if self._runner is not None:
            raise RuntimeError("already started")
        self._closing = asyncio.Event()
        runner = web.ServerRunner(web.Server(self._handle, access_log=None), shutdown_timeout=CLOSE_SECONDS)
        await runner.setup()
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError:
            await runner.cleanup()
            raise
        self._runner = runner
        self.url = f"http://{host}:{runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Stop listening; calls that are being delayed are cut off."""
        runner, self._runner = self._runner, None
        if runner is not None:
            self._closing.set()
            await runner.cleanup()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        raw_path, _, raw_query = request.raw_path.partition("?")
        found = route(raw_path)
        text = (await request.read()).decode("utf-8", "replace")
        query = dict(parse_qsl(raw_query, keep_blank_values=True))
        call = self._noted(request, raw_path, query, text, found)
        self._running += 1
        self.busiest = max(self.busiest, self._running)
        try:
            return await self._served(request, call, found, query, text)
        finally:
            self._running -= 1
            call.done = True
            call.seconds = max(0.0, self._world.now() - call.at)
            self._world.changed("call", name=call.name, status=call.status, error_code=call.error_code)

    def _noted(
        self, request: web.BaseRequest, path: str, query: Mapping[str, str], text: str, found: Route | None
    ) -> Call:
        name = found.name if found else "unknown"
        credentials = request.headers.get("Authorization", "")
        good = self._tokens.basic_ok(credentials) if name == "token" else self._tokens.bearer_ok(credentials)
        scrub = self._tokens.scrub
        call = Call(
            name=name,
            method=request.method,
            path=scrub(path),
            query={scrub(key): scrub(value) for key, value in query.items()},
            body=None if name == "token" else _parsed(scrub(text)),
            at=self._world.now(),
            bearer_ok=good,
        )
        self.calls.append(call)
        return call

    async def _served(
        self, request: web.BaseRequest, call: Call, found: Route | None, query: Mapping[str, str], text: str
    ) -> web.StreamResponse:
        fault = self._faults.take(call.name)
        if fault is not None:
            call.fault = fault.word()
        closing = await self._wait(self._mood.slow + (fault.delay if fault else 0.0))
        if fault is not None and fault.until is not None:
            closing = await self._held(fault.until)
        if closing or (fault is not None and fault.drop == "before"):
            return _cut(request)
        answer = self._answer(call, found, query, text, fault)
        if fault is not None and fault.drop == "after":
            return _cut(request)
        call.status = answer.status
        call.error_code = str(answer.body["errorCode"]) if "errorCode" in answer.body else None
        response = _response(answer, fault)
        response.headers["Date"] = formatdate(self._world.now(), usegmt=True)
        return response

    async def _wait(self, seconds: float) -> bool:
        """Wait; True when the server closes meanwhile."""
        if seconds > 0:
            try:
                await asyncio.wait_for(self._closing.wait(), seconds)
            except TimeoutError:
                return False
        return self._closing.is_set()

    async def _held(self, until: asyncio.Event) -> bool:
        """Wait for that; True when the server closes meanwhile."""
        waiting = [asyncio.create_task(event.wait()) for event in (until, self._closing)]
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for task in waiting:
            task.cancel()
        return self._closing.is_set()

    def _answer(
        self, call: Call, found: Route | None, query: Mapping[str, str], text: str, fault: Fault | None
    ) -> Answer:
        try:
            if call.name != "token":
                self._quota.take()
            refusal = fault.refusal() if fault else None
            if refusal is not None:
                # A fault's status was asked for by name: the switch for statuses must not change it.
                return Answer(refusal.status or 500, _fault_body(call.name, refusal), refusal.retry_after)
            if call.name == "token":
                return self._token(call, query, text)
            return Answer(200, self._called(call, found, query, text))
        except Refusal as refused:
            status = refused.status_by(self._world.switches.statuses)
            return Answer(status, refused.body(), refused.retry_after)

    def _token(self, call: Call, query: Mapping[str, str], text: str) -> Answer:
        if call.method not in ("GET", "POST"):
            return Answer(405, {"error": "method_not_allowed", "error_description": "Use GET or POST"})
        if not call.bearer_ok:
            return Answer(401, {"error": "unauthorized", "error_description": "Bad credentials"})
        asked = {**dict(parse_qsl(text)), **query}
        if asked.get("grant_type") != "client_credentials":
            return Answer(400, {"error": "unsupported_grant_type", "error_description": "Unsupported grant type"})
        if "Seller_Api" not in asked.get("scope", "").replace(",", " ").split():
            return Answer(400, {"error": "invalid_scope", "error_description": "Invalid scope"})
        self._world.changed("token")
        return Answer(200, self._tokens.give())

    def _called(self, call: Call, found: Route | None, query: Mapping[str, str], text: str) -> Json:
        if self._mood.failing:
            raise Refusal("SERVICE_UNAVAILABLE_ERROR", "The service is not available")
        if not call.bearer_ok:
            raise Refusal("UNAUTHORIZED_ERROR", "The access token is missing, wrong or expired")
        if found is None:
            raise Refusal("NOT_FOUND_ERROR", "There is nothing at this path")
        if call.method not in found.methods:
            raise Refusal("BAD_REQUEST_ERROR", "The method is not allowed here", status=405)
        if found.name == "legacy_otc":
            return self._desk.legacy_otc(found.last or "", query)
        if found.name == "returns":
            return self._desk.returns(query)
        if found.last is not None:
            return self._desk.shipments_next(found.last)
        body = _parsed(text)
        if not isinstance(body, dict):
            raise Refusal("BAD_REQUEST_ERROR", "The body must be a JSON object")
        if found.name == "initial_load":
            return self._desk.initial_load(body)
        if found.name == "start_otc":
            return self._desk.start_otc(body)
        if found.name == "shipments":
            return self._desk.shipments_first(body)
        return self._desk.end_otc(body)


def _parsed(text: str) -> object:
    if not text:
        return None
    try:
        value: object = json.loads(text)
    except ValueError:
        return text
    return value


def _fault_body(name: str, refusal: Refusal) -> Json:
    if name == "token" and refusal.status == 401:
        return {"error": "unauthorized", "error_description": "Bad credentials"}
    return refusal.body()


def _cut(request: web.BaseRequest) -> web.Response:
    """Close the connection so that no answer reaches the caller."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)


def _response(answer: Answer, fault: Fault | None) -> web.Response:
    headers = {}
    if answer.retry_after is not None:
        headers["Retry-After"] = str(math.ceil(answer.retry_after))
    whole = json.dumps(answer.body).encode()
    kind = "application/json"
    body = fault.body if fault is not None else None
    if body == "html":
        whole, kind = HTML.encode(), "text/html"
    elif body == "empty":
        whole = b""
    elif body == "truncated":
        whole = whole[: len(whole) // 2]
    elif isinstance(body, bytes):
        whole = body
    return web.Response(status=answer.status, body=whole, content_type=kind, headers=headers)
