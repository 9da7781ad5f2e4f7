"""A started Flipkart and a client of it."""

from collections.abc import AsyncIterator

import pytest_asyncio

from bot.flipkart.client import FlipkartClient
from bot.sandbox.flipkart import FlipkartSim, Switches
from tests.flipkart.support import SECRET, client_of


@pytest_asyncio.fixture
async def sim() -> AsyncIterator[FlipkartSim]:
    flipkart = FlipkartSim(app_id="app", app_secret=SECRET, switches=Switches())
    flipkart.add_location("LOC1")
    await flipkart.start()
    yield flipkart
    await flipkart.stop()


@pytest_asyncio.fixture
async def client(sim: FlipkartSim) -> AsyncIterator[FlipkartClient]:
    async with client_of(sim.url) as one:
        yield one
