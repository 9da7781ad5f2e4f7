"""The running hand count, over a real store."""

import asyncio

import pytest

from bot.handover.events import Happening
from bot.handover.refusals import HandoverOver, NotAllowed
from bot.handover.tally import MOST, Tallying, add
from bot.store.tallies import TallyStore
from tests.handover.stand import ASHA, LOCATION, STRANGER, VIKRAM, Stand


def tallying(stand: Stand) -> Tallying:
    return Tallying(stand.dock, TallyStore(stand.database, stand.clock))


async def test_several_people_at_once_and_each_takes_back_their_own(stand: Stand) -> None:
    stand.sim.arrive(LOCATION.id, "Ram")
    handover = await stand.only()
    count = tallying(stand)
    await asyncio.gather(*(count.add(by, handover.id, n) for by in (ASHA, VIKRAM) for n in (1, 5, 10)))
    now = await count.add(ASHA, handover.id, 10)
    assert now.handover.running == 42
    assert now.shares == ((ASHA.user_id, 26), (VIKRAM.user_id, 16))
    assert now.handover.revision == handover.revision + 7, "each press is seen on the card"

    undone = await count.undo(ASHA, handover.id)
    assert (undone.handover.running, undone.nothing) == (32, False)
    for _ in range(3):
        undone = await count.undo(VIKRAM, handover.id)
    assert undone.shares == ((ASHA.user_id, 16),)
    nothing = await count.undo(VIKRAM, handover.id)
    assert (nothing.handover.running, nothing.nothing) == (16, True)
    lines = await stand.record(handover.id, Happening.TALLIED)
    assert [line.detail["running"] for line in lines][-1] == 16
    assert sum(line.detail["added"] for line in lines) == 16


async def test_no_finger_makes_an_absurd_count(stand: Stand) -> None:
    stand.sim.arrive(LOCATION.id, "Ram")
    handover = (await stand.only()).model_copy(update={"running": MOST})
    assert add(handover, "U1", 1, stand.clock()).handover == handover
    assert add(handover, "U1", -1, stand.clock()).handover.running == MOST - 1


async def test_who_may_not_and_when_it_is_over(stand: Stand) -> None:
    visit = stand.sim.arrive(LOCATION.id, "Ram")
    handover = await stand.only()
    count = tallying(stand)
    with pytest.raises(NotAllowed):
        await count.add(STRANGER, handover.id, 5)
    visit.leave()
    await stand.look()
    await stand.look()
    with pytest.raises(HandoverOver):
        await count.add(ASHA, handover.id, 5)
    assert (await stand.now(handover.id)).running == 0
