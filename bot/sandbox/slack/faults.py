"""Faults on demand, and Slack's published rate limits."""

from __future__ import annotations

import asyncio
import math
from collections import deque
from dataclasses import dataclass
from typing import Literal

Drop = Literal["before", "after"]


@dataclass
class Fault:
    """What goes wrong with the next ``times`` calls of ``method`` (or of every method: ``*``).

    ``lacks`` names what is left out of an answer that says ``ok``; the call is done.
    ``carried_out`` makes an ``error`` or ``status`` a lie: the call is done all the same.
    ``until`` holds the call back until it is set.
    """

    method: str
    error: str | None = None
    retry_after: int | None = None
    status: int | None = None
    drop: Drop | None = None
    delay: float = 0.0
    carried_out: bool = False
    times: int = 1
    lacks: str | None = None
    until: asyncio.Event | None = None


class Faults:
    """The queue of faults; the oldest that fits a call applies to it."""

    def __init__(self) -> None:
        """Start without any."""
        self._queue: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Put a fault at the end of the queue."""
        self._queue.append(fault)

    def take(self, method: str) -> Fault | None:
        """The fault for a call that arrives now, used up by one."""
        for fault in self._queue:
            if fault.method in (method, "*"):
                fault.times -= 1
                if fault.times <= 0:
                    self._queue.remove(fault)
                return fault
        return None

    def clear(self) -> None:
        """Forget all of them."""
        self._queue.clear()


TIERS: dict[str, int] = {
    "apps.connections.open": 1,
    "conversations.list": 20,
    "users.list": 20,
    "usergroups.list": 20,
    "usergroups.users.list": 20,
    "chat.update": 50,
    "chat.delete": 50,
    "conversations.history": 50,
    "conversations.replies": 50,
    "conversations.info": 50,
    "conversations.open": 50,
    "users.conversations": 50,
    "reactions.add": 50,
    "reactions.remove": 20,
    "conversations.members": 100,
    "chat.postEphemeral": 100,
    "views.open": 100,
    "views.push": 100,
    "views.update": 100,
    "views.publish": 100,
    "users.info": 100,
    "files.getUploadURLExternal": 100,
    "files.completeUploadExternal": 100,
    "files.info": 100,
    "bots.info": 50,
    "api.test": 100,
    "chat.postMessage": 300,
}
"""Calls a minute and workspace, by method."""

WINDOW_SECONDS = 60.0
POSTS_PER_CHANNEL_SECOND = 1.0
POST_BURST = 2.0


class RateLimits:
    """Counts the calls and tells when one has to wait.

    The first tier allows a few calls at once after a start, which Slack does too: "1+ per minute".
    """

    def __init__(self) -> None:
        """Start with nothing counted."""
        self._calls: dict[str, deque[float]] = {}
        self._posts: dict[str, tuple[float, float]] = {}

    def wait_seconds(self, method: str, channel: str | None, now: float) -> int:
        """Count a call at ``now``; returns 0, or the whole seconds of its Retry-After (then not counted)."""
        limit = TIERS.get(method)
        if limit is None:
            return 0
        if limit == 1:
            limit = 5
        calls = self._calls.setdefault(method, deque())
        while calls and calls[0] <= now - WINDOW_SECONDS:
            calls.popleft()
        if len(calls) >= limit:
            return max(1, math.ceil(calls[0] + WINDOW_SECONDS - now))
        if method == "chat.postMessage" and channel and not self._may_post(channel, now):
            return 1
        calls.append(now)
        return 0

    def _may_post(self, channel: str, now: float) -> bool:
        tokens, at = self._posts.get(channel, (POST_BURST, now))
        tokens = min(POST_BURST, tokens + (now - at) * POSTS_PER_CHANNEL_SECOND)
        allowed = tokens >= 1.0
        self._posts[channel] = (tokens - 1.0 if allowed else tokens, now)
        return allowed
