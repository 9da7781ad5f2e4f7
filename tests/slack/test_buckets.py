"""Buckets: as many calls of each method as Slack takes in a minute, the first first, and no 429."""

import asyncio

import aiohttp
import pytest

from bot.sandbox.slack import SlackSim
from bot.slack.buckets import A_MINUTE, LONGEST_SLEEP, WINDOW_SECONDS, BucketClient, Buckets
from tests.support import SCOPES


class Hand:
    """A monotonic clock that goes on when somebody sleeps."""

    def __init__(self) -> None:
        self.at = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.at

    async def sleep(self, seconds: float) -> None:
        """The others, who asked at the same moment, have their turns first."""
        self.slept.append(seconds)
        until = self.at + seconds
        await asyncio.sleep(0)
        self.at = max(self.at, until)


@pytest.mark.parametrize("method", A_MINUTE)
async def test_no_minute_holds_more_calls_of_a_method_than_slack_takes(method: str) -> None:
    hand, most = Hand(), A_MINUTE[method]
    buckets = Buckets(1.0, hand, hand.sleep)
    made: list[float] = []
    for n in range(3 * most):
        await buckets.turn(method)
        made.append(hand.at)
        hand.at += n % 3 * 0.1
    assert all(after - before >= WINDOW_SECONDS - 1e-6 for before, after in zip(made, made[most:], strict=False))
    assert made[most - 1] - made[0] <= most * 0.2, "calls within the limit wait"


async def test_one_method_does_not_wait_for_another() -> None:
    hand = Hand()
    buckets = Buckets(1.0, hand, hand.sleep)
    for _ in range(A_MINUTE["views.open"]):
        await buckets.turn("views.open")
    for other in ("views.update", "chat.postEphemeral", "chat.postMessage", "auth.test"):
        await buckets.turn(other)
    assert not hand.slept
    await buckets.turn("views.open")
    assert sum(hand.slept) == pytest.approx(WINDOW_SECONDS)


async def test_whoever_posts_in_a_channel_takes_turns() -> None:
    hand = Hand()
    buckets = Buckets(1.0, hand, hand.sleep)
    await buckets.turn("chat.postMessage", "C1")
    await buckets.turn("chat.postMessage", "C2")
    assert not hand.slept, "one channel waits for another"
    hand.at += 0.25
    await buckets.turn("chat.postMessage", "C1")
    await buckets.turn("chat.postMessage", "C1")
    assert sum(hand.slept) == pytest.approx(0.75 + 1.0)
    assert max(hand.slept) <= LONGEST_SLEEP, "a clock that runs faster is heard late"


async def test_a_crowd_meets_no_429() -> None:
    hand = Hand()
    slack = SlackSim(now=hand)
    slack.scopes |= SCOPES
    slack.limits = True
    asha = slack.add_user("asha")
    channel = slack.add_channel("returns-blr", members=[asha])
    crowd = A_MINUTE["chat.postEphemeral"] + 20
    await slack.start()
    async with aiohttp.ClientSession() as session:
        client = BucketClient(
            Buckets(1.0, hand, hand.sleep),
            token=slack.bot_token,
            base_url=slack.api_url,
            session=session,
            retry_handlers=[],
        )
        for n in range(crowd):
            await client.chat_postEphemeral(channel=channel, user=asha, text=f"{n}")
    await slack.stop()
    assert [call.status for call in slack.calls if call.method == "chat.postEphemeral"] == [200] * crowd
    assert [one.text for one in slack.ephemerals(asha)] == [f"{n}" for n in range(crowd)]


async def test_posts_at_once_meet_no_429() -> None:
    hand = Hand()
    slack = SlackSim(now=hand)
    slack.scopes |= SCOPES
    slack.limits = True
    channels = [slack.add_channel(name) for name in ("returns-blr", "returns-pnq")]
    await slack.start()
    async with aiohttp.ClientSession() as session:
        client = BucketClient(
            Buckets(1.0, hand, hand.sleep),
            token=slack.bot_token,
            base_url=slack.api_url,
            session=session,
            retry_handlers=[],
        )
        for n in range(20):
            await client.chat_postMessage(channel=channels[n % 2], text=f"{n}")
    await slack.stop()
    assert [call.status for call in slack.calls if call.method == "chat.postMessage"] == [200] * 20
    assert hand.at - 1000 == pytest.approx(9)
