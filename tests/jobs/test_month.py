"""When the summary of a month's claims is begun."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.handover.claim_sums import Month
from bot.handover.location import Location, Locations
from bot.jobs.month import MonthJob

ZONE = ZoneInfo("Asia/Kolkata")
MIDNIGHT = datetime(2026, 2, 28, 18, 30, tzinfo=UTC)
ALWAYS = Location(id="LOC1", name="Bengaluru dock", channel="C0DOCK")
BY_DAY = Location(id="LOC2", name="Hosur dock", channel="C0HOSUR", hours="08:00-20:00")


class Asked:
    def __init__(self) -> None:
        self.of: list[tuple[str, int, int]] = []

    async def open_month(self, location_id: str, month: Month) -> bool:
        self.of.append((location_id, month.first.year, month.first.month))
        return True


async def test_each_month_once_and_while_somebody_is_there() -> None:
    asked, moved = Asked(), [timedelta()]
    job = MonthJob(asked, Locations((ALWAYS, BY_DAY)), ZONE, lambda: MIDNIGHT + moved[0])
    said = []
    for hours in (-1, 0, 1, 8.5, 9, 24 * 7, 24 * 31 - 1, 24 * 31, 24 * 31 + 9):
        moved[0] = timedelta(hours=hours)
        before = len(asked.of)
        await job.tick()
        said += [(hours, *one) for one in asked.of[before:]]
    assert said == [
        (0, "LOC1", 2026, 2),
        (8.5, "LOC2", 2026, 2),
        (24 * 31, "LOC1", 2026, 3),
        (24 * 31 + 9, "LOC2", 2026, 3),
    ]


async def test_a_month_that_is_long_over_is_not_told() -> None:
    asked = Asked()
    await MonthJob(asked, Locations((ALWAYS,)), ZONE, lambda: MIDNIGHT + timedelta(days=8)).tick()
    assert asked.of == []
