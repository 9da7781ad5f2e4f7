"""What the tests of the Flipkart client share: a client, a server that says anything, and a look into exceptions."""

import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from pydantic import SecretStr

from bot import clock
from bot.flipkart.client import FlipkartClient
from bot.flipkart.quota import Quota
from bot.timing import FlipkartTiming

SECRET = "flipkart-app-secret-91c7"
BEARER = "bearer-token-5e21"
TOKEN_PATH = "/oauth-service/oauth/token"
SHIPMENTS = "/sellers/v3/returns/tasks/shipments"

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


class MemoryCalls:
    """A `CallLog` for tests that are not about the budget."""

    def __init__(self) -> None:
        self.minutes: dict[int, int] = {}

    async def load(self, since: int) -> dict[int, int]:
        return {minute: calls for minute, calls in self.minutes.items() if minute >= since}

    async def add(self, minute: int, calls: int) -> None:
        self.minutes[minute] = self.minutes.get(minute, 0) + calls

    async def reserve(self, minute: int, calls: int, since: int, most: int) -> tuple[int, dict[int, int]]:
        granted = max(0, min(calls, most - sum((await self.load(since)).values())))
        await self.add(minute, granted)
        return granted, await self.load(since)

    async def forget(self, before: int) -> None:
        self.minutes = {minute: calls for minute, calls in self.minutes.items() if minute >= before}


@contextlib.asynccontextmanager
async def client_of(
    url: str, *, secret: str = SECRET, quota: Quota | None = None, timing: FlipkartTiming = FlipkartTiming()
) -> AsyncIterator[FlipkartClient]:
    """The real client, closed at the end."""
    budget = quota or Quota(MemoryCalls(), 1_000_000, clock.now, others=0)
    client = FlipkartClient(base_url=url, app_id="app", app_secret=SecretStr(secret), quota=budget, timing=timing)
    try:
        yield client
    finally:
        await client.close()


@dataclass
class Scripted:
    """An HTTP server that gives a good token and says what a test wants it to say."""

    url: str = ""
    seen: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    """Method, raw path, headers, body: of every request, the token's included."""

    @property
    def calls(self) -> list[tuple[str, str, dict[str, str], bytes]]:
        return [one for one in self.seen if not one[1].startswith(TOKEN_PATH)]

    @property
    def tokens_given(self) -> int:
        return len(self.seen) - len(self.calls)


@contextlib.asynccontextmanager
async def scripted(answer: Handler, *, token: Handler | None = None) -> AsyncIterator[Scripted]:
    """Serves `answer` to every call but the token's."""
    server = Scripted()

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        server.seen.append((request.method, request.raw_path, dict(request.headers), await request.read()))
        if not request.raw_path.startswith(TOKEN_PATH):
            return await answer(request)
        return await token(request) if token else web.json_response({"access_token": BEARER, "expires_in": 5183999})

    runner = web.ServerRunner(web.Server(handle, access_log=None), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield server
    finally:
        await runner.cleanup()


def saying(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Handler:
    """An answer: JSON, or the bytes as they are."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()

    async def answer(_: web.BaseRequest) -> web.StreamResponse:
        return web.Response(status=status, body=content, content_type="application/json", headers=headers)

    return answer


def told_by(error: BaseException | None) -> str:
    """Everything that a log or a debugger would show of an exception and of all that hangs on it."""
    told: list[str] = []
    waiting, known = [error], set[int]()
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in known:
            continue
        known.add(id(one))
        told += [str(one), repr(one), repr(one.args), repr(vars(one))]
        waiting += [one.__cause__, one.__context__]
    return "\n".join(told)
