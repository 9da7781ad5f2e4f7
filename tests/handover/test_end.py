"""End OTC over real HTTP: a count first, one generating call, and a record of who took the code."""

import asyncio
import dataclasses
import json
import random
from pathlib import Path

import pytest

from bot.flipkart.errors import RefusedError, TransportError
from bot.handover.answers import CountCompared, CountForm, EndAnswer, EndChoice, EndShown, NobodyClosing
from bot.handover.end import NOT_SYNCED
from bot.handover.events import Happening
from bot.handover.location import Location
from bot.handover.model import Stage
from bot.handover.ports import NotKept
from bot.handover.refusals import HandoverOver, NotAllowed, NotAtEnd, UnknownHandover
from bot.sandbox.flipkart import Switches
from bot.sandbox.flipkart.visit import Visit
from bot.timing import DockTiming
from tests.both import ONLY_SQLITE
from tests.handover.stand import ASHA, ELSEWHERE, LOCATION, STRANGER, VIKRAM, Stand, stand


async def closing(here: Stand, scans: int = 4, name: str = "Ram") -> tuple[Visit, str]:
    """An FE on the End OTC page, known to the bot, their scans not read yet."""
    visit = here.sim.arrive("LOC1", name)
    visit.begin()
    if scans:
        visit.scan(scans)
    visit.finish_scanning()
    handover = next(h for h in await here.look() if h.fe_id == visit.fe_id)
    return visit, handover.id


def code(answer: EndAnswer) -> str:
    assert isinstance(answer, EndShown), f"no code but {type(answer).__name__}"
    assert answer.code is not None
    return answer.code.otc.get_secret_value()


def codes_in(folder: Path, codes: list[str]) -> list[str]:
    """The codes that stand in the database's files."""
    content = b"".join(file.read_bytes() for file in folder.glob("bot.db*"))
    assert b"Ram" in content, "the database was not found"
    return [code for code in codes if code.encode() in content]


async def test_a_count_that_is_equal_gives_the_code(stand: Stand) -> None:
    visit, h_id = await closing(stand)
    form = await stand.end.open(ASHA, h_id)
    assert isinstance(form, CountForm)
    assert form.changed_from is None
    assert stand.asked("shipments") == [], "the form waits for pages"
    compared = await stand.end.compare(ASHA, h_id, 4)
    assert (compared.handover.scanned, compared.difference) == (4, 0)
    assert stand.asked("end_otc") == [], "Flipkart was asked for the code before anybody confirmed"
    shown = await stand.end.give(ASHA, h_id, 4)
    assert code(shown) == visit.end_code
    h = await stand.now(h_id)
    assert (h.end_otc_by, h.end_otc_at, h.end_total, h.end_reason) == (ASHA.user_id, stand.clock.now, 4, "")
    assert [e.what for e in await stand.record(h_id)][-3:] == [Happening.COUNTED, Happening.ASKED, Happening.END_OTC]
    assert visit.enter_end_otc(code(shown))
    await stand.look()
    await stand.look()
    assert (await stand.now(h_id)).stage is Stage.CLOSED


async def test_the_code_follows_a_count_that_is_equal(stand: Stand) -> None:
    visit, h_id = await closing(stand)
    await stand.end.open(ASHA, h_id)
    less = await stand.end.count(ASHA, h_id, 3)
    assert isinstance(less, CountCompared)
    assert (less.difference, stand.asked("end_otc")) == (1, [])
    assert code(await stand.end.count(ASHA, h_id, 4)) == visit.end_code
    assert [e.by for e in await stand.record(h_id, Happening.END_OTC)] == [ASHA.user_id]


async def test_a_parcel_to_set_aside_is_shown_before_the_code(stand: Stand) -> None:
    visit = stand.sim.arrive("LOC1", "Ram")
    visit.begin()
    visit.scan(2)
    visit.scan(1, status="REJECTED", reason="torn")
    visit.finish_scanning()
    h = await stand.only()
    await stand.end.open(ASHA, h.id)
    compared = await stand.end.count(ASHA, h.id, 3)
    assert isinstance(compared, CountCompared)
    assert len(compared.problems) == 1
    assert stand.asked("end_otc") == []


async def test_pages_are_read_while_somebody_counts(stand: Stand) -> None:
    visit, h_id = await closing(stand)
    await stand.end.open(ASHA, h_id)
    stand.clock.advance(1)
    stand.sim.slow = 0.03
    ahead = asyncio.create_task(stand.end.read_ahead(ASHA, h_id))
    await asyncio.sleep(0)
    compared = await stand.end.compare(ASHA, h_id, 3)
    assert (compared.handover.scanned, ahead.done()) == (4, True), "the count does not wait for the pages"
    pages = len(stand.asked("shipments"))
    assert code(await stand.end.give(ASHA, h_id, 4, "One box is empty")) == visit.end_code
    assert len(stand.asked("shipments")) == pages, "the pages were read a moment ago"
    assert len(stand.asked("end_otc")) == 1


@pytest.mark.parametrize("seconds", [1, 40])
async def test_what_came_since_the_pages_were_read_is_counted_again(stand: Stand, seconds: int) -> None:
    visit = stand.sim.arrive("LOC1", "Ram")
    visit.begin()
    visit.scan(2)
    visit.scan(2, synced=False)
    visit.finish_scanning()
    h = await stand.only()
    await stand.end.open(ASHA, h.id)
    stand.clock.advance(1)
    await stand.end.read_ahead(ASHA, h.id)
    stand.clock.advance(seconds)
    await stand.end.compare(ASHA, h.id, 2)
    visit.sync()
    stand.clock.advance(seconds)
    again = await stand.end.give(ASHA, h.id, 2)
    assert isinstance(again, CountForm), "the code was shown for parcels that nobody counted"
    assert (again.handover.scanned, again.changed_from) == (4, 2)
    assert await stand.record(h.id, Happening.END_OTC) == []
    assert code(await stand.end.count(ASHA, h.id, 4)) == visit.end_code


async def test_pages_that_fail_ahead_are_read_after_the_count(stand: Stand) -> None:
    visit, h_id = await closing(stand)
    await stand.end.open(ASHA, h_id)
    stand.sim.fail("shipments", status=503)
    await stand.end.read_ahead(ASHA, h_id)
    assert code(await stand.end.count(ASHA, h_id, 4)) == visit.end_code


async def test_a_database_that_takes_nothing_is_told_to_who_counted(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, h_id = await closing(stand)
    await stand.end.open(ASHA, h_id)

    async def full(*_args: object, **_more: object) -> None:
        raise NotKept

    monkeypatch.setattr(stand.dock.reader, "read_to_end", full)
    await stand.end.read_ahead(ASHA, h_id)
    with pytest.raises(NotKept):
        await stand.end.count(ASHA, h_id, 4)


@pytest.mark.parametrize("counted", [0, 3, 5])
async def test_a_count_that_differs_needs_a_reason(stand: Stand, counted: int) -> None:
    visit, h_id = await closing(stand)
    await stand.end.open(ASHA, h_id)
    compared = await stand.end.compare(ASHA, h_id, counted)
    assert compared.difference == 4 - counted
    refused = await stand.end.give(ASHA, h_id, 4)
    assert isinstance(refused, CountForm)
    assert stand.asked("end_otc") == [], "a difference without a reason reached Flipkart"
    shown = await stand.end.give(ASHA, h_id, 4, "One box is empty")
    assert code(shown) == visit.end_code
    [entry] = await stand.record(h_id, Happening.END_OTC)
    assert entry.detail["reason"] == "One box is empty"
    assert (entry.detail["counted"], entry.detail["scanned"], entry.detail["total"]) == (counted, 4, 4)
    assert (await stand.now(h_id)).end_reason == "One box is empty"


async def test_no_code_without_a_count(stand: Stand) -> None:
    _, h_id = await closing(stand)
    await stand.end.open(ASHA, h_id)
    assert isinstance(await stand.end.give(ASHA, h_id, 4, "no time"), CountForm)
    assert stand.asked("end_otc") == []


@pytest.mark.parametrize("reason", ["", "They do not match"])
async def test_scans_between_count_and_confirm_are_counted_again(stand: Stand, reason: str) -> None:
    visit = stand.sim.arrive("LOC1", "Ram")
    visit.begin()
    visit.scan(2)
    visit.scan(2, synced=False)
    visit.finish_scanning()
    h = await stand.only()
    await stand.end.open(ASHA, h.id)
    await stand.end.compare(ASHA, h.id, 2)
    visit.sync()
    again = await stand.end.give(ASHA, h.id, 2, reason)
    assert isinstance(again, CountForm), "the code was given for parcels that nobody counted"
    assert (again.handover.scanned, again.changed_from) == (4, 2)
    assert stand.asked("end_otc") == []
    await stand.end.compare(ASHA, h.id, 4)
    assert code(await stand.end.give(ASHA, h.id, 4)) == visit.end_code


async def test_a_count_changed_by_somebody_else_meanwhile_is_asked_for_again(stand: Stand) -> None:
    _, h_id = await closing(stand)
    await stand.end.open(ASHA, h_id)
    await stand.end.compare(ASHA, h_id, 4)
    await stand.end.compare(VIKRAM, h_id, 3)
    assert isinstance(await stand.end.give(ASHA, h_id, 4), CountForm)
    assert stand.asked("end_otc") == []


async def test_a_sync_error_is_waited_out(stand: Stand) -> None:
    visit, h_id = await closing(stand)
    await stand.end.open(ASHA, h_id)
    await stand.end.compare(ASHA, h_id, 4)
    stand.sim.fail("end_otc", code=NOT_SYNCED, times=2)
    assert code(await stand.end.give(ASHA, h_id, 4)) == visit.end_code
    assert len(stand.asked("end_otc")) == 3
    assert len(await stand.record(h_id, Happening.END_OTC)) == 1


async def test_a_sync_error_that_stays_is_told(stand: Stand) -> None:
    visit = stand.sim.arrive("LOC1", "Ram")
    visit.begin()
    visit.scan(2)
    visit.scan(1, synced=False)
    visit.finish_scanning()
    h = await stand.only()
    await stand.end.open(ASHA, h.id)
    await stand.end.compare(ASHA, h.id, 2)
    with pytest.raises(RefusedError) as refused:
        await stand.end.give(ASHA, h.id, 2)
    assert refused.value.code == NOT_SYNCED
    assert len(stand.asked("end_otc")) == 4, "a pause for each retry, then the person is told"
    assert (await stand.now(h.id)).end_otc_at is None
    visit.sync()
    assert isinstance(await stand.end.give(ASHA, h.id, 2), CountForm)


async def test_parcels_that_sync_while_flipkart_is_asked_are_counted_again(stand: Stand) -> None:
    visit = stand.sim.arrive("LOC1", "Ram")
    visit.begin()
    visit.scan(2)
    visit.scan(1, synced=False)
    visit.finish_scanning()
    h = await stand.only()
    await stand.end.open(ASHA, h.id)
    await stand.end.compare(ASHA, h.id, 2)
    synced = asyncio.Event()
    stand.sim.fail("end_otc", code=NOT_SYNCED, until=synced)
    giving = asyncio.create_task(stand.end.give(ASHA, h.id, 2))
    while not stand.asked("end_otc"):  # noqa: ASYNC110 - the simulator is another machine; it rings no bell of ours
        await asyncio.sleep(0.005)
    visit.sync()
    synced.set()
    again = await giving
    assert isinstance(again, CountForm)
    assert (again.handover.scanned, again.changed_from) == (3, 2)
    assert len(stand.asked("end_otc")) == 1


async def test_an_fe_who_still_scans(stand: Stand) -> None:
    visit = stand.sim.arrive("LOC1", "Ram")
    visit.begin()
    visit.scan(2)
    h = await stand.only()
    with pytest.raises(NotAtEnd):
        await stand.end.open(ASHA, h.id)
    assert len(stand.asked("initial_load")) == 2, "whether they have finished meanwhile was not looked up"
    visit.finish_scanning()
    stand.clock.advance(DockTiming().look_serves.total_seconds())
    assert isinstance(await stand.end.open(ASHA, h.id), CountForm)


async def test_flipkart_says_that_the_fe_is_on_another_page(stand: Stand) -> None:
    _, h_id = await closing(stand)
    await stand.end.open(ASHA, h_id)
    await stand.end.compare(ASHA, h_id, 4)
    stand.sim.fail("end_otc", code="NOT_ON_END_OTC_PAGE_ERROR")
    with pytest.raises(NotAtEnd):
        await stand.end.give(ASHA, h_id, 4)
    assert (await stand.now(h_id)).end_otc_at is None


async def test_a_status_word_that_says_nothing_lets_flipkart_decide(tmp_path: Path) -> None:
    words = {"start": "Assigned", "scanning": "Ongoing", "end": "Submitted"}
    async with stand(tmp_path, Switches(status_words=words)) as here:
        visit = here.sim.arrive("LOC1", "Ram")
        visit.begin()
        visit.scan(2)
        h = await here.only()
        assert isinstance(await here.end.find(ASHA, [LOCATION]), CountForm)
        await here.end.compare(ASHA, h.id, 2)
        with pytest.raises(NotAtEnd):
            await here.end.give(ASHA, h.id, 2)
        visit.finish_scanning()
        assert code(await here.end.give(ASHA, h.id, 2)) == visit.end_code


async def test_a_second_person_sees_the_same_code_and_is_on_record(tmp_path: Path) -> None:
    async with stand(tmp_path, Switches(end_rotates=True)) as here:
        visit, h_id = await closing(here)
        await here.end.open(ASHA, h_id)
        await here.end.compare(ASHA, h_id, 3)
        first = code(await here.end.give(ASHA, h_id, 4, "One is missing"))
        assert code(await here.end.open(ASHA, h_id)) == first
        assert code(await here.end.open(VIKRAM, h_id)) == first == visit.end_code
        assert code(await here.end.find(VIKRAM, [LOCATION])) == first
        assert len(here.asked("end_otc")) == 1
        told = await here.record(h_id, Happening.END_OTC)
        assert [(e.by, e.detail["again"]) for e in told] == [(ASHA.user_id, False), (VIKRAM.user_id, True)]
        assert (await here.now(h_id)).end_reason == "One is missing"
        with pytest.raises(NotAllowed):
            await here.end.open(STRANGER, h_id)


async def test_two_confirmations_at_once_make_one_call(tmp_path: Path) -> None:
    async with stand(tmp_path, Switches(end_rotates=True)) as here:
        _, h_id = await closing(here)
        await here.end.open(ASHA, h_id)
        await here.end.compare(ASHA, h_id, 4)
        here.sim.slow = 0.03
        answers = await asyncio.gather(*(here.end.give(who, h_id, 4) for who in (ASHA, VIKRAM, ASHA)))
        assert len({code(answer) for answer in answers}) == 1
        assert len(here.asked("end_otc")) == 1
        told = await here.record(h_id, Happening.END_OTC)
        assert sum(not e.detail["again"] for e in told) == 1


async def test_after_a_restart_the_code_is_asked_for_again(stand: Stand) -> None:
    visit, h_id = await closing(stand)
    await stand.end.open(ASHA, h_id)
    await stand.end.compare(ASHA, h_id, 4)
    first = code(await stand.end.give(ASHA, h_id, 4))
    stand.restart()
    form = await stand.end.open(VIKRAM, h_id)
    assert isinstance(form, CountForm), "after a restart there is no code in memory, so the way begins again"
    assert code(await stand.end.give(VIKRAM, h_id, 4)) == first == visit.end_code
    assert [e.by for e in await stand.record(h_id, Happening.END_OTC)] == [ASHA.user_id, VIKRAM.user_id]


async def test_an_answer_that_was_lost_can_be_had_again(stand: Stand) -> None:
    visit, h_id = await closing(stand)
    await stand.end.open(ASHA, h_id)
    await stand.end.compare(ASHA, h_id, 4)
    stand.sim.fail("end_otc", drop="after")
    with pytest.raises(TransportError):
        await stand.end.give(ASHA, h_id, 4)
    assert [e.by for e in await stand.record(h_id, Happening.ASKED)] == [ASHA.user_id], (
        "what was asked is not on record"
    )
    assert code(await stand.end.give(ASHA, h_id, 4)) == visit.end_code


async def test_flipkarts_own_figures_are_kept_beside_the_bots(stand: Stand) -> None:
    _visit, h_id = await closing(stand)
    await stand.end.open(ASHA, h_id)
    await stand.end.compare(ASHA, h_id, 4)
    figures = {"totalScanned": 9, "obdEligible": 3, "obdFailed": 1, "flyerEligible": 2, "flyerFailed": 0}
    stand.sim.fail("end_otc", body=json.dumps({"otc": "481516", **figures}).encode())
    shown = await stand.end.give(ASHA, h_id, 4)
    assert isinstance(shown, EndShown)
    h = await stand.now(h_id)
    assert (h.end_total, h.scanned) == (9, 4)
    assert (h.end_obd_eligible, h.end_obd_failed, h.end_flyer_eligible, h.end_flyer_failed) == (3, 1, 2, 0)
    assert (h.end_otc_by, h.end_reason) == (ASHA.user_id, "")
    [entry] = await stand.record(h_id, Happening.END_OTC)
    assert (entry.detail["total"], entry.detail["scanned"]) == (9, 4)


async def test_over_and_unknown_handovers(stand: Stand) -> None:
    visit, h_id = await closing(stand)
    visit.leave()
    await stand.look()
    await stand.look()
    for wish in (stand.end.open(ASHA, h_id), stand.end.compare(ASHA, h_id, 4), stand.end.give(ASHA, h_id, 4)):
        with pytest.raises(HandoverOver):
            await wish
    lost = "f" * 32
    for wish in (stand.end.open(ASHA, lost), stand.end.compare(ASHA, lost, 4), stand.end.give(ASHA, lost, 4)):
        with pytest.raises(UnknownHandover):
            await wish
    assert (await stand.now(h_id)).stage is Stage.LEFT


async def test_fixed_codes_close_too(tmp_path: Path) -> None:
    async with stand(tmp_path, enabled_for="NewStatic") as here:
        visit = here.sim.arrive("LOC1", "Ram")
        visit.begin()
        visit.scan(1)
        visit.finish_scanning()
        h = await here.only()
        await here.end.open(ASHA, h.id)
        await here.end.compare(ASHA, h.id, 1)
        for who in (ASHA, VIKRAM):
            shown = await here.end.give(who, h.id, 1)
            assert isinstance(shown, EndShown)
            assert shown.code is None
            assert visit.location.fixed_codes("NON_LARGE") == [one.otc.get_secret_value() for one in shown.fixed]
        assert (len(here.asked("legacy_otc")), len(here.asked("end_otc"))) == (1, 0)
        assert [e.by for e in await here.record(h.id, Happening.END_OTC)] == [ASHA.user_id, VIKRAM.user_id]


async def test_no_fixed_code_is_no_end_otc(tmp_path: Path) -> None:
    async with stand(tmp_path, enabled_for="OldStatic") as here:
        visit = here.sim.arrive("LOC1", "Ram")
        visit.begin()
        visit.finish_scanning()
        h = await here.only()
        await here.end.open(ASHA, h.id)
        await here.end.compare(ASHA, h.id, 0)
        here.sim.fail("legacy_otc", body=b'{"otcs": []}')
        shown = await here.end.give(ASHA, h.id, 0)
        assert isinstance(shown, EndShown)
        assert (shown.code, shown.fixed) == (None, ())
        assert await here.record(h.id, Happening.END_OTC) == [], "on record as given, but there was no code"
        visit.leave()
        await here.look()
        await here.look()
        assert (await here.now(h.id)).stage is Stage.LEFT


async def test_dynamic_end_has_an_end_otc(tmp_path: Path) -> None:
    async with stand(tmp_path, enabled_for="DynamicEnd") as here:
        visit, h_id = await closing(here, scans=0)
        await here.end.open(ASHA, h_id)
        await here.end.compare(ASHA, h_id, 0)
        assert code(await here.end.give(ASHA, h_id, 0)) == visit.end_code


async def test_finding_whom_to_close(stand: Stand) -> None:
    nobody = await stand.end.find(ASHA, [LOCATION])
    assert isinstance(nobody, NobodyClosing)
    assert (nobody.present, nobody.locations) == ((), (LOCATION,))
    scanning = stand.sim.arrive("LOC1", "Mohan")
    scanning.begin()
    stand.clock.advance(DockTiming().look_serves.total_seconds())
    nobody = await stand.end.find(ASHA, [LOCATION], " mohan ")
    assert isinstance(nobody, NobodyClosing)
    assert (nobody.query, [h.fe_name for h, _ in nobody.present]) == ("mohan", ["Mohan"])
    _, ram = await closing(stand, name="Ram")
    one = await stand.end.find(ASHA, [LOCATION])
    assert isinstance(one, CountForm)
    assert one.handover.id == ram
    _, ramesh = await closing(stand, name="Ramesh")
    choice = await stand.end.find(ASHA, [LOCATION])
    assert isinstance(choice, EndChoice)
    assert {h.id for h, _ in choice.candidates} == {ram, ramesh}
    exact = await stand.end.find(ASHA, [LOCATION], "RAM")
    assert isinstance(exact, CountForm)
    assert exact.handover.id == ram


async def test_an_fe_who_finished_after_the_last_poll_is_found(stand: Stand) -> None:
    visit = stand.sim.arrive("LOC1", "Ram")
    visit.begin()
    await stand.look()
    visit.finish_scanning()
    assert isinstance(await stand.end.find(ASHA, [LOCATION]), CountForm)


async def test_only_ones_own_locations_are_searched(stand: Stand) -> None:
    _, h_id = await closing(stand)
    found = await stand.end.find(VIKRAM, [ELSEWHERE, LOCATION])
    assert isinstance(found, CountForm)
    assert found.handover.id == h_id
    closed: list[Location] = [ELSEWHERE]
    with pytest.raises(NotAllowed):
        await stand.end.find(VIKRAM, closed)
    with pytest.raises(NotAllowed):
        await stand.end.find(STRANGER, [LOCATION, ELSEWHERE])
    await stand.dock.write_refusals(all_of_them=True)
    refused = await stand.record(what=Happening.REFUSED)
    assert len(refused) == 4


@ONLY_SQLITE
async def test_no_code_is_in_the_database(stand: Stand, tmp_path: Path) -> None:
    waiting = stand.sim.arrive("LOC1", "Shyam")
    await stand.look()
    await stand.start.for_location(ASHA, LOCATION, waiting.fe_id)
    _, h_id = await closing(stand)
    await stand.end.open(ASHA, h_id)
    await stand.end.compare(ASHA, h_id, 4)
    await stand.end.give(ASHA, h_id, 4)
    assert len(stand.sim.codes) == 2
    assert not codes_in(tmp_path, stand.sim.codes), "a code stands in the database"


# ---- a code that was given out is shown again only while its count stands --------------------------------------------


async def given(here: Stand, scans: int = 4) -> tuple[Visit, str, str]:
    """An FE whose End OTC was given out after an equal count."""
    visit, h_id = await closing(here, scans)
    await here.end.open(ASHA, h_id)
    await here.end.compare(ASHA, h_id, scans)
    return visit, h_id, code(await here.end.give(ASHA, h_id, scans))


async def test_a_code_dies_with_the_end_for_which_it_was_given(stand: Stand) -> None:
    visit, h_id, first = await given(stand)
    visit.hide(2)
    for _ in range(2):
        await stand.look()
    with pytest.raises(HandoverOver):
        await stand.end.open(VIKRAM, h_id)
    stand.clock.advance(600)
    await stand.look()
    again = await stand.end.open(VIKRAM, h_id)
    assert isinstance(again, CountForm), "the code of a former end was shown without a count"
    assert again.handover.counted is None, "the count of a former end stands for the next"
    assert isinstance(await stand.end.give(VIKRAM, h_id, 4), CountForm), "no count was asked for"
    h = await stand.now(h_id)
    assert (h.end_otc_by, h.end_otc_at, h.end_total, h.end_reason) == (None, None, None, "")
    visit.hide(2)
    for _ in range(2):
        await stand.look()
    assert (await stand.now(h_id)).stage is Stage.LEFT, "an end without a code is kept as closed"
    assert first not in str(await stand.record(h_id))


async def test_a_code_is_not_shown_for_parcels_that_nobody_counted(stand: Stand) -> None:
    visit, h_id, _ = await given(stand, 6)
    visit.set_status("ON_BREAK")
    visit.task.page = "scanning"
    visit.scan(9)
    await stand.look()
    await stand.reader.catch_up(h_id)
    assert (await stand.now(h_id)).scanned == 15
    again = await stand.end.open(VIKRAM, h_id)
    assert isinstance(again, CountForm), "counted 6, scanned 15, and the code was shown"
    assert isinstance(await stand.end.give(VIKRAM, h_id, 15), CountForm)


async def test_a_code_is_not_shown_after_another_count(stand: Stand) -> None:
    _, h_id, _ = await given(stand)
    await stand.counting.keep(VIKRAM, h_id, 3)
    assert isinstance(await stand.end.open(VIKRAM, h_id), CountForm)


async def test_a_code_dies_when_the_fe_leaves_the_end_page(stand: Stand) -> None:
    visit, h_id, _ = await given(stand)
    visit.task.page = "scanning"
    await stand.look()
    assert (await stand.now(h_id)).end_otc_at is None
    visit.finish_scanning()
    await stand.look()
    assert isinstance(await stand.end.open(ASHA, h_id), CountForm)


async def test_a_code_is_shown_again_while_nothing_changed(stand: Stand) -> None:
    _, h_id, first = await given(stand)
    for who in (ASHA, VIKRAM):
        assert code(await stand.end.open(who, h_id)) == first
    assert len(stand.asked("end_otc")) == 1


async def test_looks_that_miss_an_fe_in_quick_succession_are_no_end(stand: Stand) -> None:
    visit, h_id = await closing(stand)
    stand.dock = dataclasses.replace(stand.dock, gone_after=DockTiming().gone_after)
    visit.hide(8)
    for _ in range(8):
        await stand.look()
    assert (await stand.now(h_id)).stage is Stage.CLOSING, "people's presses made an end"
    stand.clock.advance(30)
    await stand.look()
    assert (await stand.now(h_id)).missing_since is None
    visit.leave()
    for _ in range(4):
        assert not (await stand.now(h_id)).over
        await stand.look()
        stand.clock.advance(30)
    assert (await stand.now(h_id)).stage is Stage.LEFT


async def test_answers_that_are_stale_now_and_then_end_nothing(stand: Stand) -> None:
    """Three looks in ten miss the FE, for an hour at the usual pace."""
    visit, h_id = await closing(stand)
    stand.dock = dataclasses.replace(stand.dock, gone_after=DockTiming().gone_after)
    chance = random.Random(2)  # noqa: S311 - no secret
    looks = [chance.random() < 0.3 for _ in range(120)]
    twice = sum(b and c and not a for a, b, c in zip([False, *looks], looks, looks[1:], strict=False))
    assert twice == 8, "not the usual hour, in which two misses in a row come eight times"
    for missed in looks:
        if missed:
            visit.hide()
        await stand.look()
        stand.clock.advance(30)
    assert await stand.record(h_id, Happening.LEFT) == []
