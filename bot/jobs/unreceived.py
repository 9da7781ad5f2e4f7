"""Alarms about returns that Flipkart counts as completed and that nobody brought, while the location is open."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import structlog

from bot.clock import Clock
from bot.handover.location import Locations
from bot.handover.unreceived import Unreceived

log = structlog.get_logger()


class UnreceivedJob:
    """Lets each location have its alarms."""

    def __init__(
        self, unreceived: Unreceived, locations: Locations, zone: ZoneInfo, clock: Clock, after: timedelta
    ) -> None:
        """`after` is how long a completed return may still turn up."""
        self._unreceived = unreceived
        self._locations = locations
        self._zone = zone
        self._clock = clock
        self._after = after

    async def tick(self) -> None:
        """Records the alarms that are due, and what came after all; the outbox says them. Raises NotKept."""
        now = self._clock()
        for location in self._locations:
            found = await self._unreceived.look_for(location.id, now)
            if found:
                log.info("returns came that nobody had brought before", location=location.id, parcels=found)
            if location.open_at(now, self._zone):
                # One by one, so that others get their turn.
                await self._unreceived.raise_alarm(location.id, now - self._after, now)
