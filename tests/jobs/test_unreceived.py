"""When alarms about returns that never came are looked for."""

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
        self.asked: list[tuple[str, datetime, datetime]] = []
        self.looked: list[tuple[str, datetime]] = []

    async def raise_alarm(self, location_id: str, completed_before: datetime, now: datetime) -> bool:
        self.asked.append((location_id, completed_before, now))
        return False

    async def look_for(self, location_id: str, now: datetime) -> int:
        self.looked.append((location_id, now))
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
        ("LOC1", NOON - after, NOON),
        ("LOC2", NOON - after, NOON),
        ("LOC1", night - after, night),
        ("LOC2", NOON - after, NOON),
    ]
    looked = [("LOC1", NOON), ("LOC2", NOON), ("LOC1", night), ("LOC2", night), ("LOC2", NOON), ("LOC2", night)]
    assert noted.looked == looked, "what came is seen when it comes, whatever the hour"
