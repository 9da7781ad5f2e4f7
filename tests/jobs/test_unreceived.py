"""When alarms about returns that never came are looked for."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from bot.handover.location import Location, Locations
from bot.handover.unreceived import Unreceived
from bot.jobs.unreceived import UnreceivedJob

NOON = datetime(2026, 3, 2, 6, 30, tzinfo=UTC)
ALWAYS = Location(id="LOC1", name="Bengaluru dock", channel="C0DOCK")
BY_DAY = Location(id="LOC2", name="Hosur dock", channel="C0HOSUR", hours="08:00-20:00")


class Noted:
    def __init__(self) -> None:
        self.asked: list[tuple[list[str], datetime, datetime]] = []

    async def raise_alarms(self, location_ids: Collection[str], completed_before: datetime, now: datetime) -> int:
        self.asked.append((list(location_ids), completed_before, now))
        return 0


async def test_a_dock_that_is_closed_is_told_when_it_opens() -> None:
    noted, moved, zone = Noted(), timedelta(), ZoneInfo("Asia/Kolkata")
    after = timedelta(hours=24)
    for places in (Locations((ALWAYS, BY_DAY)), Locations((BY_DAY,))):
        for moved in (timedelta(), timedelta(hours=9)):
            at = NOON + moved
            await UnreceivedJob(cast("Unreceived", noted), places, zone, lambda at=at: at, after).tick()  # type: ignore[misc]
    night = NOON + timedelta(hours=9)
    assert noted.asked == [
        (["LOC1", "LOC2"], NOON - after, NOON),
        (["LOC1"], night - after, night),
        (["LOC2"], NOON - after, NOON),
    ]
