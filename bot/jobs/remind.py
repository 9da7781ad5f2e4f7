"""Looks every few seconds at what has waited for a person for too long, and lets the outbox say so."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

import structlog

from bot.clock import Clock
from bot.handover.location import Locations
from bot.handover.model import Handover
from bot.handover.ports import Step
from bot.handover.reminders import Reminder, Reminding, Waits, remind
from bot.monitoring.counted import Counts

log = structlog.get_logger()


class Reminders(Protocol):
    """What people were reminded of. Each method is one transaction."""

    async def remind(
        self, decide: Callable[[Sequence[Waits]], list[tuple[Step, list[Reminder]]]], scanned_before: datetime
    ) -> int:
        """Keeps the reminders that `decide` finds due among the present handovers. Returns how many.

        Those who scan and have scanned something since `scanned_before` are left out.
        """


class RemindJob:
    """Reminds whoever serves the dock."""

    def __init__(
        self,
        reminders: Reminders,
        locations: Locations,
        settings: Reminding,
        zone: ZoneInfo,
        clock: Clock,
        is_seen: Callable[[Handover], bool],
        counted: Counts | None = None,
    ) -> None:
        """`is_seen` tells whether the last look at a handover succeeded: what is not seen may long be over.

        `counted` counts the reminders.
        """
        self._counted = Counts() if counted is None else counted
        self._reminders = reminders
        self._locations = locations
        self._settings = settings
        self._zone = zone
        self._clock = clock
        self._is_seen = is_seen

    async def tick(self) -> None:
        """Says what is due now. Raises NotKept."""
        said = await self._reminders.remind(self._decide, self._settings.scanned_before(self._clock()))
        if said:
            self._counted.add("waiting", times=said)
            log.info("people were reminded of what waits for them", reminders=said)

    def _decide(self, every: Sequence[Waits]) -> list[tuple[Step, list[Reminder]]]:
        seen = [one for one in every if self._is_seen(one.handover)]
        return remind(seen, self._locations, self._settings, self._zone, self._clock())
