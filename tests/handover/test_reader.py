"""Pages over real HTTP into a real database: every shipment exactly once, whatever form Flipkart's paging takes."""

import asyncio
import itertools
from pathlib import Path

import pytest

from bot.flipkart.errors import MalformedError, RefusedError, TransportError
from bot.handover.model import Handover, Happening
from bot.handover.ports import CursorMove, Page, Scan, Step
from bot.handover.reader import PAGES_A_TICK
from bot.handover.refusals import UnknownHandover
from bot.sandbox.flipkart import Switches
from bot.sandbox.flipkart.switches import CaughtUp, NextUrlForm, Spelling
from bot.sandbox.flipkart.visit import Visit
from tests.handover.stand import PAGE_SIZE, Stand, stand

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


@pytest.mark.parametrize(("spelling", "form", "caught_up"), list(itertools.product(SPELLINGS, FORMS, CAUGHT_UP)))
async def test_every_shipment_once(tmp_path: Path, spelling: Spelling, form: NextUrlForm, caught_up: CaughtUp) -> None:
    switches = Switches(spelling=spelling, next_url_form=form, caught_up=caught_up)
    async with stand(tmp_path, switches) as here:
        visit, handover = await scanning(here)
        for n, batch in enumerate(BATCHES):
            if batch:
                visit.scan(batch - 1)
                visit.scan(1, status="REJECTED", reason="torn", flyer=("F1", "F2", "FlyerMismatch"))
            here.clock.advance(30)
            # A snapshot's last page that is full is a dead end: the tick after it begins at the first page.
            for _ in range(2):
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
        assert code.total_scanned == (await here.now(handover.id)).scanned, "Flipkart's total differs from the bot's"


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
        assert code.total_scanned == scans


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
    assert await stand.handovers.add_page(handover.id, stale, move, decide) is None
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
    assert [i.n for i in await stand.intents(handover.id) if i.kind == "reply"] == [told.n]
    assert [s.tracking_id for s in await stand.handovers.problems(handover.id)] == ["BAD1", "BAD2"]


async def test_a_handover_that_is_not_kept_can_not_be_read(stand: Stand) -> None:
    for read in (stand.reader.catch_up, stand.reader.read_to_end):
        with pytest.raises(UnknownHandover):
            await read("f" * 32)
    with pytest.raises(UnknownHandover):
        await stand.handovers.add_page("f" * 32, Page((), False, None), CursorMove(0, None, None), lambda h, _: Step(h))
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
