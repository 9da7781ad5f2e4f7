"""Begins the summary of each location's claims when a month is over; the outbox brings it into Slack."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.handover.claim_sums import Months, month_before
from bot.handover.location import Locations

LATEST = timedelta(days=7)
"""A month that ended longer ago has no summary any more: that of a bot that is new is none of its."""


class MonthJob:
    """One summary for each location and month in which there was a claim, while the location is open."""

    def __init__(self, months: Months, locations: Locations, zone: ZoneInfo, clock: Clock) -> None:
        self._months = months
        self._locations = locations
        self._zone = zone
        self._clock = clock
        self._asked: dict[str, int] = {}
        """Of which month each location was asked already."""

    async def tick(self) -> None:
        """Begins what is due. Raises NotKept."""
        now = self._clock()
        month = month_before(now, self._zone)
        if now - month.end > LATEST:
            return
        for location in self._locations:
            if self._asked.get(location.id) != month.number and location.open_at(now, self._zone):
                # One by one, so that others get their turn.
                await self._months.open_month(location.id, month)
                self._asked[location.id] = month.number
