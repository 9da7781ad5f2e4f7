"""Looks every few seconds at what nobody takes, and lets the outbox tell those whom bot.toml names for that."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

import structlog

from bot.clock import Clock
from bot.handover.escalation import escalate
from bot.handover.location import Locations
from bot.handover.model import Handover
from bot.handover.ports import Step
from bot.handover.reminders import Reminding, Waits
from bot.monitoring.counted import Counts

log = structlog.get_logger()


class Escalations(Protocol):
    """Who was told of what. Each method is one transaction."""

    async def escalate(self, decide: Callable[[Sequence[Waits]], list[Step]], scanned_before: datetime) -> int:
        """Keeps the steps that `decide` finds due among the present handovers. Returns how many.

        Those who scan and have scanned something since `scanned_before` are left out.
        """


class EscalationJob:
    """Tells those whom a location names when nobody answers."""

    def __init__(
        self,
        escalations: Escalations,
        locations: Locations,
        settings: Reminding,
        zone: ZoneInfo,
        clock: Clock,
        is_seen: Callable[[Handover], bool],
        counted: Counts | None = None,
    ) -> None:
        """`is_seen` tells whether the last look at a handover succeeded: what is not seen may long be over.

        `counted` counts the steps.
        """
        self._counted = Counts() if counted is None else counted
        self._escalations = escalations
        self._locations = locations
        self._settings = settings
        self._zone = zone
        self._clock = clock
        self._is_seen = is_seen
        self._soonest = min((soonest for location in locations if (soonest := location.soonest_step)), default=None)

    async def tick(self) -> None:
        """Tells what is due now. Raises NotKept."""
        scanned_before = self._settings.scanned_before(self._clock(), self._soonest)
        told = await self._escalations.escalate(self._decide, scanned_before)
        if told:
            self._counted.add("escalation", times=told)
            log.info("nobody has taken what waits; others are told", steps=told)

    def _decide(self, every: Sequence[Waits]) -> list[Step]:
        seen = [one for one in every if self._is_seen(one.handover)]
        return escalate(seen, self._locations, self._settings, self._zone, self._clock())
