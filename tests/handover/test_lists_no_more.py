"""The hint that an FE may have scanned all of it: when it comes, when it goes, and what it costs."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.handover import machine
from bot.handover.model import Handover, OtcMode, Shipment, Stage
from bot.handover.ports import Scan, Sighting
from bot.sandbox.flipkart import Switches
from bot.sandbox.flipkart.switches import CaughtUp
from bot.store.tables import HANDOVER
from tests.handover.stand import PAGE_SIZE, Stand, stand

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def later(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def seen(status: str) -> Sighting:
    return Sighting("fe1", "t1", "Ram", "eKart", "", status, NOW)


def scanning() -> Handover:
    return machine.arrive("a" * 32, "LOC1", OtcMode.START_AND_END, seen("Scanning"), NOW).handover


def page(h: Handover, minute: float, *ids: str, at_end: bool = True, more: bool = False) -> Handover:
    new = tuple(Shipment(tracking_id=one, status="ACCEPTED", scanned_at=later(minute)) for one in ids)
    return machine.read(h, Scan(new, ()), later(minute), more=more, at_end=at_end).handover


def hinted(h: Handover, minute: float) -> Handover:
    return machine.hint(h, later(minute)).handover


def test_two_minutes_after_the_last_scan() -> None:
    h = page(page(scanning(), 1, "FMPP1"), 2)
    assert hinted(h, 2.9) == h
    after = machine.hint(h, later(3))
    assert after.handover.lists_no_more
    assert after.handover.revision == h.revision + 1, "the card is drawn anew"
    assert after.events == (), "it is no event"
    assert hinted(after.handover, 9) == after.handover, "once"


def test_not_before_a_parcel_was_scanned() -> None:
    h = page(scanning(), 1)
    assert hinted(h, 60) == h


def test_not_where_the_newest_page_says_that_more_follows_or_is_full() -> None:
    h = page(page(scanning(), 1, "FMPP1"), 2, at_end=False)
    assert hinted(h, 60) == h
    h = page(h, 60)
    assert not hinted(h, 61.9).lists_no_more, "it is two minutes from when nothing follows any more"
    assert hinted(h, 62).lists_no_more


def test_not_between_two_pages_of_one_look() -> None:
    h = page(page(scanning(), 1, "FMPP1"), 30, "FMPP2", more=True, at_end=False)
    assert hinted(h, 60) == h
    h = page(h, 30)
    assert not hinted(h, 31).lists_no_more, "the page before had a scan"
    quiet = page(h, 31, more=True, at_end=False)
    assert quiet == h, "a pass over pages that are known writes nothing"


@pytest.mark.parametrize("status", ["EndOTC", "StartOTC"])
def test_it_goes_with_the_stage_and_comes_two_minutes_after_its_return(status: str) -> None:
    h = hinted(page(scanning(), 1, "FMPP1"), 3)
    assert h.lists_no_more
    moved = machine.see(h, OtcMode.START_AND_END, seen(status), later(4)).handover
    assert not moved.lists_no_more
    assert hinted(moved, 60) == moved, "not on another page"
    back = machine.see(moved, OtcMode.START_AND_END, seen("Scanning"), later(10)).handover
    assert not hinted(back, 11.9).lists_no_more
    assert hinted(back, 12).lists_no_more


def test_who_was_gone_is_read_anew_before_it() -> None:
    h = hinted(page(scanning(), 1, "FMPP1"), 3)
    for minute in (4, 5):
        h = machine.miss(h, later(minute)).handover
    assert h.stage is Stage.LEFT
    back = machine.see(h, OtcMode.START_AND_END, seen("Scanning"), later(10)).handover
    assert not back.lists_no_more
    assert hinted(back, 60) == back
    assert hinted(page(back, 60), 62).lists_no_more


def test_it_goes_with_the_next_scan() -> None:
    h = hinted(page(scanning(), 1, "FMPP1"), 3)
    assert page(h, 4).lists_no_more, "a look that brings nothing changes nothing"
    assert page(h, 4) == h
    after = page(h, 4, "FMPP2")
    assert not after.lists_no_more
    assert not hinted(after, 5.9).lists_no_more
    assert hinted(after, 6).lists_no_more


async def looks(here: Stand, handover_id: str, minutes: float) -> list[bool]:
    """A look every half minute; whether the card hints after each."""
    said = []
    for _ in range(int(minutes * 2)):
        here.clock.advance(30)
        said.append((await here.reader.catch_up(handover_id)).lists_no_more)
    return said


@pytest.mark.parametrize("caught_up", ["null", "next"])
async def test_over_real_pages_and_a_restart(tmp_path: Path, caught_up: CaughtUp) -> None:
    async with stand(tmp_path, Switches(caught_up=caught_up)) as here:
        visit = here.sim.arrive("LOC1", "Ram")
        visit.begin()
        handover = await here.only()
        assert not any(await looks(here, handover.id, 3)), "nothing was scanned"
        visit.scan(PAGE_SIZE + 1)
        assert not any(await looks(here, handover.id, 2))
        here.restart()
        before = await here.now(handover.id)
        assert await looks(here, handover.id, 2) == [True] * 4
        after = await here.now(handover.id)
        assert after.revision == before.revision + 1, "one edit"
        assert after.events == before.events
        visit.scan(1)
        assert await looks(here, handover.id, 2) == [False] * 4
        assert await looks(here, handover.id, 0.5) == [True]


async def test_who_scanned_before_an_update_of_the_bot(tmp_path: Path) -> None:
    async with stand(tmp_path) as here:
        visit = here.sim.arrive("LOC1", "Ram")
        visit.begin()
        handover = await here.only()
        visit.scan(1)
        await looks(here, handover.id, 1)
        forget = update(HANDOVER).values(quiet_since=None)
        await here.database.run(lambda connection: connection.execute(forget))
        here.restart()
        assert await looks(here, handover.id, 2.5) == [False] * 4 + [True]


async def test_a_last_page_that_is_full_hints_nothing(tmp_path: Path) -> None:
    async with stand(tmp_path, Switches(caught_up="snapshot")) as here:
        visit = here.sim.arrive("LOC1", "Ram")
        visit.begin()
        handover = await here.only()
        visit.scan(PAGE_SIZE)
        assert not any(await looks(here, handover.id, 10))
