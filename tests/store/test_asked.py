from dataclasses import replace
from datetime import UTC, date, timedelta

import pytest_asyncio
from sqlalchemy import select

from bot.handover.returns import Fact, Source, Statement
from bot.lists.model import ExpectedRow, State
from bot.store.asked import AGAIN, RECENT, AskedStore
from bot.store.due_today import DueTodayStore
from bot.store.expected import ExpectedStore
from bot.store.find import TraceStore
from bot.store.handovers import HandoverStore
from bot.store.heard import heard_in
from bot.store.records import RecordStore
from bot.store.retention import RetentionStore
from bot.store.returns import ReturnStore
from bot.store.session import Database
from bot.store.tables import RETURN
from tests.store import people
from tests.store.conftest import NOW
from tests.store.test_expected import EVENT, SPAN, rows, scan
from tests.store.test_returns import SPANS
from tests.store.test_returns import expected as all_expected
from tests.tables import Tables

TOLD = ExpectedRow("FMP1", "R1", "OI1", "TORN", date(2026, 3, 1))


@pytest_asyncio.fixture
async def asked(database: Database) -> AskedStore:
    return AskedStore(database)


async def test_each_id_is_asked_once_and_an_unknown_one_again_a_day_later(
    database: Database, handovers: HandoverStore, asked: AskedStore
) -> None:
    ram = await people.arrive(handovers)
    await scan(handovers, ram, "FMP1", "fmp2 ", "FMP3")
    await scan(handovers, await people.arrive(handovers, 2, location="LOC2"), "FMP3")
    assert set(await asked.unknown(NOW, 25)) == {"FMP1", "fmp2 ", "FMP3"}
    assert await asked.unknown(NOW, 1) == ["FMP3"], "the newest first"
    await people.answer(database, NOW, ["FMP1", "fmp2 ", "FMP3"], TOLD)
    assert await asked.unknown(NOW + AGAIN, 25) == []
    later = NOW + AGAIN + timedelta(seconds=1)
    assert set(await asked.unknown(later, 25)) == {"fmp2 ", "FMP3"}
    await people.answer(database, later, ["fmp2 ", "FMP3"], ExpectedRow("FMP2", "R2"))
    assert await asked.unknown(later + timedelta(days=2), 25) == []
    await scan(handovers, ram, "FMP4")
    assert await asked.unknown(NOW + RECENT + timedelta(hours=1), 25) == []


async def test_an_odd_id_is_never_asked_and_holds_up_nobody(handovers: HandoverStore, asked: AskedStore) -> None:
    await scan(handovers, await people.arrive(handovers), "FMP1", "straße1", "पार्सल7", "FMP\n2", "f'; --1")
    assert set(await asked.unknown(NOW, 25)) == {"FMP1", "f'; --1"}
    assert await asked.unknown(NOW, 1) == ["f'; --1"]


async def test_what_a_list_says_is_not_asked(database: Database, handovers: HandoverStore, asked: AskedStore) -> None:
    await scan(handovers, await people.arrive(handovers), "FMP1", "FMP2")
    await people.drop(database, SPAN, TOLD, *rows("FMP2"))
    assert await asked.unknown(NOW, 25) == ["FMP2"]


async def test_the_parcel_is_neither_expected_nor_matched_and_is_named(
    database: Database, handovers: HandoverStore
) -> None:
    ram = await people.arrive(handovers)
    await scan(handovers, ram, "FMP1", "FMP2")
    before = (await RecordStore(database).load(ram.id)).handover
    await people.answer(database, NOW, ["FMP1", "FMP2"], TOLD)
    record = await RecordStore(database).load(ram.id)
    assert record.handover == before
    assert record.returns == {"FMP1": TOLD}
    assert not await ExpectedStore(database).listed("LOC1", NOW)
    assert await all_expected(database) == []
    [trace] = await TraceStore(database).find("FMP1", ["LOC1"], 5)
    assert trace.told == TOLD
    await people.drop(database, SPAN, ExpectedRow("FMP1", reason="Size"))
    [trace] = await TraceStore(database).find("FMP1", ["LOC1"], 5)
    assert trace.told == ExpectedRow("FMP1", "R1", "OI1", "Size", date(2026, 3, 1)), "the list first, then Flipkart"
    assert await TraceStore(database).awaited("FMP9", ["LOC1"]) == []


async def test_what_was_answered_is_the_item_of_which_others_tell(database: Database, handovers: HandoverStore) -> None:
    """One item, whoever speaks: an event that comes later says where it goes, and then it is expected there."""
    ram = await people.arrive(handovers)
    await scan(handovers, ram, "FMP1")
    await people.answer(database, NOW, ["FMP1"], TOLD)
    placed: dict[str, Fact] = {"location_id": "LOC1", "reason": "Size"}
    event = Statement("R1", "OI1", NOW - timedelta(days=1), placed)
    await ReturnStore(database).take([event], SPANS, EVENT)
    assert await all_expected(database) == [("LOC1", "FMP1", State.AWAITED)]
    [row] = await Tables(database).rows(select(RETURN))
    assert (row.location_id, row.tracking_id, row.reason) == ("LOC1", "FMP1", "TORN"), "the newest of each"
    assert (row.known_from, row.updated_at) == (Source.EVENT, event.at), "a lookup is no sign that a source works"
    found = await handovers.get(ram.id)
    assert found is not None
    assert (found.matched, found.unexpected) == (1, 0)


async def test_a_label_that_was_answered_is_the_label_of_what_is_expected(
    database: Database, handovers: HandoverStore
) -> None:
    ram = await people.arrive(handovers)
    await scan(handovers, ram, "FMP1")
    placed: dict[str, Fact] = {"location_id": "LOC1", "tracking_id": "FMP9"}
    event = Statement("R1", "OI1", NOW - timedelta(days=1), placed)
    await ReturnStore(database).take([event], SPANS, EVENT)
    await people.answer(database, NOW, ["FMP1"], TOLD)
    assert await all_expected(database) == [("LOC1", "FMP9", State.CANCELLED), ("LOC1", "FMP1", State.AWAITED)]
    found = await handovers.get(ram.id)
    assert found is not None
    assert (found.matched, found.unexpected, found.awaited) == (1, 0, 0)
    assert (await DueTodayStore(database, UTC).forecast("LOC1", NOW)).heard_at == event.at, "it is no sign of life"


async def test_a_lookup_alone_is_no_sign_that_a_source_works(
    database: Database, handovers: HandoverStore, url: str
) -> None:
    await scan(handovers, await people.arrive(handovers), "FMP1")
    await people.answer(database, NOW, ["FMP1"], TOLD)
    forecast = await DueTodayStore(database, UTC).forecast("LOC1", NOW)
    assert (forecast.heard_at, forecast.since) == (None, None)
    assert heard_in(url).get("LOC1") is None


async def test_what_was_answered_is_known_under_any_label_that_it_had(
    database: Database, handovers: HandoverStore
) -> None:
    ram = await people.arrive(handovers)
    await scan(handovers, ram, "FMP1", "FMP2", "FMP3")
    await people.answer(database, NOW, ["FMP1"], TOLD)
    await people.answer(database, NOW, ["FMP2"], replace(TOLD, tracking_id="FMP2"))
    await people.answer(database, NOW, ["FMP3"], ExpectedRow("FMP3", reason="Torn"))
    told = (await RecordStore(database).load(ram.id)).returns
    assert {key: (row.return_id, row.reason) for key, row in told.items()} == {
        "FMP1": ("R1", "TORN"),
        "FMP2": ("R1", "TORN"),
        "FMP3": ("", "Torn"),
    }


async def test_what_was_answered_is_kept_as_long_as_it_is_known_who_was_asked(
    database: Database, handovers: HandoverStore
) -> None:
    store = RetentionStore(database, RecordStore(database))
    await scan(handovers, await people.arrive(handovers), "FMP1")
    old = Statement("R1", "OI1", NOW - timedelta(days=30), {"tracking_id": "FMP1"})
    await ReturnStore(database).take([old], SPANS, EVENT)
    await people.answer(database, NOW, ["FMP1"], TOLD)
    assert await store.forget_lists(NOW - timedelta(days=1), NOW, 9) == 0
    assert await store.forget_lists(NOW + timedelta(days=1), NOW, 9) == 2
    assert await Tables(database).rows(select(RETURN)) == []
