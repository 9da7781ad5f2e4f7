"""Faults on demand, and the published rate limits."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import SlackSim
from bot.sandbox.slack.faults import RateLimits

from .conftest import Place


def texts(place: Place) -> list[str]:
    return [message.text for message in place.sim.messages(place.channel)]


async def test_429_once(client: AsyncWebClient, place: Place) -> None:
    place.sim.fail("chat.postMessage", error="ratelimited", retry_after=2)
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel=place.channel, text="x")
    assert caught.value.response.status_code == 429
    assert caught.value.response.headers["Retry-After"] == "2"
    assert caught.value.response["error"] == "ratelimited"
    assert texts(place) == []
    await client.chat_postMessage(channel=place.channel, text="y")
    assert texts(place) == ["y"]
    first, second = place.sim.calls
    assert (first.status, first.ok, first.error, first.carried_out) == (429, False, "ratelimited", False)
    assert (second.status, second.ok, second.error, second.carried_out) == (200, True, None, True)


@pytest.mark.parametrize("carried_out", [True, False])
async def test_an_error_that_may_be_a_lie(client: AsyncWebClient, place: Place, carried_out: bool) -> None:
    place.sim.fail("chat.postMessage", error="internal_error", carried_out=carried_out)
    with pytest.raises(SlackApiError, match="internal_error"):
        await client.chat_postMessage(channel=place.channel, text="x")
    assert (texts(place) == ["x"]) is carried_out
    assert place.sim.calls[0].carried_out is carried_out
    assert not place.sim.calls[0].ok


async def test_a_status(client: AsyncWebClient, place: Place) -> None:
    place.sim.fail("chat.postMessage", status=503)
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel=place.channel, text="x")
    assert caught.value.response.status_code == 503
    assert texts(place) == []


@pytest.mark.parametrize(("drop", "done"), [("before", []), ("after", ["x"])])
async def test_a_dropped_connection(client: AsyncWebClient, place: Place, drop: Any, done: list[str]) -> None:
    place.sim.fail("chat.postMessage", drop=drop)
    with pytest.raises(aiohttp.ClientConnectionError):
        await client.chat_postMessage(channel=place.channel, text="x")
    assert texts(place) == done
    assert place.sim.calls[0].carried_out == bool(done)
    assert place.sim.calls[0].status == 0


async def test_a_client_that_retries_posts_twice(place: Place) -> None:
    client = AsyncWebClient(token=place.sim.bot_token, base_url=place.sim.api_url)
    place.sim.fail("chat.postMessage", drop="after")
    await client.chat_postMessage(channel=place.channel, text="x")
    assert texts(place) == ["x", "x"]


async def test_a_late_call_is_carried_out_though_nobody_waits(place: Place) -> None:
    client = AsyncWebClient(token=place.sim.bot_token, base_url=place.sim.api_url, retry_handlers=[])
    given_up = asyncio.Event()
    place.sim.fail("chat.postMessage", until=given_up)
    posting = asyncio.create_task(client.chat_postMessage(channel=place.channel, text="x"))
    await place.sim.wait_for(lambda: place.sim.calls)
    posting.cancel()
    await asyncio.gather(posting, return_exceptions=True)
    assert texts(place) == []
    given_up.set()
    await place.sim.wait_for(lambda: texts(place) == ["x"])


async def test_any_method_in_order_and_cleared(client: AsyncWebClient, place: Place) -> None:
    place.sim.fail("auth.test", error="second")
    place.sim.fail("*", error="any", times=2)
    for error in ("second", "any", "any"):
        with pytest.raises(SlackApiError, match=error):
            await client.auth_test()
    place.sim.fail("*", error="any")
    place.sim.clear_faults()
    await client.auth_test()


async def test_response_urls_fail_too(place: Place, session: aiohttp.ClientSession) -> None:
    url = place.sim.new_response_url(place.asha, place.channel)
    place.sim.fail("response_url", error="ratelimited", retry_after=3)
    async with session.post(url, json={"text": "x"}) as response:
        assert (response.status, response.headers["Retry-After"]) == (429, "3")
    place.sim.fail("response_url", drop="after")
    with pytest.raises(aiohttp.ClientConnectionError):
        await session.post(url, json={"text": "x"})
    assert len(place.sim.ephemerals(place.asha)) == 1


async def test_latency(client: AsyncWebClient, place: Place) -> None:
    place.sim.latency = 0.1
    started = time.monotonic()
    await client.auth_test()
    assert time.monotonic() - started >= 0.1


async def test_limits_over_http(session: aiohttp.ClientSession) -> None:
    clock = [1_800_000_000.0]
    sim = SlackSim(now=lambda: clock[0])
    cid = sim.add_channel("returns")
    sim.limits = True
    await sim.start()
    client = AsyncWebClient(token=sim.bot_token, base_url=sim.api_url, retry_handlers=[], session=session)
    try:
        ts = str((await client.chat_postMessage(channel=cid, text="x"))["ts"])
        await client.chat_postMessage(channel=cid, text="x")
        with pytest.raises(SlackApiError, match="ratelimited"):
            await client.chat_postMessage(channel=cid, text="x")
        clock[0] += 1
        await client.chat_postMessage(channel=cid, text="x")
        for n in range(50):
            await client.chat_update(channel=cid, ts=ts, text=str(n))
        with pytest.raises(SlackApiError) as caught:
            await client.chat_update(channel=cid, ts=ts, text="too much")
        assert caught.value.response.headers["Retry-After"] == "60"
        clock[0] += 60
        await client.chat_update(channel=cid, ts=ts, text="fine")
    finally:
        await sim.stop()


def test_limits_of_the_tiers() -> None:
    limits = RateLimits()
    for method, most in (("usergroups.users.list", 20), ("conversations.history", 50), ("views.open", 100)):
        waits = [limits.wait_seconds(method, None, 1000.0) for _ in range(most + 1)]
        assert waits == [0] * most + [60]
    assert limits.wait_seconds("auth.test", None, 1000.0) == 0
    channels = [limits.wait_seconds("chat.postMessage", f"C{n}", 1000.0) for n in range(301)]
    assert channels == [0] * 300 + [60]
