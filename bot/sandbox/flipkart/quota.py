"""The quota: so many calls in any rolling hour."""

from __future__ import annotations

import math
from collections import deque

from bot.sandbox.flipkart.refusals import Refusal
from bot.sandbox.flipkart.world import World

HOUR = 3600.0


class Quota:
    """Counts the calls of one seller. A call refused for the quota is not counted itself."""

    def __init__(self, world: World) -> None:
        """Nothing used yet."""
        self._world = world
        self._at: deque[float] = deque()

    def used(self) -> int:
        """Calls counted in the hour that ends now."""
        edge = self._world.now() - HOUR
        while self._at and self._at[0] <= edge:
            self._at.popleft()
        return len(self._at)

    def take(self) -> None:
        """Count one call, or refuse it with the seconds until one is free."""
        if self.used() >= self._world.switches.quota_per_hour:
            wait = math.ceil(self._at[0] + HOUR - self._world.now()) if self._at else int(HOUR)
            raise Refusal("TOO_MANY_REQUESTS_ERROR", "Quota exceeded", retry_after=max(1, wait))
        self._at.append(self._world.now())
