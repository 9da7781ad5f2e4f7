"""A started Flipkart on a clock the test moves, and a caller with a good token."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest
import pytest_asyncio

from bot.sandbox.flipkart import FlipkartSim
from tests.pace import PATIENCE

TOKEN = "/oauth-service/oauth/token?grant_type=client_credentials&scope=Seller_Api"
PATHS = {
    "initial_load": "/sellers/v3/returns/tasks/initial-load",
    "start_otc": "/sellers/v3/returns/otc/start/details",
    "shipments": "/sellers/v3/returns/tasks/shipments",
    "end_otc": "/sellers/v3/returns/otc/end/details",
}


class Clock:
    """Epoch seconds that stand still until moved."""

    def __init__(self) -> None:
        self.now = 1_732_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def advance(clock: Clock) -> Callable[[float], None]:
    """Move the clock on by so many seconds."""

    def move(seconds: float) -> None:
        clock.now += seconds

    return move


@pytest_asyncio.fixture
async def sim(clock: Clock) -> AsyncIterator[FlipkartSim]:
    flipkart = FlipkartSim(app_id="app", app_secret="s3cr3t", now=clock)
    flipkart.add_location("LOC1", static_codes=[{"type": "NON_LARGE", "code": "4455", "vendor": "eKart"}])
    await flipkart.start()
    yield flipkart
    await flipkart.stop()


@pytest_asyncio.fixture
async def client(sim: FlipkartSim) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=sim.url, trust_env=False, timeout=PATIENCE) as http:
        yield http


@pytest_asyncio.fixture
async def bearer(client: httpx.AsyncClient) -> dict[str, str]:
    """The header of a good token."""
    answer = await client.post(TOKEN, auth=("app", "s3cr3t"))
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


@pytest_asyncio.fixture
async def ask(client: httpx.AsyncClient, bearer: dict[str, str]) -> Callable[..., Awaitable[httpx.Response]]:
    """Post a body to a named call, or get a path as it stands."""

    async def send(what: str, body: object = None) -> httpx.Response:
        if what.startswith("/"):
            return await client.get(what, headers=bearer)
        return await client.post(PATHS[what], headers=bearer, json=body)

    return send
