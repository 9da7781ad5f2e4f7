"""A simulated Slack, and clients of it that are Slack's own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import aiohttp
import pytest
import pytest_asyncio
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import SlackSim


@dataclass
class Place:
    """A running simulator with one person in one channel."""

    sim: SlackSim
    asha: str
    ravi: str
    channel: str


@pytest_asyncio.fixture
async def place() -> AsyncIterator[Place]:
    sim = SlackSim()
    asha = sim.add_user("asha", real_name="Asha Rao")
    ravi = sim.add_user("ravi", real_name="Ravi K", tz="Asia/Kolkata", locale="hi-IN")
    channel = sim.add_channel("returns-blr", members=[asha, ravi])
    sim.echo_own_messages = False
    await sim.start()
    yield Place(sim, asha, ravi, channel)
    await sim.stop()


@pytest_asyncio.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
def client(place: Place) -> AsyncWebClient:
    """Slack's own client, which tries nothing twice."""
    return AsyncWebClient(token=place.sim.bot_token, base_url=place.sim.api_url, retry_handlers=[])


@pytest.fixture
def app(client: AsyncWebClient, place: Place) -> AsyncApp:
    """An app of Slack's own framework, without listeners yet."""
    return AsyncApp(client=client, signing_secret=place.sim.signing_secret)


Connect = Callable[[], Awaitable[AsyncSocketModeHandler]]


@pytest_asyncio.fixture
async def connect(app: AsyncApp, place: Place) -> AsyncIterator[Connect]:
    """Connects the app over Socket Mode."""
    opened: list[AsyncSocketModeHandler] = []

    async def open_socket() -> AsyncSocketModeHandler:
        handler = AsyncSocketModeHandler(app, place.sim.app_token, ping_interval=0.2)
        opened.append(handler)
        await handler.connect_async()
        await place.sim.wait_connected()
        return handler

    yield open_socket
    for handler in opened:
        await handler.close_async()
    await asyncio.sleep(0)
