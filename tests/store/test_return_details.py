from datetime import date, timedelta

import pytest_asyncio

from bot.handover.expected import matched_again
from bot.lists.model import ExpectedRow
from bot.store.expected import ExpectedStore
from bot.store.find import TraceStore
from bot.store.handovers import HandoverStore
from bot.store.records import RecordStore
from bot.store.return_details import AGAIN, RECENT, ReturnDetailStore
from bot.store.session import Database
from tests.store import people
from tests.store.conftest import NOW
from tests.store.test_expected import EVENT, SPAN, rows, scan

TOLD = ExpectedRow("FMP1", "R1", "OI1", "TORN", date(2026, 3, 1))


@pytest_asyncio.fixture
async def details(database: Database) -> ReturnDetailStore:
    return ReturnDetailStore(database)


async def test_each_id_is_asked_once_and_an_unknown_one_again_a_day_later(
    handovers: HandoverStore, details: ReturnDetailStore
) -> None:
    ram = await people.arrive(handovers)
    await scan(handovers, ram, "FMP1", "fmp2 ", "FMP3")
    await scan(handovers, await people.arrive(handovers, 2, location="LOC2"), "FMP3")
    assert set(await details.unknown(NOW, 25)) == {"FMP1", "fmp2 ", "FMP3"}
    assert await details.unknown(NOW, 1) == ["FMP3"], "the newest first"
    await details.keep(["FMP1", "fmp2 ", "FMP3"], [TOLD], NOW)
    assert await details.unknown(NOW + AGAIN, 25) == []
    later = NOW + AGAIN + timedelta(seconds=1)
    assert set(await details.unknown(later, 25)) == {"fmp2 ", "FMP3"}
    await details.keep(["fmp2 ", "FMP3"], [ExpectedRow("FMP2", "R2")], later)
    assert await details.unknown(later + timedelta(days=2), 25) == []
    await scan(handovers, ram, "FMP4")
    assert await details.unknown(NOW + RECENT + timedelta(hours=1), 25) == []


async def test_an_odd_id_is_never_asked_and_holds_up_nobody(
    handovers: HandoverStore, details: ReturnDetailStore
) -> None:
    await scan(handovers, await people.arrive(handovers), "FMP1", "straße1", "पार्सल7", "FMP\n2", "f'; --1")
    assert set(await details.unknown(NOW, 25)) == {"FMP1", "f'; --1"}
    assert await details.unknown(NOW, 1) == ["f'; --1"]


async def test_what_a_list_says_is_not_asked(
    database: Database, handovers: HandoverStore, details: ReturnDetailStore
) -> None:
    await scan(handovers, await people.arrive(handovers), "FMP1", "FMP2")
    await ExpectedStore(database).keep(SPAN, [TOLD, *rows("FMP2")], "file", EVENT, matched_again)
    assert await details.unknown(NOW, 25) == ["FMP2"]


async def test_the_parcel_is_neither_expected_nor_matched_and_is_named(
    database: Database, handovers: HandoverStore, details: ReturnDetailStore
) -> None:
    ram = await people.arrive(handovers)
    await scan(handovers, ram, "FMP1", "FMP2")
    before = (await RecordStore(database).load(ram.id)).handover
    await details.keep(["FMP1", "FMP2"], [TOLD], NOW)
    record = await RecordStore(database).load(ram.id)
    assert record.handover == before
    assert record.returns == {"FMP1": TOLD}
    assert not await ExpectedStore(database).listed("LOC1", NOW)
    [trace] = await TraceStore(database).find("FMP1", ["LOC1"], 5)
    assert trace.told == TOLD
    await ExpectedStore(database).keep(SPAN, [ExpectedRow("FMP1", reason="Size")], "file", EVENT, matched_again)
    [trace] = await TraceStore(database).find("FMP1", ["LOC1"], 5)
    assert trace.told == ExpectedRow("FMP1", "R1", "OI1", "Size", date(2026, 3, 1)), "the list first, then Flipkart"
    assert await TraceStore(database).awaited("FMP9", ["LOC1"]) == []
