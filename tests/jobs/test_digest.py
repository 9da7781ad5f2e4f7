"""Which day's digest is begun when, for many locations."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.handover.digest import Day
from bot.handover.location import Location, Locations
from bot.handover.owning import EVERYTHING, Owning
from bot.handover.ports import NotKept
from bot.jobs.digest import DigestJob
from tests.owning import Part

ZONE = ZoneInfo("Asia/Kolkata")


@dataclass
class Opened:
    """Notes what is begun."""

    days: list[tuple[str, str]] = field(default_factory=list)
    fails_at: str = ""

    async def open(self, location_id: str, day: Day) -> bool:
        if location_id == self.fails_at:
            self.fails_at = ""
            raise NotKept("the disk is full")
        self.days.append((location_id, day.date.isoformat()))
        return True


def job(opened: Opened, now: list[datetime], owning: Owning = EVERYTHING) -> DigestJob:
    hours = {"DAY": "08:00-20:00", "NIGHT": "18:00-06:00", "ALWAYS": ""}
    locations = Locations(tuple(Location(id=one, name=one, channel="C0123", hours=h) for one, h in hours.items()))
    return DigestJob(opened, locations.owned(owning), ZONE, lambda: now[0])


async def test_each_day_of_each_location_is_begun_once_when_it_is_over() -> None:
    opened, now = Opened(), [datetime(2026, 3, 2, 12, 0, tzinfo=ZONE).astimezone(UTC)]
    one = job(opened, now)
    await one.tick()
    assert sorted(opened.days) == [("ALWAYS", "2026-03-01"), ("DAY", "2026-03-01"), ("NIGHT", "2026-03-01")]
    opened.days.clear()
    at: dict[str, str] = {}
    for _ in range(24 * 60):
        now[0] += timedelta(minutes=1)
        await one.tick()
        for location_id, date in opened.days:
            assert location_id not in at, f"the day of {location_id} is begun twice"
            assert date == "2026-03-02"
            at[location_id] = now[0].astimezone(ZONE).strftime("%H:%M")
        opened.days.clear()
    assert at == {"DAY": "20:00", "ALWAYS": "00:00", "NIGHT": "06:00"}


async def test_what_could_not_be_kept_is_begun_at_the_next_look() -> None:
    opened, now = Opened(fails_at="NIGHT"), [datetime(2026, 3, 2, 12, 0, tzinfo=ZONE).astimezone(UTC)]
    one = job(opened, now)
    with pytest.raises(NotKept):
        await one.tick()
    await one.tick()
    assert sorted(opened.days) == [("ALWAYS", "2026-03-01"), ("DAY", "2026-03-01"), ("NIGHT", "2026-03-01")]


async def test_a_day_that_was_over_long_ago_has_none() -> None:
    opened, now = Opened(), [datetime(2026, 3, 2, 12, 0, tzinfo=ZONE).astimezone(UTC)]
    one = job(opened, now)
    await one.tick()
    opened.days.clear()
    now[0] += timedelta(days=5)
    await one.tick()
    assert {date for _, date in opened.days} == {"2026-03-06"}


async def test_a_clock_that_was_ahead_and_is_set_right_keeps_no_digest_back() -> None:
    opened, now = Opened(), [datetime(2027, 3, 2, 12, 0, tzinfo=ZONE).astimezone(UTC)]
    one = job(opened, now)
    await one.tick()
    opened.days.clear()
    now[0] = datetime(2026, 3, 2, 12, 0, tzinfo=ZONE).astimezone(UTC)
    for _ in range(3):
        await one.tick()
        now[0] += timedelta(minutes=1)
    assert sorted(opened.days) == [("ALWAYS", "2026-03-01"), ("DAY", "2026-03-01"), ("NIGHT", "2026-03-01")]


async def test_of_several_copies_whoever_owns_a_location_begins_its_digest_also_where_another_one_should_have() -> None:
    opened, now = Opened(), [datetime(2026, 3, 2, 19, 59, tzinfo=ZONE).astimezone(UTC)]
    owning = Part("ALWAYS")
    one = job(opened, now, owning)
    await one.tick()
    assert [location for location, _ in opened.days] == ["ALWAYS"]
    now[0] += timedelta(minutes=2)
    opened.days.clear()
    await one.tick()
    assert opened.days == [], "the day of another copy's location is over, and that is not this one's"
    owning.own("ALWAYS", "DAY")
    await one.tick()
    assert ("DAY", "2026-03-02") in opened.days, "whoever had it may have died before it began the digest"
