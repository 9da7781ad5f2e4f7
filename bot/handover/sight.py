"""Since when a location can't be seen: an empty dock and one that Flipkart does not show look alike otherwise.

Two things are asked of Flipkart again and again: who is there, and the pages of those who scan. An outage is that one
of them came to nothing for long, whatever becomes of the other: a call that works never ends what the other one tells.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class _Blind:
    began: float
    """Monotonic seconds at which the first call began that failed."""
    ended: float
    """The same of when the last one failed."""
    last: datetime
    """When that was by the clock."""
    why: str

    @property
    def lasted(self) -> timedelta:
        """From the first until the last, whatever became of the clock meanwhile."""
        return timedelta(seconds=self.ended - self.began)

    @property
    def since(self) -> datetime:
        """When the first call began, by the clock of now."""
        return self.last - self.lasted


@dataclass(slots=True)
class _Asked:
    """How it goes with what is asked again and again."""

    blind: _Blind | None = None
    back: datetime | None = None
    """From when on each call succeeded; None while the last one failed, and before the first."""

    def failed(self, why: str, began: datetime, now: datetime, beat: float) -> None:
        first = beat - max(now - began, timedelta()).total_seconds() if self.blind is None else self.blind.began
        self.blind, self.back = _Blind(first, beat, now, why), None

    def answered(self, now: datetime) -> None:
        self.blind, self.back = None, self.back or now


class Sight:
    """What Flipkart gave no answer for, by location, from when on."""

    def __init__(
        self, told_after: timedelta, outage_after: timedelta, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        """A location that can't be seen for less than `told_after` is no news to anybody.

        One for which looks failed over `outage_after` is told in its channel. `monotonic` is in seconds.
        """
        self._monotonic = monotonic
        self._told_after = told_after
        self._outage_after = outage_after
        self._looks: dict[str, _Asked] = {}
        self._pages: dict[str, dict[str, _Asked]] = {}
        """By handover: all whose scans are read at a location."""

    # ---- who is there ----

    def lost(self, location_id: str, why: str, began: datetime, now: datetime) -> None:
        """A look that began then failed; `why` is the reason in words for the operator."""
        self._looks.setdefault(location_id, _Asked()).failed(why, began, now, self._monotonic())

    def regained(self, location_id: str, now: datetime) -> None:
        """A look succeeded."""
        self._looks.setdefault(location_id, _Asked()).answered(now)

    def unwatched(self, location_id: str) -> None:
        """Nobody looks any more: the location is closed, and no FE is there."""
        self._looks.pop(location_id, None)

    def since(self, location_id: str, now: datetime) -> datetime | None:
        """From when on the location can't be seen; None while it can, or for a moment only."""
        blind = self._look(location_id).blind
        return blind.since if blind is not None and now - blind.since >= self._told_after else None

    def why(self, location_id: str) -> str:
        """The reason of the last look that failed; empty where none did."""
        blind = self._look(location_id).blind
        return "" if blind is None else blind.why

    # ---- pages of those who scan ----

    def reads(self, location_id: str, handover_id: str) -> None:
        """The pages of a handover are read from now on; it may be said again."""
        self._pages.setdefault(location_id, {}).setdefault(handover_id, _Asked())

    def reads_no_more(self, location_id: str, handover_id: str) -> None:
        """The FE has gone: what failed is asked for no more."""
        there = self._pages.get(location_id, {})
        there.pop(handover_id, None)
        if not there:
            self._pages.pop(location_id, None)

    def no_page(self, location_id: str, handover_id: str, why: str, began: datetime, now: datetime) -> None:
        """A read that began then failed; `why` as in `lost`."""
        asked = self._pages.get(location_id, {}).get(handover_id)
        if asked is not None:
            asked.failed(why, began, now, self._monotonic())

    def page(self, location_id: str, handover_id: str, now: datetime) -> None:
        """A read succeeded."""
        asked = self._pages.get(location_id, {}).get(handover_id)
        if asked is not None:
            asked.answered(now)

    def unread(self, location_id: str, now: datetime) -> tuple[datetime, str] | None:
        """From when on no scans can be read at a location, and why; None while some can, or for a moment only."""
        blind = self._unread(location_id)
        if blind is None or now - blind.since < self._told_after:
            return None
        return blind.since, blind.why

    # ---- both ----

    def outage(self, location_id: str) -> datetime | None:
        """Since when Flipkart has not answered for a location, if that is so long that people are told."""
        return self.failing([location_id]).get(location_id)

    def failing(self, location_ids: Iterable[str]) -> dict[str, datetime]:
        """Of these, those for which looks or pages failed for so long that people are told, and since when."""
        found = {}
        for one in location_ids:
            both = (self._look(one).blind, self._unread(one))
            long = [blind.since for blind in both if blind is not None and blind.lasted >= self._outage_after]
            if long:
                found[one] = min(long)
        return found

    def back(self, location_id: str) -> datetime | None:
        """From when on all that is asked for was answered; None where it was not, or was not asked since the start."""
        look, pages = self._look(location_id).back, self._pages.get(location_id)
        if look is None or not pages:
            return look
        read = [asked.back for asked in pages.values() if asked.back is not None]
        return max(look, min(read)) if read else None

    def _look(self, location_id: str) -> _Asked:
        return self._looks.get(location_id) or _Asked()

    def _unread(self, location_id: str) -> _Blind | None:
        """Since when the pages of nobody can be read there.

        One FE whose pages alone come to nothing is no outage: Flipkart answers for the others, and a line in the
        channel would make people doubt cards that are right.
        """
        blind = []
        for asked in self._pages.get(location_id, {}).values():
            if asked.blind is not None:
                blind.append(asked.blind)
            elif asked.back is not None:
                return None
        if not blind:
            return None
        newest = max(blind, key=lambda one: one.ended)
        return _Blind(max(one.began for one in blind), newest.ended, newest.last, newest.why)
