from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, insert, update

from bot.handover.board import Board
from bot.handover.claim_steps import Note
from bot.handover.claims import Kind, Opening, State
from bot.handover.due_today import DueToday
from bot.handover.events import Happening
from bot.handover.find import Finder, Found, NothingToFind, ServesNothing
from bot.handover.mode import Modes
from bot.handover.problems import Problems, Suggested
from bot.handover.refusals import NotAllowed, RightsUnknown
from bot.store.claims import ClaimStore
from bot.store.digests import DigestStore
from bot.store.due_today import DueTodayStore
from bot.store.find import TraceStore
from bot.store.modes import ModeStore
from bot.store.tables import DELIVERY, EXPECTED, OWN_SCAN
from tests.both import ONLY_SQLITE
from tests.handover.stand import ASHA, ELSEWHERE, LOCATION, STRANGER, VIKRAM, Stand
from tests.tables import Tables

ZONE = ZoneInfo("Asia/Kolkata")


def finder(stand: Stand) -> Finder:
    return Finder(stand.dock, TraceStore(stand.database))


def problems(stand: Stand) -> Problems:
    return Problems(stand.dock, ClaimStore(stand.database, 14))


def board(stand: Stand) -> Board:
    database, clock = stand.database, stand.clock
    due = DueToday(DueTodayStore(database, ZONE), stand.locations, clock, timedelta(minutes=5))
    modes = Modes(ModeStore(database), stand.locations, clock)
    return Board(stand.dock, ClaimStore(database, 14), DigestStore(database), due, modes, ZONE)


async def came(stand: Stand, location: str, *tracking_ids: str) -> str:
    """A handover in which these parcels came; its id."""
    visit = stand.sim.arrive(location, "Ram")
    visit.begin()
    for tracking_id in tracking_ids:
        visit.scan(1, tracking_id=tracking_id)
    at = LOCATION if location == "LOC1" else ELSEWHERE
    handover = next(h for h in await stand.look(at) if h.task_id == visit.task_id)
    await stand.reader.catch_up(handover.id)
    return handover.id


def places(found: Found) -> list[str]:
    return [location.id for _, location in found.traces]


async def test_a_parcel_is_found_where_the_asker_serves(stand: Stand) -> None:
    h_id = await came(stand, "LOC1", "FmpA1", "FmpA2")
    stand.clock.advance(60)
    await came(stand, "LOC2", "FMPA1")
    tables = Tables(stand.database)
    await tables.exec(update(DELIVERY).where(DELIVERY.c.about == h_id).values(ts="5.5", channel="C0DOCK"))
    both = await finder(stand).find(ASHA, "  fmpa1 ")
    assert places(both) == ["LOC2", "LOC1"], "the newest first"
    [(trace, location)] = (await finder(stand).find(VIKRAM, "fmpa1")).traces
    assert (location.id, trace.tracking_id, trace.channel, trace.thread_ts) == ("LOC1", "FmpA1", "C0DOCK", "5.5")
    assert trace.shipment is not None
    assert (trace.shipment.accepted, trace.claim, trace.seen_at) == (True, None, None)
    assert await TraceStore(stand.database).thread("C0DOCK", "5.5") == h_id
    assert await TraceStore(stand.database).thread("C0OTHER", "5.5") is None


@pytest.mark.parametrize(
    "typed",
    [
        "RTr:FMPR0000000001", "AWB: FMPR0000000001", "'FMPR0000000001", "*fmpr0000000001*", "“FMPR0000000001”",
        "FMPR0000000001.", "FMPR 0000000001", "]C1FMPR0000000001",
        "<https://ekartlogistics.com/shipmenttrack/FMPR0000000001>",
    ],
)  # fmt: skip
async def test_a_parcel_is_found_however_its_id_is_decorated(stand: Stand, typed: str) -> None:
    await came(stand, "LOC1", "FMPR0000000001")
    assert places(await finder(stand).find(ASHA, typed)) == ["LOC1"]


async def test_a_parcel_that_only_we_saw_or_reported(stand: Stand) -> None:
    h_id = await came(stand, "LOC1", "FMPA1")
    tables = Tables(stand.database)
    row = {"handover_id": h_id, "key": "FMPB2", "tracking_id": "fmpb2", "by": "U1", "times": 1, "message_ts": "1.2"}
    await tables.exec(insert(OWN_SCAN), params=[{**row, "at": stand.clock()}])
    [(seen, _)] = (await finder(stand).find(ASHA, "FMPB2")).traces
    assert (seen.shipment, seen.seen_at, seen.tracking_id) == (None, stand.clock(), "fmpb2")
    await problems(stand).report(ASHA, h_id, "FMPC3", Kind.MISSING, "")
    [(claimed, _)] = (await finder(stand).find(ASHA, "fmpc3")).traces
    assert claimed.claim is not None
    assert (claimed.shipment, claimed.claim.kind) == (None, "missing")


async def test_a_parcel_that_never_came(stand: Stand) -> None:
    await came(stand, "LOC2", "FMPA1")
    elsewhere = await finder(stand).find(VIKRAM, "FMPA1")
    assert (elsewhere.traces, [location.id for location in elsewhere.searched]) == ((), ["LOC1"])
    tables = Tables(stand.database)
    row = {"location_id": "LOC1", "key": "FMPX9", "tracking_id": "FMPX9", "return_id": "", "order_item_id": ""}
    await tables.exec(insert(EXPECTED), params=[{**row, "reason": "", "source": "file", "listed_at": stand.clock()}])
    [(awaited, _)] = (await finder(stand).find(VIKRAM, "fmpx9")).awaited
    assert awaited.location_id == "LOC1"


async def test_the_last_four_digits_do(stand: Stand) -> None:
    await came(stand, "LOC1", "FMPR0000000003", "FMPR0000000004")
    await came(stand, "LOC2", "FMPQ0000110004")
    found = await finder(stand).find(VIKRAM, "0003")
    assert (places(found), found.tracking_id, found.alike) == (["LOC1"], "FMPR0000000003", ())
    several = await finder(stand).find(ASHA, "0004")
    assert several.traces == ()
    assert {one.tracking_id: at.id for one, at in several.alike} == {"FMPR0000000004": "LOC1", "FMPQ0000110004": "LOC2"}
    one = await finder(stand).find(VIKRAM, "0004")
    assert (places(one), one.alike) == (["LOC1"], ()), "a parcel of a location that the asker does not serve"
    none = await finder(stand).find(ASHA, "004")
    assert (none.traces, none.alike) == ((), ()), "three digits are too many parcels' end"


async def test_the_end_of_an_id_that_is_only_expected(stand: Stand) -> None:
    tables = Tables(stand.database)
    row = {"location_id": "LOC1", "key": "FMPX12349", "tracking_id": "FMPX12349", "return_id": "", "order_item_id": ""}
    await tables.exec(insert(EXPECTED), params=[{**row, "reason": "", "source": "file", "listed_at": stand.clock()}])
    [(awaited, _)] = (await finder(stand).find(VIKRAM, "2349")).awaited
    assert awaited.location_id == "LOC1"


async def test_who_may_find(stand: Stand) -> None:
    await came(stand, "LOC1", "FMPA1")
    with pytest.raises(ServesNothing):
        await finder(stand).find(STRANGER, "FMPA1")
    with pytest.raises(NothingToFind):
        await finder(stand).find(ASHA, " \u200b ")
    group = LOCATION.model_copy(update={"operators": ("S0GROUP",)})
    stand.locations._by_id["LOC1"] = group
    stand.directory.down = True
    with pytest.raises(RightsUnknown):
        await finder(stand).find(STRANGER, "FMPA1")
    partly = await finder(stand).find(ASHA, "FMPA1")
    assert ([at.id for at in partly.unchecked], partly.traces) == (["LOC1"], ())


async def test_reporting_needs_the_right_and_outlives_the_fe(stand: Stand) -> None:
    h_id = await came(stand, "LOC1", "FMPA1")
    todo = problems(stand)
    kept = await todo.report(ASHA, h_id, "fmpa1", Kind.WRONG_ITEM, "a brick")
    for wish in (
        todo.form(STRANGER, h_id),
        todo.report(STRANGER, h_id, "X", Kind.EMPTY, ""),
        todo.claim(STRANGER, kept.claim.id),
        todo.move(STRANGER, [kept.claim.id], State.DRAFT, Note(state=State.RAISED)),
    ):
        with pytest.raises(NotAllowed):
            await wish
    await stand.dock.write_refusals(all_of_them=True)
    first, rest = (e.detail for e in await stand.record(what=Happening.REFUSED))
    assert first == {"wish": "report a problem", "why": "NotAllowed"}
    assert (rest["wish"], rest["times"], rest["handovers"]) == ("report a problem, mark claimed", 3, [h_id])
    assert await todo.suggest(STRANGER, h_id, "fmp") == Suggested(unknown="fmp"), "a stranger learnt a tracking id"
    await stand.dock.write_refusals(all_of_them=True)
    assert len(await stand.record(what=Happening.REFUSED)) == 2, "typing is no press"
    assert await todo.suggest(ASHA, h_id, "fmp") == Suggested(("FMPA1",), "fmp")
    assert await todo.suggest(ASHA, h_id, "fmpa1") == Suggested(("FMPA1",))
    assert await todo.suggest(ASHA, "f" * 32, "fmp") == Suggested(unknown="fmp")
    assert [await todo.too_short(ASHA, h_id, one) for one in ("fmpa1", "fmpa", "fmpa12")] == [False, True, False]
    assert not await todo.too_short(STRANGER, h_id, "fmpa"), "a stranger learnt which parts are no ids"
    stand.sim.visits[0].leave()
    await stand.look()
    await stand.look()
    assert (await todo.report(ASHA, h_id, "FMPA1", Kind.EMPTY, "")).new, "found when it was opened"
    shown = (await board(stand).of(VIKRAM)).claims
    assert [(claim.location_id, claim.tracking_id) for claim in shown] == [("LOC1", "FMPA1")]
    assert (await board(stand).of(STRANGER)).claims == ()
    await ClaimStore(stand.database, 14).report(h_id, Opening("P2", Kind.OTHER), "U1", stand.clock())


@ONLY_SQLITE
async def test_a_parcel_is_found_without_reading_every_parcel(stand: Stand) -> None:
    await came(stand, "LOC1", "FMPA1")
    asked: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        asked.append((statement, parameters))

    engine = stand.database._engine
    event.listen(engine, "before_cursor_execute", note)
    await finder(stand).find(ASHA, "FMPA1")
    event.remove(engine, "before_cursor_execute", note)
    queries = [one for one in asked if "tracking_id" in one[0]]
    assert queries
    for statement, parameters in queries:
        steps = await Tables(stand.database).sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        plan = [str(step["detail"]) for step in steps]
        whole = [step for step in plan if step.startswith(("SCAN shipment", "SCAN own_scan", "SCAN claim"))]
        assert not whole, f"{statement}: {plan}"
