"""Reminds of claims at half time and two days before the end, while the location is open."""

from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.handover.claim_ports import Claims
from bot.handover.location import Locations
from bot.monitoring.counted import Counts


class ClaimJob:
    """Says in each thread which of its claims wait."""

    def __init__(
        self, claims: Claims, locations: Locations, zone: ZoneInfo, clock: Clock, counted: Counts | None = None
    ) -> None:
        """`counted` counts the threads that were told."""
        self._counted = Counts() if counted is None else counted
        self._claims = claims
        self._locations = locations
        self._zone = zone
        self._clock = clock

    async def tick(self) -> None:
        """Records the reminders that are due; the outbox says them. Raises NotKept."""
        now = self._clock()
        awake = [location.id for location in self._locations if location.open_at(now, self._zone)]
        if awake and (told := await self._claims.remind(awake, now)):
            self._counted.add("claim", times=told)
