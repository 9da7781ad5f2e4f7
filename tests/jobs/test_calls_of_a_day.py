"""Flipkart's calls of whole days on a clock that is moved: looks by what is due, and the ledger that says so."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.handover.announcing import Announcing
from bot.handover.due_today import HEARD_LATELY, DueToday
from bot.handover.expected import Expecting
from bot.handover.location import Location
from bot.jobs.ledger import LedgerJob
from bot.store.due_today import DueTodayStore
from bot.store.expected import ExpectedStore
from bot.store.ledger import LedgerStore
from bot.store.returns import ReturnStore
from bot.timing import JobsTiming
from tests.jobs.watch import HEARTBEAT, ZONE, Watch, watching_as

DAY = 14 * 3600
MORNING = datetime(2026, 3, 2, 7, 0, tzinfo=ZONE).timestamp()
WANTED = 230
"""Calls of a location in such a day, of all kinds, where nothing is due; 1,680 are looks at the full pace."""
FOREVER = 1_000_000


@dataclass
class Day(Watch):
    """With the ledger, and with what it says is due."""

    seconds: float = MORNING
    budget: int = 1000
    arrivals_seconds: float = 30.0
    arrivals: str = "due"  # type: ignore[assignment]
    due: DueToday = field(init=False)
    ledger: LedgerJob = field(init=False)
    _next: float = 0.0

    def build(self) -> "Day":
        super().build()
        announcing = Announcing(
            self.dock, Expecting(self.dock, ExpectedStore(self.database), ZONE), ReturnStore(self.database), ZONE
        )
        jobs = JobsTiming()
        self.ledger = LedgerJob(
            self.client, announcing, LedgerStore(self.database), self.locations, ZONE, self.now, jobs.ledger_again
        )
        forecasts = DueTodayStore(self.database, ZONE)
        self.due = DueToday(forecasts, self.locations, self.now, timedelta(seconds=HEARTBEAT))
        return self

    def is_quiet(self, location: Location) -> bool:
        return self.due.is_quiet(location)

    async def tick(self, seconds: float = 0.0) -> None:
        if self.seconds >= self._next:
            self._next = self.seconds + JobsTiming().ledger
            await self.ledger.tick()
            await self.due.refresh()
        await super().tick(seconds)

    def comes(self, n: int, place: str, **more: object) -> None:
        """The ledger says that a return is to come, today unless it says when."""
        today = f"{self.now().astimezone(ZONE).date()}"
        said = {"locationId": place, "trackingId": f"FMP{n:06d}", "expectedDate": today} | more
        self.flipkart.ledger(f"R{n}", "OI1", at=self.seconds, **said)

    async def answered_at(self) -> float:
        """When the ledger was read last."""
        [mark] = await LedgerStore(self.database).load(self.ids)
        assert mark.answered_at is not None
        return mark.answered_at.timestamp()

    @property
    def since(self) -> list[tuple[datetime, int]]:
        """Of each call for a page of the ledger: since when it asks for changes, and from which row on."""
        asked = [call.query for call in self.flipkart.calls if call.name == "returns"]
        return [(datetime.fromisoformat(one["modifiedAfter"]), int(one.get("offset", 0))) for one in asked]


@pytest.fixture
async def day(tmp_path: Path) -> AsyncIterator[Day]:
    async with watching_as(Day, tmp_path) as one:
        yield one


@pytest.mark.parametrize("needs_source", [False, True])
async def test_nothing_due(day: Day, needs_source: bool) -> None:
    """Flipkart may want to be asked for each source alone: that is two calls for each pass."""
    day.flipkart.switches.ledger_needs_source = needs_source
    day.comes(1, "LOC1", expectedDate="2026-03-20")
    await day.run(DAY, 10.0)
    assert 160 <= day.calls("initial_load") <= 170, day.calls("initial_load")
    passes = day.calls("returns")
    assert (55 <= passes <= 59) if needs_source else (27 <= passes <= 29), passes
    assert len(day.flipkart.calls) <= WANTED, len(day.flipkart.calls)


async def test_ten_docks_of_which_two_are_due(tmp_path: Path) -> None:
    ids = tuple(f"LOC{n}" for n in range(10))
    async with watching_as(Day, tmp_path, ids=ids) as day:
        for n, place in enumerate(ids):
            day.comes(n, place, **({} if n < 2 else {"expectedDate": "2026-03-20"}))
        await day.run(600, 5.0)  # until the ledger of each is read, all are looked at
        before = {one: day.calls("initial_load", one) for one in ids}
        asked = day.calls("returns")
        await day.run(3600)
        looks = [day.calls("initial_load", one) - before[one] for one in ids]
        assert all(115 <= one <= 122 for one in looks[:2]), looks
        assert all(11 <= one <= 14 for one in looks[2:]), looks
        assert 18 <= day.calls("returns") - asked <= 22


async def test_who_comes_unannounced(day: Day) -> None:
    await day.run(700, 5.0)
    visit = day.flipkart.arrive("LOC1", "Ram")
    await day.run(HEARTBEAT)
    [handover] = await day.present()
    assert handover.fe_id == visit.fe_id, "no card within the heartbeat"
    before = day.calls("initial_load")
    visit.begin()
    await day.run(600)
    assert 19 <= day.calls("initial_load") - before <= 21
    visit.leave()
    await day.run(300)
    before = day.calls("initial_load")
    await day.run(1500)
    assert day.calls("initial_load") - before == 5, "the dock is quiet again"


async def test_where_somebody_asks_it_is_looked_at_within_seconds_and_for_an_hour(day: Day) -> None:
    await day.run(700, 5.0)
    before = day.calls("initial_load")
    day.due.asked("LOC1")
    await day.run(10)
    assert day.calls("initial_load") == before + 1, "it was not looked at for longer than the full pace allows"
    await day.run(300)
    assert 10 <= day.calls("initial_load") - before <= 12
    await day.run(3600, 5.0)
    before = day.calls("initial_load")
    await day.run(900)
    assert day.calls("initial_load") - before == 3, "and seldom again"


async def test_the_ledger_down(day: Day) -> None:
    await day.run(3600, 5.0)
    day.flipkart.fail("returns", status=503, times=FOREVER)
    answered = await day.answered_at()
    await day.run(answered + HEARD_LATELY.total_seconds() - 1500 - day.seconds, 30.0)
    before = day.calls("initial_load")
    await day.run(1400, 5.0)
    assert 4 <= day.calls("initial_load") - before <= 5, "for a day it is known what is due"
    assert not day.due.problems()
    await day.run(300, 5.0)
    before, asked = day.calls("initial_load"), day.calls("returns")
    await day.run(3600, 5.0)
    assert 115 <= day.calls("initial_load") - before <= 122, "nobody knows what is due"
    assert 10 <= day.calls("returns") - asked <= 12, "what is down is asked now and then"
    assert len(day.due.problems()) == 1
    day.flipkart.clear_faults()
    await day.run(600, 5.0)
    before = day.calls("initial_load")
    await day.run(3000, 5.0)
    assert day.calls("initial_load") - before == 10, "the ledger answers, and the dock is not quiet again"


async def test_a_restart_in_between(day: Day) -> None:
    """Neither within a pass nor after it is anything asked for twice, and nothing is forgotten that was read."""
    day.flipkart.switches.ledger_page = 2
    for n in range(9):
        day.comes(n, "LOC1", expectedDate="2026-03-20")
    await day.tick()
    assert [row for _, row in day.since] == [0, 2], "two pages at a tick"
    await restarted(day)
    await day.run(120)
    assert [row for _, row in day.since] == [0, 2, 4, 6, 8], "it goes on at the page at which it stood"
    assert len({since for since, _ in day.since}) == 1
    read = day.seconds
    await restarted(day)
    await day.run(1500)
    assert len(day.since) == 5, "it was read a moment ago"
    looks = day.calls("initial_load")
    assert looks <= 12, "after a restart it looks all the time, although the last one knew that nothing is due"
    day.comes(10, "LOC1")
    await day.run(600)
    assert [row for _, row in day.since[5:]] == [0, 2, 4, 6, 8], "once more, from an overlap on"
    since, _ = day.since[5]
    assert datetime.fromtimestamp(read, ZONE) - since < timedelta(minutes=20), "the cursor goes on"
    before = day.calls("initial_load")
    await day.run(600)
    assert 19 <= day.calls("initial_load") - before <= 21, "one more is due now"


async def restarted(day: Day) -> None:
    """The bot ends, and another one begins with the same database."""
    await day.poller.close()
    await day.client.close()
    day.build()
