import asyncio

import pytest

from bot.handover.events import Happening
from bot.handover.model import OtcMode, Stage
from bot.handover.refusals import HandoverOver, NotAllowed, UnknownHandover
from tests.handover.stand import ASHA, ELSEWHERE, LOCATION, STRANGER, VIKRAM, Stand


async def scanning(here: Stand, scans: int = 3) -> str:
    visit = here.sim.arrive("LOC1", "Ram")
    visit.begin()
    visit.scan(scans)
    h = await here.only()
    await here.reader.catch_up(h.id)
    return h.id


async def test_a_count_is_kept_and_compared(stand: Stand) -> None:
    h_id = await scanning(stand)
    form = await stand.counting.form(ASHA, h_id)
    assert form.handover.scanned == 3
    compared = await stand.counting.keep(ASHA, h_id, 2)
    assert (compared.difference, compared.handover.counted_by) == (1, ASHA.user_id)
    assert stand.asked("end_otc") == []


async def test_the_same_count_twice_is_said_once(stand: Stand) -> None:
    h_id = await scanning(stand)
    await asyncio.gather(*(stand.counting.keep(ASHA, h_id, 3) for _ in range(3)))
    assert len(await stand.record(h_id, Happening.COUNTED)) == 1
    await stand.counting.keep(VIKRAM, h_id, 3)
    stand.sim.visits[0].scan(1)
    await stand.reader.catch_up(h_id)
    await stand.counting.keep(VIKRAM, h_id, 3)
    told = await stand.record(h_id, Happening.COUNTED)
    assert [(e.by, e.detail["scanned"]) for e in told] == [(ASHA.user_id, 3), (VIKRAM.user_id, 3), (VIKRAM.user_id, 4)]


async def test_a_count_needs_the_right_and_an_fe(stand: Stand) -> None:
    h_id = await scanning(stand)
    for wish in (stand.counting.form(STRANGER, h_id), stand.counting.keep(STRANGER, h_id, 3)):
        with pytest.raises(NotAllowed):
            await wish
    await stand.dock.write_refusals(all_of_them=True)
    first, again = (e.detail for e in await stand.record(what=Happening.REFUSED))
    assert first == {"wish": "count", "why": "NotAllowed"}
    assert again == {"wish": "count", "why": "NotAllowed", "times": 1, "handovers": [h_id]}
    with pytest.raises(UnknownHandover):
        await stand.counting.form(ASHA, "0" * 32)
    stand.sim.visits[0].leave()
    await stand.look()
    await stand.look()
    with pytest.raises(HandoverOver):
        await stand.counting.keep(ASHA, h_id, 3)


async def test_a_look_around_tells_who_is_there(stand: Stand) -> None:
    for name in ("Ram", "Ram"):
        stand.sim.arrive("LOC1", name)
    stand.sim.arrive("LOC2", "Mohan")
    mode, present = await stand.dock.look_around(LOCATION, for_person=True)
    assert (mode, len(present)) == (OtcMode.START_AND_END, 2)
    assert [h.fe_name for h in await stand.look(ELSEWHERE)] == ["Mohan"]
    assert len(await stand.handovers.here()) == 3, "a look at one location touched another"


async def test_a_gap_in_the_data_ends_nobody(stand: Stand) -> None:
    visit = stand.sim.arrive("LOC1", "Ram")
    h = await stand.only()
    for _ in range(3):
        visit.hide()
        assert [x.id for x in await stand.look()] == [h.id]
        await stand.look()
    assert len(await stand.record(h.id)) == 1
    visit.hide(2)
    await stand.look()
    assert await stand.look() == []
    [back] = await stand.look()
    assert (back.id, back.stage) == (h.id, Stage.WAITING)
    assert [e.what for e in await stand.record(h.id)][1:] == [Happening.LEFT, Happening.REOPENED]


async def test_a_new_task_is_a_new_handover(stand: Stand) -> None:
    visit = stand.sim.arrive("LOC1", "Ram")
    old = await stand.only()
    visit.new_task("t9")
    ids = {h.task_id: h.id for h in await stand.look()}
    assert (set(ids), ids[old.task_id]) == ({"t9", old.task_id}, old.id)
    assert [h.task_id for h in await stand.look()] == ["t9"]


async def test_two_looks_at_once_make_one_handover(stand: Stand) -> None:
    stand.sim.arrive("LOC1", "Ram")
    looks = await asyncio.gather(*(stand.look() for _ in range(4)))
    assert len({h.id for present in looks for h in present}) == 1
    assert len(await stand.record()) == 1


async def test_expired_codes_are_dropped_from_memory(stand: Stand) -> None:
    stand.sim.arrive("LOC1", "Ram")
    h = await stand.only()
    await stand.start.for_handover(ASHA, h.id)
    assert stand.dock.start_codes.get(h.id) is not None
    stand.clock.advance(901)
    await stand.dock.forget_expired()
    assert stand.dock.start_codes.get(h.id) is None
