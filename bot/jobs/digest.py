"""Begins the digest of each location's day when the day is over; the outbox brings it into Slack."""

import asyncio
import heapq
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from bot.clock import Clock
from bot.handover.digest import ONE, Digests, day_of, last_day
from bot.handover.location import Location, Locations

log = structlog.get_logger()

START = datetime.min.replace(tzinfo=UTC)
LATEST = timedelta(hours=24)
"""A day that ended longer ago has no digest any more: after a downtime only the last one is told."""


class DigestJob:
    """One digest for each location and day on which somebody came."""

    def __init__(self, digests: Digests, locations: Locations, zone: ZoneInfo, clock: Clock) -> None:
        self._digests = digests
        self._locations = locations
        self._zone = zone
        self._clock = clock
        self._looked_at = START
        self._ends: list[tuple[datetime, int, Location]] = []
        """A heap: when the next day of which location is over. Thousands that have none to be told cost nothing."""
        self._begin_anew()

    async def tick(self) -> None:
        """Begins what is due. Raises NotKept."""
        now = self._clock()
        # The clock was set back: what is over next would be as far off as it was ahead. Or this copy has got other
        # locations, and whoever had them may have ended before it began their digests.
        if now < self._looked_at or self._locations.version != self._version:
            self._begin_anew()
        self._looked_at = now
        while self._ends and self._ends[0][0] <= now:
            _, n, location = self._ends[0]
            day = last_day(location, self._zone, now)
            if now - day.end <= LATEST and await self._digests.open(location.id, day):
                log.info("a day is over; its digest is made", location=location.id, day=day.date.isoformat())
            heapq.heapreplace(self._ends, (day_of(location, self._zone, day.date + ONE).end, n, location))
            await asyncio.sleep(0)  # at midnight all are due, and people wait behind each

    def _begin_anew(self) -> None:
        self._version = self._locations.version
        self._ends = [(START, n, location) for n, location in enumerate(self._locations)]
