"""How many windows one person may open: Slack's limit is the workspace's, and one finger must not use it up for all."""

import time
from collections import deque
from collections.abc import Callable

MOST = 25
"""Windows in a minute; Slack opens a hundred for the whole workspace (reference: slack-facts), and fills as many."""
SECONDS = 60.0


class Allowance:
    """The windows that each person had in the last minute."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Nobody had any. `monotonic` is in seconds."""
        self._monotonic = monotonic
        self._opened: dict[str, deque[float]] = {}

    def take(self, user_id: str) -> bool:
        """Whether the person may have one more; it counts from then on."""
        now = self._monotonic()
        for one in [user for user, times in self._opened.items() if times[-1] <= now - SECONDS]:
            del self._opened[one]
        opened = self._opened.setdefault(user_id, deque(maxlen=MOST))
        if len(opened) == MOST and opened[0] > now - SECONDS:
            return False
        opened.append(now)
        return True
