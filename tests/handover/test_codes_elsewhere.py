"""Codes that are another copy's when they are to be made, or when they come: nobody sees them, nothing is on record."""

import pytest

from bot.handover.events import Happening
from bot.handover.location import Location
from bot.handover.ports import CodesElsewhere
from tests.handover.stand import ASHA, Stand


def overtaken(stand: Stand, after: int) -> None:
    """Another copy has them from that look on."""
    looks = 0

    async def look(_location: Location) -> None:
        nonlocal looks
        looks += 1
        if looks > after:
            raise CodesElsewhere

    stand.dock.makes.append(look)


@pytest.mark.parametrize("after", [0, 1], ids=["before the call", "while it was made"])
async def test_a_start_otc(stand: Stand, after: int) -> None:
    stand.sim.arrive("LOC1", "Ram")
    h = await stand.only()
    overtaken(stand, after)
    with pytest.raises(CodesElsewhere):
        await stand.start.for_handover(ASHA, h.id)
    assert len(stand.asked("start_otc")) == after
    assert (await stand.now(h.id)).start_otc_at is None
    assert await stand.record(h.id, Happening.START_OTC) == []
    stand.dock.makes.clear()
    await stand.start.for_handover(ASHA, h.id)
    assert len(stand.asked("start_otc")) == after + 1, "the code that nobody was to see was kept"


@pytest.mark.parametrize("after", [0, 1], ids=["before the call", "while it was made"])
async def test_an_end_otc(stand: Stand, after: int) -> None:
    visit = stand.sim.arrive("LOC1", "Ram")
    visit.begin()
    visit.scan(4)
    visit.finish_scanning()
    h = await stand.only()
    await stand.end.compare(ASHA, h.id, 4)
    overtaken(stand, after)
    with pytest.raises(CodesElsewhere):
        await stand.end.give(ASHA, h.id, 4)
    assert len(stand.asked("end_otc")) == after
    assert (await stand.now(h.id)).end_otc_at is None
    assert await stand.record(h.id, Happening.END_OTC) == []
    stand.dock.makes.clear()
    await stand.end.give(ASHA, h.id, 4)
    assert len(stand.asked("end_otc")) == after + 1
