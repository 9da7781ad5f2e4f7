"""Begins the digest of each location's day when the day is over; the outbox brings it into Slack."""

import asyncio
import heapq
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from bot.clock import Clock
from bot.handover.digest import ONE, Digests, day_of, last_day
from bot.handover.location import Locations

log = structlog.get_logger()

START = datetime.min.replace(tzinfo=UTC)
LATEST = timedelta(hours=24)
"""A day that ended longer ago has no digest any more: after a downtime only the last one is told."""


class DigestJob:
    """One digest for each location and day on which somebody came."""

    def __init__(self, digests: Digests, locations: Locations, zone: ZoneInfo, clock: Clock) -> None:
        self._digests = digests
        self._zone = zone
        self._clock = clock
        self._ends = [(START, n, location) for n, location in enumerate(locations)]
        """A heap: when the next day of which location is over. Thousands that have none to be told cost nothing."""

    async def tick(self) -> None:
        """Begins what is due. Raises NotKept."""
        now = self._clock()
        while self._ends and self._ends[0][0] <= now:
            _, n, location = self._ends[0]
            day = last_day(location, self._zone, now)
            if now - day.end <= LATEST and await self._digests.open(location.id, day):
                log.info("a day is over; its digest is made", location=location.id, day=day.date.isoformat())
            heapq.heapreplace(self._ends, (day_of(location, self._zone, day.date + ONE).end, n, location))
            await asyncio.sleep(0)  # at midnight all are due, and people wait behind each
