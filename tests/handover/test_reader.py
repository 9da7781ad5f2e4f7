"""Pages over real HTTP into a real database: every shipment exactly once, whatever form Flipkart's paging takes."""

import asyncio
import itertools
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.flipkart.errors import FlipkartError, MalformedError, RefusedError, TransportError
from bot.handover.events import Happening
from bot.handover.model import Handover
from bot.handover.ports import CursorMove, Page, Scan, Step
from bot.handover.reader import BARREN_PAGES, LOOKS_AT_A_DEAD_END, PAGES_A_TICK
from bot.handover.refusals import UnknownHandover
from bot.sandbox.flipkart import Switches
from bot.sandbox.flipkart.faults import Body
from bot.sandbox.flipkart.switches import CaughtUp, NextUrlForm, Spelling
from bot.sandbox.flipkart.visit import Visit
from tests.examples import in_pairs
from tests.handover.stand import ASHA, PAGE_SIZE, Stand, stand

SPELLINGS: tuple[Spelling, ...] = ("camel", "snake", "mixed")
FORMS: tuple[NextUrlForm, ...] = ("path", "path_without_sellers", "token", "absolute")
CAUGHT_UP: tuple[CaughtUp, ...] = ("null", "next", "snapshot")
BATCHES = (0, 3, 0, 3, 1, 1, 1, 4, 0, 9, 2, 6)
"""Scans between two reads: nothing, less than a page, exactly a page, what fills a page up, several pages."""


async def scanning(here: Stand) -> tuple[Visit, Handover]:
    visit = here.sim.arrive("LOC1", "Ram")
    visit.begin()
    return visit, await here.only()


async def agree(here: Stand, visit: Visit, handover_id: str, when: str) -> None:
    """What is kept is what was scanned and synced: each once, and counted."""
    rows = [row.tracking_id for row in await here.rows(handover_id)]
    want = [row.tracking_id for row in visit.task.visible]
    assert sorted(rows) == sorted(set(want)), f"{when}: kept {len(rows)} rows, Flipkart has {len(want)}"
    h = await here.now(handover_id)
    counts = (h.scanned, h.accepted, h.rejected, h.mismatched, h.obd_eligible, h.obd_remarked)
    last = {row.tracking_id: row for row in visit.task.visible}.values()
    recount = (
        len(last),
        sum(row.status == "ACCEPTED" for row in last),
        sum(row.status == "REJECTED" for row in last),
        sum(row.flyer is not None and row.flyer[0] != row.flyer[1] for row in last),
        sum(row.obd_eligible for row in last),
        sum(row.obd_failed for row in last),
    )
    assert counts == recount, f"{when}: counts are {counts}, a recount at Flipkart gives {recount}"


@pytest.mark.parametrize(("spelling", "form", "caught_up"), in_pairs(itertools.product(SPELLINGS, FORMS, CAUGHT_UP)))
async def test_every_shipment_once(tmp_path: Path, spelling: Spelling, form: NextUrlForm, caught_up: CaughtUp) -> None:
    switches = Switches(spelling=spelling, next_url_form=form, caught_up=caught_up)
    async with stand(tmp_path, switches) as here:
        visit, handover = await scanning(here)
        for n, batch in enumerate(BATCHES):
            if batch:
                visit.scan(batch - 1)
                visit.scan(1, status="REJECTED", reason="torn", flyer=("F1", "F2", "FlyerMismatch"))
            here.clock.advance(30)
            # A snapshot's last page that is full is a dead end: now and then a tick begins at the first page.
            pages = -(-len(visit.task.visible) // PAGE_SIZE)
            for _ in range(1 + max(LOOKS_AT_A_DEAD_END, pages) if caught_up == "snapshot" else 2):
                await here.reader.catch_up(handover.id)
            await agree(here, visit, handover.id, f"after batch {n} of {batch}")
        visit.scan(2, synced=False)
        visit.scan(1, obd={"eligible": True, "remark": "Broken", "imageLinks": ["https://i.example/1"]})
        await here.reader.catch_up(handover.id)
        visit.sync()
        visit.scan(PAGE_SIZE)
        visit.finish_scanning()
        await here.reader.read_to_end(handover.id)
        await here.reader.read_to_end(handover.id)
        await agree(here, visit, handover.id, "at the end")
        code = await here.api.end_code(handover.fe_id, handover.task_id)
        assert code.totals.scanned == (await here.now(handover.id)).scanned, "Flipkart's total differs from the bot's"


@pytest.mark.everyday(6)
@pytest.mark.parametrize("caught_up", CAUGHT_UP)
@pytest.mark.parametrize("scans", [0, 1, PAGE_SIZE - 1, PAGE_SIZE, PAGE_SIZE + 1, 3 * PAGE_SIZE])
async def test_one_read_to_the_end_satisfies_flipkart(tmp_path: Path, caught_up: CaughtUp, scans: int) -> None:
    async with stand(tmp_path, Switches(caught_up=caught_up)) as here:
        visit, handover = await scanning(here)
        if scans:
            visit.scan(scans)
        visit.finish_scanning()
        read = await here.reader.read_to_end(handover.id)
        assert read.scanned == scans
        code = await here.api.end_code(handover.fe_id, handover.task_id)
        assert code.totals.scanned == scans


@pytest.mark.parametrize("caught_up", CAUGHT_UP)
async def test_one_tick_follows_full_pages_to_the_end(tmp_path: Path, caught_up: CaughtUp) -> None:
    async with stand(tmp_path, Switches(caught_up=caught_up)) as here:
        visit, handover = await scanning(here)
        visit.scan(4 * PAGE_SIZE + 1)
        await here.reader.catch_up(handover.id)
        await agree(here, visit, handover.id, "after one tick")
        assert len(here.asked("shipments")) == 5


@pytest.mark.parametrize("caught_up", CAUGHT_UP)
@pytest.mark.parametrize("scans", [0, 1, 2 * PAGE_SIZE + 1])
async def test_a_quiet_fe_costs_one_call_and_no_write(tmp_path: Path, caught_up: CaughtUp, scans: int) -> None:
    async with stand(tmp_path, Switches(caught_up=caught_up)) as here:
        visit, handover = await scanning(here)
        if scans:
            visit.scan(scans)
        for _ in range(2):
            settled = await here.reader.catch_up(handover.id)
        before = len(here.asked("shipments"))
        for _ in range(5):
            assert await here.reader.catch_up(handover.id) == settled, "a quiet page was written"
        assert len(here.asked("shipments")) == before + 5


@pytest.mark.parametrize("scans", [1, PAGE_SIZE, 4 * PAGE_SIZE])
async def test_a_page_that_leads_back_to_itself_ends_the_tick(tmp_path: Path, scans: int) -> None:
    switches = Switches(repeat_page=True)
    async with stand(tmp_path, switches) as here:
        visit, handover = await scanning(here)
        visit.scan(scans)
        for n in range(3):
            before = len(here.asked("shipments"))
            h = await (here.reader.catch_up if n else here.reader.read_to_end)(handover.id)
            assert h.scanned == min(scans, PAGE_SIZE), "rows were lost or doubled"
            assert len(here.asked("shipments")) - before <= 2, "the same page was asked again and again"
        switches.repeat_page = False
        for _ in range(2):
            await here.reader.catch_up(handover.id)
        await agree(here, visit, handover.id, "once the pages lead on again")


async def test_a_tick_is_bounded(tmp_path: Path) -> None:
    async with stand(tmp_path, page_size=1) as here:
        visit, handover = await scanning(here)
        visit.scan(PAGES_A_TICK + 5)
        h = await here.reader.catch_up(handover.id)
        assert (h.scanned, len(here.asked("shipments"))) == (PAGES_A_TICK, PAGES_A_TICK)
        await here.reader.catch_up(handover.id)
        await agree(here, visit, handover.id, "after the second tick")


@pytest.mark.parametrize("caught_up", CAUGHT_UP)
async def test_a_parcel_scanned_twice_is_one_row_with_its_last_word(tmp_path: Path, caught_up: CaughtUp) -> None:
    async with stand(tmp_path, Switches(caught_up=caught_up)) as here:
        visit, handover = await scanning(here)
        visit.scan(1, tracking_id="TWICE")
        visit.scan(PAGE_SIZE - 1)
        await here.reader.catch_up(handover.id)
        here.clock.advance(60)
        visit.scan(1, tracking_id="TWICE", status="REJECTED", reason="torn")
        visit.scan(PAGE_SIZE - 1)
        for _ in range(6):
            here.clock.advance(30)
            await here.reader.catch_up(handover.id)
        await here.reader.read_to_end(handover.id, from_start=True)
        await agree(here, visit, handover.id, "after the second scan")
        told = await here.record(handover.id, Happening.PROBLEMS)
        assert len(told) == 1, f"the problem was called out {len(told)} times"


@pytest.mark.parametrize("caught_up", CAUGHT_UP)
async def test_two_readers_at_once_keep_each_row_once(tmp_path: Path, caught_up: CaughtUp) -> None:
    async with stand(tmp_path, Switches(caught_up=caught_up)) as here:
        visit, handover = await scanning(here)
        other = here.new_reader()
        for batch in (7, 3, 0, 5):
            if batch:
                visit.scan(batch)
            await asyncio.gather(
                here.reader.catch_up(handover.id),
                other.read_to_end(handover.id),
                other.catch_up(handover.id),
                here.reader.read_to_end(handover.id, from_start=True),
            )
            await agree(here, visit, handover.id, f"after {batch} more")


async def test_one_reader_reads_a_handover_once_at_a_time(stand: Stand) -> None:
    visit, handover = await scanning(stand)
    visit.scan(9)
    stand.sim.slow = 0.02
    reads = [asyncio.create_task(stand.reader.catch_up(handover.id)) for _ in range(3)]
    await asyncio.gather(*reads)
    assert stand.sim.busiest == 1, "two reads of one handover were in flight together"
    await agree(stand, visit, handover.id, "after three reads")


async def test_a_page_fetched_for_an_older_cursor_is_thrown_away(stand: Stand) -> None:
    visit, handover = await scanning(stand)
    visit.scan(PAGE_SIZE + 1)
    stale = await stand.api.shipments(handover.task_id, handover.fe_id, None, PAGE_SIZE)
    await stand.reader.catch_up(handover.id)
    after = await stand.now(handover.id)

    def decide(h: Handover, scan: Scan) -> Step:
        pytest.fail("a stale page reached the machine")

    move = CursorMove(handover.cursor_version, None, stale.next_url)
    assert await stand.handovers.add_page(handover, stale, move, decide) is None
    assert await stand.now(handover.id) == after, "a stale page changed the handover"
    await agree(stand, visit, handover.id, "after the stale page")


async def test_a_restart_in_the_middle_goes_on_at_the_cursor(stand: Stand) -> None:
    visit, handover = await scanning(stand)
    visit.scan(3 * PAGE_SIZE + 1)
    stand.sim.fail("shipments", status=500)
    with pytest.raises(RefusedError):
        await stand.reader.catch_up(handover.id)
    await stand.reader.catch_up(handover.id)
    visit.scan(2 * PAGE_SIZE)
    stand.restart()
    before = len(stand.asked("shipments"))
    await stand.reader.catch_up(handover.id)
    await agree(stand, visit, handover.id, "after the restart")
    assert len(stand.asked("shipments")) - before <= 3, "pages that were kept were read again"


@pytest.mark.parametrize("drop", ["before", "after"])
async def test_a_line_cut_in_the_middle_keeps_what_was_read(tmp_path: Path, drop: str) -> None:
    async with stand(tmp_path) as here:
        visit, handover = await scanning(here)
        visit.scan(PAGE_SIZE)
        await here.reader.catch_up(handover.id)
        visit.scan(2 * PAGE_SIZE + 1)
        here.sim.fail("shipments", drop="before" if drop == "before" else "after")
        with pytest.raises(TransportError):
            await here.reader.catch_up(handover.id)
        assert (await here.now(handover.id)).scanned == PAGE_SIZE
        await here.reader.catch_up(handover.id)
        await agree(here, visit, handover.id, "after the line came back")


async def test_a_link_to_another_host_is_never_followed(tmp_path: Path) -> None:
    async with stand(tmp_path, Switches(next_url_form="foreign")) as here:
        visit, handover = await scanning(here)
        visit.scan(2 * PAGE_SIZE)
        with pytest.raises(MalformedError):
            await here.reader.catch_up(handover.id)
        now = await here.now(handover.id)
        assert (now.cursor_next, now.scanned) == (None, PAGE_SIZE), "the rows beside a bad link are good"


async def test_milliseconds_give_the_same_moments(tmp_path: Path) -> None:
    async with stand(tmp_path, Switches(times="milliseconds")) as here:
        visit, handover = await scanning(here)
        here.clock.advance(60)
        visit.scan(2)
        h = await here.reader.catch_up(handover.id)
        assert (handover.arrived_at, h.last_scan_at) == (here.clock.now.replace(minute=0), here.clock.now)


async def test_problems_of_a_page_are_one_event_and_one_reply(stand: Stand) -> None:
    visit, handover = await scanning(stand)
    visit.scan(1, tracking_id="BAD1", status="REJECTED", reason="torn")
    visit.scan(1)
    visit.scan(1, tracking_id="BAD2", flyer=("F1", "F9", "FlyerMatch"))
    for _ in range(3):
        await stand.reader.read_to_end(handover.id, from_start=True)
    [told] = await stand.record(handover.id, Happening.PROBLEMS)
    assert told.detail == {"tracking_ids": ["BAD1", "BAD2"]}
    assert [i.n for i in await stand.deliveries(handover.id) if i.kind == "reply"] == [told.n]
    assert [s.tracking_id for s in await stand.handovers.problems(handover.id)] == ["BAD1", "BAD2"]


async def test_a_handover_that_is_not_kept_can_not_be_read(stand: Stand) -> None:
    _, handover = await scanning(stand)
    gone = handover.model_copy(update={"id": "f" * 32})
    for read in (stand.reader.catch_up, stand.reader.read_to_end):
        with pytest.raises(UnknownHandover):
            await read(gone.id)
    with pytest.raises(UnknownHandover):
        await stand.handovers.add_page(gone, Page((), False, None), CursorMove(0, None, None), lambda h, _: Step(h))
    assert stand.asked("shipments") == []


async def test_the_problems_of_one_look_are_one_call_out(stand: Stand) -> None:
    visit, handover = await scanning(stand)
    for _ in range(4):
        visit.scan(4)
        visit.scan(1, status="REJECTED", reason="damaged")
    after = await stand.reader.catch_up(handover.id)
    assert after.rejected == 4
    assert after.unsaid == []
    said = await stand.record(handover.id, Happening.PROBLEMS)
    assert [len(entry.detail["tracking_ids"]) for entry in said] == [4], "one look must be one reply"


async def test_what_a_broken_look_left_unsaid_is_said_by_the_next(stand: Stand) -> None:
    visit, handover = await scanning(stand)
    for _ in range(3):
        visit.scan(4)
        visit.scan(1, status="REJECTED", reason="damaged")
    stand.sim.fail("shipments", delay=0.001)
    stand.sim.fail("shipments", status=503, code="SERVICE_UNAVAILABLE_ERROR")
    with pytest.raises(RefusedError):
        await stand.reader.catch_up(handover.id)
    assert await stand.record(handover.id, Happening.PROBLEMS) == []
    stand.restart()
    await stand.reader.catch_up(handover.id)
    said = await stand.record(handover.id, Happening.PROBLEMS)
    assert [len(entry.detail["tracking_ids"]) for entry in said] == [3]


# ---- a cursor that Flipkart no longer knows --------------------------------------------------------------------------


@pytest.mark.everyday(4)
@pytest.mark.parametrize("status", [400, 404, 410, 422])
@pytest.mark.parametrize("caught_up", CAUGHT_UP)
async def test_a_dead_cursor_is_left(tmp_path: Path, caught_up: CaughtUp, status: int) -> None:
    async with stand(tmp_path, Switches(caught_up=caught_up)) as here:
        visit, handover = await scanning(here)
        visit.scan(4 * PAGE_SIZE - 1)
        await here.reader.catch_up(handover.id)
        visit.scan(4)
        here.sim.forget_pages(status)
        with capture_logs() as logged:
            for _ in range(3):
                await here.reader.catch_up(handover.id)
        await agree(here, visit, handover.id, "after Flipkart forgot its pages")
        told = [line for line in logged if "no longer knows the page" in line["event"]]
        assert len(told) == 1, "it is said once"
        here.sim.forget_pages(status)
        here.restart()
        visit.scan(PAGE_SIZE)
        visit.finish_scanning()
        await here.reader.read_to_end(handover.id)
        await agree(here, visit, handover.id, "after a restart")
        assert (await here.api.end_code(handover.fe_id, handover.task_id)).totals.scanned == 5 * PAGE_SIZE + 3


@pytest.mark.parametrize("body", ["html", "truncated", "empty", b"[]"])
async def test_an_address_that_brings_nonsense_is_left_too(tmp_path: Path, body: Body) -> None:
    async with stand(tmp_path) as here:
        visit, handover = await scanning(here)
        visit.scan(2 * PAGE_SIZE - 1)
        await here.reader.catch_up(handover.id)
        visit.scan(2)
        here.sim.fail("shipments", body=body)
        await here.reader.catch_up(handover.id)
        await agree(here, visit, handover.id, "after a body that makes no sense")


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 401, "times": 2},
        {"status": 403},
        {"status": 429},
        {"status": 500},
        {"status": 503},
        {"status": 404, "code": "TRIPSHEET_TASK_NOT_FOUND"},
        {"status": 410, "code": "TASK_CLOSED"},
        {"drop": "before", "times": 2},  # a GET that is dropped is repeated once below
    ],
)
async def test_what_is_no_matter_of_the_address_keeps_the_cursor(tmp_path: Path, fault: dict[str, Any]) -> None:
    async with stand(tmp_path) as here:
        visit, handover = await scanning(here)
        visit.scan(3 * PAGE_SIZE - 1)
        before = await here.reader.catch_up(handover.id)
        calls = len(here.asked("shipments"))
        here.sim.fail("shipments", **fault)
        with pytest.raises(FlipkartError):
            await here.reader.catch_up(handover.id)
        assert await here.now(handover.id) == before
        assert len(here.asked("shipments")) - calls <= 2, "the first page was asked for nothing"


async def test_a_first_page_that_is_refused_too_changes_nothing(stand: Stand) -> None:
    visit, handover = await scanning(stand)
    visit.scan(3 * PAGE_SIZE - 1)
    before = await stand.reader.catch_up(handover.id)
    stand.sim.forget_pages()
    stand.sim.fail("shipments", status=410)
    stand.sim.fail("shipments", status=410)
    with pytest.raises(RefusedError):
        await stand.reader.catch_up(handover.id)
    assert await stand.now(handover.id) == before
    await stand.reader.catch_up(handover.id)
    await agree(stand, visit, handover.id, "in the look after")


async def test_a_task_that_comes_back_is_read_from_its_first_page(stand: Stand) -> None:
    visit, handover = await scanning(stand)
    visit.scan(4 * PAGE_SIZE - 1)
    await stand.reader.catch_up(handover.id)
    visit.hide(2)
    for _ in range(2):
        await stand.look()
    assert (await stand.now(handover.id)).over
    stand.sim.forget_pages()
    visit.scan(4)
    back = await stand.only()
    assert (back.cursor_newest, back.cursor_next) == (None, None), "a handover that reopens keeps a dead cursor"
    await stand.reader.catch_up(handover.id)
    await agree(stand, visit, handover.id, "after it came back")


# ---- calls -----------------------------------------------------------------------------------------------------------


@pytest.mark.everyday(3)
@pytest.mark.parametrize("pages", [1, 4, 20])
@pytest.mark.parametrize("caught_up", CAUGHT_UP)
async def test_a_last_page_that_is_full_costs_two_calls_a_look(tmp_path: Path, caught_up: CaughtUp, pages: int) -> None:
    async with stand(tmp_path, Switches(caught_up=caught_up)) as here:
        visit, handover = await scanning(here)
        visit.scan(pages * PAGE_SIZE)
        looks = 5 * max(LOOKS_AT_A_DEAD_END, pages)
        await here.reader.catch_up(handover.id)
        before = len(here.asked("shipments"))
        for _ in range(looks):
            await here.reader.catch_up(handover.id)
        calls = len(here.asked("shipments")) - before
        assert calls <= 2 * looks + pages, f"{calls} calls in {looks} looks at an FE who pauses"
        assert here.reader.calls_a_look(handover.id) < pages / 2 + 3
        await agree(here, visit, handover.id, "after a long pause")


async def test_pages_that_fill_are_told_ahead_and_not_counted_as_dear_looks(tmp_path: Path) -> None:
    async with stand(tmp_path, Switches(caught_up="next")) as here:
        visit, handover = await scanning(here)
        assert here.reader.pages_a_second(handover) == 0
        for _ in range(10):
            visit.scan(PAGE_SIZE // 2)
            here.clock.advance(60)
            handover = await here.reader.catch_up(handover.id)
        assert here.reader.pages_a_second(handover) == handover.scanned / PAGE_SIZE / 600
        assert here.reader.calls_a_look(handover.id) == 1


async def test_while_calls_are_short_the_pass_at_the_end_is_left_to_who_counts(stand: Stand) -> None:
    visit, handover = await scanning(stand)
    visit.scan(3 * PAGE_SIZE - 1)
    await stand.reader.catch_up(handover.id)
    visit.finish_scanning()
    handover = await stand.only()
    before = len(stand.asked("shipments"))
    stand.clock.advance(60)
    await stand.reader.catch_up(handover.id, short=True)
    assert len(stand.asked("shipments")) - before == 1, "a pass was made while calls are short"
    assert stand.reader.next_look_costs(handover, short=True) == 1
    assert stand.reader.next_look_costs(handover) == stand.reader.pass_costs(handover) == 4
    stand.clock.advance(15 * 60)
    await stand.reader.catch_up(handover.id, short=True)
    assert len(stand.asked("shipments")) - before >= 4, "nobody counted, and there was no pass at all"
    assert stand.reader.passed_within(handover.id, timedelta(seconds=1))


async def test_pages_without_end_and_without_rows_are_left(tmp_path: Path) -> None:
    async with stand(tmp_path, Switches(endless_pages=True)) as here:
        visit, handover = await scanning(here)
        visit.scan(2 * PAGE_SIZE + 1)
        for read in (here.reader.read_to_end, here.reader.catch_up, partial(here.reader.read_to_end, from_start=True)):
            before = len(here.asked("shipments"))
            await read(handover.id)
            calls = len(here.asked("shipments")) - before
            assert calls <= 3 + BARREN_PAGES, f"one read made {calls} calls"
        await agree(here, visit, handover.id, "before pages without end")


async def test_a_press_while_flipkart_is_not_synced_is_bounded(tmp_path: Path) -> None:
    async with stand(tmp_path) as here:
        visit, handover = await scanning(here)
        pages = 40
        visit.scan(pages * PAGE_SIZE - 1)
        await here.reader.catch_up(handover.id)
        visit.finish_scanning()
        await here.look()
        await here.end.open(ASHA, handover.id)
        await here.end.compare(ASHA, handover.id, pages * PAGE_SIZE - 1)
        here.sim.fail("end_otc", code="SHIPMENT_SYNC_ERROR", times=10)
        before = len(here.sim.calls)
        with pytest.raises(RefusedError):
            await here.end.give(ASHA, handover.id, pages * PAGE_SIZE - 1)
        calls = len(here.sim.calls) - before
        assert calls <= pages + 12, f"one press made {calls} calls"


# ---- what is no circle -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scans", [0, 1, PAGE_SIZE + 1])
async def test_a_pause_is_no_circle(tmp_path: Path, scans: int) -> None:
    async with stand(tmp_path, Switches(caught_up="next")) as here:
        visit, handover = await scanning(here)
        if scans:
            visit.scan(scans)
        with capture_logs() as logged:
            for _ in range(4):
                await here.reader.catch_up(handover.id)
            await here.reader.read_to_end(handover.id)
        assert [line["event"] for line in logged if "circle" in line["event"]] == []


async def test_a_caught_up_page_that_names_itself_and_says_that_there_is_more(tmp_path: Path) -> None:
    switches = Switches(repeat_page=True)
    async with stand(tmp_path, switches) as here:
        visit, handover = await scanning(here)
        visit.scan(PAGE_SIZE - 1)
        with capture_logs() as logged:
            for _ in range(3):
                await here.reader.catch_up(handover.id)
            assert [line["event"] for line in logged if "circle" in line["event"]] == []
            visit.scan(2)
            await here.reader.catch_up(handover.id)
        assert len([line for line in logged if "circle" in line["event"]]) == 1, "a full page that repeats is a circle"


# ---- what changes on pages that were read ----------------------------------------------------------------------------


async def at_the_end(here: Stand, scans: int) -> tuple[Visit, Handover]:
    """An FE on the End OTC page, all scans read."""
    visit, handover = await scanning(here)
    visit.scan(scans)
    await here.reader.catch_up(handover.id)
    visit.finish_scanning()
    here.clock.advance(30)
    return visit, await here.only()


@pytest.mark.parametrize("caught_up", CAUGHT_UP)
@pytest.mark.parametrize("by", ["the poller", "a press"])
async def test_a_status_that_changes_on_an_older_page_is_seen(tmp_path: Path, caught_up: CaughtUp, by: str) -> None:
    async with stand(tmp_path, Switches(caught_up=caught_up)) as here:
        visit, handover = await at_the_end(here, 3 * PAGE_SIZE + 1)
        first = visit.shipments[0]
        first.status, first.reason = "REJECTED", "torn"
        if by == "the poller":
            await here.reader.catch_up(handover.id)
        else:
            await here.end.read_ahead(ASHA, handover.id)
            assert [one.tracking_id for one in await here.handovers.problems(handover.id)] == [first.tracking_id]
        await agree(here, visit, handover.id, f"after a look of {by}")
        [told] = await here.record(handover.id, Happening.PROBLEMS)
        assert told.detail == {"tracking_ids": [first.tracking_id]}
        here.clock.advance(60)
        first.status, first.reason = "ACCEPTED", None
        await here.end.read_ahead(ASHA, handover.id)
        await agree(here, visit, handover.id, "after it was corrected")
        [told] = await here.record(handover.id, Happening.CLEARED)
        assert told.detail == {"tracking_ids": [first.tracking_id]}
        assert await here.handovers.problems(handover.id) == []


async def test_the_pass_at_the_end_is_made_once(stand: Stand) -> None:
    visit, handover = await at_the_end(stand, 10 * PAGE_SIZE - 1)
    before = len(stand.asked("shipments"))
    for _ in range(6):
        await stand.reader.catch_up(handover.id)
    assert len(stand.asked("shipments")) - before == 10 + 5
    await stand.end.read_ahead(ASHA, handover.id)
    await stand.end.read_ahead(ASHA, handover.id)
    assert len(stand.asked("shipments")) - before == 10 + 5 + 2, "a form made a pass again that had just been made"
    await agree(stand, visit, handover.id, "at the end")


@pytest.mark.parametrize("caught_up", CAUGHT_UP)
@pytest.mark.parametrize("left", [3 * PAGE_SIZE, 3 * PAGE_SIZE + 1])
async def test_a_parcel_that_is_no_longer_listed(tmp_path: Path, caught_up: CaughtUp, left: int) -> None:
    async with stand(tmp_path, Switches(caught_up=caught_up)) as here:
        visit, handover = await scanning(here)
        visit.scan(left)
        visit.scan(1, tracking_id="GONE", status="REJECTED", reason="torn")
        await here.reader.catch_up(handover.id)
        visit.finish_scanning()
        here.clock.advance(30)
        await here.look()
        visit.withdraw("GONE")
        await here.end.read_ahead(ASHA, handover.id)
        read = await here.now(handover.id)
        assert (read.scanned, read.rejected, read.withdrawn) == (left, 0, 1)
        await agree(here, visit, handover.id, "after it was withdrawn")
        [told] = await here.record(handover.id, Happening.WITHDRAWN)
        assert told.detail == {"tracking_ids": ["GONE"], "scanned": left}
        assert told.n in [intent.n for intent in await here.deliveries(handover.id)]
        kept = await here.withdrawn(handover.id)
        assert [(one.tracking_id, one.reason, one.withdrawn_at) for one in kept] == [("GONE", "torn", here.clock.now)]


async def test_a_parcel_that_is_listed_again_counts_again(stand: Stand) -> None:
    visit, handover = await at_the_end(stand, 5)
    gone = visit.shipments[1]
    visit.withdraw(gone.tracking_id)
    await stand.reader.catch_up(handover.id)
    assert (await stand.now(handover.id)).withdrawn == 1
    visit.task.shipments.append(gone)
    visit.task.visible.append(gone)
    stand.clock.advance(60)
    await stand.end.read_ahead(ASHA, handover.id)
    await agree(stand, visit, handover.id, "after it came back")
    assert (await stand.now(handover.id)).withdrawn == 0
    assert await stand.withdrawn(handover.id) == []


async def test_nothing_is_withdrawn_by_a_pass_that_broke_off_or_was_empty(stand: Stand) -> None:
    visit, handover = await at_the_end(stand, 4 * PAGE_SIZE)
    visit.withdraw(visit.shipments[-1].tracking_id)
    stand.sim.fail("shipments", delay=0.001)
    stand.sim.fail("shipments", status=503)
    with pytest.raises(RefusedError):
        await stand.reader.catch_up(handover.id)
    assert (await stand.now(handover.id)).withdrawn == 0
    stand.sim.fail("shipments", body=b'{"scannedShipments": [], "hasMore": false}')
    await stand.reader.catch_up(handover.id)
    assert (await stand.now(handover.id)).scanned == 4 * PAGE_SIZE
    stand.restart()
    await stand.reader.catch_up(handover.id)
    await agree(stand, visit, handover.id, "after a whole pass")


# ---- one label, two shipments ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("apart", [0, PAGE_SIZE], ids=["on one page", "on two pages"])
async def test_two_shipments_under_one_tracking_id_are_both_kept(stand: Stand, apart: int) -> None:
    visit, handover = await scanning(stand)
    visit.scan(1)
    visit.scan(1, tracking_id="SAME", shipment_id="SH-A")
    if apart:
        visit.scan(apart)
    visit.scan(1, tracking_id="SAME", shipment_id="SH-B", status="REJECTED", reason="torn")
    for _ in range(3):
        await stand.reader.catch_up(handover.id)
    now = await stand.now(handover.id)
    assert (now.scanned, now.rejected) == (apart + 3, 1)
    kept = {one.shipment_id for one in await stand.rows(handover.id) if one.tracking_id == "SAME"}
    assert kept == {"SH-A", "SH-B"}
    [told] = await stand.record(handover.id, Happening.SAME_ID)
    assert told.detail == {"tracking_ids": ["SAME"]}
    visit.finish_scanning()
    await stand.look()
    await stand.reader.catch_up(handover.id)
    assert (await stand.now(handover.id)).scanned == apart + 3, "a pass lost one of them"
    visit.withdraw("SAME")
    stand.restart()
    await stand.reader.catch_up(handover.id)
    assert (await stand.now(handover.id)).scanned == apart + 1


async def test_a_shipment_id_that_comes_late_makes_no_second_parcel(stand: Stand) -> None:
    visit, handover = await scanning(stand)
    visit.scan(1, tracking_id="LATE")
    named = visit.shipments[0].shipment_id
    for shown in ("", named, "", named):
        visit.shipments[0].shipment_id = shown
        await stand.reader.read_to_end(handover.id, from_start=True)
        now = await stand.now(handover.id)
        assert (now.scanned, now.withdrawn) == (1, 0)
    assert [one.shipment_id for one in await stand.rows(handover.id)] == [named]


async def test_the_pass_is_made_again_when_the_fe_comes_to_the_end_page_again(stand: Stand) -> None:
    visit, handover = await at_the_end(stand, 3 * PAGE_SIZE + 1)
    await stand.reader.catch_up(handover.id)
    visit.task.page = "scanning"
    stand.clock.advance(60)
    await stand.look()
    visit.scan(1)
    await stand.reader.catch_up(handover.id)
    visit.shipments[0].status, visit.shipments[0].reason = "REJECTED", "torn"
    visit.finish_scanning()
    stand.clock.advance(60)
    await stand.look()
    await stand.reader.catch_up(handover.id)
    await agree(stand, visit, handover.id, "on its second visit to the End OTC page")
