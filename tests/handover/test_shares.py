"""What one person can cost in an hour, by kind of press: never what the others need. Over HTTP, with a real budget."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from bot.flipkart.errors import FlipkartError, ShareUsedUpError
from bot.flipkart.quota import SHARE
from bot.handover.answers import EndShown, StartCodesShown
from bot.sandbox.flipkart import Visit
from tests.handover.stand import ASHA, LOCATION, VIKRAM, Stand, stand

HOUR = 1000
"""Calls that Flipkart allows in one."""
EVERY = 5
"""Seconds between two presses of somebody who does not stop."""
PAGES = 20


class Day:
    """An FE who waits, one who is done with twenty pages of parcels, and one with pages that never end."""

    def __init__(self, here: Stand, waiting: Visit, closing: str, done: Visit) -> None:
        self.here = here
        self.waiting = waiting
        self.closing = closing
        self.done = done
        self.presses = 0

    async def names(self) -> None:
        self.presses += 1
        await self.here.start.for_location(ASHA, LOCATION, f"zz{self.presses}")

    async def start(self) -> None:
        await self.here.start.for_location(ASHA, LOCATION)

    async def new_code(self) -> None:
        [waiting] = [h for h in await self.here.handovers.present("LOC1") if h.fe_id == self.waiting.fe_id]
        await self.here.start.for_handover(ASHA, waiting.id, again=True)

    async def end(self) -> None:
        await self.here.end.open(ASHA, self.closing)

    async def endless(self) -> None:
        self.here.sim.switches.endless_pages = True
        await self.here.end.open(ASHA, self.closing)

    async def not_synced(self) -> None:
        self.here.sim.fail("end_otc", code="SHIPMENT_SYNC_ERROR", times=4)
        scanned = len(self.done.shipments)
        await self.here.end.compare(ASHA, self.closing, scanned)
        await self.here.end.give(ASHA, self.closing, scanned)

    async def count(self) -> None:
        await self.here.counting.keep(ASHA, self.closing, 7)


async def is_refused(press: Callable[[Day], Awaitable[None]], day: Day) -> bool:
    """Presses once; whether the person's share was used up."""
    try:
        await press(day)
    except ShareUsedUpError:
        return True
    except FlipkartError:
        return False
    return False


KINDS: dict[str, tuple[Callable[[Day], Awaitable[None]], int]] = {
    "/start-otc with a name that nobody has": (Day.names, int(HOUR * SHARE)),
    "/start-otc": (Day.start, 10),
    "New code": (Day.new_code, 16),
    "End OTC, twenty pages": (Day.end, int(HOUR * SHARE)),
    "End OTC, pages without end": (Day.endless, int(HOUR * SHARE)),
    "Show the End OTC while Flipkart is not synced": (Day.not_synced, int(HOUR * SHARE) + 4 * 720),
    "Count": (Day.count, 0),
}


@pytest_asyncio.fixture
async def day(tmp_path: Path) -> AsyncIterator[Day]:
    async with stand(tmp_path, calls_per_hour=HOUR) as here:
        here.sim.switches.quota_per_hour = 1_000_000
        waiting = here.sim.arrive("LOC1", "Ram")
        done = here.sim.arrive("LOC1", "Shyam")
        done.begin()
        done.scan(PAGES * here.page_size - 1)
        done.finish_scanning()
        [closing] = [h.id for h in await here.look() if h.fe_id == done.fe_id]
        here.clock.advance(3660)
        yield Day(here, waiting, closing, done)


@pytest.mark.everyday(2)
@pytest.mark.parametrize("kind", KINDS)
async def test_what_one_person_can_cost(day: Day, kind: str, record_property: Callable[[str, object], None]) -> None:
    press, most = KINDS[kind]
    before = len(day.here.sim.calls)
    refused = 0
    for _ in range(3600 // EVERY):
        refused += await is_refused(press, day)
        day.here.clock.advance(EVERY)
    calls = len(day.here.sim.calls) - before
    record_property("calls", calls)
    assert calls <= min(most, HOUR), f"one person made {calls} calls in an hour"

    day.here.sim.clear_faults()
    day.here.sim.switches.endless_pages = False
    start = await day.here.start.for_location(VIKRAM, LOCATION)
    assert isinstance(start, StartCodesShown), "another person gets no Start OTC"
    scanned = len(day.done.shipments)
    await day.here.end.open(VIKRAM, day.closing)
    await day.here.end.compare(VIKRAM, day.closing, scanned)
    assert isinstance(await day.here.end.give(VIKRAM, day.closing, scanned), EndShown), "another person gets no End OTC"
    day.here.clock.advance(3660)
    assert not refused or not await is_refused(press, day), "the share does not come back"
