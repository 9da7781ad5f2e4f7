"""Begins the digest of each location's day when the day is over; the outbox brings it into Slack."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import structlog

from bot.clock import Clock
from bot.handover.digest import Digests, last_day
from bot.handover.location import Locations

log = structlog.get_logger()

LATEST = timedelta(hours=24)
"""A day that ended longer ago has no digest any more: after a downtime only the last one is told."""


class DigestJob:
    """One digest for each location and day on which somebody came."""

    def __init__(self, digests: Digests, locations: Locations, zone: ZoneInfo, clock: Clock) -> None:
        self._digests = digests
        self._locations = locations
        self._zone = zone
        self._clock = clock
        self._begun: dict[str, date] = {}

    async def tick(self) -> None:
        """Begins what is due. Raises NotKept."""
        now = self._clock()
        for location in self._locations:
            day = last_day(location, self._zone, now)
            if self._begun.get(location.id) == day.date or now - day.end > LATEST:
                continue
            if await self._digests.open(location.id, day):
                log.info("a day is over; its digest is made", location=location.id, day=day.date.isoformat())
            self._begun[location.id] = day.date
