"""Start OTC over real HTTP: one generating call per wish, the same code on a second press, rotation told."""

import asyncio
import itertools
from pathlib import Path

import pytest

from bot.flipkart.errors import RefusedError, TransportError
from bot.handover.answers import FixedCodesShown, NobodyWaiting, StartAnswer, StartCodesShown, StartNotOffered
from bot.handover.end import may_close
from bot.handover.events import Happening
from bot.handover.model import OtcMode, Stage
from bot.handover.refusals import HandoverOver, NotAllowed, NotAtStart, RightsUnknown, UnknownHandover
from bot.handover.start import MOST_SHOWN, PAUSES
from bot.jobs.pace import is_read
from bot.sandbox.flipkart import Switches
from bot.timing import DockTiming
from tests.handover.stand import ASHA, LOCATION, STRANGER, VIKRAM, Stand, stand


def codes(answer: StartAnswer) -> dict[str, str]:
    """FE name to code; fails if no codes were shown."""
    assert isinstance(answer, StartCodesShown), f"no codes but {type(answer).__name__}"
    return {one.handover.fe_name: one.otc.get_secret_value() for one in answer.codes}


async def test_the_code_opens_scanning_and_its_asker_is_on_record(stand: Stand) -> None:
    ram = stand.sim.arrive("LOC1", "Ram")
    h = await stand.only()
    answer = await stand.start.for_handover(ASHA, h.id)
    assert codes(answer) == {"Ram": ram.start_code}
    h = await stand.now(h.id)
    assert (h.start_otc_by, h.start_otc_at) == (ASHA.user_id, stand.clock.now)
    assert h.start_otc_until is not None
    assert (h.start_otc_until - stand.clock.now).total_seconds() == 900
    assert [e.what for e in await stand.record()] == [Happening.ARRIVED, Happening.ASKED, Happening.START_OTC]
    assert ram.enter_start_otc(codes(answer)["Ram"]), "the code that was shown does not open"


async def test_a_second_press_shows_the_same_code_without_a_call(stand: Stand) -> None:
    stand.sim.arrive("LOC1", "Ram")
    h = await stand.only()
    first = codes(await stand.start.for_handover(ASHA, h.id))
    stand.clock.advance(600)
    assert codes(await stand.start.for_handover(ASHA, h.id)) == first
    assert codes(await stand.start.for_location(ASHA, LOCATION, "ram")) == first
    assert codes(await stand.start.for_handover(VIKRAM, h.id)) == first
    assert len(stand.asked("start_otc")) == 1, "a second press made Flipkart generate again"
    told = await stand.record(h.id, Happening.START_OTC)
    assert [(e.by, e.detail["again"]) for e in told] == [(ASHA.user_id, False), (VIKRAM.user_id, False)]


async def test_a_code_that_expired_is_replaced(stand: Stand) -> None:
    ram = stand.sim.arrive("LOC1", "Ram")
    h = await stand.only()
    first = codes(await stand.start.for_handover(ASHA, h.id))
    stand.clock.advance(900)
    second = codes(await stand.start.for_handover(ASHA, h.id))
    assert second == {"Ram": ram.start_code} != first
    assert (await stand.record(h.id, Happening.START_OTC))[-1].detail["again"] is False


async def test_two_people_at_once_make_one_call(stand: Stand) -> None:
    stand.sim.arrive("LOC1", "Ram")
    h = await stand.only()
    stand.sim.slow = 0.05
    answers = await asyncio.gather(*(stand.start.for_handover(who, h.id) for who in (ASHA, VIKRAM, ASHA)))
    assert len({codes(answer)["Ram"] for answer in answers}) == 1, "people at once see different codes"
    assert len(stand.asked("start_otc")) == 1


@pytest.mark.parametrize("rotates", [True, False])
async def test_new_code(tmp_path: Path, rotates: bool) -> None:
    async with stand(tmp_path, Switches(start_rotates=rotates)) as here:
        ram = here.sim.arrive("LOC1", "Ram")
        h = await here.only()
        first = codes(await here.start.for_handover(ASHA, h.id))
        here.clock.advance(PAUSES[0].total_seconds())
        second = codes(await here.start.for_handover(ASHA, h.id, again=True))
        assert second == {"Ram": ram.start_code}
        assert (second != first) is rotates
        assert len(here.asked("start_otc")) == 2
        told = [e.detail["again"] for e in await here.record(h.id, Happening.START_OTC)]
        assert told == ([False, True] if rotates else [False]), "the thread says something else than what happened"


async def test_new_code_pressed_twice_by_a_finger_that_slipped_is_one_new_code(stand: Stand) -> None:
    stand.sim.arrive("LOC1", "Ram")
    h = await stand.only()
    await stand.start.for_handover(ASHA, h.id)
    stand.clock.advance(60)
    one, two = await asyncio.gather(*(stand.start.for_handover(ASHA, h.id, again=True) for _ in range(2)))
    assert codes(one) == codes(two)
    assert len(stand.asked("start_otc")) == 2


async def test_another_fes_code_that_is_replaced_is_told_in_its_thread(stand: Stand) -> None:
    for name in ("Ram", "Shyam", "Mohan"):
        stand.sim.arrive("LOC1", name)
    ram, shyam, mohan = await stand.look()
    await stand.start.for_handover(ASHA, ram.id)
    stand.clock.advance(60)
    await stand.start.for_handover(VIKRAM, shyam.id, again=True)
    assert len(await stand.record(ram.id, Happening.START_ROTATED)) == 1, "nobody is told that Ram's code changed"
    assert (await stand.now(ram.id)).start_otc_at is None
    assert await stand.record(mohan.id, Happening.START_ROTATED) == [], "told of a code that nobody was shown"
    assert codes(await stand.start.for_handover(ASHA, ram.id)) == {"Ram": stand.sim.visits[0].start_code}


async def test_a_code_that_is_replaced_after_a_restart_is_told_too(stand: Stand) -> None:
    stand.sim.arrive("LOC1", "Ram")
    stand.sim.arrive("LOC1", "Shyam")
    ram, shyam = await stand.look()
    await stand.start.for_handover(ASHA, ram.id)
    stand.restart()
    stand.clock.advance(60)
    await stand.start.for_handover(VIKRAM, shyam.id)
    assert len(await stand.record(ram.id, Happening.START_ROTATED)) == 1


async def test_somebody_who_asks_for_everybody_says_whose_code_they_replaced(stand: Stand) -> None:
    stand.sim.arrive("LOC1", "Ram")
    await stand.look()
    await stand.start.for_location(ASHA, LOCATION)
    stand.sim.arrive("LOC1", "Shyam")
    ram, shyam = await stand.look()
    stand.clock.advance(60)
    shown = codes(await stand.start.for_location(VIKRAM, LOCATION))
    assert shown == {visit.fe_name: visit.start_code for visit in stand.sim.visits}
    assert [e.detail["again"] for e in await stand.record(ram.id, Happening.START_OTC)] == [False, True]
    assert [e.detail["again"] for e in await stand.record(shyam.id, Happening.START_OTC)] == [False]


async def test_no_rotation_is_told_when_flipkart_repeats_the_code(tmp_path: Path) -> None:
    async with stand(tmp_path, Switches(start_rotates=False)) as here:
        here.sim.arrive("LOC1", "Ram")
        here.sim.arrive("LOC1", "Shyam")
        ram, shyam = await here.look()
        first = codes(await here.start.for_handover(ASHA, ram.id))
        here.restart()
        await here.start.for_handover(VIKRAM, shyam.id, again=True)
        assert await here.record(ram.id, Happening.START_ROTATED) == []
        assert codes(await here.start.for_handover(ASHA, ram.id)) == first


async def test_an_fe_whom_no_poll_saw_gets_a_handover_with_the_code(stand: Stand) -> None:
    stand.sim.arrive("LOC1", "Ram")
    await stand.look()
    stand.sim.arrive("LOC1", "Shyam", fe_id="feS")
    shown = await stand.start.for_location(ASHA, LOCATION)
    assert set(codes(shown)) <= {"Ram", "Shyam"}
    shown = await stand.start.for_location(ASHA, LOCATION, "shyam")
    assert set(codes(shown)) == {"Shyam"}
    shyam = next(h for h in await stand.handovers.present("LOC1") if h.fe_id == "feS")
    assert (shyam.stage, shyam.start_otc_by) == (Stage.WAITING, ASHA.user_id)
    again = next(h for h in await stand.look() if h.fe_id == "feS")
    assert again.id == shyam.id, "the poll made a second handover"


@pytest.mark.parametrize("query", ["Mohan", "RMA"])
async def test_a_wrong_name_rotates_nobodys_code(stand: Stand, query: str) -> None:
    ram = stand.sim.arrive("LOC1", "Ram")
    h = await stand.only()
    first = codes(await stand.start.for_handover(ASHA, h.id))
    answer = await stand.start.for_location(VIKRAM, LOCATION, query)
    assert isinstance(answer, NobodyWaiting)
    assert (answer.query, [x.id for x in answer.present]) == (query, [h.id])
    assert len(stand.asked("start_otc")) == 1, "a typing error made Flipkart generate codes"
    assert first == {"Ram": ram.start_code}


async def test_the_button_of_an_fe_who_scans_rotates_nobodys_code(stand: Stand) -> None:
    ram, shyam = stand.sim.arrive("LOC1", "Ram"), stand.sim.arrive("LOC1", "Shyam")
    first, second = await stand.look()
    shown = codes(await stand.start.for_handover(ASHA, second.id))
    ram.begin()
    await stand.look()
    with pytest.raises(NotAtStart) as refused:
        await stand.start.for_handover(VIKRAM, first.id)
    assert refused.value.handover.stage is Stage.SCANNING
    assert shown == {"Shyam": shyam.start_code}, "an old card's button changed another FE's code"


async def test_nobody_there(stand: Stand) -> None:
    answer = await stand.start.for_location(ASHA, LOCATION)
    assert isinstance(answer, NobodyWaiting)
    assert answer.present == ()
    scanning = stand.sim.arrive("LOC1", "Ram")
    scanning.begin()
    stand.clock.advance(DockTiming().look_serves.total_seconds())
    answer = await stand.start.for_location(ASHA, LOCATION)
    assert isinstance(answer, NobodyWaiting)
    assert [h.stage for h in answer.present] == [Stage.SCANNING], "where everybody is instead was not looked up"


async def test_fixed_codes(tmp_path: Path) -> None:
    async with stand(tmp_path, enabled_for="OldStatic") as here:
        ram = here.sim.arrive("LOC1", "Ram")
        h = await here.only()
        answer = await here.start.for_handover(ASHA, h.id)
        assert isinstance(answer, FixedCodesShown)
        [fixed] = answer.codes
        assert (fixed.lob, fixed.vendor) == ("NON_LARGE", "eKart")
        assert ram.enter_start_otc(fixed.otc.get_secret_value())
        assert here.asked("start_otc") == []
        assert [e.by for e in await here.record(h.id, Happening.START_OTC)] == [ASHA.user_id]


@pytest.mark.parametrize("known", [True, False])
async def test_no_start_otc_where_flipkart_makes_none(tmp_path: Path, known: bool) -> None:
    async with stand(tmp_path, enabled_for="DynamicEnd") as here:
        here.sim.arrive("LOC1", "Ram")
        if known:
            await here.look()
        answer = await here.start.for_location(ASHA, LOCATION)
        assert isinstance(answer, StartNotOffered)
        assert answer.mode is OtcMode.END_ONLY
        assert here.asked("start_otc") == []


async def test_a_stranger_is_refused_and_on_record(stand: Stand) -> None:
    stand.sim.arrive("LOC1", "Ram")
    h = await stand.only()
    before = len(stand.sim.calls)
    with pytest.raises(NotAllowed):
        await stand.start.for_handover(STRANGER, h.id)
    assert len(stand.sim.calls) == before, "Flipkart was asked for somebody without the right"
    [entry] = await stand.record(what=Happening.REFUSED)
    assert (entry.by, entry.detail) == (STRANGER.user_id, {"wish": "start-otc", "why": "NotAllowed"})


async def test_a_right_that_slack_can_not_tell_is_none(tmp_path: Path) -> None:
    async with stand(tmp_path) as here:
        here.directory.down = True
        grouped = LOCATION.model_copy(update={"operators": ("S0OPS",)})
        with pytest.raises(RightsUnknown):
            await here.start.for_location(ASHA, grouped)
        assert here.sim.calls == []


async def test_old_and_unknown_cards(stand: Stand) -> None:
    stand.sim.arrive("LOC1", "Ram").leave()
    ram = stand.sim.arrive("LOC1", "Shyam")
    h = await stand.only()
    ram.leave()
    await stand.look()
    await stand.look()
    with pytest.raises(HandoverOver):
        await stand.start.for_handover(ASHA, h.id)
    with pytest.raises(UnknownHandover):
        await stand.start.for_handover(ASHA, "f" * 32)


async def test_a_refusal_of_flipkart_leaves_the_question_on_record_and_no_code(stand: Stand) -> None:
    stand.sim.arrive("LOC1", "Ram")
    h = await stand.only()
    stand.sim.fail("start_otc", code="TRIPSHEET_CLOSED_ERROR")
    with pytest.raises(RefusedError):
        await stand.start.for_handover(ASHA, h.id)
    assert [e.what for e in await stand.record(h.id)] == [Happening.ARRIVED, Happening.ASKED]
    assert (await stand.now(h.id)).start_otc_at is None


async def test_an_answer_that_was_lost_is_asked_for_again(stand: Stand) -> None:
    ram = stand.sim.arrive("LOC1", "Ram")
    h = await stand.only()
    stand.sim.fail("start_otc", drop="after")
    with pytest.raises(TransportError):
        await stand.start.for_handover(ASHA, h.id)
    assert codes(await stand.start.for_handover(ASHA, h.id)) == {"Ram": ram.start_code}
    assert len(await stand.record(what=Happening.ASKED)) == 2


async def test_a_new_code_whose_answer_was_lost_leaves_no_dead_code_to_be_shown(stand: Stand) -> None:
    ram = stand.sim.arrive("LOC1", "Ram")
    h = await stand.only()
    assert codes(await stand.start.for_handover(ASHA, h.id)) == {"Ram": ram.start_code}
    stand.clock.advance(60)
    stand.sim.fail("start_otc", drop="after")
    with pytest.raises(TransportError):
        await stand.start.for_handover(ASHA, h.id, again=True)
    assert codes(await stand.start.for_handover(VIKRAM, h.id)) == {"Ram": ram.start_code}, "a dead code was shown"


async def test_two_fes_of_one_name_are_both_shown(stand: Stand) -> None:
    stand.sim.arrive("LOC1", "Ram", fe_id="fe1")
    stand.sim.arrive("LOC1", "Ram", fe_id="fe2")
    await stand.look()
    answer = await stand.start.for_location(ASHA, LOCATION, "ram")
    assert isinstance(answer, StartCodesShown)
    assert {one.handover.fe_id for one in answer.codes} == {"fe1", "fe2"}


async def test_an_fe_first_noticed_by_a_code_waits_and_is_not_read(stand: Stand) -> None:
    stand.sim.arrive("LOC1", "Ram")
    await stand.look()
    shyam = stand.sim.arrive("LOC1", "Shyam")
    assert set(codes(await stand.start.for_location(ASHA, LOCATION))) == {"Ram", "Shyam"}
    here = await stand.handovers.present("LOC1")
    found = next(h for h in here if h.fe_id == shyam.fe_id)
    assert found.stage is Stage.WAITING
    assert not is_read(found), "scans are read of an FE on the Start OTC page"
    assert not may_close(found), "an End OTC is offered for an FE on the Start OTC page"
    shyam.begin()
    await stand.look()
    found = await stand.now(found.id)
    assert (found.stage, found.status, is_read(found)) == (Stage.SCANNING, "Scanning", True)


# ---- codes whose expiry is not ahead ---------------------------------------------------------------------------------


@pytest.mark.parametrize("seconds", [0, -1, -19_800])
async def test_a_code_that_seems_expired_is_not_made_anew_at_each_press(tmp_path: Path, seconds: float) -> None:
    async with stand(tmp_path, Switches(code_seconds=seconds)) as here:
        here.sim.arrive("LOC1", "Ram")
        h = await here.only()
        for _ in range(20):
            answer = await here.start.for_handover(ASHA, h.id)
            assert isinstance(answer, StartCodesShown)
            assert answer.codes[0].doubtful, "nobody is told that it may have expired"
            here.clock.advance(2)
        assert len(here.asked("start_otc")) == 1, "each press made Flipkart generate"
        answer = await here.start.for_handover(ASHA, h.id, again=True)
        assert len(here.asked("start_otc")) == 2, "a code that may have expired can't be replaced"
        assert len(await here.record(h.id, Happening.START_OTC)) == 2


# ---- what one person may cost ----------------------------------------------------------------------------------------


async def test_new_code_has_a_growing_pause_and_says_when_it_works_again(stand: Stand) -> None:
    stand.sim.arrive("LOC1", "Ram")
    h = await stand.only()
    await stand.start.for_handover(ASHA, h.id)
    pauses = []
    for _ in range(720):
        stand.clock.advance(5)
        before = len(stand.asked("start_otc"))
        answer = await stand.start.for_handover(ASHA, h.id, again=True)
        assert isinstance(answer, StartCodesShown)
        if len(stand.asked("start_otc")) > before:
            assert answer.renewable_at is None
            pauses.append(stand.clock.now)
        else:
            assert answer.renewable_at is not None
            assert answer.renewable_at > stand.clock.now
    assert len(pauses) <= 16, f"{len(pauses)} new codes in an hour"
    gaps = [(after - before).total_seconds() for before, after in itertools.pairwise(pauses)]
    assert gaps[:4] == [30, 60, 120, 300]
    replies = [one for one in await stand.deliveries(h.id) if one.kind == "reply"]
    assert len(replies) <= len(pauses) + 2, "the thread is filled by one finger"


async def test_one_look_around_serves_everybody_who_asks_within_seconds(stand: Stand) -> None:
    for n in range(50):
        await stand.start.for_location(ASHA if n % 2 else VIKRAM, LOCATION, f"zz{n}")
    await asyncio.gather(*(stand.end.find(ASHA, [LOCATION], f"zz{n}") for n in range(20)))
    assert len(stand.asked("initial_load")) == 1
    stand.clock.advance(DockTiming().look_serves.total_seconds())
    await stand.start.for_location(ASHA, LOCATION, "zz")
    assert len(stand.asked("initial_load")) == 2


async def test_only_codes_that_were_displayed_are_on_record(stand: Stand) -> None:
    for n in range(31):
        stand.sim.arrive("LOC1", "Ram" if n < 20 else f"Shyam {n}", fe_id=f"fe{n}")
    await stand.look()
    answer = await stand.start.for_location(ASHA, LOCATION)
    assert isinstance(answer, StartCodesShown)
    shown = [one.handover.fe_id for one in answer.codes]
    assert len(shown) == MOST_SHOWN
    given = {e.handover_id for e in await stand.record(what=Happening.START_OTC)}
    assert given == {one.handover.id for one in answer.codes}
    assert {h.fe_id for h in answer.others} == {f"fe{n}" for n in range(31)} - set(shown)
    for other in answer.others:
        one = await stand.start.for_location(ASHA, LOCATION, other.fe_id)
        assert isinstance(one, StartCodesShown)
        assert [each.handover.fe_id for each in one.codes] == [other.fe_id], "a code can't be reached"
    assert len(stand.asked("start_otc")) == 1
