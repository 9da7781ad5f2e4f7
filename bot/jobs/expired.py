"""Has the cards of Start OTCs that have expired drawn anew: from then on they offer a new code."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from bot.clock import Clock


class ExpiredJob:
    """Looks which cards still say of a code that it works."""

    def __init__(self, redraw: Callable[[datetime], Awaitable[int]], clock: Clock) -> None:
        """`redraw` has the cards drawn anew whose code expired after they were drawn."""
        self._redraw = redraw
        self._clock = clock

    async def tick(self) -> None:
        """Draws anew what expired since. Raises NotKept."""
        await self._redraw(self._clock())
