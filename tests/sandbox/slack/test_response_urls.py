"""The rules of response_urls, used directly."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest_asyncio

from bot.sandbox.slack import Message, SlackSim
from bot.sandbox.slack.posting import Content, post, whisper

Json = dict[str, Any]


class Clock:
    """A clock that stands still until it is set forward."""

    seconds = 1_800_000_000.0

    def __call__(self) -> float:
        return self.seconds


class Room:
    """A running simulator with its clock, one person and one channel."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.sim = SlackSim(now=self.clock)
        self.asha = self.sim.add_user("asha")
        self.cid = self.sim.add_channel("returns", members=[self.asha])

    def posted(self) -> Message:
        return post(self.sim, self.sim.channels[self.cid], Content("root"))

    def texts(self) -> list[str]:
        return [message.text for message in self.sim.messages(self.cid)]

    def whispers(self) -> list[str]:
        return [ephemeral.text for ephemeral in self.sim.ephemerals(self.asha)]


@pytest_asyncio.fixture
async def room() -> AsyncIterator[Room]:
    room = Room()
    room.sim.echo_own_messages = False
    await room.sim.start()
    yield room
    await room.sim.stop()


Send = Callable[..., Awaitable[tuple[int, str | None]]]


@pytest_asyncio.fixture
async def send(session: aiohttp.ClientSession) -> Send:
    async def send(url: str, **body: Any) -> tuple[int, str | None]:
        async with session.post(url, json=body) as response:
            return response.status, (await response.json()).get("error")

    return send


async def test_five_uses(room: Room, send: Send) -> None:
    url = room.sim.new_response_url(room.asha, room.cid)
    for n in range(5):
        assert await send(url, text=str(n)) == (200, None)
    assert await send(url, text="6") == (404, "used_url")
    assert room.whispers() == ["0", "1", "2", "3", "4"]
    assert room.sim.calls[-1].error == "used_url"
    assert not room.sim.calls[-1].carried_out


async def test_half_an_hour(room: Room, send: Send) -> None:
    url = room.sim.new_response_url(room.asha, room.cid)
    room.clock.seconds += 1800
    assert await send(url, text="in time") == (200, None)
    room.clock.seconds += 1
    assert await send(url, text="late") == (404, "expired_url")
    assert await send(f"{room.sim.url}/response/T/1/x", text="x") == (404, "expired_url")


async def test_a_commands_url(room: Room, send: Send) -> None:
    url = room.sim.new_response_url(room.asha, room.cid)
    assert await send(url, text="all", response_type="in_channel") == (200, None)
    assert await send(url, text="you") == (200, None)
    assert await send(url, text="you again", replace_original=True) == (200, None)
    assert await send(url, delete_original=True) == (400, "no_text")
    assert room.texts() == ["all"]
    assert room.whispers() == ["you", "you again"]


async def test_a_url_of_a_message(room: Room, send: Send) -> None:
    message = room.posted()
    url = room.sim.new_response_url(room.asha, room.cid, message=message)
    assert await send(url, text="mine", response_type="ephemeral") == (200, None)
    assert await send(url, text="more", replace_original=False, response_type="in_channel") == (200, None)
    assert room.texts() == ["root", "more"]
    assert await send(url, text="gone") == (200, None)
    assert room.texts() == ["gone", "more"]
    assert await send(url, delete_original=True) == (200, None)
    assert await send(url, text="x", replace_original=True) == (404, "message_not_found")
    assert room.texts() == ["more"]
    assert room.whispers() == ["mine"]


async def test_a_url_of_an_ephemeral(room: Room, send: Send) -> None:
    ephemeral = whisper(room.sim, room.sim.channels[room.cid], room.asha, Content("code"))
    url = room.sim.new_response_url(room.asha, room.cid, ephemeral=ephemeral)
    assert await send(url, text="new code") == (200, None)
    assert room.whispers() == ["new code"]
    assert await send(url, text="beside", replace_original=False) == (200, None)
    assert await send(url, delete_original=True) == (200, None)
    assert room.whispers() == ["beside"]


async def test_broken_content_is_refused_and_counts_as_no_use(room: Room, send: Send) -> None:
    url = room.sim.new_response_url(room.asha, room.cid)
    for _ in range(6):
        assert await send(url, text="x", blocks=[{"type": "marquee"}]) == (400, "invalid_blocks")
    assert await send(url, text="x") == (200, None)
    assert room.whispers() == ["x"]
