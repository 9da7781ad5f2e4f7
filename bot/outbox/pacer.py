"""Slack's scarce things: edits and reads of history (50 a minute per workspace) and posts (one a second per channel).

Edits are of two kinds. Those that people wait for (a stage, a code, a count by hand) are made at once, as long as the
minute has any left. Counters get the rest, one after the other at an even pace: twelve of the minute's edits are kept
from them, so that a stage is shown at once. While the stalest card is older than 45 s there is no reserve, for then
everybody waits; a stage has the next edit, a second later at most. So the time between two edits of a card grows with
the FEs who scan.

What Slack answers with 429 rests for exactly as long as Slack says, and is never dropped.
"""

import math
import time
from collections import deque
from collections.abc import Callable

A_MINUTE = 50
"""Slack's tier 3: edits, and reads of history, of a workspace (reference: slack-facts)."""
WINDOW_SECONDS = 60.25
"""A minute, and by how much the calls of one may come closer together on their way."""
RESERVE = 12
"""Edits of a minute that counters leave to what people wait for."""
STALE_SECONDS = 45.0
"""While the stalest card is older there is no reserve: counters come one by one, and the next edit is a second off."""
BURST = 6
"""Counters that may be drawn at once after a rest; of the reserve, for once."""
ENOUGH = 1.0 - 1e-6
"""Of a token: what a sum of waits may lack by rounding."""


class Pacer:
    """Says how long to wait before the next call. Times are monotonic seconds."""

    def __init__(self, post_seconds: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        """`post_seconds` are between two posts in one channel."""
        self._monotonic = monotonic
        self._post_seconds = post_seconds
        self._last_post: dict[str, float] = {}
        self._edits: deque[float] = deque()
        self._reads: deque[float] = deque()
        self._counters = float(BURST)
        self._filled = monotonic()
        self._blocked: dict[str, float] = {}

    def wait_to_post(self, channel: str) -> float:
        """Seconds until a post in the channel is fine; 0 when it is fine now."""
        now = self._monotonic()
        ready = self._last_post.get(channel, now - self._post_seconds) + self._post_seconds
        return max(0.0, ready - now, self._rest("post"))

    def wait_to_read(self) -> float:
        """Seconds until history may be read; 0 when it is fine now."""
        return max(self._rest("history"), self._wait(self._reads, A_MINUTE))

    def wait_to_edit(self) -> float:
        """Seconds until an edit that people wait for is fine; 0 when it is fine now."""
        return max(self._rest("edit"), self._wait(self._edits, A_MINUTE))

    def wait_to_count(self, stalest: float) -> float:
        """Seconds until an edit for new counts is fine; 0 when it is fine now. `stalest`: the card's age in seconds."""
        tokens, pause = self._tokens(stalest), _pause(stalest)
        wait = (1.0 - tokens) * pause if tokens < ENOUGH else 0.0
        return max(wait, self._rest("edit"), self._wait(self._edits, A_MINUTE))

    def edits_left(self) -> int:
        """How many edits that people wait for could be made at once."""
        self._forget(self._edits)
        return A_MINUTE - len(self._edits)

    def posting(self, channel: str) -> None:
        """A post is being made."""
        self._last_post[channel] = self._monotonic()

    def reading(self) -> None:
        """History is being read."""
        self._reads.append(self._monotonic())

    def editing(self) -> None:
        """An edit is being made that people wait for."""
        self._edits.append(self._monotonic())

    def counting(self, stalest: float) -> None:
        """An edit for new counts is being made, of a card of this age."""
        self._counters = self._tokens(stalest) - 1.0
        self._filled = self._monotonic()
        self._edits.append(self._filled)

    def not_edited(self, *, counted: bool) -> None:
        """The edit that was announced last turned out to change nothing, and was not made."""
        if self._edits:
            self._edits.pop()
        if counted:
            self._counters = min(BURST, self._counters + 1.0)

    def throttled(self, what: str, seconds: float) -> None:
        """Slack answered 429 for "post", "edit" or "history"."""
        self._blocked[what] = max(self._blocked.get(what, 0.0), self._monotonic() + seconds)

    def _tokens(self, stalest: float) -> float:
        """How many counters may be drawn now. While they wait anyway there are no bursts, whose gaps all would feel."""
        most = 1.0 if stalest > STALE_SECONDS else float(BURST)
        return min(most, self._counters + (self._monotonic() - self._filled) / _pause(stalest))

    def _rest(self, what: str) -> float:
        return max(0.0, self._blocked.get(what, 0.0) - self._monotonic())

    def _wait(self, calls: deque[float], most: int) -> float:
        self._forget(calls)
        if len(calls) < most:
            return 0.0
        wait = calls[len(calls) - most] + WINDOW_SECONDS - self._monotonic()
        return max(wait, math.ulp(self._monotonic()))

    def _forget(self, calls: deque[float]) -> None:
        now = self._monotonic()
        while calls and calls[0] + WINDOW_SECONDS <= now:
            calls.popleft()


def _pause(stalest: float) -> float:
    """Seconds between two counters, a trifle longer than their share of the minute."""
    return 1.001 * WINDOW_SECONDS / (A_MINUTE - (0 if stalest > STALE_SECONDS else RESERVE))
