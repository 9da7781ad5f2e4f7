"""The poller against the simulated Flipkart, on a clock that only moves when it is told to."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.handover.model import Stage
from tests.jobs.watch import ARRIVALS, SCANS, ZONE, Watch, watching
from tests.owning import Part
from tests.tables import Tables


@pytest.fixture
async def watch(tmp_path: Path) -> AsyncIterator[Watch]:
    async with watching(tmp_path) as one:
        yield one


async def test_arrivals_are_looked_at_when_they_are_due(watch: Watch) -> None:
    await watch.tick()
    assert watch.calls("initial_load") == 1, "the first look waits"
    await watch.tick(ARRIVALS - 1)
    assert watch.calls("initial_load") == 1, "a look before its time"
    await watch.tick(1)
    assert watch.calls("initial_load") == 2, "a look that is due is not made"
    await watch.run(600)
    assert watch.calls("initial_load") == 12


async def test_scans_are_read_only_of_those_who_scan_and_at_their_own_interval(watch: Watch) -> None:
    visit = watch.flipkart.arrive("LOC1", "Ram Kumar")
    await watch.run(120)
    assert watch.calls("shipments") == 0, "scans of an FE who waits for the Start OTC were read"
    visit.begin()
    visit.scan(3)
    await watch.run(61)
    before = watch.calls("shipments")
    await watch.run(300)
    assert watch.calls("shipments") - before == 10, "not once in 30 s"
    assert (await watch.present())[0].scanned == 3
    visit.finish_scanning()
    await watch.run(61)
    before = watch.calls("shipments")
    await watch.run(300)
    assert watch.calls("shipments") - before == 5, "an FE on the End OTC page is read as often as one who scans"


async def test_one_look_at_each_thing_is_in_flight(watch: Watch) -> None:
    watch.flipkart.slow = 0.2
    await watch.poller.tick()
    for _ in range(5):
        watch.seconds += ARRIVALS
        await watch.poller.tick()
    await watch.poller.settle()
    assert watch.calls("initial_load") == 1, "a second look at a location while the first is in flight"


async def test_many_things_at_once_stay_within_the_bound(tmp_path: Path) -> None:
    async with watching(tmp_path, ids=tuple(f"LOC{n}" for n in range(30))) as watch:
        watch.flipkart.slow = 0.05
        await watch.tick()
        assert watch.calls("initial_load") == 30, "a location was left out"
        assert watch.flipkart.busiest <= 20, f"{watch.flipkart.busiest} calls at once"


async def test_as_many_are_in_flight_as_the_pace_needs_where_an_answer_takes_long(tmp_path: Path) -> None:
    # 200 locations are 3.3 looks a second; with twenty of them in flight each takes half a minute.
    async with watching(tmp_path, ids=tuple(f"LOC{n}" for n in range(200)), a_call=1.5) as watch:
        watch.flipkart.slow = 0.05
        await watch.tick()
        await watch.tick(ARRIVALS)
        assert watch.flipkart.busiest > 30, "what is due waits although Flipkart could be asked"
        assert watch.flipkart.busiest <= 60, f"{watch.flipkart.busiest} calls at once"


@pytest.mark.parametrize("seconds", [7, 120])
async def test_429_rests_all_polling_for_as_long_as_flipkart_says(tmp_path: Path, seconds: int) -> None:
    async with watching(tmp_path, ids=("LOC1", "LOC2", "LOC3")) as watch:
        await watch.tick()
        watch.flipkart.fail("initial_load", status=429, retry_after=seconds, times=1)
        await watch.tick(ARRIVALS)
        begun = len(watch.flipkart.calls)
        throttled = watch.seconds
        while len(watch.flipkart.calls) == begun:
            assert watch.seconds - throttled < max(seconds, ARRIVALS) + 3, "polling does not come back after the rest"
            await watch.tick(1)
        rested = watch.seconds - throttled
        assert rested >= seconds, f"polling rested {rested} s; Flipkart said {seconds}"
        await watch.run(ARRIVALS + 2)
        assert not watch.poller.failing, watch.poller.failing


async def test_a_rest_clears_no_problem_and_delays_nothing_further(tmp_path: Path) -> None:
    async with watching(tmp_path, ids=tuple(f"LOC{n:02d}" for n in range(22))) as watch:
        watch.flipkart.failing = True
        await watch.tick()
        assert len(watch.poller.failing) == 22
        watch.flipkart.failing = False
        watch.flipkart.slow = 0.05
        # Twenty looks are in flight and meet the 429; the other two wait for room, and find that polling rests.
        watch.flipkart.fail("initial_load", status=429, retry_after=20, times=20)
        with capture_logs() as logs:
            await watch.tick(ARRIVALS)
        assert not [line for line in logs if line["event"] == "flipkart answers again"], "it did not answer"
        assert len(watch.poller.failing) == 22, "a look that was not made counts as a success"
        watch.flipkart.slow = 0.0
        before = watch.calls("initial_load")
        await watch.run(19)
        assert watch.calls("initial_load") == before, "Flipkart asked for twenty seconds of rest"
        await watch.run(2)
        assert 1 <= watch.calls("initial_load") - before <= 10, "what the rest held up begins together"
        await watch.run(ARRIVALS / 2)
        assert watch.calls("initial_load") - before == 22, "looks that were refused wait a whole interval more"
        assert not watch.poller.failing, watch.poller.failing


async def test_the_hourly_budget_is_never_passed_and_lasts_the_hour(tmp_path: Path) -> None:
    async with watching(tmp_path, budget=100, ids=("LOC1", "LOC2")) as watch:
        for n in range(3):
            watch.flipkart.arrive("LOC1", f"FE {n}").begin()
        at = []
        for minute in range(61):
            before = len([c for c in watch.flipkart.calls if c.name != "token"])
            await watch.run(60, step=5.0)
            at.append((minute, len([c for c in watch.flipkart.calls if c.name != "token"]) - before))
        made = sum(calls for minute, calls in at if minute < 60)
        assert made <= 90, f"{made} calls in an hour; 90 of 100 are for polling"
        assert watch.poller.pace.stretch > 1
        longest, quiet = 0, 0
        for _, calls in at:
            quiet = 0 if calls else quiet + 1
            longest = max(longest, quiet)
        assert longest <= 10, f"nothing was looked at for {longest} minutes: the budget ran dry"


async def test_outside_of_its_hours_a_location_is_left_alone_unless_an_fe_is_there(tmp_path: Path) -> None:
    async with watching(tmp_path, hours="08:00-22:00") as watch:
        watch.seconds = datetime(2026, 3, 2, 7, 30, tzinfo=ZONE).timestamp()
        watch.flipkart.arrive("LOC1", "Early")
        await watch.run(600, step=10.0)
        assert watch.calls("initial_load") == 0, "looked for FEs before the dock opens"
        await watch.run(1300, step=10.0)
        assert [h.fe_name for h in await watch.present()] == ["Early"], "the dock is open and nobody looks"
        watch.seconds = datetime(2026, 3, 2, 22, 30, tzinfo=ZONE).timestamp()
        before = watch.calls("initial_load")
        await watch.run(300, step=10.0)
        assert watch.calls("initial_load") - before == 5, "an FE is there, and nobody looks after closing time"
        watch.flipkart.visits[0].leave()
        await watch.run(300, step=10.0)
        assert not await watch.present()
        before = watch.calls("initial_load")
        await watch.run(600, step=10.0)
        assert watch.calls("initial_load") == before, "nobody is there, the dock is closed, and the bot looks"


async def test_a_failing_location_does_not_stop_another(tmp_path: Path) -> None:
    async with watching(tmp_path, ids=("LOC1", "LOC2")) as watch:
        watch.flipkart.arrive("LOC2", "Sita Devi")
        # The simulated Flipkart answers 403 for a location that is not the seller's.
        watch.flipkart._dock.locations.pop("LOC1")
        await watch.run(130)
        assert [h.fe_name for h in await watch.present()] == ["Sita Devi"]
        assert list(watch.poller.failing) == ["location LOC1"], watch.poller.failing
        assert watch.calls("initial_load", "LOC1") >= 2, "a failing location is given up"
        watch.flipkart.add_location("LOC1")
        await watch.run(61)
        assert not watch.poller.failing, "a problem that is over is still listed"


@pytest.mark.parametrize("fault", [{"status": 503}, {"drop": "before"}, {"body": "html"}, {"body": "truncated"}])
async def test_a_fault_is_listed_until_it_is_over_and_loses_nothing(watch: Watch, fault: dict[str, object]) -> None:
    visit = watch.flipkart.arrive("LOC1", "Ram Kumar")
    visit.begin()
    await watch.run(2)
    succeeded = watch.poller.succeeded
    assert succeeded is not None
    watch.flipkart.fail("*", times=10, **fault)  # type: ignore[arg-type]
    visit.scan(2)
    with capture_logs() as logs:
        await watch.run(ARRIVALS)
    assert watch.poller.failing, "Flipkart fails, and no problem is listed"
    assert watch.poller.succeeded == succeeded, "a failure counts as an answer"
    warned = [line for line in logs if "failed" in line["event"]]
    assert len(warned) == len({line["key"] for line in warned}), "one problem is logged over and over"
    watch.flipkart.clear_faults()
    await watch.run(ARRIVALS + 1)
    assert not watch.poller.failing, watch.poller.failing
    assert watch.poller.succeeded > succeeded
    handover = (await watch.present())[0]
    assert (handover.scanned, handover.misses) == (2, 0), "an FE was taken as gone, or scans were lost"


@pytest.mark.parametrize("code", ["TASK_CLOSED", "TRIPSHEET_TASK_NOT_FOUND"])
async def test_a_task_that_is_over_is_no_problem(watch: Watch, code: str) -> None:
    watch.flipkart.arrive("LOC1", "Ram Kumar").begin()
    await watch.run(2)
    watch.flipkart.fail("shipments", status=503)
    await watch.tick(SCANS)
    assert len(watch.poller.failing) == 1
    watch.flipkart.fail("shipments", code=code, status=400, times=3)
    await watch.tick(SCANS)
    assert not watch.poller.failing, f"{code} is listed as a problem, or an old one is kept: {watch.poller.failing}"


async def test_an_fe_is_gone_after_two_looks_that_both_succeeded(watch: Watch) -> None:
    visit = watch.flipkart.arrive("LOC1", "Ram Kumar")
    await watch.tick()
    visit.leave()
    watch.flipkart.fail("initial_load", status=503, times=5)
    for _ in range(5):
        await watch.tick(ARRIVALS)
    assert [h.misses for h in await watch.present()] == [0], "a look that failed counts as an absence"
    await watch.tick(ARRIVALS)
    assert len(await watch.present()) == 1, "one absence is enough"
    await watch.tick(ARRIVALS)
    assert not await watch.present()


async def test_problems_of_what_is_gone_are_forgotten(watch: Watch) -> None:
    visit = watch.flipkart.arrive("LOC1", "Ram Kumar")
    visit.begin()
    await watch.run(2)
    watch.flipkart.fail("shipments", status=503, times=100)
    visit.leave()
    await watch.run(3 * ARRIVALS)
    assert not await watch.present()
    assert not watch.poller.failing, f"a problem of somebody who left is listed for ever: {watch.poller.failing}"


async def test_a_fault_of_the_bot_is_told_and_stops_nothing_else(tmp_path: Path) -> None:
    async with watching(tmp_path, ids=("LOC1", "LOC2")) as watch:
        visit = watch.flipkart.arrive("LOC1", "Ram Kumar")
        visit.begin()
        await watch.run(2)
        tables = Tables(watch.database)
        await tables.sql("CREATE TRIGGER broken BEFORE INSERT ON shipment BEGIN SELECT RAISE(ABORT, 'as ordered'); END")
        visit.scan(2)
        with capture_logs() as logs:
            await watch.run(ARRIVALS + 1)
        assert [line for line in logs if line["log_level"] == "error"], "a fault of the bot is swallowed in silence"
        assert len(watch.poller.failing) == 1, watch.poller.failing
        assert watch.calls("initial_load", "LOC2") >= 2
        tables = Tables(watch.database)
        await tables.sql("DROP TRIGGER broken")
        await watch.run(SCANS + 1)
        assert not watch.poller.failing
        assert (await watch.present())[0].scanned == 2


async def test_a_location_that_bot_toml_no_longer_has_is_not_read(watch: Watch) -> None:
    watch.flipkart.add_location("LOC9")
    watch.flipkart.arrive("LOC1", "Ram Kumar").begin()
    await watch.run(2)
    watch.ids = ("LOC9",)
    await watch.client.close()
    watch.build()
    before = watch.calls("shipments")
    await watch.run(120)
    assert watch.calls("shipments") == before
    assert [h.stage for h in await watch.present()] == [Stage.SCANNING], "an FE nobody can look for was taken as gone"


async def test_a_stop_ends_what_is_in_flight(watch: Watch) -> None:
    watch.flipkart.slow = 3600
    await watch.poller.tick()
    await asyncio.sleep(0.05)
    async with asyncio.timeout(30):
        await watch.poller.close()


async def test_nothing_is_asked_of_the_store_while_nothing_changes(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch.flipkart.arrive("LOC1", "Ram Kumar").begin()
    await watch.run(2)
    asked = []
    here = watch.handovers.here

    async def counted() -> list[str]:
        asked.append(watch.seconds)
        return await here()

    monkeypatch.setattr(watch.handovers, "here", counted)
    await watch.run(360)
    assert len(asked) == 2, "the store is read again each three minutes, and no more often"


async def test_what_a_person_sees_the_poller_knows(watch: Watch) -> None:
    await watch.tick()
    watch.flipkart.arrive("LOC1", "Ram Kumar").begin()
    await watch.tick(10)
    assert watch.calls("shipments") == 0, "the poller can't know yet"
    location = watch.poller._dock.locations.get("LOC1")
    assert location is not None
    await watch.poller._dock.look_around(location, for_person=True)
    await watch.tick(1)
    assert watch.calls("shipments") == 1, "an FE whom a person's look found is not read"
    before = watch.calls("initial_load")
    await watch.run(ARRIVALS - 2)
    assert watch.calls("initial_load") == before, "a location is looked at anew although a person just did"
    await watch.run(2)
    assert watch.calls("initial_load") == before + 1


async def test_a_change_that_nobody_told_of_is_found_in_the_store(watch: Watch) -> None:
    visit = watch.flipkart.arrive("LOC1", "Ram Kumar")
    visit.begin()
    await watch.run(2)
    [handover] = await watch.present()
    tables = Tables(watch.database)
    await tables.sql("UPDATE handover SET stage = 'left'")
    watch.flipkart.fail("initial_load", status=503, times=100)
    await watch.run(200)
    before = watch.calls("shipments")
    await watch.run(120)
    assert watch.calls("shipments") == before, f"{handover.fe_name} is gone and still read"


async def test_what_another_copy_tells_of_is_found_at_once(tmp_path: Path) -> None:
    owning = Part("LOC1")
    async with watching(tmp_path, ids=("LOC1", "LOC2"), owning=owning) as watch:
        for one in watch.ids:
            watch.flipkart.arrive(one, "Ram Kumar").begin()
        await watch.run(2)
        assert watch.calls("shipments") == 1
        await watch.dock.look_around(watch.locations.get("LOC2"), for_person=True)  # type: ignore[arg-type]
        await watch.poller.read_again("LOC2")
        await watch.run(SCANS)
        assert watch.calls("shipments") == 2, "what is another copy's is read here"
        await Tables(watch.database).sql("UPDATE handover SET stage = 'left'")
        await watch.poller.read_again("LOC1")
        watch.flipkart.fail("initial_load", status=503, times=100)
        await watch.run(3 * SCANS)
        assert watch.calls("shipments") == 2, "who is gone is still read"


async def test_one_429_without_a_time_does_not_silence_the_other_locations_for_a_minute(tmp_path: Path) -> None:
    async with watching(tmp_path, ids=("LOC1", "LOC2", "LOC3")) as watch:
        await watch.run(ARRIVALS * 3)
        watch.flipkart.fail("initial_load", status=429, times=1)
        before = watch.calls("initial_load")
        await watch.run(ARRIVALS)
        assert watch.calls("initial_load") - before >= 4, "three locations, and the one that was refused again"
        assert not watch.poller.failing


class Little:
    """A budget with room for little at any time."""

    for_polling = 500
    room = 12

    def expect(self, calls: int) -> None:
        """Nobody comes."""


async def test_a_pass_over_more_pages_than_there_is_room_for_holds_nobody_up(watch: Watch) -> None:
    visit = watch.flipkart.arrive("LOC1", "Ram Kumar")
    visit.begin()
    visit.scan(100)
    await watch.run(2)
    visit.finish_scanning()
    watch.poller._budget = Little()
    before = watch.calls("initial_load")
    await watch.run(600)
    assert watch.calls("initial_load") - before >= 9, "the location waits for a look that there is never room for"
    assert watch.calls("shipments") >= 40, "the pass over twenty pages is never made"


async def test_of_several_copies_each_looks_at_what_it_owns(tmp_path: Path) -> None:
    owning = Part("LOC1")
    async with watching(tmp_path, ids=("LOC1", "LOC2"), owning=owning) as watch:
        mine, theirs = watch.flipkart.arrive("LOC1", "Ram Kumar"), watch.flipkart.arrive("LOC2", "Sita Devi")
        await watch.run(61)
        assert watch.calls("initial_load", "LOC1") == 2
        assert watch.calls("initial_load", "LOC2") == 0, "another copy looks there"
        await watch.dock.look_around(watch.locations.get("LOC2"), for_person=True)  # type: ignore[arg-type]
        mine.begin()
        theirs.begin()
        mine.scan(2)
        theirs.scan(2)
        await watch.run(120)
        assert {one.location_id: one.scanned for one in await watch.present()} == {"LOC1": 2, "LOC2": 0}

        owning.own("LOC2", fence=2)
        before = watch.calls("initial_load", "LOC1")
        await watch.tick(1)
        assert watch.calls("initial_load", "LOC2") == 2, "it is looked at as soon as it is owned"
        await watch.run(ARRIVALS + SCANS)
        assert watch.calls("initial_load", "LOC1") == before
        assert {one.location_id: one.scanned for one in await watch.present()} == {"LOC1": 2, "LOC2": 2}
        assert watch.poller.problems() == []
        assert not owning.busy.total()


async def test_a_look_whose_location_was_lost_before_it_began_is_not_made(tmp_path: Path) -> None:
    owning = Part("LOC1")
    async with watching(tmp_path, owning=owning) as watch:
        await watch.tick()
        owning.ids.clear()  # as where the database was not heard of for too long: nobody has said so yet
        await watch.run(2 * ARRIVALS)
        assert watch.calls("initial_load") == 1
        owning.ids.add("LOC1")
        await watch.run(ARRIVALS)
        assert watch.calls("initial_load") == 2


async def test_what_another_copy_left_is_looked_at_soon(tmp_path: Path) -> None:
    every = tuple(f"LOC{n}" for n in range(100))
    owning = Part()
    async with watching(tmp_path, ids=every, owning=owning) as watch:
        await watch.run(2)
        owning.own(*every)
        await watch.run(ARRIVALS / 4 + 1)
        unseen = [one for one in every if not watch.calls("initial_load", one)]
        assert not unseen, "it was nearly due when its owner died, and waits a whole interval more"
