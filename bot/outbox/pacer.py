"""Slack's scarce things: edits (50 a minute per workspace) and posts (one a second per channel).

What Slack answers with 429 rests for exactly as long as Slack says, and is never dropped.
"""

import time
from collections import deque
from collections.abc import Callable

EDITS_A_MINUTE = 45
"""A little below Slack's 50, which people's answers by views.update do not share but other edits might."""
POST_SECONDS = 1.0
"""Between two posts in one channel."""


class Pacer:
    """Says how long to wait before the next post or edit. Times are monotonic seconds."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic, post_seconds: float = POST_SECONDS) -> None:
        self._monotonic = monotonic
        self._post_seconds = post_seconds
        self._last_post: dict[str, float] = {}
        self._edits: deque[float] = deque()
        self._blocked: dict[str, float] = {}

    def wait_to_post(self, channel: str) -> float:
        """Seconds until a post in the channel is fine; 0 when it is fine now."""
        now = self._monotonic()
        ready = self._last_post.get(channel, now - self._post_seconds) + self._post_seconds
        return max(0.0, ready - now, self._blocked.get("post", 0.0) - now)

    def wait_to_edit(self) -> float:
        """Seconds until an edit is fine; 0 when it is fine now."""
        now = self._monotonic()
        while self._edits and self._edits[0] <= now - 60:
            self._edits.popleft()
        ready = self._edits[0] + 60 if len(self._edits) >= EDITS_A_MINUTE else now
        return max(0.0, ready - now, self._blocked.get("edit", 0.0) - now)

    def posting(self, channel: str) -> None:
        """A post is being made."""
        self._last_post[channel] = self._monotonic()

    def editing(self) -> None:
        """An edit is being made."""
        self._edits.append(self._monotonic())

    def not_edited(self) -> None:
        """The edit that was announced last turned out to change nothing, and was not made."""
        if self._edits:
            self._edits.pop()

    def throttled(self, what: str, seconds: float) -> None:
        """Slack answered 429 for "post" or "edit"."""
        self._blocked[what] = max(self._blocked.get(what, 0.0), self._monotonic() + seconds)
