"""Looks whether an outage has begun or ended that channels are to be told of."""

from bot.clock import Clock
from bot.handover.outages import Outages


class OutageJob:
    """Tells channels of outages; the outbox says it."""

    def __init__(self, outages: Outages, clock: Clock) -> None:
        self._outages = outages
        self._clock = clock

    async def tick(self) -> None:
        """Looks at every channel. Raises NotKept."""
        await self._outages.look(self._clock())
