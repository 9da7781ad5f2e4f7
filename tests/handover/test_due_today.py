"""When a location is looked at seldom, and what is said of it."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.handover.due_today import ASKED_LATELY, HEARD_LATELY, DueToday, Forecast
from bot.handover.location import Location, Locations

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BY_DUE = Location(id="LOC1", name="Bengaluru dock", channel="C0DOCK", arrivals="due")
ALWAYS = Location(id="LOC2", name="Hosur dock", channel="C0HOSUR")
MINUTE = timedelta(minutes=1)


class Stand:
    """What the store says, and the time."""

    def __init__(self, found: Forecast) -> None:
        self.now = NOW
        self.found = found
        self.due = DueToday(self, Locations((BY_DUE, ALWAYS)), lambda: self.now, 5 * MINUTE)

    async def forecast(self, location_id: str, now: datetime) -> Forecast:
        assert location_id in ("LOC1", "LOC2")
        assert now == self.now
        return self.found


async def test_nothing_is_due() -> None:
    stand = Stand(Forecast(heard_at=NOW))
    assert not stand.due.is_quiet(BY_DUE), "before it is read nobody knows"
    assert stand.due.problems() == []
    await stand.due.refresh()
    assert stand.due.is_quiet(BY_DUE)
    assert not stand.due.is_quiet(ALWAYS)


@pytest.mark.parametrize("found", [Forecast(due=1, heard_at=NOW), Forecast(out=1, heard_at=NOW)])
async def test_something_is_due(found: Forecast) -> None:
    stand = Stand(found)
    await stand.due.refresh()
    assert not stand.due.is_quiet(BY_DUE)
    assert stand.due.of("LOC1") == found


async def test_somebody_asked_within_the_hour() -> None:
    stand = Stand(Forecast(heard_at=NOW))
    await stand.due.refresh()
    stand.due.asked("LOC1")
    assert not stand.due.is_quiet(BY_DUE)
    stand.now += ASKED_LATELY
    assert stand.due.is_quiet(BY_DUE)
    stand.now -= 3 * ASKED_LATELY
    assert stand.due.is_quiet(BY_DUE), "who asked in the future asked before the clock was set back"


@pytest.mark.parametrize("heard_at", [None, NOW - HEARD_LATELY, NOW + HEARD_LATELY])
async def test_no_source_has_said_anything_for_a_day(heard_at: datetime | None) -> None:
    stand = Stand(Forecast(heard_at=heard_at))
    await stand.due.refresh()
    assert not stand.due.is_quiet(BY_DUE), "it is looked at as if it were always"
    assert stand.due.of("LOC1") is None
    [problem] = stand.due.problems()
    assert problem.startswith("location LOC1: no source has said what is due for a day")


def test_a_source_has_worked_once_it_has_spoken_for_a_day_and_still_does() -> None:
    day, hour = timedelta(days=1), timedelta(hours=1)
    for first, last, worked in (
        (NOW - day, NOW, True),
        (NOW - 3 * day, NOW - day, True),
        (NOW - day + hour, NOW, False),
        (NOW - 3 * day, NOW - day - hour, False),
        (None, None, False),
        (None, NOW, False),
    ):
        assert Forecast(heard_at=last, since=first).has_worked(NOW) is worked
