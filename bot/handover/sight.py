"""Since when a location can't be seen: an empty dock and one that Flipkart does not show look alike otherwise."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class _Blind:
    began: float
    """Monotonic seconds at which the first look began that failed."""
    lasted: timedelta
    """From then until the last one failed, whatever became of the clock meanwhile."""
    last: datetime
    """When the last one failed."""
    why: str

    @property
    def since(self) -> datetime:
        """When the first look began, by the clock of now."""
        return self.last - self.lasted


class Sight:
    """Which locations Flipkart gave no answer for, from when on."""

    def __init__(
        self, told_after: timedelta, outage_after: timedelta, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        """A location that can't be seen for less than `told_after` is no news to anybody.

        One for which looks failed over `outage_after` is told in its channel. `monotonic` is in seconds.
        """
        self._monotonic = monotonic
        self._told_after = told_after
        self._outage_after = outage_after
        self._blind: dict[str, _Blind] = {}
        self._back: dict[str, datetime] = {}

    def lost(self, location_id: str, why: str, began: datetime, now: datetime) -> None:
        """A look that began then failed; `why` is the reason in words for the operator."""
        beat, before = self._monotonic(), self._blind.get(location_id)
        first = beat - max(now - began, timedelta()).total_seconds() if before is None else before.began
        self._blind[location_id] = _Blind(first, timedelta(seconds=beat - first), now, why)
        self._back.pop(location_id, None)

    def regained(self, location_id: str, now: datetime) -> None:
        """A look succeeded."""
        self._blind.pop(location_id, None)
        self._back.setdefault(location_id, now)

    def unwatched(self, location_id: str) -> None:
        """Nobody looks any more: the location is closed, and no FE is there."""
        self._blind.pop(location_id, None)
        self._back.pop(location_id, None)

    def since(self, location_id: str, now: datetime) -> datetime | None:
        """From when on the location can't be seen; None while it can, or for a moment only."""
        blind = self._blind.get(location_id)
        return blind.since if blind is not None and now - blind.since >= self._told_after else None

    def why(self, location_id: str) -> str:
        """The reason of the last look that failed; empty where none did."""
        blind = self._blind.get(location_id)
        return "" if blind is None else blind.why

    def outage(self, location_id: str) -> datetime | None:
        """Since when looks at a location have failed, if that is so long that people are told."""
        return self.failing([location_id]).get(location_id)

    def failing(self, location_ids: Iterable[str]) -> dict[str, datetime]:
        """Of these, those for which looks failed for so long that people are told, and since when."""
        found = {one: self._blind[one] for one in location_ids if one in self._blind}
        return {one: blind.since for one, blind in found.items() if blind.lasted >= self._outage_after}

    def back(self, location_id: str) -> datetime | None:
        """From when on each look succeeded; None where the last one failed, or none was made since the start."""
        return self._back.get(location_id)
