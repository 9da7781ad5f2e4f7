"""So many calls a minute as Slack allows of each method: a call waits for its turn instead of meeting a 429.

What goes first of cards, replies, edits and history is decided in `bot.outbox.pacer`. Here is what people wait for and
what goes up as a file, in the order in which it was asked for, and every post in a channel, whoever makes it.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.monitoring.counted import Calls
from bot.slack.errors import FAILURES, outcome_of

WINDOW_SECONDS = 60.25
"""A minute, and by how much the calls of one may come closer together on their way."""
LONGEST_SLEEP = 0.5
"""Between two looks at the clock: it may run faster than the sleep."""
A_MINUTE = {
    "chat.postEphemeral": 100,
    "views.open": 100,
    "views.push": 100,
    "views.update": 100,
    "views.publish": 100,
    "files.info": 100,
    "files.getUploadURLExternal": 100,
    "files.completeUploadExternal": 100,
}
"""Calls of a workspace, by method: Slack's tiers (reference: slack-facts)."""


class Buckets:
    """One for all clients of a workspace: the limits are the workspace's."""

    def __init__(
        self,
        post_seconds: float,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """No call was made yet. `post_seconds` lie between two posts in one channel."""
        self._post_seconds = post_seconds
        self._monotonic = monotonic
        self._sleep = sleep
        self._turns: dict[str, deque[float]] = {}

    async def turn(self, method: str, channel: str = "") -> None:
        """Waits until a call of the method is within its limit; those who came first go first."""
        if method == "chat.postMessage":
            await self._turn(f"{method} {channel}", 1, self._post_seconds)
        elif method in A_MINUTE:
            await self._turn(method, A_MINUTE[method], WINDOW_SECONDS)

    async def _turn(self, key: str, most: int, seconds: float) -> None:
        turns = self._turns.setdefault(key, deque(maxlen=most))
        now = self._monotonic()
        at = max(now, turns[0] + seconds) if len(turns) == most else now
        turns.append(at)
        while (wait := at - self._monotonic()) > 0:
            await self._sleep(min(wait, LONGEST_SLEEP))


class BucketClient(AsyncWebClient):
    """Slack's client whose calls wait for their turn."""

    def __init__(self, buckets: Buckets, calls: Calls | None = None, **settings: Any) -> None:
        """`calls` counts those that are made; `settings` are those of AsyncWebClient."""
        super().__init__(**settings)
        self._buckets = buckets
        self._calls = calls

    async def api_call(self, api_method: str, **call: Any) -> AsyncSlackResponse:
        """Makes a call when its turn has come."""
        await self._buckets.turn(api_method, str((call.get("json") or {}).get("channel", "")))
        began = time.monotonic()
        try:
            answer = await super().api_call(api_method, **call)
        except FAILURES as error:
            if self._calls is not None:
                self._calls.add(api_method, outcome_of(error), "", time.monotonic() - began)
            raise
        if self._calls is not None:
            self._calls.add(api_method, "ok", "", time.monotonic() - began)
        return answer
