"""What is delivered while one life of the bot ends and the next begins, looked at by itself."""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from slack_bolt import BoltResponse
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.events import SlackEvents
from bot.slack.hearing import Hearing
from tests.pace import PATIENCE

SECRET = "signing-secret"
PRESS = {"type": "block_actions", "trigger_id": "1.1", "team": {"id": "T1"}, "user": {"id": "U1"}}
FORM = {"type": "view_submission", "trigger_id": "1.2", "team": {"id": "T1"}, "user": {"id": "U1"}}


def life(heard: list[Any], says: str = "", until: asyncio.Event | None = None) -> SlackEvents:
    """A life of the bot that hears."""

    async def hear(body: dict[str, Any]) -> BoltResponse:
        if until is not None:
            await until.wait()
        heard.append(body["type"])
        return BoltResponse(status=200, body=says)

    events = SlackEvents(AsyncWebClient(token="xoxb-1"), SECRET)
    events.hear(hear)
    return events


def socket(body: dict[str, Any]) -> AsyncBoltRequest:
    return AsyncBoltRequest(mode="socket_mode", body=body)


def http(body: dict[str, Any], secret: str) -> AsyncBoltRequest:
    text, at = json.dumps(body), str(int(time.time()))
    digest = hmac.new(secret.encode(), f"v0:{at}:{text}".encode(), hashlib.sha256).hexdigest()
    headers: dict[str, str | Sequence[str]] = {
        "X-Slack-Request-Timestamp": at,
        "X-Slack-Signature": f"v0={digest}",
        "Content-Type": "application/json",
    }
    return AsyncBoltRequest(mode="http", body=text, headers=headers)


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.01)


async def test_what_comes_in_between_is_answered_by_the_next_life() -> None:
    hearing, heard = Hearing(), list[Any]()
    hearing.begin(life([], "the first"))
    assert (await hearing.async_dispatch(socket(PRESS))).body == "the first"
    await hearing.hold()
    waiting = [asyncio.create_task(hearing.async_dispatch(socket(one))) for one in (PRESS, FORM)]
    await asyncio.sleep(0)
    hearing.begin(life(heard, "the second"))
    assert [(one.status, one.body) for one in await asyncio.gather(*waiting)] == [(200, "the second")] * 2
    assert heard == ["block_actions", "view_submission"]


async def test_a_press_that_waits_long_is_acknowledged_and_answered_later() -> None:
    hearing, heard = Hearing(held=0.01), list[Any]()
    hearing.begin(life([]))
    await hearing.hold()
    late = await hearing.async_dispatch(socket(PRESS))
    assert (late.status, late.body, heard) == (200, "", [])
    # Slack says itself that this came to nothing, and the window stays with what was typed in it.
    assert (await hearing.async_dispatch(socket(FORM))).status == 503
    hearing.begin(life(heard))
    await until(lambda: heard)
    assert heard == ["block_actions"]


@pytest.mark.parametrize(("secret", "status"), [(SECRET, 200), ("another", 503)])
async def test_only_slack_is_thanked_for_what_waits(secret: str, status: int) -> None:
    hearing = Hearing(held=0.01)
    hearing.begin(life([]))
    await hearing.hold()
    assert (await hearing.async_dispatch(http(PRESS, secret))).status == status
    await hearing.end()


async def test_a_life_ends_after_it_has_heard_out_what_had_come() -> None:
    hearing, heard, goes_on = Hearing(), list[Any](), asyncio.Event()
    hearing.begin(life(heard, until=goes_on))
    pressed = asyncio.create_task(hearing.async_dispatch(socket(PRESS)))
    await asyncio.sleep(0.01)
    holding = asyncio.create_task(hearing.hold())
    await asyncio.sleep(0.01)
    assert not holding.done(), "what it hears now would be started in a life that takes nothing more"
    goes_on.set()
    await asyncio.gather(pressed, holding)
    assert heard == ["block_actions"]


async def test_where_no_life_follows_whoever_waits_is_refused() -> None:
    hearing = Hearing()
    hearing.begin(life([]))
    await hearing.hold()
    waiting = asyncio.create_task(hearing.async_dispatch(socket(PRESS)))
    await asyncio.sleep(0)
    await hearing.end()
    assert (await waiting).status == 503
    assert (await hearing.async_dispatch(socket(FORM))).status == 503
    heard = list[Any]()
    hearing.begin(life(heard))
    assert (await hearing.async_dispatch(socket(FORM))).status == 200
