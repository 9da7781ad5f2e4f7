"""What is due at each location today, and how often it is therefore looked at.

A location of `arrivals = "due"` is looked at with its full pace while there is a reason to: an FE is there (the poller
knows that), something is due, or somebody asked. Else now and then, for returns come that no source knows.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from bot.clock import Clock
from bot.handover.location import Location, Locations

ASKED_LATELY = timedelta(hours=1)
"""So long after somebody asked about a location somebody still waits there."""
HEARD_LATELY = timedelta(hours=24)
"""Without a word from any source for so long nobody knows what is due."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What the sources say of one location."""

    due: int = 0
    """Parcels that should have come by the end of today, and that nobody has scanned."""
    out: int = 0
    """Those that are out for delivery."""
    heard_at: datetime | None = None
    """When any of them said anything; None: never."""
    since: datetime | None = field(default=None, compare=False)
    """When any of them said something first."""

    def has_worked(self, now: datetime) -> bool:
        """Whether sources have spoken for a day, the last of them lately: enough to look by what is due."""
        return has_worked(self.since, self.heard_at, now)


def has_worked(first: datetime | None, last: datetime | None, now: datetime) -> bool:
    """Whether a source that spoke first and last at these moments has worked for a day."""
    return first is not None and last is not None and first <= now - HEARD_LATELY <= last


class Forecasts(Protocol):
    """Where it is read. One transaction."""

    async def forecast(self, location_id: str, now: datetime) -> Forecast:
        """What is due at the location. Raises NotKept."""


class DueToday:
    """Remembers what is due, as it was read last, and who asked."""

    def __init__(self, forecasts: Forecasts, locations: Locations, clock: Clock, heartbeat: timedelta) -> None:
        """`heartbeat` is how often a location is looked at where nothing is due."""
        self._forecasts = forecasts
        self._locations = locations
        self._clock = clock
        self.heartbeat = heartbeat
        self._known: dict[str, Forecast] = {}
        self._asked: dict[str, datetime] = {}

    async def refresh(self) -> None:
        """Reads what is due. Raises NotKept."""
        for one in self._locations:  # one by one, so that others get their turn
            self._known[one.id] = await self._forecasts.forecast(one.id, self._clock())

    def asked(self, location_id: str) -> None:
        """Somebody waits at the location: a person asked, or a return is announced."""
        self._asked[location_id] = self._clock()

    def of(self, location_id: str) -> Forecast | None:
        """What is due there; None while no source has said anything within `HEARD_LATELY`."""
        found = self._known.get(location_id)
        return found if found is not None and self._is_recent(found.heard_at, HEARD_LATELY) else None

    def is_quiet(self, location: Location) -> bool:
        """Whether nothing is due and nobody asked, so that it is enough to look now and then."""
        if location.arrivals != "due":
            return False
        found = self.of(location.id)
        asked = self._is_recent(self._asked.get(location.id), ASKED_LATELY)
        return found is not None and not (found.due or found.out or asked)

    def problems(self) -> list[str]:
        """What the health page says: locations that are looked at by what is due, and nobody says what that is."""
        return [
            f"location {one.id}: no source has said what is due for a day, so it is looked at all the time; see "
            '[notifications] and ledger in bot.toml, or set arrivals = "always"'
            for one in self._locations
            if one.arrivals == "due" and one.id in self._known and self.of(one.id) is None
        ]

    def total(self) -> int:
        """Parcels that are due today, at all locations."""
        return sum(one.due for one in self._known.values())

    def _is_recent(self, at: datetime | None, within: timedelta) -> bool:
        # One in the future was said before the clock was set back.
        return at is not None and abs(self._clock() - at) < within
